// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// growing is what is measured in several sizes, by a worker that is started anew for each.
type growing interface {
	// prepare makes what all turns read.
	prepare(ctx context.Context, r *rig, sizes []int) error
	// work is what is done in one size, and a little of the same before.
	work(ctx context.Context, t *turn, size int) (warm, whole moving, err error)
}

// The metrics of growth. The exponent is the power of the size with which a cost grows, the factor the largest from a size to its double.
var (
	timeExponent   = metric{name: "time, exponent", format: "%.2f"}
	timeFactor     = metric{name: "time, largest factor of a doubling", format: "%.2f"}
	cpuExponent    = metric{name: "CPU time, exponent", format: "%.2f"}
	memoryExponent = metric{name: "peak memory, exponent", format: "%.2f"}
	memoryFactor   = metric{name: "peak memory, largest factor of a doubling", format: "%.2f"}
)

func secondsAt(size int) metric {
	return metric{name: fmt.Sprintf("%d: seconds", size), format: "%.3f"}
}

func memoryAt(size int) metric {
	return metric{name: fmt.Sprintf("%d: peak memory, MB", size), format: "%.1f"}
}

// growth looks how costs grow with a size.
type growth struct {
	growing
	name, what string
	sizes      []int
}

// growths are all of them.
var growths = []workload{
	growth{moreRecords{}, "growth with records", "FileStreamSource brings 500,000 lines of 98 bytes into a topic, and 2 and 4 times as many.", []int{1, 2, 4}},
	growth{moreTasks{}, "growth with tasks", "1, 2, 4 and 8 tasks of the datagen source make 250,000 strings of 100 bytes each.", []int{1, 2, 4, 8}},
	growth{morePartitions{}, "growth with partitions", "FileStreamSink writes a topic of 1 to 64 partitions into a file, 20,000 strings for each.", []int{1, 4, 16, 64}},
}

// steadyExponent is the most that an exponent may be: what is measured twice differs by some per cent.
const steadyExponent = 1.05

// growthTargets hold that doubled work at most doubles time and memory.
func growthTargets() (all []target) {
	for _, g := range growths {
		name := g.about().name
		all = append(all, target{name, timeExponent, "", steadyExponent}, target{name, memoryExponent, "", steadyExponent})
	}
	return all
}

func (g growth) about() about {
	metrics := []metric{timeExponent, cpuExponent, memoryExponent, timeFactor, memoryFactor}
	for _, size := range g.sizes {
		metrics = append(metrics, secondsAt(size), memoryAt(size))
	}
	return about{name: g.name, contenders: []contender{longshore}, metrics: metrics,
		what: g.what + " The exponent is the power of the size with which a cost grows: 1 is a straight line. Each size has a worker of its own."}
}

func (g growth) prepare(ctx context.Context, r *rig) error { return g.growing.prepare(ctx, r, g.sizes) }

func (g growth) run(ctx context.Context, t *turn) (values, error) {
	got := values{}
	var wall, cpu, memory []point
	for _, size := range g.sizes {
		took, peak, err := g.one(ctx, t, size)
		if err != nil {
			return nil, fmt.Errorf("size %d: %w", size, err)
		}
		seconds, mb := took.wall.Seconds(), float64(peak)/1e6
		got[secondsAt(size).name], got[memoryAt(size).name] = seconds, mb
		wall, memory = append(wall, point{float64(size), seconds}), append(memory, point{float64(size), mb})
		cpu = append(cpu, point{float64(size), max(took.cpu.Seconds(), leastCPU)})
	}
	got[timeExponent.name], got[timeFactor.name] = exponent(wall), steepest(wall)
	got[memoryExponent.name], got[memoryFactor.name] = exponent(memory), steepest(memory)
	got[cpuExponent.name] = exponent(cpu)
	return got, nil
}

// leastCPU is the clock in which CPU time is counted, in seconds.
const leastCPU = 0.01

