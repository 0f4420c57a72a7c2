// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
)

// options are what the command line says.
type options struct {
	rounds int
	scale  float64
	out    string
	only   string
	aa     bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "how often each contender does each workload")
	flag.StringVar(&o.only, "only", "", "run only workloads whose names match this regular expression; results of others are kept")
	flag.Float64Var(&o.scale, "scale", 1, "which part of the records, connectors and tasks")
	flag.StringVar(&o.out, "out", filepath.Join("docs", "benchmarks"), "the folder for results, their table and charts")
	flag.BoolVar(&o.aa, "aa", false, "measure Longshore beside itself, to see how far two medians of the same thing differ")
	job := flag.String("bare", "", "what this process does as the bare client (for this program's own use)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *job != "" {
		err = runBare(ctx, *job)
	} else {
		err = bench(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench runs all workloads that are asked for, in a temporary folder, and writes the report after each.
func bench(ctx context.Context, o options) (err error) {
	chosen, err := choose(workloads, o.only)
	if err != nil {
		return err
	}
	run, err := newRun(ctx, o)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "longshore-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := newRig(ctx, dir, o.scale)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	err = run.all(ctx, r, chosen)
	fmt.Printf("%s has the results, beside %s and charts\n", run.report.markdown(), run.report.json())
	return err
}

// choose are the workloads whose names match.
func choose(all []workload, only string) (chosen []workload, err error) {
	matches, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	for _, w := range all {
		if matches.MatchString(w.about().name) {
			chosen = append(chosen, w)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-only %s: no workload has such a name; there are %q", only, namesOf(all))
	}
	return chosen, nil
}

func namesOf(all []workload) (names []string) {
	for _, w := range all {
		names = append(names, w.about().name)
	}
	return names
}
