// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestATaskTicksAndGoesOnAfterTheLastTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		offsets := &conntest.Offsets{}
		require.Equal(t, []string{"tick 0", "tick 1"}, ticks(t, offsets, 2))
		require.Equal(t, []string{"tick 2"}, ticks(t, offsets, 1))
	})
}

// ticks runs a task for some records and stores the offset of the last.
func ticks(t *testing.T, offsets *conntest.Offsets, n int) []string {
	t.Helper()
	task := newTickSource().NewTask()
	props := map[string]string{"topic": "ticks", "interval.ms": "500"}
	require.NoError(t, task.Start(t.Context(), taskContext{offsets: offsets}, props))
	began := time.Now()
	var values []string
	for range n {
		records, err := task.Poll(t.Context())
		require.NoError(t, err)
		require.Len(t, records, 1)
		values = append(values, records[0].Value.(string))
		require.NoError(t, offsets.Store(records[0].SourcePartition, records[0].SourceOffset))
	}
	require.Equal(t, time.Duration(n)*500*time.Millisecond, time.Since(began))
	stopped, stop := context.WithCancel(t.Context())
	stop()
	records, err := task.Poll(stopped)
	require.NoError(t, err)
	require.Empty(t, records, "a task that is to stop returns at once")
	require.NoError(t, task.Stop(t.Context()))
	return values
}

// taskContext has what the task asks for.
type taskContext struct {
	connect.SourceTaskContext
	offsets connect.OffsetReader
}

func (c taskContext) Offsets() connect.OffsetReader { return c.offsets }
