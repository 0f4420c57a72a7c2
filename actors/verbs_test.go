// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func (c *cluster) until404(t *testing.T, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := c.ConnectorStatus(t.Context(), name)
		return err != nil && connect.Classify(err) == connect.NotFound
	}, 10*time.Second, 5*time.Millisecond)
}

// untilStopped waits for a connector to be STOPPED and its tasks to be gone.
func (c *cluster) untilStopped(t *testing.T, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		status, err := c.ConnectorStatus(t.Context(), name)
		return err == nil && status.Connector.State == connect.Stopped && len(status.Tasks) == 0
	}, 10*time.Second, 5*time.Millisecond)
}

func TestAPausedTaskKeepsItsPlaceAndMovesNothing(t *testing.T) {
	for _, kind := range []string{"HostileSource", "HostileSink"} {
		t.Run(kind, func(t *testing.T) {
			h := newHostile()
			c := hostileCluster(t, h, h)
			work := map[string]string{"HostileSource": "Poll", "HostileSink": "Put"}[kind]
			h.on(work, func() error { return nil })
			c.create(t, "feed", map[string]string{"connector.class": "PeacefulSource"})
			c.create(t, "c", map[string]string{"connector.class": kind, "topics": "hostile"})
			require.Eventually(t, func() bool { return h.count(work) > 2 }, 10*time.Second, time.Millisecond)

			require.NoError(t, c.PauseConnector(t.Context(), "c"))
			c.until(t, "c", connect.Paused, connect.Paused)
			require.Eventually(t, func() bool { return h.inside.Load() == 0 }, time.Second, time.Millisecond)
			before := h.count(work)
			require.Never(t, func() bool { return h.count(work) > before+1 }, 300*time.Millisecond, 10*time.Millisecond)

			require.NoError(t, c.ResumeConnector(t.Context(), "c"))
			c.until(t, "c", connect.Running, connect.Running)
			require.Eventually(t, func() bool { return h.count(work) > before+2 }, 10*time.Second, time.Millisecond)
			assert.Equal(t, 1, h.count("Start"), "the task went on in its first life")
			assert.Equal(t, 2, h.count("Connector.Start"), "a connector is stopped for a pause, as in Kafka Connect")
		})
	}
}

func TestAStoppedConnectorHasNoTasksUntilItIsResumed(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	c.create(t, "c", map[string]string{"connector.class": "HostileSource", "tasks.max": "3"})
	c.untilAll(t, "c", 3, connect.Running, connect.Running)
	require.NoError(t, c.StopConnector(t.Context(), "c"))
	c.untilStopped(t, "c")
	tasks, err := c.Tasks(t.Context(), "c")
	require.NoError(t, err)
	require.Empty(t, tasks)
	require.NoError(t, c.ResumeConnector(t.Context(), "c"))
	c.untilAll(t, "c", 3, connect.Running, connect.Running)
}

func TestANewConfigurationRestartsItsOwnTasksAndTheSameOneDoesNot(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	config := map[string]string{"connector.class": "HostileSource", "name": "c"}
	c.create(t, "c", config)
	c.until(t, "c", connect.Running, connect.Running)
	_, created, err := c.PutConnectorConfig(t.Context(), "c", connect.Raw(config))
	require.NoError(t, err)
	require.False(t, created)
	require.Eventually(t, func() bool { return h.count("Connector.Start") == 2 }, 10*time.Second, time.Millisecond)
	require.Never(t, func() bool { return h.count("Start") > 1 }, 200*time.Millisecond, 10*time.Millisecond, "the same configuration")

	config["errors.tolerance"] = "all"
	_, _, err = c.PutConnectorConfig(t.Context(), "c", connect.Raw(config))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return h.count("Start") == 2 }, 10*time.Second, time.Millisecond)
	config["tasks.max"] = "2"
	_, _, err = c.PutConnectorConfig(t.Context(), "c", connect.Raw(config))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		status, err := c.ConnectorStatus(t.Context(), "c")
		return err == nil && len(status.Tasks) == 2 && status.Tasks[1].State == connect.Running
	}, 10*time.Second, 5*time.Millisecond)
	config["tasks.max"] = "1"
	_, _, err = c.PutConnectorConfig(t.Context(), "c", connect.Raw(config))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		status, err := c.ConnectorStatus(t.Context(), "c")
		return err == nil && len(status.Tasks) == 1
	}, 10*time.Second, 5*time.Millisecond, "the status of a task that is no more goes with it")
	c.peacefulGoesOn(t)
}

