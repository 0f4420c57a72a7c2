// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
)

func TestMetersTellWhatTheyWereTold(t *testing.T) {
	var m Meters
	source, sink := connect.TaskID{Connector: "in", Task: 0}, connect.TaskID{Connector: "out", Task: 1}
	m.of(source).polled(5)
	m.of(source).acknowledged(3)
	m.of(source).committed(nil)
	m.of(sink).consumed(4)
	m.of(sink).put(2)
	m.of(sink).lag.Store(7)
	m.of(sink).committed(errors.New("Kafka is away"))
	m.State(source, connect.Running)
	m.State(connect.TaskID{Connector: "in", Task: -1}, connect.Failed)
	m.Restarted(sink)
	m.Restarted(sink)
	m.Abandoned()
	require.Equal(t, Snapshot{
		Worker: WorkerCounts{Abandoned: 1},
		Tasks: map[connect.TaskID]TaskCounts{
			source: {In: 5, Out: 3, Lag: -1, Commits: 1},
			sink:   {In: 4, Out: 2, Lag: 7, FailedCommits: 1},
		},
		States:   map[connect.TaskID]connect.State{source: connect.Running, {Connector: "in", Task: -1}: connect.Failed},
		Restarts: map[connect.TaskID]int64{sink: 2},
	}, m.Snapshot())
	require.Equal(t, map[connect.TaskID]Progress{source: {Records: 5, Lag: -1}, sink: {Records: 2, Lag: 7}}, m.Progress())
}

func TestMetersTellOfTheCluster(t *testing.T) {
	var m Meters
	require.Equal(t, WorkerCounts{}, m.Snapshot().Worker)
	m.Lead(true)
	m.Lease(true)
	m.Generation(17)
	m.Rebalanced(2 * time.Second)
	m.Rebalanced(time.Second)
	require.Equal(t, WorkerCounts{Clustered: true, Leads: true, LeaseOpen: true, Generation: 17, Rebalances: 2, RebalanceTime: 3 * time.Second, LastRebalance: time.Second},
		m.Snapshot().Worker)
	m.Lead(false)
	m.Lease(false)
	require.False(t, m.Snapshot().Worker.Leads)
	require.False(t, m.Snapshot().Worker.LeaseOpen)
}

func TestMetersForgetWhatIsGone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var m Meters
		present := map[connect.TaskID]bool{}
		for range rapid.IntRange(0, 40).Draw(r, "steps") {
			id := connect.TaskID{Connector: rapid.SampledFrom([]string{"a", "b"}).Draw(r, "connector"), Task: rapid.IntRange(-1, 3).Draw(r, "task")}
			if rapid.Bool().Draw(r, "gone") {
				m.forget(id)
				delete(present, id)
				continue
			}
			m.State(id, connect.Running)
			m.Restarted(id)
			m.of(id).put(1)
			present[id] = true
		}
		now := m.Snapshot()
		require.Len(r, now.States, len(present))
		require.Len(r, now.Restarts, len(present))
		require.Len(r, now.Tasks, len(present))
	})
}

func TestMetersCountFromManyGoroutines(t *testing.T) {
	var m Meters
	id := connect.TaskID{Connector: "c"}
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for range 100 {
				m.of(id).put(1)
				m.Restarted(id)
				m.State(id, connect.Running)
				m.Rebalanced(time.Millisecond)
				m.Snapshot()
			}
		})
	}
	done.Wait()
	now := m.Snapshot()
	require.EqualValues(t, 800, now.Tasks[id].Out)
	require.EqualValues(t, 800, now.Restarts[id])
	require.EqualValues(t, 800, now.Worker.Rebalances)
}
