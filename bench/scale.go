// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
)

// The metrics that workloads of scale share.
var (
	residentMemory = metric{name: "resident memory, MB", format: "%.1f", charted: true}
	threadCount    = metric{name: "threads", format: "%.0f"}
	cpuTaken       = metric{name: "CPU seconds", format: "%.2f"}
)

// footprint are the metrics of what a process takes.
var footprint = []metric{residentMemory, peakMemory, threadCount}

// scaleWorkloads are those that ask how much work a worker can have, not how fast it does it.
var scaleWorkloads = slices.Concat([]workload{newStarting(10), idling{}, newManyConnectors(100, 0, together), newManyConnectors(100, 0, apart), newManyConnectors(1000, 1, together), newManyTasks(10_000)}, growths)

// scaleTargets are those of scaleWorkloads.
var scaleTargets = slices.Concat([]target{
	{"start", listedAgain, "", 0.3},
	{"idle", residentMemory, "", 40},
	{"100 connectors", untilRunning, "", 1.5},
	{"100 connectors", peakMemory, "", 120},
	{"100 connectors, topics of their own", untilRunning, "", 1.5},
	{"100 connectors, topics of their own", peakMemory, "", 120},
	{"1000 connectors", untilRunning, "", 15},
	{"1000 connectors", peakMemory, "", 400},
}, growthTargets())

// takes is the footprint of a worker now.
func (w *worker) takes() (values, error) {
	resident, err := machine.Memory(w.pid)
	if err != nil {
		return nil, err
	}
	peak, err := w.peak()
	if err != nil {
		return nil, err
	}
	threads, err := machine.Threads(w.pid)
	return values{residentMemory.name: float64(resident) / 1e6, peakMemory.name: float64(peak) / 1e6, threadCount.name: float64(threads)}, err
}

// rest lets a worker be for a time.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tail makes connectors of which each reads a file of three lines with one task, and waits for more.
type tail struct {
	file   string
	topics []string
}

// newTail makes the file and that many topics, over which the connectors are spread.
func (t *turn) newTail(ctx context.Context, topics int) (tail, error) {
	made := tail{file: t.file("three.txt")}
	if err := os.WriteFile(made.file, []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		return made, err
	}
	for i := range topics {
		made.topics = append(made.topics, t.name(fmt.Sprintf("lines-%d", i)))
		if err := t.topics.create(ctx, made.topics[i], 1); err != nil {
			return made, err
		}
	}
	return made, nil
}

// create creates so many, one after the other, and returns their names in their order.
func (m tail) create(ctx context.Context, t *turn, w *worker, connectors int) (names []string, err error) {
	for i := range connectors {
		name := t.name(fmt.Sprintf("tail-%05d", i))
		config := map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": m.file, "topic": m.topics[i%len(m.topics)]}
		if err := w.create(ctx, name, config); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// lists returns nil when the worker lists these connectors and no others.
func (w *worker) lists(want []string) func(context.Context) error {
	return func(ctx context.Context) error {
		var got []string
		if err := w.call(ctx, http.MethodGet, "/connectors", nil, &got); err != nil {
			return err
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			return fmt.Errorf("the worker lists %d connectors, %d are there", len(got), len(want))
		}
		return nil
	}
}

// unit is what the status of a connector says of it or of one of its tasks.
type unit struct{ State string }

// lookCost is how long is waited between two looks at all states, for each task: to print them is work for the worker.
const lookCost = 50 * time.Microsecond

// allRun says whether so many connectors and tasks are RUNNING. It does not look more often than is good for the worker, and so a
// time can be off by lookCost for each task.
func (w *worker) allRun(connectors, tasks int) func(context.Context) (bool, error) {
	var next time.Time
	return func(ctx context.Context) (bool, error) {
		if time.Now().Before(next) {
			return false, nil
		}
		var all map[string]struct {
			Status struct {
				Connector unit
				Tasks     []unit
			}
		}
		if err := w.call(ctx, http.MethodGet, "/connectors?expand=status", nil, &all); err != nil {
			return false, err
		}
		connectorsRun, tasksRun := 0, 0
		for one := range maps.Values(all) {
			connectorsRun += countRunning([]unit{one.Status.Connector})
			tasksRun += countRunning(one.Status.Tasks)
		}
		next = time.Now().Add(time.Duration(tasks) * lookCost)
		return connectorsRun == connectors && tasksRun == tasks, nil
	}
}

func countRunning(units []unit) (running int) {
	for _, u := range units {
		if u.State == "RUNNING" {
			running++
		}
	}
	return running
}
