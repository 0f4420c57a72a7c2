// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"
	"sync/atomic"

	connect "github.com/longshore-io/connect"
)

// gate stands in front of every effect of one life of a task: each poll, put, produce and commit passes it first. An
// actor turns it without waiting for the goroutine that passes through, so a pause holds even while a plugin blocks. While the
// worker's lease is closed it is as if it were paused, and what was accepted before is not committed either: another worker may
// have the task by now.
type gate struct {
	lease    *lease
	position atomic.Int32

	mu      sync.Mutex
	changed chan struct{} // closed and made anew by each turn
}

type gatePosition int32

// The positions. From gateStopping on a gate only goes down this list.
const (
	gateOpen     gatePosition = iota
	gatePaused                // whoever comes waits
	gateStopping              // so it does, and in vain; what was accepted before is still stored
	gateShut                  // for good: this life of the task was cut off
	gateLost                  // so it was, and nothing of it is stored any more: another worker has the task
)

// newGate returns a gate that is governed by a lease, too; nil is none.
func newGate(position gatePosition, lease *lease) *gate {
	g := &gate{lease: lease, changed: make(chan struct{})}
	g.position.Store(int32(position))
	return g
}

// turn sets the position, unless the gate is closed further than that for good.
func (g *gate) turn(position gatePosition) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at := g.at(); at >= gateStopping && position <= at {
		return
	}
	g.position.Store(int32(position))
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *gate) at() gatePosition { return gatePosition(g.position.Load()) }

// now is gateOpen, gatePaused or gateShut: whether what has an effect may begin, has to wait, or will never.
func (g *gate) now() gatePosition {
	switch at := g.at(); {
	case at >= gateShut:
		return gateShut
	case at == gateOpen && g.lease.open():
		return gateOpen
	}
	return gatePaused
}

// mayCommit tells whether what was accepted may still be stored: also behind a gate that is paused, or that was shut in front of
// a plugin that does not end, but not without the lease, and not when another worker has the task.
func (g *gate) mayCommit() bool { return g.at() != gateLost && g.lease.open() }

// awaitCommit waits until what was accepted may be stored, will never be, or ctx ends: a process that has stood still for a moment
// on its way out stores what it has as soon as Kafka has confirmed that it may. What follows needs time of its own: see farewellTime.
func (g *gate) awaitCommit(ctx context.Context) {
	for {
		turned, opened := g.watch(), g.lease.watch()
		if g.at() == gateLost || g.lease.open() {
			return
		}
		select {
		case <-turned:
		case <-opened:
		case <-ctx.Done():
			return
		}
	}
}

// pass returns nil at an open gate, waits at a paused one, and returns ErrFenced at one that is shut, or the cause of ctx.
func (g *gate) pass(ctx context.Context) error {
	if g.now() == gateOpen {
		return nil
	}
	return g.await(ctx, gateOpen)
}

// enter is pass for the beginning of a life, which a pause does not hold back: what was paused meanwhile is held before its first
// effect.
func (g *gate) enter(ctx context.Context) error { return g.await(ctx, gatePaused) }

// await waits for a position up to the last that is good enough, and for the lease.
func (g *gate) await(ctx context.Context, last gatePosition) error {
	for {
		// Asked for before the gate is looked at, so that no change is missed.
		turned, opened := g.watch(), g.lease.watch()
		switch at := g.at(); {
		case at >= gateShut:
			return connect.ErrFenced
		case at > last:
			opened = nil // it has to be turned in any case
		case g.lease.open():
			return nil
		}
		select {
		case <-turned:
		case <-opened:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// reopens returns a channel that is closed when the lease opens, where nothing else holds the gate; nil where something does, or
// nothing.
func (g *gate) reopens() <-chan struct{} {
	opened := g.lease.watch()
	if g.at() != gateOpen || g.lease.open() {
		return nil
	}
	return opened
}

// watch returns a channel that is closed by the next turn.
func (g *gate) watch() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}
