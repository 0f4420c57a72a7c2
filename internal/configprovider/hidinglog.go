// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"fmt"
	"log/slog"

	connect "github.com/longshore-io/connect"
)

// Logger returns a log whose lines show the variables in the places of their values: plugins log what they were given, and
// errors have it in their texts.
func (s Secrets) Logger(log *slog.Logger) *slog.Logger {
	if s.hide == nil {
		return log
	}
	return slog.New(hiding{log.Handler(), s})
}

// hiding is a slog.Handler that hides secrets in the message and the attributes of a record.
type hiding struct {
	slog.Handler
	secrets Secrets
}

// Handle implements slog.Handler.
func (h hiding) Handle(ctx context.Context, r slog.Record) error {
	shown := slog.NewRecord(r.Time, r.Level, h.secrets.Hide(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		shown.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, shown)
}

// WithAttrs implements slog.Handler.
func (h hiding) WithAttrs(attrs []slog.Attr) slog.Handler {
	return hiding{h.Handler.WithAttrs(h.attrs(attrs)), h.secrets}
}

// WithGroup implements slog.Handler.
func (h hiding) WithGroup(name string) slog.Handler {
	return hiding{h.Handler.WithGroup(name), h.secrets}
}

func (h hiding) attrs(attrs []slog.Attr) []slog.Attr {
	shown := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		shown[i] = h.attr(a)
	}
	return shown
}

// attr leaves the kind of a value as it is, but for one whose text has a secret in it. Which logger a line is of is not part of
// its text.
func (h hiding) attr(a slog.Attr) slog.Attr {
	if a.Key == connect.LoggerAttr {
		return a
	}
	value := a.Value.Resolve()
	switch value.Kind() {
	case slog.KindGroup:
		a.Value = slog.GroupValue(h.attrs(value.Group())...)
	case slog.KindString:
		a.Value = slog.StringValue(h.secrets.Hide(value.String()))
	case slog.KindAny:
		a.Value = h.any(value)
	}
	return a
}

func (h hiding) any(value slog.Value) slog.Value {
	if err, ok := value.Any().(error); ok {
		return slog.AnyValue(h.secrets.HideIn(err))
	}
	text := fmt.Sprint(value.Any())
	if hidden := h.secrets.Hide(text); hidden != text {
		return slog.StringValue(hidden)
	}
	return value
}
