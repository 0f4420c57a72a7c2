// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// loggerOf is a logger of a name.
func loggerOf(log *slog.Logger, name string) *slog.Logger { return log.With(connect.LoggerAttr, name) }

func TestALoggerHasTheLevelOfTheNearestNameThatWasSet(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, connect.LogWarn, false)
	loggers := loggersOf(log)
	child, other := loggerOf(log, "a.b.c").With("connector", "in"), loggerOf(log, "a.bc")

	child.Info("not yet")
	require.Equal(t, []string{"a.b", "a.b.c"}, loggers.SetLevel("a.b", connect.LogDebug))
	child.Debug("one")
	other.Info("not of a.b")
	log.Info("nor this")
	require.Equal(t, []string{"a.b.c"}, loggers.SetLevel("a.b.c", connect.LogOff))
	child.Error("nothing passes")
	require.Equal(t, []string{"a.b.c"}, loggers.SetLevel("a.b", connect.LogDebug), "what is set for a name holds for all below it")
	child.With("task", 0).Debug("two")

	require.Regexp(t, `^\S+ \S+ DEBUG one \{"connector": "in"\}\n\S+ \S+ DEBUG two \{"connector": "in", "task": 0\}\n$`, out.String())
}

func TestALoggerThatIsMadeLaterInherits(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, connect.LogInfo, false)
	require.Equal(t, []string{"a"}, loggersOf(log).SetLevel("a", connect.LogTrace))
	loggerOf(log, "a.b").Debug("heard")
	require.Contains(t, out.String(), "heard")
}

func TestRootIsAboveAll(t *testing.T) {
	log := newLog(new(bytes.Buffer), connect.LogInfo, false)
	loggers := loggersOf(log)
	loggerOf(log, "a.b").Info("made")
	require.Equal(t, []string{"a.b", "root"}, loggers.SetLevel("ROOT", connect.LogError))
	level, known := loggers.Level("root")
	require.True(t, known)
	require.Equal(t, connect.LogError, level.Level)
	require.NotNil(t, level.LastModified)
	require.Empty(t, loggers.SetLevel("root", connect.LogError), "nothing has changed")
}

func TestOnlyLoggersThatThereAreHaveALevel(t *testing.T) {
	log := newLog(new(bytes.Buffer), connect.LogInfo, false)
	loggers := loggersOf(log)
	_, known := loggers.Level("a")
	require.False(t, known)
	require.Equal(t, map[string]connect.LoggerLevel{"root": {Level: connect.LogInfo}}, loggers.Levels())
	require.Empty(t, loggers.SetLevel("a", connect.LogInfo), "it has inherited that level")
	_, known = loggers.Level("a")
	require.True(t, known)
	loggers.SetLevel("a", connect.LogOff)
	require.NotContains(t, loggers.Levels(), "a", "loggers that are off are not listed")
}

func TestALoggerWithoutANameIsRoot(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, connect.LogInfo, false)
	loggerOf(log, "").Info("here")
	require.Contains(t, out.String(), "here")
	levels := loggersOf(log).Levels()
	require.Len(t, levels, 1)
	require.Contains(t, levels, connect.RootLogger)
}
