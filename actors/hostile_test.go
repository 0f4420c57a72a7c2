// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// hostile is a plugin whose every call does what a test wants: panic, block whatever its context says, or fail.
type hostile struct {
	mu     sync.Mutex
	doing  map[string]func() error // by the name of the call
	calls  sync.Map                // *atomic.Int64 by the name of the call
	inside atomic.Int64            // calls that have not returned
}

func newHostile() *hostile { return &hostile{doing: map[string]func() error{}} }

// on says what a call does from now on.
func (h *hostile) on(call string, do func() error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.doing[call] = do
}

func (h *hostile) do(call string) error {
	counter, _ := h.calls.LoadOrStore(call, &atomic.Int64{})
	counter.(*atomic.Int64).Add(1)
	h.mu.Lock()
	do := h.doing[call]
	h.mu.Unlock()
	if do == nil {
		return nil
	}
	h.inside.Add(1)
	defer h.inside.Add(-1)
	return do()
}

func (h *hostile) count(call string) int {
	counter, _ := h.calls.LoadOrStore(call, &atomic.Int64{})
	return int(counter.(*atomic.Int64).Load())
}

// block returns what ignores every context, and what ends it.
func block() (do func() error, release func()) {
	stuck := make(chan struct{})
	return func() error { <-stuck; return nil }, sync.OnceFunc(func() { close(stuck) })
}

func panics(value any) func() error { return func() error { panic(value) } }

func fails(err error) func() error { return func() error { return err } }

type hostileSource struct{ *hostile }

func (hostileSource) Version() string           { return "1" }
func (hostileSource) Config() connect.ConfigDef { return nil }
func (h hostileSource) Start(context.Context, connect.ConnectorContext, map[string]string) error {
	return h.do("Connector.Start")
}
func (h hostileSource) TaskConfigs(_ context.Context, n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	return configs, h.do("TaskConfigs")
}
func (h hostileSource) Stop(context.Context) error  { return h.do("Connector.Stop") }
func (h hostileSource) NewTask() connect.SourceTask { return hostileSourceTask(h) }

type hostileSourceTask struct{ *hostile }

func (h hostileSourceTask) Start(context.Context, connect.SourceTaskContext, map[string]string) error {
	return h.do("Start")
}

func (h hostileSourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if err := h.do("Poll"); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Millisecond):
	}
	return []connect.SourceRecord{{
		Record:          connect.Record{Topic: "hostile", ValueSchema: connect.String, Value: "x"},
		SourcePartition: connect.MustPartition(map[string]any{"p": 1}), SourceOffset: connect.OffsetMap{"o": 1},
	}}, nil
}

func (h hostileSourceTask) Stop(context.Context) error { return h.do("Stop") }

type hostileSink struct{ *hostile }

func (hostileSink) Version() string           { return "1" }
func (hostileSink) Config() connect.ConfigDef { return nil }
func (h hostileSink) Start(context.Context, connect.ConnectorContext, map[string]string) error {
	return h.do("Connector.Start")
}
func (h hostileSink) TaskConfigs(_ context.Context, n int) ([]map[string]string, error) {
	return make([]map[string]string, n), h.do("TaskConfigs")
}
func (h hostileSink) Stop(context.Context) error { return h.do("Connector.Stop") }
func (h hostileSink) NewTask() connect.SinkTask  { return hostileSinkTask(h) }

type hostileSinkTask struct{ *hostile }

func (h hostileSinkTask) Start(context.Context, connect.SinkTaskContext, map[string]string) error {
	return h.do("Start")
}
func (h hostileSinkTask) Put(_ context.Context, records []connect.SinkRecord) error {
	if len(records) == 0 {
		return nil
	}
	return h.do("Put")
}
func (h hostileSinkTask) Stop(context.Context) error { return h.do("Stop") }

// hostileCluster runs a worker with the hostile plugins and a peaceful source beside them.
func hostileCluster(t *testing.T, source, sink *hostile) *cluster {
	p := plugins()
	p.AddSource("test.HostileSourceConnector", func() connect.SourceConnector { return hostileSource{source} })
	p.AddSink("test.HostileSinkConnector", func() connect.SinkConnector { return hostileSink{sink} })
	p.AddSource("test.PeacefulSourceConnector", func() connect.SourceConnector { return hostileSource{newHostile()} })
	c := startWorker(t, startBroker(t), p, map[string]string{"task.shutdown.graceful.timeout.ms": "300"})
	c.create(t, "peaceful", map[string]string{"connector.class": "PeacefulSource"})
	c.until(t, "peaceful", connect.Running, connect.Running)
	return c
}

