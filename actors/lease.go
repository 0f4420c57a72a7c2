// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync"
	"sync/atomic"
	"time"
)

// lease is until when the tasks of this worker may work without another word from Kafka. All gates of a worker share one; a nil
// lease is open for good. It closes by itself: when its time is over, and when the process has stood still, for then others may
// have been given its work meanwhile. To look at it takes no lock.
type lease struct {
	instant func() time.Duration
	stall   time.Duration

	until, ticked atomic.Int64 // instants
	openings      atomic.Int64

	mu      sync.Mutex
	waiting chan struct{} // nil while nobody waits for it to open
}

// newLease returns a closed one. instant reads a clock that never goes back; a gap of stall between two ticks closes the lease.
func newLease(instant func() time.Duration, stall time.Duration) *lease {
	l := &lease{instant: instant, stall: stall}
	l.ticked.Store(int64(instant()))
	return l
}

// set lets the lease be open until an instant; one that has passed, or is zero, closes it.
func (l *lease) set(until time.Duration) {
	if !l.open() {
		l.openings.Add(1)
	}
	l.until.Store(int64(until))
	l.wake()
}

// tick says that the process runs. It comes ten times in a second, or what there is of it: a gap means that the process stood
// still, and then the lease stays closed until it is set again.
func (l *lease) tick() {
	now := l.instant()
	if last := time.Duration(l.ticked.Load()); now-last >= l.stall {
		l.until.Store(0) // before the tick is stored: nobody may see an open lease in between
	}
	l.ticked.Store(int64(now))
	l.wake()
}

// open tells whether what has an effect may begin now.
func (l *lease) open() bool {
	if l == nil {
		return true
	}
	ticked := time.Duration(l.ticked.Load())
	now := l.instant()
	return now < time.Duration(l.until.Load()) && now-ticked < l.stall
}

// times counts how often the lease may have been opened: while that stays the same it is not closed and opened again.
func (l *lease) times() int64 {
	if l == nil {
		return 0
	}
	return l.openings.Load()
}

// watch returns a channel that is closed once the lease is open: at once, or soon, where it is now. Whoever finds it closed
// afterwards will be woken.
func (l *lease) watch() <-chan struct{} {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = make(chan struct{})
	}
	return l.waiting
}

// wake comes after each change that can open the lease. Nobody is missed: whoever watches looks at the lease after that, and
// what it did not see yet wakes it.
func (l *lease) wake() {
	if !l.open() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting != nil {
		close(l.waiting)
		l.waiting = nil
	}
}
