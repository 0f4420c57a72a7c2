// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// The metrics of a start, each from when the process was started. A worker's list of connectors is right when it has all that there are.
var (
	listedFirst = metric{name: "seconds to an answer, without topics", format: "%.3f", pace: true, charted: true}
	listedAgain = metric{name: "seconds to the right list, with topics", format: "%.3f", pace: true, charted: true}
	runAgain    = metric{name: "seconds until all run again", format: "%.3f", pace: true}
)

// starting starts a worker whose topics are not there yet, and again when they are and have connectors.
type starting struct {
	told       about
	connectors int
}

func newStarting(connectors int) starting {
	return starting{connectors: connectors, told: about{
		name: "start", contenders: workers, metrics: []metric{listedFirst, listedAgain, runAgain},
		what: fmt.Sprintf("A worker is started in a group whose topics are not there yet, gets %d connectors, is stopped, and started again.", connectors),
	}}
}

func (s starting) about() about { return s.told }

func (starting) prepare(context.Context, *rig) error { return nil }

func (s starting) run(ctx context.Context, t *turn) (values, error) {
	ctx, cancel := context.WithTimeout(ctx, spanLimit)
	defer cancel()
	made, err := t.newTail(ctx, 1)
	if err != nil {
		return nil, err
	}
	w, err := t.launchWorker(ctx, workerOptions{})
	if err != nil {
		return nil, err
	}
	first, err := w.await(ctx, w.lists(nil))
	if err != nil {
		return nil, err
	}
	names, err := made.create(ctx, t, w, s.connectors)
	if err != nil {
		return nil, err
	}
	if err := poll(ctx, w.allRun(s.connectors, s.connectors)); err != nil {
		return nil, err
	}
	if err := w.stop(); err != nil {
		return nil, err
	}
	again, run, err := t.startAgain(ctx, names)
	return values{listedFirst.name: first.Seconds(), listedAgain.name: again.Seconds(), runAgain.name: run.Seconds()}, err
}

// startAgain starts a worker of the same group, and returns after how long it lists all connectors, and has them running.
func (t *turn) startAgain(ctx context.Context, names []string) (listed, run time.Duration, err error) {
	w, err := t.launchWorker(ctx, workerOptions{})
	if err != nil {
		return 0, 0, err
	}
	if listed, err = w.await(ctx, w.lists(slices.Sorted(slices.Values(names)))); err != nil {
		return 0, 0, err
	}
	err = poll(ctx, w.allRun(len(names), len(names)))
	return listed, time.Since(w.began), err
}

// settling is how many seconds a worker is left alone before its memory is looked at.
const settling = 10

// idling looks at a worker that has nothing to do.
type idling struct{}

func (idling) about() about {
	return about{
		name: "idle", contenders: workers, metrics: append([]metric{idleCPU}, footprint...),
		what: fmt.Sprintf("A worker without connectors, %d seconds after its first answer; and its CPU time in the %d seconds that follow.", settling, settling),
	}
}

var idleCPU = metric{name: "CPU, % of a core", format: "%.2f"}

func (idling) prepare(context.Context, *rig) error { return nil }

func (idling) run(ctx context.Context, t *turn) (values, error) {
	w, err := t.startWorker(ctx, workerOptions{})
	if err != nil {
		return nil, err
	}
	pause := time.Duration(t.scaled(settling, 2)) * time.Second
	if err := rest(ctx, pause); err != nil {
		return nil, err
	}
	takes, err := w.takes()
	if err != nil {
		return nil, err
	}
	took, err := w.span(ctx, func() error { return rest(ctx, pause) }, func(context.Context) (bool, error) { return true, nil })
	takes[idleCPU.name] = 100 * took.cpu.Seconds() / took.wall.Seconds()
	return takes, err
}
