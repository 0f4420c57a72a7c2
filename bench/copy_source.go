// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
)

// filling says what fills a topic with so many records: a source connector, or the bare client.
type filling func(r *rig, topic string, records int) (moving, error)

// sourceWorkload fills a topic with one partition.
type sourceWorkload struct {
	told about
	// full is how many records there are.
	full    int
	options workerOptions
	fill    filling
	// same takes out of a value what differs from turn to turn.
	same func(value []byte) []byte
	// expected reads what the topic has to hold; without it every turn has to have the content of the first one.
	expected func(r *rig) (content, error)
	want     *content
}

func (w *sourceWorkload) about() about { return w.told }

func (w *sourceWorkload) prepare(_ context.Context, r *rig) error {
	if w.expected == nil {
		return nil
	}
	want, err := w.expected(r)
	w.want = &want
	return err
}

func (w *sourceWorkload) run(ctx context.Context, t *turn) (values, error) {
	m, err := t.startMover(ctx, w.options)
	if err != nil {
		return nil, err
	}
	warm, err := w.fill.into(ctx, t.rig, t.name("warm"), 1, t.warmUp(w.full))
	if err != nil {
		return nil, err
	}
	records := t.records(w.full)
	topic := t.name("whole")
	whole, err := w.fill.into(ctx, t.rig, topic, 1, records)
	if err != nil {
		return nil, err
	}
	took, peak, err := measure(ctx, m, warm, whole)
	if err != nil {
		return nil, err
	}
	got, err := t.topics.content(ctx, topic, records, w.same)
	if err != nil {
		return nil, err
	}
	if w.want == nil {
		w.want = &got
	}
	return copied{records: got.records, bytes: got.bytes, span: took, peak: peak}.values(), w.want.differs(got)
}

// into makes the topic and says what fills it.
func (f filling) into(ctx context.Context, r *rig, topic string, partitions int32, records int) (moving, error) {
	m, err := f(r, topic, records)
	if err != nil {
		return m, fmt.Errorf("prepare what fills %s: %w", topic, err)
	}
	m.name, m.complete = topic, r.topics.hasRecords(topic, records)
	return m, r.topics.create(ctx, topic, partitions)
}
