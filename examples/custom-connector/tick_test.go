// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
)

// TestContract has the suite for connectors look at this one. Its source is never fed: it makes its records itself, here one in an hour.
func TestContract(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: newTickSource,
		Prepare: func(*testing.T) conntest.SourceSetup {
			return conntest.SourceSetup{Props: map[string]string{"topic": "ticks", "interval.ms": "3600000"}}
		},
		Bad: map[string]string{"topic": "", "interval.ms": "0"},
	})
}

func TestATaskTicksAndGoesOnAfterTheLastTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runtime := &conntest.SourceContext{}
		require.Equal(t, []string{"tick 0", "tick 1"}, ticks(t, runtime, 2))
		require.Equal(t, []string{"tick 2"}, ticks(t, runtime, 1))
	})
}

// ticks runs a task for some records and stores the offset of the last.
func ticks(t *testing.T, runtime *conntest.SourceContext, n int) []string {
	t.Helper()
	task := newTickSource().NewTask()
	props := map[string]string{"topic": "ticks", "interval.ms": "500"}
	require.NoError(t, task.Start(t.Context(), runtime, props))
	began := time.Now()
	var values []string
	for range n {
		records, err := task.Poll(t.Context())
		require.NoError(t, err)
		require.Len(t, records, 1)
		values = append(values, records[0].Value.(string))
		require.NoError(t, runtime.Stored.Store(records[0].SourcePartition, records[0].SourceOffset))
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
