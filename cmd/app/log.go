// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/quietlog"
)

// logLevelVariable sets the level where no flag does.
const logLevelVariable = "LONGSHORE_LOG_LEVEL"

// noStacks is a level that no record has: stacks are logged where they say something, as a field.
const noStacks = slog.Level(math.MaxInt)

// newLog makes the log of a process: one line per event with time, level, message and fields. An error that comes again and
// again is thinned out.
func newLog(w io.Writer, level slog.Level, colour bool) *slog.Logger {
	encoding := zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", MessageKey: "message", NameKey: "logger",
		EncodeTime:     zapcore.TimeEncoderOfLayout("2006-01-02 15:04:05.000"),
		EncodeLevel:    zapcore.CapitalLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder, ConsoleSeparator: " ",
	}
	if colour {
		encoding.EncodeLevel = zapcore.CapitalColorLevelEncoder
	}
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(encoding), zapcore.Lock(zapcore.AddSync(w)), zapLevel(level))
	return slog.New(newThinned(zapslog.NewHandler(core, zapslog.AddStacktraceAt(noStacks)), clock.System{}))
}

func zapLevel(level slog.Level) zapcore.Level {
	switch {
	case level >= slog.LevelError:
		return zapcore.ErrorLevel
	case level >= slog.LevelWarn:
		return zapcore.WarnLevel
	case level >= slog.LevelInfo:
		return zapcore.InfoLevel
	}
	return zapcore.DebugLevel
}

// logLevel reads debug, info, warn or error in any case; the flag counts before the variable.
func (p *program) logLevel(flag string) (slog.Level, error) {
	text, from := flag, "-log-level"
	if text == "" {
		text, from = p.getenv(logLevelVariable), logLevelVariable
	}
	switch strings.ToLower(text) {
	case "debug":
		return slog.LevelDebug, nil
	case "", "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, fmt.Errorf("%s: %q is no level: use debug, info, warn or error", from, text)
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
