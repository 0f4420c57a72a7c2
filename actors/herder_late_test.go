// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// commands are all calls that change something, each as its caller makes it.
func (w *memoryWorker) commands() map[string]func(context.Context) error {
	value := "late"
	return map[string]func(context.Context) error{
		"create": func(ctx context.Context) error {
			_, err := w.CreateConnector(ctx, connect.CreateRequest{Name: "late", Config: calm("late")})
			return err
		},
		"put": func(ctx context.Context) error {
			_, _, err := w.PutConnectorConfig(ctx, "c", calm("c", "put", "late"))
			return err
		},
		"patch": func(ctx context.Context) error {
			_, err := w.PatchConnectorConfig(ctx, "c", connect.RawConfig{"patch": &value})
			return err
		},
		"delete": func(ctx context.Context) error { return w.DeleteConnector(ctx, "c") },
		"pause":  func(ctx context.Context) error { return w.PauseConnector(ctx, "c") },
		"stop":   func(ctx context.Context) error { return w.StopConnector(ctx, "c") },
		"resume": func(ctx context.Context) error { return w.ResumeConnector(ctx, "c") },
		"restart": func(ctx context.Context) error {
			_, err := w.RestartConnector(ctx, connect.RestartRequest{Connector: "c"})
			return err
		},
		"restart with flags": func(ctx context.Context) error {
			_, err := w.RestartConnector(ctx, connect.RestartRequest{Connector: "c", IncludeTasks: true})
			return err
		},
		"restart a task": func(ctx context.Context) error { return w.RestartTask(ctx, connect.TaskID{Connector: "c"}) },
		"reset topics":   func(ctx context.Context) error { return w.ResetConnectorTopics(ctx, "c") },
		"set a level of the group": func(ctx context.Context) error {
			return w.SetClusterLoggerLevel(ctx, "late", "DEBUG")
		},
		"set a level": func(ctx context.Context) error {
			_, err := w.SetLoggerLevel(ctx, "late", connect.LogDebug)
			return err
		},
	}
}

// requireTimeOut makes calls, all at once, and holds that they time out.
func requireTimeOut(t *testing.T, calls map[string]func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	outcomes := make(chan error, len(calls))
	for name, call := range calls {
		go func() {
			err := call(ctx)
			if err == nil || err.Error() != "Request timed out" || connect.Classify(err) != connect.TimedOut {
				outcomes <- assert.AnError
				t.Errorf("%s: %v", name, err)
				return
			}
			outcomes <- nil
		}()
	}
	for range calls {
		assert.NoError(t, <-outcomes)
	}
}

func javaConnector(name string, tasks ...connect.RawConfig) []clusterlog.Record {
	out := []clusterlog.Record{clusterlog.ConnectorRecord(name, calm(name))}
	out = append(out, clusterlog.TaskRecords(name, tasks)...)
	return append(out, clusterlog.CommitRecord(name, len(tasks)))
}

func (w *memoryWorker) configured(records ...clusterlog.Record) {
	for _, r := range records {
		w.config.before = append(w.config.before, record(r.Key, string(r.Value)))
	}
}

func (w *memoryWorker) usesTopics(connector string, topics ...string) {
	for _, topic := range topics {
		w.status.before = append(w.status.before, record("status-topic-"+topic+":connector-"+connector,
			`{"topic":{"name":"`+topic+`","connector":"`+connector+`","task":0,"discoverTimestamp":1}}`))
	}
}

// untouched holds that nothing of what the commands want was done, when one more call is answered behind them.
func (w *memoryWorker) untouched(t *testing.T) {
	t.Helper()
	require.NoError(t, w.SetClusterLoggerLevel(t.Context(), "last", "INFO"))
	topics, err := w.ConnectorTopics(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, []string{"used"}, topics)
	for _, line := range w.config.log() {
		assert.Regexp(t, `^(logger-cluster-first|logger-cluster-last|task-(c|other)-0|commit-(c|other) => {"tasks":1})`, line)
	}
	assert.NotContains(t, w.loggers.Levels(), "late")
}

func TestACallThatTimedOutBehindABlockedTopicIsNotCarriedOut(t *testing.T) {
	w := prepared()
	w.configured(javaConnector("c", calm("c"))...)
	w.configured(javaConnector("other")...)
	w.usesTopics("c", "used")
	w.usesTopics("other", "used")
	w.start(t, nil)
	w.until(t, "c", connect.Running, connect.Running)
	require.Eventually(t, func() bool { return w.source.called("TaskConfigs") == 2 && len(w.config.log()) == 4 }, timeToSee, tick)

	releaseConfig, releaseStatus := w.config.block(), w.status.block()
	first := make(chan error, 2)
	go func() { first <- w.SetClusterLoggerLevel(context.Background(), "first", "INFO") }()
	require.Eventually(t, func() bool { return w.config.waiting.Load() == 1 }, timeToSee, tick)
	go func() { first <- w.ResetConnectorTopics(context.Background(), "other") }()
	require.Eventually(t, func() bool { return w.status.waiting.Load() == 1 }, timeToSee, tick)

	calls := w.commands()
	for _, direct := range []string{"restart", "restart a task", "set a level"} {
		delete(calls, direct) // they need no topic
	}
	requireTimeOut(t, calls)
	releaseConfig()
	releaseStatus()
	require.NoError(t, <-first)
	require.NoError(t, <-first)
	w.untouched(t)
}

func TestACallThatTimedOutWhileTheWorkerStartedIsNotCarriedOut(t *testing.T) {
	w := prepared()
	w.config.opens = make(chan struct{})
	w.configured(javaConnector("c", calm("c"))...)
	w.usesTopics("c", "used")
	w.start(t, nil)
	requireTimeOut(t, w.commands())
	close(w.config.opens)
	w.until(t, "c", connect.Running, connect.Running)
	require.Eventually(t, func() bool { return len(w.config.log()) == 2 }, timeToSee, tick)

	_, err := w.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
	require.NoError(t, err)
	require.Equal(t, 2, w.source.called("Start c"), "once at the start and once for the call in time")
	w.untouched(t)
	w.until(t, "c", connect.Running, connect.Running)
}

func TestACallThatTimedOutInTheConnectorsValidationIsNotCarriedOut(t *testing.T) {
	for _, call := range []string{"create", "put", "patch"} {
		t.Run(call, func(t *testing.T) {
			w := prepared()
			w.configured(javaConnector("c", calm("c"))...)
			w.usesTopics("c", "used")
			w.start(t, nil)
			require.Eventually(t, func() bool { return len(w.config.log()) == 2 }, timeToSee, tick)
			stuck, release := hang()
			defer release()
			returned := make(chan struct{})
			w.source.when("ValidateConfig", func(ctx context.Context) error {
				defer close(returned)
				return stuck(ctx)
			})
			requireTimeOut(t, map[string]func(context.Context) error{call: w.commands()[call]})
			release()
			<-returned
			w.source.when("ValidateConfig", nil)
			w.untouched(t)
		})
	}
}

func TestAWriteThatHasBegunEndsWithItsCall(t *testing.T) {
	w := prepared().start(t, nil)
	_, err := w.Info(t.Context())
	require.NoError(t, err)
	release := w.config.block()
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = w.CreateConnector(ctx, connect.CreateRequest{Name: "late", Config: calm("late")})
	require.Error(t, err)
	require.Eventually(t, func() bool { return w.config.waiting.Load() == 0 }, timeToSee, tick, "it would be done once Kafka is back")
	release()
	names, err := w.ConnectorNames(t.Context())
	require.NoError(t, err)
	require.Empty(t, names)
}
