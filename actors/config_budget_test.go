// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
)

func TestBudgetsAreTheWorkersAndTheTasksIsTheConnectorsToChange(t *testing.T) {
	config, errs := ConfigFrom(with(sampleDistributed(), "task.max.buffered.bytes", "1000", "worker.max.buffered.bytes", "5000"))
	require.Empty(t, errs)
	require.Equal(t, Buffers{Task: 1000, Worker: 5000}, config.Buffers)
	require.Empty(t, config.Warnings)
	for connector, want := range map[string]int64{"": 1000, "70": 70} {
		props := map[string]string{}
		if connector != "" {
			props["task.max.buffered.bytes"] = connector
		}
		limit, err := config.Buffers.With(props)
		require.NoError(t, err)
		require.Equal(t, want, limit)
	}
	for _, wrong := range []string{"0", "many"} {
		_, err := config.Buffers.With(map[string]string{"task.max.buffered.bytes": wrong})
		require.ErrorContains(t, err, "Invalid value "+wrong+" for configuration task.max.buffered.bytes: ")
		_, errs := connectorKeys().Parse(map[string]string{"task.max.buffered.bytes": wrong})
		require.Equal(t, []error{err}, errs, "a validation says the same")
		_, errs = ConfigFrom(with(sampleDistributed(), "worker.max.buffered.bytes", wrong))
		require.Len(t, errs, 1)
		require.ErrorContains(t, errs[0], "Invalid value "+wrong+" for configuration worker.max.buffered.bytes: ")
	}
}

func TestTheBudgetOfAWorkerThatSetsNoneIsAPartOfItsMemory(t *testing.T) {
	for memory, want := range map[int64]int64{1 << 30: 256 << 20, 100 << 30: 512 << 20} {
		meters := &Meters{}
		require.Equal(t, want, budgetOf(Config{}, Runtime{Memory: memory, Meters: meters}).Limit())
		require.Equal(t, want, meters.Snapshot().Worker.BufferLimit)
	}
	require.EqualValues(t, 7, budgetOf(Config{Buffers: Buffers{Worker: 7}}, Runtime{Memory: 1 << 30, Meters: &Meters{}}).Limit())
	require.EqualValues(t, budget.Memory(), Runtime{}.withDefaults().Memory)
}

func TestMetersTellWhatTasksHold(t *testing.T) {
	meters, id := &Meters{}, connect.TaskID{Connector: "a"}
	worker := budget.New(1000)
	meters.buffer(worker)
	task := worker.Task(100)
	meters.of(id).buffer.Store(task)
	task.Hold(70)
	meters.of(id).waited.Add(5)
	now := meters.Snapshot()
	require.Equal(t, WorkerCounts{Buffered: 70, BufferLimit: 1000}, now.Worker)
	require.Equal(t, TaskCounts{Lag: -1, Buffered: 70, BufferLimit: 100, BufferWait: 5}, now.Tasks[id])
}
