// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
)

// The topics that sinks read: the whole one, and one to warm up with. They are not of a turn, and gone after the workload.
const (
	inputTopic = inputs + "whole"
	warmTopic  = inputs + "warm"
	inputs     = "input-"
)

// input is what a sink workload reads.
type input struct {
	// full is how many records there are.
	full       int
	partitions int32
	options    workerOptions
	fill       filling
}

// prepare has the real Kafka Connect fill the topics: the size of its batches is part of a sink's work.
func (i input) prepare(ctx context.Context, r *rig) (err error) {
	t, err := r.turn(kafkaConnect, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end(context.WithoutCancel(ctx))) }()
	w, err := t.startWorker(ctx, i.options)
	if err != nil {
		return err
	}
	for topic, records := range map[string]int{warmTopic: r.warmUp(i.full), inputTopic: r.records(i.full)} {
		m, err := i.fill.into(ctx, r, topic, i.partitions, records)
		if err != nil {
			return err
		}
		if _, err := w.move(ctx, m); err != nil {
			return fmt.Errorf("fill %s: %w%s", topic, err, t.said())
		}
	}
	return nil
}

// fileSink writes a topic into a file of lines.
type fileSink struct {
	told about
	input
	// lineBytes is the length of a line with its end, 0 when it is not known.
	lineBytes int64
	// config has the converters.
	config map[string]string
	// want is what the first turn has written.
	want *content
}

func (w *fileSink) about() about { return w.told }

func (w *fileSink) run(ctx context.Context, t *turn) (values, error) {
	m, err := t.startMover(ctx, workerOptions{})
	if err != nil {
		return nil, err
	}
	warm, whole := w.moving(t, warmTopic, t.warmUp(w.full)), w.moving(t, inputTopic, t.records(w.full))
	took, peak, err := measure(ctx, m, warm, whole)
	if err != nil {
		return nil, err
	}
	got, err := fileContent(whole.config["file"])
	if err != nil {
		return nil, err
	}
	if w.want == nil {
		w.want = &got
	}
	return copied{records: got.records, bytes: got.bytes, span: took, peak: peak}.values(), w.want.differs(got)
}

func (w *fileSink) moving(t *turn, topic string, records int) moving {
	file := t.file(topic + ".txt")
	complete := hasLines(file, records)
	if w.lineBytes > 0 {
		complete = hasSize(file, w.lineBytes*int64(records))
	}
	return moving{
		name: t.name(topic), config: sinkConfig("FileStreamSink", topic, 1, w.config, map[string]string{"file": file}),
		bare: bareJob{Sink: true, Broker: t.broker.Addr(), Topic: topic, File: file, Records: records}, complete: complete,
	}
}

// discardingSink reads a topic of many partitions with many tasks that throw records away.
type discardingSink struct {
	told about
	input
	tasks int
	// bytes is the length of a value.
	bytes int64
}

func (w *discardingSink) about() about { return w.told }

func (w *discardingSink) run(ctx context.Context, t *turn) (values, error) {
	m, err := t.startMover(ctx, workerOptions{plugins: true, properties: map[string]string{"offset.flush.interval.ms": commitEvery}})
	if err != nil {
		return nil, err
	}
	records := t.records(w.full)
	took, peak, err := measure(ctx, m, w.moving(t, warmTopic, t.warmUp(w.full)), w.moving(t, inputTopic, records))
	return copied{records: int64(records), bytes: int64(records) * w.bytes, span: took, peak: peak}.values(), err
}

// commitEvery is how many milliseconds there are between two commits: what is committed is all that can be seen of records that are
// thrown away.
const commitEvery = "100"

func (w *discardingSink) moving(t *turn, topic string, records int) moving {
	name := t.name(topic)
	return moving{
		name: name, config: sinkConfig("MockSink", topic, w.tasks),
		complete: t.topics.hasCommitted("connect-"+name, topic, records),
	}
}
