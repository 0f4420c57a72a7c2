// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// reading is a source task at work.
type reading struct {
	*trial
	task connect.SourceTask
}

func (c SourceCase) start(tr *trial, setup SourceSetup, tc *SourceContext) *reading {
	tr.Helper()
	task := c.New().NewTask()
	require.NoError(tr, tr.hear(task.Start(tr.Context(), tc, maps.Clone(tr.taskProps(c.New(), setup.Props)))))
	return &reading{trial: tr, task: task}
}

// read polls until there are n records.
func (r *reading) read(n int) []connect.SourceRecord {
	r.Helper()
	return r.readUntil(func(records []connect.SourceRecord) bool { return len(records) >= n })
}

func (r *reading) readUntil(enough func([]connect.SourceRecord) bool) []connect.SourceRecord {
	r.Helper()
	var records []connect.SourceRecord
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	for !enough(records) {
		require.NoError(r, ctx.Err(), "%d records have come, and no more", len(records))
		records = append(records, r.pollUntil(ctx)...)
	}
	return records
}

// pollUntil is a poll that may end with ctx and may not fail.
func (r *reading) pollUntil(ctx context.Context) []connect.SourceRecord {
	r.Helper()
	records, err := r.poll(ctx)
	if err != nil && ctx.Err() == nil {
		require.NoError(r, err)
	}
	return records
}

// poll calls Poll, fails the test where it has not returned a second after its cancellation, and spoils the slice that it returned once
// the records are copied: until the next Poll it is the caller's.
func (r *reading) poll(ctx context.Context) (records []connect.SourceRecord, err error) {
	r.Helper()
	done := make(chan error, 1)
	go func() {
		polled, err := r.task.Poll(ctx)
		records = append([]connect.SourceRecord(nil), polled...)
		clear(polled)
		done <- err
	}()
	select {
	case err = <-done:
		_ = r.hear(err)
	case <-ctx.Done():
		err = r.await("Poll, which was cancelled,", done)
	}
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		require.NoError(r, err, "nobody has cancelled this")
	}
	return records, err
}

func (r *reading) stop() {
	r.Helper()
	require.NoError(r, r.promptly("Stop", func() error { return r.task.Stop(context.Background()) }))
}

// rest returns what comes within a moment.
func (r *reading) rest() (records []connect.SourceRecord) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), moment)
	defer cancel()
	for ctx.Err() == nil {
		records = append(records, r.pollUntil(ctx)...)
	}
	return records
}

// readAll reads n records with a task of its own and makes sure that there is no further one.
func (c SourceCase) readAll(tr *trial, setup SourceSetup, tc *SourceContext, n int) []connect.SourceRecord {
	tr.Helper()
	r := c.start(tr, setup, tc)
	records := r.read(n)
	records = append(records, r.rest()...)
	r.stop()
	require.Len(tr, records, n, "the source has no more records than these")
	return records
}

// readRest reads what has to come behind an offset: exactly that, or at least that where records may come again.
func (c SourceCase) readRest(tr *trial, setup SourceSetup, tc *SourceContext, want []connect.SourceRecord, after int) {
	tr.Helper()
	if !c.Repeats {
		rest := c.readAll(tr, setup, tc, len(want))
		assert.Equal(tr, c.byPartition(want), c.byPartition(rest), "the rest after record %d", after)
		return
	}
	r := c.start(tr, setup, tc)
	r.readUntil(func(got []connect.SourceRecord) bool { return c.contains(got, want) })
	r.stop()
}

// contains says whether records came, in their order, with others between them at most.
func (c SourceCase) contains(got, want []connect.SourceRecord) bool {
	have := c.byPartition(got)
	for partition, records := range c.byPartition(want) {
		for _, one := range have[partition] {
			if len(records) > 0 && assert.ObjectsAreEqual(records[0], one) {
				records = records[1:]
			}
		}
		if len(records) > 0 {
			return false
		}
	}
	return true
}

// seen is what is compared of a record where the case does not say: all but its time.
type seen struct {
	Topic  string
	Key    any
	Value  any
	Offset map[string]any
}

// byPartition keeps the order inside each source partition, which is the one that counts.
func (c SourceCase) byPartition(records []connect.SourceRecord) map[string][]any {
	out := map[string][]any{}
	for _, record := range records {
		key := keyOf(record.SourcePartition)
		out[key] = append(out[key], c.contentOf(record))
	}
	return out
}

func (c SourceCase) contentOf(record connect.SourceRecord) any {
	if c.Content != nil {
		return c.Content(record)
	}
	one := seen{Topic: record.Topic, Key: record.Key, Value: record.Value}
	if record.SourceOffset != nil {
		one.Offset = record.SourceOffset.Fields()
	}
	return one
}

// store is what the runtime does when Kafka has acknowledged records.
func (tr *trial) store(tc *SourceContext, records []connect.SourceRecord) {
	tr.Helper()
	for _, record := range records {
		if record.SourceOffset != nil {
			require.NoError(tr, tc.Stored.Store(record.SourcePartition, record.SourceOffset))
		}
	}
}

// breath is how long the suite waits before it repeats a call that failed.
const breath = 50 * time.Millisecond
