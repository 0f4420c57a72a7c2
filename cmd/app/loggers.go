// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

// loggers are the loggers of a process by their dotted names, and implement connect.Loggers. A logger has the level that was
// set for it, else that of the nearest name above it, else that of root.
type loggers struct {
	clock clock.Clock

	mu   sync.Mutex
	set  map[string]connect.LoggerLevel // what was set, root always
	used map[string]*slog.LevelVar      // what there is, as the handlers look at it
}

// thresholds are slog's levels for Log4j's. FATAL is above all that is logged here, and OFF above everything.
var thresholds = map[connect.LogLevel]slog.Level{
	connect.LogOff: math.MaxInt, connect.LogFatal: slog.LevelError + 4, connect.LogError: slog.LevelError, connect.LogWarn: slog.LevelWarn,
	connect.LogInfo: slog.LevelInfo, connect.LogDebug: slog.LevelDebug, connect.LogTrace: slog.LevelDebug - 4, connect.LogAll: math.MinInt,
}

func newLoggers(root connect.LogLevel, clock clock.Clock) *loggers {
	l := &loggers{clock: clock, set: map[string]connect.LoggerLevel{connect.RootLogger: {Level: root}}, used: map[string]*slog.LevelVar{}}
	l.use(connect.RootLogger)
	return l
}

// use returns the level of a logger, which is made if there is none of that name.
func (l *loggers) use(name string) *slog.LevelVar {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.useLocked(canonicalLogger(name))
}

func (l *loggers) useLocked(name string) *slog.LevelVar {
	level := l.used[name]
	if level == nil {
		level = new(slog.LevelVar)
		level.Set(thresholds[l.effective(name)])
		l.used[name] = level
	}
	return level
}

// effective is the level of the nearest name that was set.
func (l *loggers) effective(name string) connect.LogLevel {
	for {
		if set, ok := l.set[name]; ok {
			return set.Level
		}
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			return l.set[connect.RootLogger].Level
		}
		name = name[:dot]
	}
}

// Levels implements connect.Loggers.
func (l *loggers) Levels() map[string]connect.LoggerLevel {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]connect.LoggerLevel{}
	for name := range l.used {
		if level := l.level(name); level.Level != connect.LogOff {
			out[name] = level
		}
	}
	return out
}

// Level implements connect.Loggers.
func (l *loggers) Level(name string) (connect.LoggerLevel, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name = canonicalLogger(name)
	return l.level(name), l.used[name] != nil
}

func (l *loggers) level(name string) connect.LoggerLevel {
	return connect.LoggerLevel{Level: l.effective(name), LastModified: l.set[name].LastModified}
}

// SetLevel implements connect.Loggers.
func (l *loggers) SetLevel(name string, level connect.LogLevel) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	name = canonicalLogger(name)
	l.useLocked(name)
	modified := l.set[name].LastModified
	before := map[string]connect.LogLevel{}
	for used := range l.used {
		before[used] = l.effective(used)
	}
	for set, was := range l.set {
		// As Log4j has it: a longer name counts whether or not a dot follows.
		if name == connect.RootLogger || strings.HasPrefix(set, name) {
			l.set[set] = connect.LoggerLevel{Level: level, LastModified: was.LastModified}
		}
	}
	l.set[name] = connect.LoggerLevel{Level: level, LastModified: modified}
	return l.apply(before)
}

// apply brings the levels to those who look at them, and returns the names of those that have changed.
func (l *loggers) apply(before map[string]connect.LogLevel) []string {
	changed := []string{}
	now := l.clock.Now().UnixMilli()
	for used, threshold := range l.used {
		level := l.effective(used)
		if level == before[used] {
			continue
		}
		threshold.Set(thresholds[level])
		l.set[used] = connect.LoggerLevel{Level: level, LastModified: &now}
		changed = append(changed, used)
	}
	slices.Sort(changed)
	return changed
}

// canonicalLogger knows root in any case, and by its empty name.
func canonicalLogger(name string) string {
	if name == "" || strings.EqualFold(name, connect.RootLogger) {
		return connect.RootLogger
	}
	return name
}

// levelled is a slog.Handler that lets pass what the level of its logger allows. An attribute connect.LoggerAttr names the
// logger, and is not printed.
type levelled struct {
	slog.Handler
	loggers *loggers
	level   *slog.LevelVar
}

func newLevelled(next slog.Handler, loggers *loggers) *levelled {
	return &levelled{next, loggers, loggers.use(connect.RootLogger)}
}

// loggersOf returns the loggers of a log that newLog has made.
func loggersOf(log *slog.Logger) connect.Loggers {
	if h, ok := log.Handler().(*levelled); ok {
		return h.loggers
	}
	return nil
}

// Enabled implements slog.Handler.
func (h *levelled) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level.Level() }

// WithAttrs implements slog.Handler.
func (h *levelled) WithAttrs(attrs []slog.Attr) slog.Handler {
	level := h.level
	if i := slices.IndexFunc(attrs, func(a slog.Attr) bool { return a.Key == connect.LoggerAttr }); i >= 0 {
		level = h.loggers.use(attrs[i].Value.String())
		attrs = slices.Delete(slices.Clone(attrs), i, i+1)
	}
	return &levelled{h.Handler.WithAttrs(attrs), h.loggers, level}
}

// WithGroup implements slog.Handler.
func (h *levelled) WithGroup(name string) slog.Handler {
	return &levelled{h.Handler.WithGroup(name), h.loggers, h.level}
}
