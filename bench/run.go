// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
)

// run is one call of this program.
type run struct {
	options options
	machine string
	report  report
	// results are those of earlier runs, too.
	results results
}

func newRun(ctx context.Context, o options) (*run, error) {
	r := &run{options: o, machine: machine.Describe(ctx), report: report{dir: o.out, name: "results", title: "Results", targets: targets}}
	for _, w := range workloads {
		r.report.told = append(r.report.told, w.about())
	}
	if o.aa {
		r.report.name, r.report.title, r.report.targets = "aa", "Longshore beside itself", nil
	}
	var err error
	r.results, err = readResults(r.report.json())
	return r, err
}

// all runs workloads one after the other. One that fails keeps its earlier result, and does not stop the others.
func (r *run) all(ctx context.Context, rig *rig, chosen []workload) error {
	var failed []string
	for _, w := range chosen {
		got, err := r.workload(ctx, rig, w)
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", w.about().name, err)
			failed = append(failed, w.about().name)
			continue
		}
		if len(got.Values) > 0 {
			r.results[w.about().name] = got
		}
		if err := r.report.write(r.results); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("what failed, see above: %s", strings.Join(failed, "; "))
	}
	return nil
}

// workload has all contenders do it in all rounds, by turns, each round beginning with another one.
func (r *run) workload(ctx context.Context, rig *rig, w workload) (got result, err error) {
	got = result{Date: time.Now().Format(time.DateOnly), Machine: r.machine, Rounds: r.options.rounds, Scale: r.options.scale,
		Values: map[contender]map[string][]float64{}}
	contenders := r.contenders(w.about())
	if len(contenders) == 0 {
		return got, nil
	}
	defer func() { err = errors.Join(err, rig.topics.removeAll(context.WithoutCancel(ctx), inputs)) }()
	if err := w.prepare(ctx, rig); err != nil {
		return got, fmt.Errorf("prepare: %w", err)
	}
	for round := range r.options.rounds {
		for _, c := range rotated(contenders, round) {
			values, err := rig.take(ctx, w, c, round)
			if err != nil {
				return got, fmt.Errorf("%s in round %d: %w", c, round+1, err)
			}
			got.add(c, values)
			fmt.Fprintf(os.Stderr, "%s, round %d, %s: %s\n", w.about().name, round+1, c, values.text(w.about().metrics))
		}
	}
	return got, nil
}

// contenders are those of this run.
func (r *run) contenders(w about) []contender {
	if !r.options.aa {
		return w.contenders
	}
	if slices.Contains(w.contenders, longshore) {
		return []contender{longshore, longshoreAgain}
	}
	return nil
}

// rotated begins with another one each round, so that nobody is always first.
func rotated(all []contender, round int) []contender {
	at := round % len(all)
	return slices.Concat(all[at:], all[:at])
}

// text is a line of what was measured.
func (v values) text(metrics []metric) string {
	var parts []string
	for _, m := range metrics {
		if value, found := v[m.name]; found {
			parts = append(parts, m.name+" "+m.text(value))
		}
	}
	return strings.Join(parts, "; ")
}
