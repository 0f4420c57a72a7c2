// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// fed is how many records the suite asks for in a test.
const fed = 50

// SourceCase says how a source connector is tested.
type SourceCase struct {
	// New makes a connector.
	New func() connect.SourceConnector
	// Prepare makes a source without records for one test, to be removed at its end.
	Prepare func(t *testing.T) SourceSetup
	// Bad has a wrong value for keys of the configuration. The connector must name each.
	Bad map[string]string
}

// SourceSetup is a source of records for one test.
type SourceSetup struct {
	// Props is a configuration of the connector that reads the source with one task.
	Props map[string]string
	// Feed adds n records to the source, no two of them the same.
	Feed func(n int)
}

// Source checks a source connector: that it names what is wrong in a configuration, that a task delivers what the source
// has, once and in the same order each time, that it goes on after any offset with exactly the rest, and that Poll and Stop
// return within a second when they should.
func Source(t *testing.T, c SourceCase) {
	create := func() connect.Connector { return c.New() }
	checkConnector(t, create, func(t *testing.T) map[string]string { return c.Prepare(t).Props }, c.Bad)
	t.Run("a connector that was never started makes tasks", func(t *testing.T) {
		require.NotNil(t, c.New().NewTask())
		require.NotSame(t, c.New().NewTask(), c.New().NewTask())
	})
	t.Run("a task stops within a second, also one that did not start", func(t *testing.T) {
		task := c.New().NewTask()
		_ = task.Start(t.Context(), &SourceContext{}, map[string]string{})
		assert.NoError(t, promptly(t, "Stop", func() error { return task.Stop(context.Background()) }))
	})
	t.Run("Poll returns within a second of its cancellation", func(t *testing.T) { c.checkCancelledPoll(t) })
	t.Run("records come in one order and with offsets that can be stored", func(t *testing.T) { c.checkRecords(t) })
	t.Run("records that come later are read too", func(t *testing.T) { c.checkLater(t) })
	t.Run("a new task goes on after any stored offset with exactly the rest", func(t *testing.T) { c.checkResume(t) })
}

func (c SourceCase) checkCancelledPoll(t *testing.T) {
	setup := c.Prepare(t)
	r := c.start(t, setup, &SourceContext{})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(soon/5, cancel)
	for ctx.Err() == nil {
		var records []connect.SourceRecord
		_, err := r.poll(ctx, cancelAfter(ctx, soon), &records)
		require.Empty(t, records, "the source is empty")
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	r.stop()
}

func (c SourceCase) checkRecords(t *testing.T) {
	setup := c.Prepare(t)
	setup.Feed(fed)
	first := c.readAll(t, setup, &SourceContext{}, fed)
	for i, record := range first {
		assert.NotEmpty(t, record.Topic, "the topic of record %d", i)
		if record.SourceOffset != nil {
			assert.NoError(t, new(Offsets).Store(record.SourcePartition, record.SourceOffset), "record %d", i)
		}
	}
	second := c.readAll(t, setup, &SourceContext{}, fed)
	assert.Equal(t, byPartition(first), byPartition(second), "the same source, read again")
}

func (c SourceCase) checkLater(t *testing.T) {
	setup := c.Prepare(t)
	r := c.start(t, setup, &SourceContext{})
	for range 3 {
		setup.Feed(2)
		require.Len(t, r.read(2), 2)
	}
	r.stop()
}

func (c SourceCase) checkResume(t *testing.T) {
	setup := c.Prepare(t)
	setup.Feed(fed)
	all := c.readAll(t, setup, &SourceContext{}, fed)
	for _, done := range []int{0, 1, fed / 2, fed - 1, fed} {
		t.Run(fmt.Sprintf("after %d of %d", done, fed), func(t *testing.T) {
			tc := &SourceContext{}
			for _, record := range all[:done] {
				if record.SourceOffset != nil {
					require.NoError(t, tc.Stored.Store(record.SourcePartition, record.SourceOffset))
				}
			}
			rest := c.readAll(t, setup, tc, fed-done)
			assert.Equal(t, byPartition(all[done:]), byPartition(rest))
		})
	}
}

// readAll reads n records with a task of its own and makes sure that there is no further one.
func (c SourceCase) readAll(t *testing.T, setup SourceSetup, tc *SourceContext, n int) []connect.SourceRecord {
	t.Helper()
	r := c.start(t, setup, tc)
	defer r.stop()
	records := r.read(n)
	ctx, cancel := context.WithTimeout(t.Context(), soon/5)
	defer cancel()
	for ctx.Err() == nil {
		if _, err := r.poll(ctx, cancelAfter(ctx, soon), &records); err != nil {
			require.ErrorIs(t, err, ctx.Err())
		}
	}
	require.Len(t, records, n, "the source has no more records than these")
	return records
}

func (c SourceCase) start(t *testing.T, setup SourceSetup, tc *SourceContext) *reading {
	t.Helper()
	task := c.New().NewTask()
	require.NoError(t, task.Start(t.Context(), tc, taskProps(t, c.New(), setup.Props)))
	return &reading{t: t, task: task}
}

// reading is a source task at work.
type reading struct {
	t    *testing.T
	task connect.SourceTask
}

// read polls until there are n records.
func (r *reading) read(n int) []connect.SourceRecord {
	r.t.Helper()
	var records []connect.SourceRecord
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	for len(records) < n {
		_, err := r.poll(ctx, cancelAfter(ctx, soon), &records)
		require.NoError(r.t, err)
		require.NoError(r.t, ctx.Err(), "%d of %d records have come", len(records), n)
	}
	return records
}

// poll calls Poll, fails the test where it has not returned by the deadline, and spoils the slice that it returned once
// the records are copied: until the next Poll it is the caller's.
func (r *reading) poll(ctx context.Context, deadline <-chan struct{}, into *[]connect.SourceRecord) (int, error) {
	r.t.Helper()
	type result struct {
		records []connect.SourceRecord
		err     error
	}
	done := make(chan result, 1)
	go func() {
		records, err := r.task.Poll(ctx)
		done <- result{records, err}
	}()
	select {
	case got := <-done:
		*into = append(*into, got.records...)
		clear(got.records)
		if errors.Is(got.err, context.Canceled) && ctx.Err() == nil {
			require.NoError(r.t, got.err, "nobody has cancelled this")
		}
		return len(got.records), got.err
	case <-deadline:
		require.FailNow(r.t, "Poll has not returned within "+soon.String()+" of its cancellation")
		return 0, nil
	}
}

func (r *reading) stop() {
	r.t.Helper()
	require.NoError(r.t, promptly(r.t, "Stop", func() error { return r.task.Stop(context.Background()) }))
}

// cancelAfter returns a channel that is closed some time after ctx was cancelled.
func cancelAfter(ctx context.Context, d time.Duration) <-chan struct{} {
	late := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(d, func() { close(late) }) })
	return late
}

// seen is what is compared of a record: all but its time.
type seen struct {
	Topic  string
	Key    any
	Value  any
	Offset map[string]any
}

// byPartition keeps the order inside each source partition, which is the one that counts.
func byPartition(records []connect.SourceRecord) map[string][]seen {
	out := map[string][]seen{}
	for _, record := range records {
		one := seen{Topic: record.Topic, Key: record.Key, Value: record.Value}
		if record.SourceOffset != nil {
			one.Offset = record.SourceOffset.Fields()
		}
		key := keyOf(record.SourcePartition)
		out[key] = append(out[key], one)
	}
	return out
}
