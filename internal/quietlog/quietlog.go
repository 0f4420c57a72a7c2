// SPDX-License-Identifier: Apache-2.0

// Package quietlog is the log of libraries that talk about themselves: what they find worth an information (a step of
// joining a group, an actor that was spawned) is of use only to somebody who looks for a fault.
//
// What lives here: Quiet. What does not: formats and thinning, which are the command's (cmd/app).
package quietlog

import (
	"context"
	"log/slog"
)

// Quiet returns a logger that writes at debug what is logged at info, and everything else as it is.
func Quiet(log *slog.Logger) *slog.Logger { return slog.New(handler{log.Handler()}) }

type handler struct{ slog.Handler }

func demoted(level slog.Level) slog.Level {
	if level == slog.LevelInfo {
		return slog.LevelDebug
	}
	return level
}

// Enabled implements slog.Handler.
func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.Handler.Enabled(ctx, demoted(level))
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	r.Level = demoted(r.Level)
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
