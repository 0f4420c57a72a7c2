// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
)

const (
	// shortest is how long is waited at least where it is waited at all: at high rates records come in groups, so that waking up
	// costs little.
	shortest = 5 * time.Millisecond
	// catchUp is how late a task may be and still make what it has missed; what is later (it was paused, say) is left out.
	catchUp = 10 * time.Second
)

// pacer says when records may be made.
type pacer interface {
	// due waits until a record may be made, and returns how many may be by now, at most as many as asked for; 0 when ctx was
	// cancelled.
	due(ctx context.Context, most int) int
}

// unlimited makes as many as go.
type unlimited struct{}

func (unlimited) due(ctx context.Context, most int) int {
	if ctx.Err() != nil {
		return 0
	}
	return most
}

// schedule says when records are due.
type schedule interface {
	// after returns when record i is due, counted from 0, as the time since the schedule began. It is called with i that grow.
	after(i int64) time.Duration
}

// steady is so many records a second.
type steady struct{ perSecond int64 }

// after counts whole seconds apart, so that nothing is lost however long it goes on.
func (s steady) after(i int64) time.Duration {
	return time.Duration(i/s.perSecond)*time.Second + time.Duration(i%s.perSecond)*time.Second/time.Duration(s.perSecond)
}

// scattered is a random time before each record.
type scattered struct {
	longest time.Duration
	draws   draws
	// last is when record at is due.
	last time.Duration
	at   int64
}

func newScattered(longest time.Duration, task uint64, from int64) *scattered {
	// The complement keeps the times apart from what is drawn for values.
	return &scattered{longest: longest, draws: drawsOf(^task, from), at: -1}
}

func (s *scattered) after(i int64) time.Duration {
	for ; s.at < i; s.at++ {
		s.last += time.Duration(s.draws.next() % uint64(s.longest))
	}
	return s.last
}

// pace keeps a schedule.
type pace struct {
	schedule
	now   func() time.Time
	begun time.Time
	made  int64
}

func newPace(s schedule, now func() time.Time) *pace {
	return &pace{schedule: s, now: now, begun: now()}
}

func (p *pace) due(ctx context.Context, most int) int {
	early := p.early()
	for early > 0 {
		if connect.Sleep(ctx, max(early, shortest)) != nil {
			return 0
		}
		early = p.early()
	}
	if ctx.Err() != nil {
		return 0
	}
	if early < -catchUp {
		p.begun = p.begun.Add(-early - catchUp)
	}
	elapsed, n := p.now().Sub(p.begun), 0
	for n < most && p.after(p.made) <= elapsed {
		n++
		p.made++
	}
	return n
}

// early is how long it is until the next record is due; below 0 it is late.
func (p *pace) early() time.Duration { return p.after(p.made) - p.now().Sub(p.begun) }
