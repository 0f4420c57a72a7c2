// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/quietlog"
)

// logLevelVariable sets the level where no flag does.
const logLevelVariable = "LONGSHORE_LOG_LEVEL"

// noStacks is a level that no record has: stacks are logged where they say something, as a field.
const noStacks = slog.Level(math.MaxInt)

// newLog makes the log of a process: one line per event with time, level, message and fields. An error that comes again and
// again is thinned out.
func newLog(w io.Writer, level connect.LogLevel, colour bool) *slog.Logger {
	encoding := zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", MessageKey: "message", NameKey: "logger",
		EncodeTime:     zapcore.TimeEncoderOfLayout("2006-01-02 15:04:05.000"),
		EncodeLevel:    zapcore.CapitalLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder, ConsoleSeparator: " ",
	}
	if colour {
		encoding.EncodeLevel = zapcore.CapitalColorLevelEncoder
	}
	// What is logged is decided in front of zap, by the level of each logger.
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(encoding), zapcore.Lock(zapcore.AddSync(w)), zapcore.DebugLevel)
	thinned := newThinned(zapslog.NewHandler(core, zapslog.AddStacktraceAt(noStacks)), clock.System{})
	return slog.New(newLevelled(thinned, newLoggers(level, clock.System{})))
}

// logLevel reads a level in any case; the flag counts before the variable.
func (p *program) logLevel(flag string) (connect.LogLevel, error) {
	text, from := flag, "-log-level"
	if text == "" {
		text, from = p.getenv(logLevelVariable), logLevelVariable
	}
	if text == "" {
		return connect.LogInfo, nil
	}
	level, err := connect.ParseLogLevel(text)
	if err != nil {
		return "", fmt.Errorf("%s: %q is no level: use trace, debug, info, warn, error or off", from, text)
	}
	return level, nil
}

// terminal returns the file behind w if it is a terminal, else nil.
func terminal(w io.Writer) *os.File {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// newActorSystem makes a system that logs to ours. Its news of itself are of use only to those who look for a bug.
func newActorSystem(log *slog.Logger) *actor.ActorSystem {
	quiet := quietlog.Quiet(log)
	return actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return quiet }),
		actor.WithDeadLetterRequestLogging(false),
		// Its timer outlives the system by as much.
		actor.WithDeadLetterThrottleInterval(100*time.Millisecond))
}
