// SPDX-License-Identifier: Apache-2.0

package budget

import (
	"context"
	"sync/atomic"
)

// Task is the budget of one task within that of its worker. One goroutine at a time may ask for bytes; any may give them back.
type Task struct {
	worker *Worker
	limit  int64
	held   atomic.Int64
	// wanted is how many bytes somebody waits for in room, 0 for nobody.
	wanted atomic.Int64
	room   chan struct{}
}

// Task returns the budget of one task, of so many bytes.
func (w *Worker) Task(limit int64) *Task {
	return &Task{worker: w, limit: limit, room: make(chan struct{}, 1)}
}

// Limit is how many bytes the task may hold.
func (t *Task) Limit() int64 { return t.limit }

// Held is how many bytes the task holds.
func (t *Task) Held() int64 { return t.held.Load() }

// TryAcquire takes bytes if there is room for them now.
func (t *Task) TryAcquire(bytes int64) bool {
	switch {
	case !t.fits(bytes):
		return false
	case t.worker.take(bytes):
	case t.held.Load() == 0: // see the package comment: who holds nothing does not wait
		t.worker.held.Add(bytes)
	default:
		return false
	}
	t.add(bytes)
	return true
}

// Acquire takes bytes and waits for room in both budgets until there is some, or until ctx ends: its cause is the error then, and
// nothing was taken.
func (t *Task) Acquire(ctx context.Context, bytes int64) error {
	if t.TryAcquire(bytes) {
		return nil
	}
	if err := t.awaitOwn(ctx, bytes); err != nil {
		return err
	}
	r := t.worker.enqueue(t, bytes)
	select {
	case <-r.granted:
		return nil
	case <-ctx.Done():
	}
	if t.worker.leave(r) {
		t.Release(bytes)
	}
	return context.Cause(ctx)
}

// Release gives back bytes that were taken.
func (t *Task) Release(bytes int64) {
	left := t.held.Add(-bytes)
	if left == 0 && bytes > 0 {
		t.worker.holders.Add(-1)
	}
	if wanted := t.wanted.Load(); wanted > 0 && (left == 0 || left+wanted <= t.limit) {
		select {
		case t.room <- struct{}{}:
		default:
		}
	}
	t.worker.give(bytes)
}

// Hold says how many bytes the task holds now, for one that cannot ask before.
func (t *Task) Hold(bytes int64) {
	before := t.held.Swap(bytes)
	t.count(before, bytes)
	if more := bytes - before; more > 0 {
		t.worker.held.Add(more)
	} else if more < 0 {
		t.worker.give(-more)
	}
}

// HoldMore says that the task has got bytes which nobody has asked for.
func (t *Task) HoldMore(bytes int64) {
	t.add(bytes)
	t.worker.held.Add(bytes)
}

// Share is how many bytes the task should hold at most now, for one that cannot ask before: its own budget while the worker has plenty
// left, and its part of the worker's, with those who hold something, when that is used up.
func (t *Task) Share() int64 {
	held, holders := t.held.Load(), t.worker.holders.Load()
	if held == 0 {
		holders++
	}
	part := t.worker.limit / max(holders, 1)
	free := t.worker.limit - t.worker.held.Load()
	return min(t.limit, max(part, held+free/2))
}

// fits tells whether the task's own budget has room. A record that is larger than the whole passes alone.
func (t *Task) fits(bytes int64) bool {
	held := t.held.Load()
	return held == 0 || held+bytes <= t.limit
}

// awaitOwn waits until the task's own budget has room; what it holds only gets less meanwhile.
func (t *Task) awaitOwn(ctx context.Context, bytes int64) error {
	t.wanted.Store(max(bytes, 1))
	defer t.wanted.Store(0)
	for !t.fits(bytes) { // looked at after wanted was stored, so that no release is missed
		select {
		case <-t.room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// add counts bytes that the worker's budget has given.
func (t *Task) add(bytes int64) {
	now := t.held.Add(bytes)
	t.count(now-bytes, now)
}

func (t *Task) count(before, now int64) {
	switch {
	case before == 0 && now > 0:
		t.worker.holders.Add(1)
	case before > 0 && now == 0:
		t.worker.holders.Add(-1)
	}
}
