// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/longshore-io/connect/internal/clock"
)

// quiet is how long a line of the same kind is held back.
const quiet = time.Minute

// kinds bounds what a limiter remembers.
const kinds = 256

// limiter lets a line of each kind pass once in a while.
type limiter struct {
	clock clock.Clock
	mu    sync.Mutex
	last  map[string]time.Time
}

func newLimiter(c clock.Clock) *limiter { return &limiter{clock: c, last: map[string]time.Time{}} }

func (l *limiter) pass(kind string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if last, ok := l.last[kind]; ok && now.Sub(last) < quiet {
		return false
	}
	if len(l.last) >= kinds {
		clear(l.last)
	}
	l.last[kind] = now
	return true
}

// bridge is the handler behind memberlist's logger. It takes the level from the text, and holds complaints back that it had a
// moment ago: an unwelcome newcomer would have every worker repeat itself.
type bridge struct {
	slog.Handler
	limit *limiter
}

// prefixes are those of memberlist. What is an error to it is none to a worker, for which gossip is a hint.
var prefixes = []struct {
	text  string
	level slog.Level
}{
	{"[DEBUG] ", slog.LevelDebug},
	{"[INFO] ", slog.LevelInfo},
	{"[WARN] ", slog.LevelWarn},
	{"[ERR] ", slog.LevelWarn},
	{"[ERROR] ", slog.LevelWarn},
}

// Enabled lets all pass: the level is known only by the text.
func (bridge) Enabled(context.Context, slog.Level) bool { return true }

// Handle passes a line on at its level.
func (b bridge) Handle(ctx context.Context, record slog.Record) error {
	level, text := slog.LevelInfo, record.Message
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(text, prefix.text); ok {
			level, text = prefix.level, rest
			break
		}
	}
	text = strings.TrimPrefix(text, "memberlist: ")
	if !b.Handler.Enabled(ctx, level) || level >= slog.LevelWarn && !b.limit.pass(kindOf(text)) {
		return nil
	}
	line := slog.NewRecord(record.Time, level, "gossip: "+text, record.PC)
	return b.Handler.Handle(ctx, line)
}

// kindOf is what lines of one kind begin with: names and addresses come later.
func kindOf(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(len(words), 4)], " ")
}
