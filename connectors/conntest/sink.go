// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// SinkCase says how a sink connector is tested.
type SinkCase struct {
	// New makes a connector.
	New func() connect.SinkConnector
	// Prepare makes an empty destination for one test, to be removed at its end.
	Prepare func(t *testing.T) SinkSetup
	// Record makes a record from a number, no two of them the same; nil makes one whose value is a string. The suite sets
	// topic, partition and offset.
	Record func(n int) connect.Record
	// Bad has a wrong value for keys of the configuration. The connector must name each.
	Bad map[string]string
}

// SinkSetup is a destination for one test.
type SinkSetup struct {
	// Props is a configuration of the connector that writes to the destination with one task.
	Props map[string]string
	// Missing returns an error that says which of the records are not at the destination.
	Missing func(records []connect.SinkRecord) error
}

// partition is where the suite's records come from.
var partition = connect.TopicPartition{Topic: "conntest", Partition: 0}

// Sink checks a sink connector: that it names what is wrong in a configuration, that records are at the destination when
// the task lets their offsets be committed, that it takes records again that it has had, by the same task and by the next,
// that it never lets more be committed than it was given, and that Stop returns within a second.
func Sink(t *testing.T, c SinkCase) {
	create := func() connect.Connector { return c.New() }
	checkConnector(t, create, func(t *testing.T) map[string]string { return c.Prepare(t).Props }, c.Bad)
	t.Run("a connector that was never started makes tasks", func(t *testing.T) {
		require.NotNil(t, c.New().NewTask())
		require.NotSame(t, c.New().NewTask(), c.New().NewTask())
	})
	t.Run("a task stops within a second, also one that did not start", func(t *testing.T) {
		task := c.New().NewTask()
		_ = task.Start(t.Context(), &SinkContext{}, map[string]string{})
		_ = promptly(t, "Stop", func() error { return task.Stop(context.Background()) })
	})
	t.Run("no records at all are fine", func(t *testing.T) {
		w := c.start(t, c.Prepare(t))
		require.NoError(t, w.task.Put(t.Context(), nil))
		require.NoError(t, w.task.Put(t.Context(), []connect.SinkRecord{}))
		w.commit(0)
		w.stop()
	})
	t.Run("what may be committed is at the destination", func(t *testing.T) {
		setup := c.Prepare(t)
		w := c.start(t, setup)
		for done := 0; done < fed; done += fed / 5 {
			w.put(c.records(done, done+fed/5))
			safe := w.commit(int64(done + fed/5))
			require.NoError(t, setup.Missing(c.records(0, int(safe))))
		}
		w.stop()
		w = c.start(t, setup)
		require.NoError(t, setup.Missing(c.records(0, int(w.safe))))
		w.stop()
	})
	t.Run("records that come again are taken", func(t *testing.T) { c.checkRedelivery(t) })
}

func (c SinkCase) checkRedelivery(t *testing.T) {
	setup := c.Prepare(t)
	w := c.start(t, setup)
	w.put(c.records(0, fed))
	w.put(c.records(0, fed))
	w.stop()
	w = c.start(t, setup)
	w.put(c.records(fed/2, fed+1))
	safe := w.commit(fed + 1)
	require.NoError(t, setup.Missing(c.records(fed/2, int(safe))))
	w.stop()
}

func (c SinkCase) records(from, to int) []connect.SinkRecord {
	var records []connect.SinkRecord
	for n := from; n < to; n++ {
		record := connect.Record{ValueSchema: connect.String, Value: fmt.Sprintf("value %d", n)}
		if c.Record != nil {
			record = c.Record(n)
		}
		record.Topic, record.Partition = partition.Topic, &partition.Partition
		records = append(records, connect.NewSinkRecord(record, partition, int64(n)))
	}
	return records
}

func (c SinkCase) start(t *testing.T, setup SinkSetup) *writing {
	t.Helper()
	w := &writing{t: t, task: c.New().NewTask()}
	tc := &SinkContext{Partitions: []connect.TopicPartition{partition}}
	require.NoError(t, w.task.Start(t.Context(), tc, taskProps(t, c.New(), setup.Props)))
	if l, ok := w.task.(connect.PartitionListener); ok {
		require.NoError(t, l.Open(t.Context(), tc.Partitions))
	}
	return w
}

// writing is a sink task at work.
type writing struct {
	t    *testing.T
	task connect.SinkTask
	// safe is the offset that may be committed.
	safe int64
}

// put spoils the slice when it is the caller's again.
func (w *writing) put(records []connect.SinkRecord) {
	w.t.Helper()
	require.NoError(w.t, w.task.Put(w.t.Context(), records))
	clear(records)
}

// commit asks what may be committed of what was put.
func (w *writing) commit(current int64) int64 {
	w.t.Helper()
	p, ok := w.task.(connect.PreCommitter)
	if !ok {
		w.safe = current
		return current
	}
	offsets := map[connect.TopicPartition]int64{partition: current}
	safe, err := p.PreCommit(w.t.Context(), maps.Clone(offsets))
	require.NoError(w.t, err)
	for tp, offset := range safe {
		assert.Contains(w.t, offsets, tp, "a partition that the task does not have")
		assert.LessOrEqual(w.t, offset, current, "records that the task has not been given")
	}
	if offset, has := safe[partition]; has {
		w.safe = offset
	}
	return w.safe
}

func (w *writing) stop() {
	w.t.Helper()
	if l, ok := w.task.(connect.PartitionListener); ok {
		require.NoError(w.t, l.Close(w.t.Context(), []connect.TopicPartition{partition}))
	}
	require.NoError(w.t, promptly(w.t, "Stop", func() error { return w.task.Stop(context.Background()) }))
}