func (c *cluster) create(t *testing.T, name string, config map[string]string) {
	t.Helper()
	config["name"] = name
	_, err := c.CreateConnector(t.Context(), connect.CreateRequest{Name: name, Config: connect.Raw(config)})
	require.NoError(t, err)
}

// until waits for a state of a connector with one task and of that task.
func (c *cluster) until(t *testing.T, name string, connector, task connect.State) connect.ConnectorStatus {
	t.Helper()
	return c.untilAll(t, name, 1, connector, task)
}

// untilAll waits for a state of a connector and of all of its n tasks.
func (c *cluster) untilAll(t *testing.T, name string, n int, connector, tasks connect.State) connect.ConnectorStatus {
	t.Helper()
	var status connect.ConnectorStatus
	ok := assert.Eventually(t, func() bool {
		var err error
		status, err = c.ConnectorStatus(t.Context(), name)
		if err != nil || status.Connector.State != connector || len(status.Tasks) != n {
			return false
		}
		for _, task := range status.Tasks {
			if task.State != tasks {
				return false
			}
		}
		return true
	}, 15*time.Second, 5*time.Millisecond)
	require.True(t, ok, "connector %s wanted %s with tasks %s, got %+v", name, connector, tasks, status)
	return status
}

// atOnce holds that a call is answered within a second.
func atOnce(t *testing.T, what string, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	require.NoError(t, call(ctx), what)
}

// peacefulGoesOn holds that the neighbour is untouched: it runs in its first life.
func (c *cluster) peacefulGoesOn(t *testing.T) {
	t.Helper()
	status, err := c.ConnectorStatus(t.Context(), "peaceful")
	require.NoError(t, err)
	require.Equal(t, connect.Running, status.Connector.State)
	require.Equal(t, connect.Running, status.Tasks[0].State)
}

func TestAFailureOfAPluginFailsItsOwnTaskUntilItIsRestarted(t *testing.T) {
	cause := errors.New("the source is on fire")
	for call, kind := range map[string]string{"Start": "HostileSource", "Poll": "HostileSource", "Put": "HostileSink"} {
		for how, do := range map[string]func() error{"panics": panics("on fire"), "fails": fails(cause)} {
			t.Run(fmt.Sprintf("%s %s", call, how), func(t *testing.T) {
				h := newHostile()
				c := hostileCluster(t, h, h)
				h.on(call, do)
				c.create(t, "bad", map[string]string{"connector.class": kind, "topics": "hostile"})
				status := c.until(t, "bad", connect.Running, connect.Failed)
				assert.Contains(t, status.Tasks[0].Trace, "on fire")
				c.peacefulGoesOn(t)

				h.on(call, nil)
				atOnce(t, "restart", func(ctx context.Context) error { return c.RestartTask(ctx, connect.TaskID{Connector: "bad"}) })
				status = c.until(t, "bad", connect.Running, connect.Running)
				assert.Empty(t, status.Tasks[0].Trace)
			})
		}
	}
}

func TestAConnectorThatFailsToStartIsFailedAndHasNoTasks(t *testing.T) {
	for how, do := range map[string]func() error{"panics": panics("on fire"), "fails": fails(errors.New("on fire"))} {
		t.Run(how, func(t *testing.T) {
			h := newHostile()
			c := hostileCluster(t, h, h)
			h.on("Connector.Start", do)
			c.create(t, "bad", map[string]string{"connector.class": "HostileSource"})
			require.Eventually(t, func() bool {
				status, err := c.ConnectorStatus(t.Context(), "bad")
				return err == nil && status.Connector.State == connect.Failed && len(status.Tasks) == 0
			}, 10*time.Second, 5*time.Millisecond)
			_, err := c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "bad"})
			require.ErrorContains(t, err, "Failed to start connector: bad")
			h.on("Connector.Start", nil)
			_, err = c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "bad"})
			require.NoError(t, err)
			c.until(t, "bad", connect.Running, connect.Running)
		})
	}
}

