// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/longshore-io/connect/internal/databasetest"
)

// The tables of the workloads: a whole one, and one to warm up with.
const (
	wholeTable = "whole_rows"
	warmTable  = "warm_rows"
)

// snapshotWorkload captures tables that are there.
type snapshotWorkload struct {
	told about
	want *content
}

func (w *snapshotWorkload) about() about { return w.told }

func (w *snapshotWorkload) prepare(ctx context.Context, r *rig) error {
	db, err := r.database(ctx)
	if err != nil {
		return err
	}
	return errors.Join(makeTable(ctx, db, wholeTable, r.records(snapshotCount)), makeTable(ctx, db, warmTable, r.warmUp(snapshotCount)))
}

func (w *snapshotWorkload) run(ctx context.Context, t *turn) (values, error) {
	return bringing(ctx, t, snapshotCount, &w.want, w.capture)
}

// capture has a connector of its own read a table.
func (w *snapshotWorkload) capture(ctx context.Context, t *turn, by *worker, table string, rows int) (took span, got content, err error) {
	m := captured(t, table)
	m.config["snapshot.mode"] = "initial"
	topic, err := m.into(ctx, t, table)
	if err != nil {
		return took, got, err
	}
	m.complete = t.topics.hasRecords(topic, rows)
	took, err = by.move(ctx, m.moving)
	if err = errors.Join(err, forget(ctx, t.postgres, m.prefix)); err != nil {
		return took, got, err
	}
	got, err = t.topics.bag(ctx, topic, rows, afterOnly) // a table that is read in pieces has no order
	return took, got, err
}

// capturer is a connector that captures one table.
type capturer struct {
	moving
	prefix string
}

func captured(t *turn, table string) capturer {
	prefix := t.identifier(table)
	return capturer{moving{name: t.name(table), config: capturing(t.postgres, prefix, table)}, prefix}
}

// into makes the topic of the table. Its name begins with the turn's, so that it is deleted after it.
func (c capturer) into(ctx context.Context, t *turn, table string) (topic string, err error) {
	c.config["topic.prefix"] = c.name
	topic = c.name + ".public." + table
	return topic, t.topics.create(ctx, topic, 1)
}

// streamWorkload captures updates.
type streamWorkload struct {
	told about
	want *content
}

func (w *streamWorkload) about() about { return w.told }

func (w *streamWorkload) prepare(ctx context.Context, r *rig) error {
	_, err := r.database(ctx)
	return err
}

func (w *streamWorkload) run(ctx context.Context, t *turn) (values, error) {
	return bringing(ctx, t, streamCount, &w.want, w.capture)
}

// bringing has a worker bring a small table into a topic and then the whole one, which is measured. Every contender has to make the content of
// the first.
func bringing(ctx context.Context, t *turn, rows int, want **content,
	capture func(ctx context.Context, t *turn, by *worker, table string, rows int) (span, content, error)) (values, error) {
	options, err := t.debezium(ctx)
	if err != nil {
		return nil, err
	}
	worker, err := t.startWorker(ctx, options)
	if err != nil {
		return nil, err
	}
	if _, _, err := capture(ctx, t, worker, warmTable, t.warmUp(rows)); err != nil {
		return nil, fmt.Errorf("warm up: %w", err)
	}
	took, got, err := capture(ctx, t, worker, wholeTable, t.records(rows))
	if err != nil {
		return nil, err
	}
	peak, err := worker.peak()
	if *want == nil {
		*want = &got
	}
	return copied{records: got.records, bytes: got.bytes, span: took, peak: peak}.values(), errors.Join(err, (*want).differs(got))
}

// capture has a connector of its own find updates that were made while it was stopped. A row comes before, so that the connector has an
// offset to go on from.
func (w *streamWorkload) capture(ctx context.Context, t *turn, by *worker, table string, rows int) (took span, got content, err error) {
	db := t.postgres
	if err := makeTable(ctx, db, table, rows); err != nil {
		return took, got, err
	}
	m := captured(t, table)
	m.config["snapshot.mode"] = "no_data"
	topic, err := m.into(ctx, t, table)
	if err != nil {
		return took, got, err
	}
	if err := by.create(ctx, m.name, m.config); err != nil {
		return took, got, err
	}
	if err := w.begin(ctx, t, by, m, table, topic); err != nil {
		return took, got, err
	}
	if err := updateRows(ctx, db, table, rows); err != nil {
		return took, got, err
	}
	goOn := func() error { return by.call(ctx, http.MethodPut, "/connectors/"+m.name+"/resume", nil, nil) }
	if took, err = measureSpan(ctx, by.pid, goOn, t.topics.hasRecords(topic, rows+1)); err != nil {
		return took, got, err
	}
	if err := errors.Join(by.remove(ctx, m.name), forget(ctx, db, m.prefix)); err != nil {
		return took, got, err
	}
	got, err = t.topics.content(ctx, topic, rows+1, afterOnly)
	return took, got, err
}

// begin has the connector stream one row, and stops it.
func (w *streamWorkload) begin(ctx context.Context, t *turn, by *worker, m capturer, table, topic string) error {
	slot := func(ctx context.Context) (bool, error) {
		active, err := t.postgres.Rows(ctx, "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '"+m.prefix+"'")
		return len(active) > 0, err
	}
	if err := poll(ctx, slot); err != nil {
		return err
	}
	if err := t.postgres.Run(ctx, "UPDATE "+table+" SET visits = visits + 1 WHERE id = 1"); err != nil {
		return err
	}
	if err := poll(ctx, t.topics.hasRecords(topic, 1)); err != nil {
		return err
	}
	return by.stopConnector(ctx, t.postgres, m.name, m.prefix)
}

// updatesEach is how many rows a transaction updates.
const updatesEach = 1000

func updateRows(ctx context.Context, db *databasetest.Server, table string, rows int) error {
	var statements []string
	for from := 1; from <= rows; from += updatesEach {
		statements = append(statements, fmt.Sprintf("UPDATE %s SET visits = visits + 1, amount = amount + 0.01 WHERE id >= %d AND id < %d", table, from, from+updatesEach))
	}
	return db.Run(ctx, statements...)
}
