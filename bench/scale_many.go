// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

var (
	untilRunning  = metric{name: "seconds until all run", format: "%.2f", pace: true, charted: true}
	memoryPerTask = metric{name: "resident memory per task, kB", format: "%.1f"}
)

// manyLimit is how long it may take until everything runs.
const manyLimit = 20 * time.Minute

// span is measureSpan for what takes longer.
func (w *worker) span(ctx context.Context, start func() error, complete func(context.Context) (bool, error)) (span, error) {
	return measureSpanWithin(ctx, manyLimit, w.pid, start, complete)
}

// manyConnectors creates connectors with a task each.
type manyConnectors struct {
	told       about
	connectors int
	// rounds is in how many of them Kafka Connect takes part; 0 is in all.
	rounds int
	into   whose
}

// whose says which topics connectors write. Tasks that write one topic have a client each, and others share some.
type whose bool

const (
	together whose = false // one topic for all
	apart    whose = true  // a topic for each
)

func newManyConnectors(connectors, rounds int, into whose) manyConnectors {
	name, whither := fmt.Sprintf("%d connectors", connectors), "one topic"
	if into == apart {
		name, whither = name+", topics of their own", "topics of their own"
	}
	what := fmt.Sprintf("%d file sources with one task each, which write %s, are created, one call after the other; until all are RUNNING.", connectors, whither)
	if rounds > 0 {
		what += fmt.Sprintf(" Kafka Connect does so in %d round only, as it takes minutes.", rounds)
	}
	return manyConnectors{connectors: connectors, rounds: rounds, into: into, told: about{
		name: name, what: what, contenders: workers, metrics: append([]metric{untilRunning, cpuTaken}, footprint...),
	}}
}

func (m manyConnectors) about() about { return m.told }

func (manyConnectors) prepare(context.Context, *rig) error { return nil }

func (m manyConnectors) run(ctx context.Context, t *turn) (values, error) {
	if t.contender == kafkaConnect && m.rounds > 0 && t.round >= m.rounds {
		return nil, nil
	}
	connectors, topics := t.scaled(m.connectors, 10), 1
	if m.into == apart {
		topics = connectors
	}
	made, err := t.newTail(ctx, topics)
	if err != nil {
		return nil, err
	}
	w, err := t.startWorker(ctx, workerOptions{})
	if err != nil {
		return nil, err
	}
	create := func() error {
		_, err := made.create(ctx, t, w, connectors)
		return err
	}
	took, err := w.span(ctx, create, w.allRun(connectors, connectors))
	if err != nil {
		return nil, err
	}
	takes, err := w.takes()
	if err != nil {
		return nil, err
	}
	takes[untilRunning.name], takes[cpuTaken.name] = took.wall.Seconds(), took.cpu.Seconds()
	return takes, nil
}

// spreadOver is among how many connectors the tasks of manyTasks are.
const spreadOver = 10

// manyTasks runs tasks that each make one record and wait then. Tasks that write one topic have a client each: ten thousand of them would need
// more sockets than a process may have here, and so each connector has a topic of its own, as in life.
type manyTasks struct {
	told  about
	tasks int
}

func newManyTasks(tasks int) manyTasks {
	return manyTasks{tasks: tasks, told: about{
		name: fmt.Sprintf("%d tasks", tasks), contenders: []contender{longshore},
		metrics: append([]metric{untilRunning, cpuTaken, memoryPerTask}, footprint...),
		what: fmt.Sprintf("%d tasks of the datagen source, of %d connectors, each of which makes one record for its connector's topic and waits then; until all are RUNNING and the "+
			"topics have their records. Memory per task is what the worker takes more than before, %d seconds later.", tasks, spreadOver, settling),
	}}
}

func (m manyTasks) about() about { return m.told }

func (manyTasks) prepare(context.Context, *rig) error { return nil }

func (m manyTasks) run(ctx context.Context, t *turn) (values, error) {
	each := t.scaled(m.tasks/spreadOver, 2)
	var names []string
	for i := range spreadOver {
		names = append(names, t.name(fmt.Sprintf("made-%d", i)))
		if err := t.topics.create(ctx, names[i], 1); err != nil {
			return nil, err
		}
	}
	w, err := t.startWorker(ctx, workerOptions{plugins: true})
	if err != nil {
		return nil, err
	}
	pause := time.Duration(t.scaled(settling, 2)) * time.Second
	if err := rest(ctx, pause); err != nil {
		return nil, err
	}
	before, err := w.takes()
	if err != nil {
		return nil, err
	}
	run, arrived := w.allRun(spreadOver, spreadOver*each), t.topics.allHaveRecords(names, each)
	took, err := w.span(ctx, func() error { return w.createTasks(ctx, names, each) }, func(ctx context.Context) (bool, error) {
		if done, err := run(ctx); err != nil || !done {
			return false, err
		}
		return arrived(ctx)
	})
	if err != nil {
		return nil, err
	}
	if err := rest(ctx, pause); err != nil {
		return nil, err
	}
	takes, err := w.takes()
	if err != nil {
		return nil, err
	}
	takes[memoryPerTask.name] = 1e3 * (takes[residentMemory.name] - before[residentMemory.name]) / float64(spreadOver*each)
	takes[untilRunning.name], takes[cpuTaken.name] = took.wall.Seconds(), took.cpu.Seconds()
	return takes, nil
}

// createTasks creates connectors, each with so many tasks, that write to the topics of their names.
func (w *worker) createTasks(ctx context.Context, names []string, each int) error {
	for _, name := range names {
		err := w.create(ctx, name, map[string]string{"connector.class": "DatagenSource", "tasks.max": strconv.Itoa(each), "kafka.topic": name, "iterations": "1"})
		if err != nil {
			return err
		}
	}
	return nil
}
