// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestLevelsOfThisWorker(t *testing.T) {
	w := prepared().start(t, nil)
	changed, err := w.SetLoggerLevel(t.Context(), "a.b", connect.LogDebug)
	require.NoError(t, err)
	require.Equal(t, []string{"a.b"}, changed)
	level, err := w.LoggerLevel(t.Context(), "a.b")
	require.NoError(t, err)
	require.Equal(t, connect.LogDebug, level.Level)
	levels, err := w.LoggerLevels(t.Context())
	require.NoError(t, err)
	require.Contains(t, levels, "a.b")
	_, err = w.LoggerLevel(t.Context(), "x")
	require.EqualError(t, err, "Logger x not found.")
	require.Equal(t, connect.NotFound, connect.Classify(err))
	require.Empty(t, w.config.log(), "nobody else is told")
}

func TestLevelsOfTheGroupGoThroughTheConfigTopic(t *testing.T) {
	for name, start := range map[string]func(*memoryWorker) *memoryWorker{
		"in a cluster": func(w *memoryWorker) *memoryWorker { return w.start(t, nil) },
		"alone":        func(w *memoryWorker) *memoryWorker { return w.startStandalone(t) },
	} {
		t.Run(name, func(t *testing.T) {
			w := prepared()
			w.config.before = append(w.config.before, record("logger-cluster-old", `{"level":"TRACE"}`))
			start(w)
			require.NoError(t, w.SetClusterLoggerLevel(t.Context(), "a.b", "deBUG"))
			require.Equal(t, []string{`logger-cluster-a.b => {"level":"deBUG"}`}, w.config.log())
			level, err := w.LoggerLevel(t.Context(), "a.b")
			require.NoError(t, err)
			require.Equal(t, connect.LogDebug, level.Level)
			require.NotContains(t, w.loggers.Levels(), "old", "what was asked for before this worker was there")

			err = w.SetClusterLoggerLevel(t.Context(), "a.b", "loud")
			require.EqualError(t, err, "invalid log level 'loud'.")
			require.Len(t, w.config.log(), 1)
			w.stop(t)
		})
	}
}

func TestALevelOfAnotherWorkersRecordIsSetAndAWrongOneWarnedOfOnce(t *testing.T) {
	w := prepared().start(t, nil)
	_, err := w.ConnectorNames(t.Context())
	require.NoError(t, err)
	before := len(w.warnings.all())
	for _, r := range [][2]string{{"logger-cluster-x", `{"level":"loud"}`}, {"logger-cluster-y", `{"level":"warn"}`}} {
		require.NoError(t, w.config.memoryTopic.PutBatch(t.Context(), []topiclog.Record{record(r[0], r[1])}))
	}
	require.Eventually(t, func() bool { return w.loggers.Levels()["y"].Level == connect.LogWarn }, timeToSee, tick)
	require.NotContains(t, w.loggers.Levels(), "x")
	said := w.warnings.all()[before:]
	require.Len(t, said, 1)
	require.True(t, strings.Contains(said[0], "invalid log level 'loud'") && strings.Contains(said[0], "logger=x"), said[0])
}
