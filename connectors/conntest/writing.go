// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"maps"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func (tr *trial) sinkContext(reporter connect.ErrantRecordReporter) *SinkContext {
	tc := &SinkContext{Partitions: []connect.TopicPartition{partition}, Reporter: reporter}
	tr.listen(&tc.Logs)
	return tc
}

func (c SinkCase) start(tr *trial, setup SinkSetup) *writing {
	tr.Helper()
	return c.startWith(tr, setup, nil)
}

func (c SinkCase) startWith(tr *trial, setup SinkSetup, reporter connect.ErrantRecordReporter) *writing {
	tr.Helper()
	w := &writing{trial: tr, task: c.New().NewTask()}
	require.NoError(tr, tr.hear(w.task.Start(tr.Context(), tr.sinkContext(reporter), maps.Clone(tr.taskProps(c.New(), setup.Props)))))
	if l, ok := w.task.(connect.PartitionListener); ok {
		w.give(l)
	}
	return w
}

// writing is a sink task at work.
type writing struct {
	*trial
	task connect.SinkTask
	// safe is the offset that may be committed.
	safe int64
}

func (w *writing) put(records []connect.SinkRecord) {
	w.Helper()
	require.NoError(w, w.tryPut(w.Context(), records))
}

// tryPut spoils the slice when it is the caller's again.
func (w *writing) tryPut(ctx context.Context, records []connect.SinkRecord) error {
	w.Helper()
	defer clear(records)
	return w.hear(w.task.Put(ctx, records))
}

// commit asks what may be committed of what was put.
func (w *writing) commit(current int64) int64 {
	w.Helper()
	safe, err := w.tryCommit(w.Context(), current)
	require.NoError(w, err)
	return safe
}

func (w *writing) tryCommit(ctx context.Context, current int64) (int64, error) {
	w.Helper()
	p, ok := w.task.(connect.PreCommitter)
	if !ok {
		w.safe = current
		return current, nil
	}
	offsets := map[connect.TopicPartition]int64{partition: current}
	safe, err := p.PreCommit(ctx, maps.Clone(offsets))
	if err != nil {
		return w.safe, w.hear(err)
	}
	for tp, offset := range safe {
		assert.Contains(w, offsets, tp, "a partition that the task does not have")
		assert.LessOrEqual(w, offset, current, "records that the task has not been given")
	}
	if offset, has := safe[partition]; has {
		w.safe = offset
	}
	return w.safe, nil
}

func (w *writing) give(l connect.PartitionListener) {
	w.Helper()
	require.NoError(w, w.hear(l.Open(w.Context(), []connect.TopicPartition{partition})))
}

func (w *writing) take(l connect.PartitionListener) {
	w.Helper()
	require.NoError(w, w.promptly("Close", func() error { return l.Close(context.Background(), []connect.TopicPartition{partition}) }))
}

func (w *writing) stop() {
	w.Helper()
	if l, ok := w.task.(connect.PartitionListener); ok {
		w.take(l)
	}
	w.end()
}

// end is stop of a task whose partitions were not taken back, as after a failure.
func (w *writing) end() {
	w.Helper()
	require.NoError(w, w.promptly("Stop", func() error { return w.task.Stop(context.Background()) }))
}

// letters is a dead letter queue.
type letters struct{ offsets []int64 }

// Report keeps the record's offset.
func (l *letters) Report(_ context.Context, record connect.SinkRecord, _ error) error {
	l.offsets = append(l.offsets, record.Offset)
	return nil
}
