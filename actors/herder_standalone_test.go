// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestAStandaloneWorkerAnswersACreationWithTheTasks(t *testing.T) {
	w := prepared().startStandalone(t)
	info := w.create(t, "c", "tasks.max", "2")
	require.Equal(t, []connect.TaskID{{Connector: "c"}, {Connector: "c", Task: 1}}, info.Tasks)

	info, created, err := w.PutConnectorConfig(t.Context(), "c", calm("c", "tasks.max", "3"))
	require.NoError(t, err)
	require.False(t, created)
	require.Len(t, info.Tasks, 3)
	info, _, err = w.PutConnectorConfig(t.Context(), "c", calm("c", "tasks.max", "3"))
	require.NoError(t, err, "the same configuration again, which nothing is written for")
	require.Len(t, info.Tasks, 3)
	one := "1"
	info, err = w.PatchConnectorConfig(t.Context(), "c", connect.RawConfig{"tasks.max": &one})
	require.NoError(t, err)
	require.Len(t, info.Tasks, 1)
	info, created, err = w.PutConnectorConfig(t.Context(), "d", calm("d"))
	require.NoError(t, err)
	require.True(t, created)
	require.Len(t, info.Tasks, 1)
}

func TestAStandaloneWorkerAnswersAtOnceWhereNoTasksAreToCome(t *testing.T) {
	w := prepared().startStandalone(t)
	for _, target := range []connect.TargetState{connect.TargetPaused, connect.TargetStopped} {
		info, err := w.CreateConnector(t.Context(), connect.CreateRequest{Name: string(target), Config: calm(string(target)), InitialState: &target})
		require.NoError(t, err)
		require.Empty(t, info.Tasks)
		w.until(t, string(target), connect.State(target))
	}
	require.NoError(t, w.ResumeConnector(t.Context(), "PAUSED"))
	w.until(t, "PAUSED", connect.Running, connect.Running)
}

func TestAStandaloneWorkerTellsTheCreatorOfAConnectorThatDoesNotStart(t *testing.T) {
	for _, call := range []string{"Start bad", "TaskConfigs"} {
		t.Run(call, func(t *testing.T) {
			w := prepared().startStandalone(t)
			w.source.when(call, func(context.Context) error { return errors.New("on fire") })
			_, err := w.CreateConnector(t.Context(), connect.CreateRequest{Name: "bad", Config: calm("bad")})
			require.EqualError(t, err, "Failed to transition connector bad to state STARTED")
			require.Equal(t, connect.Fatal, connect.Classify(err))
			_, err = w.Connector(t.Context(), "bad")
			require.NoError(t, err, "it is there, and failed")
			require.Contains(t, w.until(t, "bad", connect.Failed).Connector.Trace, "on fire")
			w.source.when(call, nil)
			info, _, err := w.PutConnectorConfig(t.Context(), "bad", calm("bad"))
			require.NoError(t, err)
			require.Len(t, info.Tasks, 1)
		})
	}
}

func TestAStandaloneWorkerWaitsWithAHangingConnectorAlone(t *testing.T) {
	w := prepared().startStandalone(t)
	stuck, release := hang()
	defer release()
	w.source.when("Start bad", stuck)
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		_, err := w.CreateConnector(ctx, connect.CreateRequest{Name: "bad", Config: calm("bad")})
		ended <- err
	}()
	require.Eventually(t, func() bool { return w.source.called("Start bad") == 1 }, timeToSee, tick)
	w.create(t, "good")
	require.NoError(t, w.DeleteConnector(t.Context(), "bad"))
	require.EqualError(t, <-ended, "Connector bad not found")
}

func TestAStandaloneWorkerHasWordsOfItsOwn(t *testing.T) {
	w := prepared().startStandalone(t)
	w.create(t, "c")
	ctx := t.Context()
	err := w.StopConnector(ctx, "x")
	require.EqualError(t, err, "No connector `x` configured")
	require.Equal(t, connect.Fatal, connect.Classify(err))
	require.EqualError(t, w.PauseConnector(ctx, "x"), "Unknown connector x")
	_, err = w.RestartConnector(ctx, connect.RestartRequest{Connector: "x"})
	require.EqualError(t, err, "Unknown connector: x")
	err = w.RestartTask(ctx, connect.TaskID{Connector: "x"})
	require.EqualError(t, err, "Failed to start task x-0 since it is not a recognizable type (source or sink)")
	require.Equal(t, connect.Fatal, connect.Classify(err))
	err = w.RestartTask(ctx, connect.TaskID{Connector: "c", Task: 7})
	require.EqualError(t, err, "Task c-7 not found")
	require.Equal(t, connect.NotFound, connect.Classify(err))
	_, err = w.CreateConnector(ctx, connect.CreateRequest{Name: "c", Config: calm("c")})
	require.Equal(t, connect.Exists, connect.Classify(err))
}

func TestARestartWithFlagsOfAStandaloneWorkerIsUnderWayWhenItIsAnswered(t *testing.T) {
	w := prepared().startStandalone(t)
	w.create(t, "c")
	w.until(t, "c", connect.Running, connect.Running)
	status, err := w.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c", IncludeTasks: true})
	require.NoError(t, err)
	require.Equal(t, connect.Restarting, status.Connector.State)
	_, err = w.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"}) // waits behind the other
	require.NoError(t, err)
	require.GreaterOrEqual(t, w.source.called("Start c"), 2)
	require.Eventually(t, func() bool { return w.source.called("Task.Start c") == 2 }, timeToSee, tick)
}

func TestTheStatesOfAStandaloneWorkerAreOfGenerationZero(t *testing.T) {
	w := prepared().startStandalone(t)
	w.create(t, "c")
	w.until(t, "c", connect.Running, connect.Running)
	for _, line := range w.status.log() {
		require.Contains(t, line, `"generation":0`)
	}
}

func TestARefusedConfigurationLeavesNoWaitForItsPlan(t *testing.T) {
	config, errs := StandaloneConfigFrom(memoryProps(map[string]string{"offset.storage.file.filename": filepath.Join(t.TempDir(), "offsets")}))
	require.Empty(t, errs)
	h := &herder{env: newEnvironment(config, nil, Runtime{}.withDefaults())}
	later := h.env.runtime.Clock.Now().Add(time.Hour)
	first, second := h.expectPlan("c", calm("c"), later), h.expectPlan("c", calm("c", "tasks.max", "2"), later)
	h.forgetPlan("c", first)
	require.Equal(t, []*planWaiter{second}, h.planWaiters["c"], "somebody else's stays")
	h.forgetPlan("c", second)
	require.Empty(t, h.planWaiters)
	h.forgetPlan("c", nil) // that of a worker in a cluster
}