func TestPauseAndStopAreAnsweredAtOnceWhateverAPluginDoes(t *testing.T) {
	for call, kind := range map[string]string{"Poll": "HostileSource", "Start": "HostileSource", "Put": "HostileSink", "Stop": "HostileSource"} {
		t.Run(call+" blocks for ever", func(t *testing.T) {
			h := newHostile()
			c := hostileCluster(t, h, h)
			stuck, release := block()
			defer release()
			h.on(call, stuck)
			c.create(t, "bad", map[string]string{"connector.class": kind, "topics": "hostile"})
			if call != "Stop" {
				require.Eventually(t, func() bool { return h.inside.Load() > 0 }, 10*time.Second, time.Millisecond)
			} else {
				c.until(t, "bad", connect.Running, connect.Running)
			}
			atOnce(t, "pause", func(ctx context.Context) error { return c.PauseConnector(ctx, "bad") })
			atOnce(t, "status", func(ctx context.Context) error { _, err := c.ConnectorStatus(ctx, "bad"); return err })
			if call != "Start" { // a task that has not started is paused once it has
				paused := time.Now()
				c.until(t, "bad", connect.Paused, connect.Paused)
				assert.Less(t, time.Since(paused), time.Second)
			}
			atOnce(t, "stop", func(ctx context.Context) error { return c.StopConnector(ctx, "bad") })
			require.Eventually(t, func() bool {
				status, err := c.ConnectorStatus(t.Context(), "bad")
				return err == nil && status.Connector.State == connect.Stopped && len(status.Tasks) == 0
			}, 10*time.Second, 5*time.Millisecond)
			c.peacefulGoesOn(t)
		})
	}
}

func TestAnAbandonedTaskRunsAgainOnlyAfterItsLastLifeHasReturned(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	stuck, release := block()
	defer release()
	h.on("Poll", stuck)
	c.create(t, "bad", map[string]string{"connector.class": "HostileSource"})
	require.Eventually(t, func() bool { return h.inside.Load() == 1 }, 10*time.Second, time.Millisecond)

	atOnce(t, "restart", func(ctx context.Context) error { return c.RestartTask(ctx, connect.TaskID{Connector: "bad"}) })
	c.until(t, "bad", connect.Running, connect.Unassigned)
	require.Equal(t, 1, h.count("Start"), "a second life beside the first")

	h.on("Poll", nil)
	release()
	c.until(t, "bad", connect.Running, connect.Running)
	require.Equal(t, 2, h.count("Start"))
	require.Equal(t, 1, h.count("Stop"))
	c.peacefulGoesOn(t)
}

func TestAConnectorWhoseStartHangsBlocksNobodyAndCanBeDeleted(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	stuck, release := block()
	defer release()
	h.on("Connector.Start", stuck)
	c.create(t, "bad", map[string]string{"connector.class": "HostileSource"})
	require.Eventually(t, func() bool { return h.inside.Load() == 1 }, 10*time.Second, time.Millisecond)
	c.create(t, "other", map[string]string{"connector.class": "PeacefulSource"})
	c.until(t, "other", connect.Running, connect.Running)
	atOnce(t, "delete", func(ctx context.Context) error { return c.DeleteConnector(ctx, "bad") })
	require.Eventually(t, func() bool {
		_, err := c.ConnectorStatus(t.Context(), "bad")
		return err != nil && connect.Classify(err) == connect.NotFound
	}, 10*time.Second, 5*time.Millisecond)
}

func TestATransientErrorIsRetriedAndTheTaskStaysRunning(t *testing.T) {
	for call, kind := range map[string]string{"Poll": "HostileSource", "Put": "HostileSink"} {
		t.Run(call, func(t *testing.T) {
			h := newHostile()
			c := hostileCluster(t, h, h)
			var attempts atomic.Int64
			h.on(call, func() error {
				if attempts.Add(1) <= 2 {
					return connect.Retriable(errors.New("come back later"))
				}
				return nil
			})
			c.create(t, "flaky", map[string]string{"connector.class": kind, "topics": "hostile"})
			require.Eventually(t, func() bool { return attempts.Load() > 3 }, 15*time.Second, 5*time.Millisecond)
			status := c.until(t, "flaky", connect.Running, connect.Running)
			assert.Empty(t, status.Tasks[0].Trace)
			assert.Equal(t, 1, h.count("Start"))
		})
	}
}

func TestAFailedTaskIsRestartedByItselfWhereThatIsTurnedOn(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	var attempts atomic.Int64
	h.on("Start", func() error {
		if attempts.Add(1) <= 2 {
			return errors.New("not yet")
		}
		return nil
	})
	c.create(t, "restarted", map[string]string{"connector.class": "HostileSource", "task.restart.max.attempts": "5", "task.restart.initial.delay.ms": "10"})
	c.until(t, "restarted", connect.Running, connect.Running)
	require.Equal(t, 3, h.count("Start"))
}
