// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/longshore-io/connect/internal/clock"
)

// thinEvery is the time for which the same error of a task is logged once.
const thinEvery = time.Second

// thinned is a slog.Handler that passes warnings and errors on at most once a second each. The first goes through at once;
// what follows within the second is counted, and the last of it is logged at the end of the second with the count.
type thinned struct {
	next slog.Handler
	// attrs are those that the logger was made with, before any group. They are handed on with each record: zap keeps a kilobyte for
	// each logger that has some, and there are several for every task.
	attrs []slog.Attr
	// identity has connector and task of the attributes that the logger was made with.
	identity identity
	grouped  bool
	said     *saidLately
}

// identity is what two records have in common that are the same error: text, connector, task and cause.
type identity struct{ message, connector, task, cause string }

// saidLately is shared by all loggers of a process.
type saidLately struct {
	clock clock.Clock
	mu    sync.Mutex
	seen  map[identity]*repeats
}

// repeats are the records that were held back since the last one was logged.
type repeats struct {
	count  int
	last   slog.Record
	logger slog.Handler
}

func newThinned(next slog.Handler, clock clock.Clock) *thinned {
	return &thinned{next: next, said: &saidLately{clock: clock, seen: map[identity]*repeats{}}}
}

// Enabled implements slog.Handler.
func (t *thinned) Enabled(ctx context.Context, level slog.Level) bool {
	return t.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (t *thinned) Handle(ctx context.Context, record slog.Record) error {
	if record.Level < slog.LevelWarn {
		return t.next.Handle(ctx, t.complete(record))
	}
	of := t.identity
	of.message = record.Message
	if !t.grouped {
		record.Attrs(func(attr slog.Attr) bool {
			of.note(attr)
			return true
		})
	}
	record = t.complete(record)
	if t.said.holdBack(of, record, t.next) {
		return nil
	}
	return t.next.Handle(ctx, record)
}

// complete adds the logger's own attributes, in front of the record's.
func (t *thinned) complete(record slog.Record) slog.Record {
	if len(t.attrs) == 0 {
		return record
	}
	all := slog.NewRecord(record.Time, record.Level, record.Message, record.PC)
	all.AddAttrs(t.attrs...)
	record.Attrs(func(attr slog.Attr) bool {
		all.AddAttrs(attr)
		return true
	})
	return all
}

// WithAttrs implements slog.Handler.
func (t *thinned) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *t
	if t.grouped {
		with.next = t.next.WithAttrs(attrs)
		return &with
	}
	with.attrs = slices.Concat(t.attrs, attrs)
	for _, attr := range attrs {
		with.identity.note(attr)
	}
	return &with
}

// WithGroup implements slog.Handler.
func (t *thinned) WithGroup(name string) slog.Handler {
	with := *t
	with.next, with.attrs, with.grouped = t.next.WithAttrs(t.attrs).WithGroup(name), nil, true
	return &with
}

func (i *identity) note(attr slog.Attr) {
	switch attr.Key {
	case "connector":
		i.connector = attr.Value.String()
	case "task":
		i.task = attr.Value.String()
	case "error", "err": // the second is that of the Kafka client
		i.cause = attr.Value.String()
	}
}

// holdBack says whether the same was logged within the last second, and takes the record if so.
func (s *saidLately) holdBack(of identity, record slog.Record, logger slog.Handler) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.seen[of]
	if held == nil {
		s.seen[of] = &repeats{}
		s.clock.AfterFunc(thinEvery, func() { s.release(of) })
		return false
	}
	held.count++
	held.last, held.logger = record.Clone(), logger
	return true
}

// release logs what was held back, and forgets an error that has not come again.
func (s *saidLately) release(of identity) {
	s.mu.Lock()
	held := s.seen[of]
	if held.count == 0 {
		delete(s.seen, of)
		s.mu.Unlock()
		return
	}
	s.seen[of] = &repeats{}
	s.clock.AfterFunc(thinEvery, func() { s.release(of) })
	s.mu.Unlock()
	held.last.AddAttrs(slog.Int("times", held.count))
	_ = held.logger.Handle(context.Background(), held.last) // nobody is left to tell
}