func (g growth) one(ctx context.Context, t *turn, size int) (took span, peak int64, err error) {
	w, err := t.startWorker(ctx, workerOptions{})
	if err != nil {
		return span{}, 0, err
	}
	defer func() { err = errors.Join(err, w.stop()) }()
	warm, whole, err := g.work(ctx, t, size)
	if err != nil {
		return span{}, 0, err
	}
	return measure(ctx, w, warm, whole)
}

// moreRecords are lines of a file.
type moreRecords struct{}

const growthLines = 500_000

func (moreRecords) prepare(_ context.Context, r *rig, sizes []int) error {
	for _, size := range sizes {
		if _, err := r.lines(size * r.records(growthLines)); err != nil {
			return err
		}
	}
	return nil
}

func (moreRecords) work(ctx context.Context, t *turn, size int) (warm, whole moving, err error) {
	fill := fillLines(nil)
	if warm, err = fill.into(ctx, t.rig, t.name(fmt.Sprintf("warm-%d", size)), 1, t.warmUp(growthLines)); err != nil {
		return warm, whole, err
	}
	whole, err = fill.into(ctx, t.rig, t.name(fmt.Sprintf("whole-%d", size)), 1, size*t.records(growthLines))
	return warm, whole, err
}

// moreTasks are those of one connector.
type moreTasks struct{}

const growthMade = 250_000

func (moreTasks) prepare(context.Context, *rig, []int) error { return nil }

func (moreTasks) work(ctx context.Context, t *turn, size int) (warm, whole moving, err error) {
	if warm, err = fillByTasks(size, t.warmUp(growthMade)).into(ctx, t.rig, t.name(fmt.Sprintf("warm-%d", size)), 1, size*t.warmUp(growthMade)); err != nil {
		return warm, whole, err
	}
	each := t.records(growthMade)
	whole, err = fillByTasks(size, each).into(ctx, t.rig, t.name(fmt.Sprintf("whole-%d", size)), 1, size*each)
	return warm, whole, err
}

// fillByTasks has so many tasks make so many records each.
func fillByTasks(tasks, each int) filling {
	return func(_ *rig, topic string, _ int) (moving, error) {
		return moving{config: map[string]string{"connector.class": "DatagenSource", "tasks.max": strconv.Itoa(tasks),
			"kafka.topic": topic, "value.size": "100", "iterations": strconv.Itoa(each)}}, nil
	}
}

// morePartitions are those of a sink's topic.
type morePartitions struct{}

const growthPartition = 20_000

func partitionsTopic(size int) string { return fmt.Sprintf("%spartitions-%d", inputs, size) }

// prepare fills the topics, and one with a partition to warm up with.
func (p morePartitions) prepare(ctx context.Context, r *rig, sizes []int) (err error) {
	t, err := r.turn(longshore, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end(context.WithoutCancel(ctx))) }()
	w, err := t.startWorker(ctx, workerOptions{})
	if err != nil {
		return err
	}
	for _, size := range append([]int{0}, sizes...) {
		records := p.records(r, size)
		fill := fillMade("text", lineBytes-1, nil)
		m, err := fill.into(ctx, r, partitionsTopic(size), int32(max(1, size)), records)
		if err != nil {
			return err
		}
		if _, err := w.move(ctx, m); err != nil {
			return fmt.Errorf("fill %s: %w%s", partitionsTopic(size), err, t.said())
		}
	}
	return nil
}

// records is how many a topic has; size 0 is for warming up.
func (morePartitions) records(r *rig, size int) int {
	if size == 0 {
		return fewest
	}
	return size * r.records(growthPartition)
}

func (p morePartitions) work(_ context.Context, t *turn, size int) (warm, whole moving, err error) {
	return p.moving(t, 0, size), p.moving(t, size, size), nil
}

// moving writes a topic into a file; of is the size in whose turn it is done.
func (p morePartitions) moving(t *turn, size, of int) moving {
	name := fmt.Sprintf("lines-%d-of-%d", size, of)
	file := t.file(name)
	return moving{
		name: t.name(name), config: sinkConfig("FileStreamSink", partitionsTopic(size), 1, map[string]string{"file": file}),
		complete: hasSize(file, lineBytes*int64(p.records(t.rig, size))),
	}
}