func TestOneOfTwoCreationsAtOnceWins(t *testing.T) {
	c := hostileCluster(t, newHostile(), newHostile())
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := c.CreateConnector(context.Background(), connect.CreateRequest{Name: "twin",
				Config: connect.Raw(map[string]string{"name": "twin", "connector.class": "PeacefulSource"})})
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	require.NoError(t, first)
	require.EqualError(t, second, "Connector twin already exists")
	require.Equal(t, connect.Exists, connect.Classify(second))
}

func TestWhatIsNotThereIsToldInKafkasWords(t *testing.T) {
	c := hostileCluster(t, newHostile(), newHostile())
	ctx := t.Context()
	_, err := c.Connector(ctx, "x")
	require.EqualError(t, err, "Connector x not found")
	_, err = c.ConnectorStatus(ctx, "x")
	require.EqualError(t, err, "No status found for connector x")
	require.EqualError(t, c.PauseConnector(ctx, "x"), "Unknown connector x")
	require.EqualError(t, c.DeleteConnector(ctx, "x"), "Connector x not found")
	_, err = c.RestartConnector(ctx, connect.RestartRequest{Connector: "x"})
	require.EqualError(t, err, "Unknown connector: x")
	require.EqualError(t, c.RestartTask(ctx, connect.TaskID{Connector: "peaceful", Task: 7}), "Unknown task: peaceful-7")
	require.EqualError(t, c.RestartTask(ctx, connect.TaskID{Connector: "peaceful", Task: -1}), "Unknown task: peaceful--1")
	_, err = c.TaskStatus(ctx, connect.TaskID{Connector: "peaceful", Task: 7})
	require.EqualError(t, err, "No status found for task peaceful-7")
}

func TestARestartWithFlagsTakesWhatItNames(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	c.create(t, "c", map[string]string{"connector.class": "HostileSource", "tasks.max": "2"})
	c.untilAll(t, "c", 2, connect.Running, connect.Running)
	status, err := c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c", IncludeTasks: true, OnlyFailed: true})
	require.NoError(t, err)
	require.Equal(t, connect.Running, status.Connector.State, "nothing has failed")
	status, err = c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c", IncludeTasks: true})
	require.NoError(t, err)
	require.Equal(t, connect.Restarting, status.Connector.State)
	require.Equal(t, connect.Restarting, status.Tasks[1].State)
	require.Eventually(t, func() bool { return h.count("Start") == 4 && h.count("Connector.Start") == 2 }, 10*time.Second, time.Millisecond)
	c.untilAll(t, "c", 2, connect.Running, connect.Running)
}

func TestAWorkerGoesOnWhereItsPredecessorStoppedAndRepeatsNothing(t *testing.T) {
	dir, broker := t.TempDir(), startBroker(t)
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	first, all := lines(500), lines(1000)
	require.NoError(t, os.WriteFile(in, first, 0o600))

	c := startWorker(t, broker, plugins(), nil)
	c.create(t, "in", map[string]string{"connector.class": "FileStreamSource", "file": in, "topic": "lines"})
	c.create(t, "out", map[string]string{"connector.class": "FileStreamSink", "file": out, "topics": "lines"})
	requireArrival(t, out, first)
	c.stop(t)

	require.NoError(t, os.WriteFile(in, all, 0o600))
	c = startWorker(t, broker, plugins(), nil)
	requireArrival(t, out, all)
	c.until(t, "in", connect.Running, connect.Running)

	require.NoError(t, c.DeleteConnector(t.Context(), "in"))
	c.until404(t, "in")
	names, err := c.ConnectorNames(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"out"}, names)
	c.create(t, "in", map[string]string{"connector.class": "FileStreamSource", "file": in, "topic": "lines"})
	c.until(t, "in", connect.Running, connect.Running)
	require.Never(t, func() bool {
		got, _ := os.ReadFile(out)
		return len(got) > len(all)
	}, 300*time.Millisecond, 20*time.Millisecond, "a connector made again goes on from its old offsets")
}

func TestARestartInPlaceShowsNothingButRunning(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	c.create(t, "c", map[string]string{"connector.class": "HostileSource"})
	c.until(t, "c", connect.Running, connect.Running)
	for range 5 {
		_, err := c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
		require.NoError(t, err)
		before := h.count("Start")
		require.NoError(t, c.RestartTask(t.Context(), connect.TaskID{Connector: "c"}))
		for after := 0; after < 200; { // reads, some while the task restarts and some when it has
			status, err := c.ConnectorStatus(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, connect.Running, status.Connector.State)
			require.Len(t, status.Tasks, 1)
			require.Equal(t, connect.Running, status.Tasks[0].State)
			if h.count("Start") > before {
				after++
			}
		}
	}
}
