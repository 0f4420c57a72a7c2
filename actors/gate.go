// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"
	"sync/atomic"

	connect "github.com/longshore-io/connect"
)

// gate stands in front of every effect of one life of a task: each poll, put, produce and commit passes it first. An
// actor turns it without waiting for the goroutine that passes through, so a pause holds even while a plugin blocks.
type gate struct {
	position atomic.Int32

	mu      sync.Mutex
	changed chan struct{} // closed and made anew by each turn
}

type gatePosition int32

const (
	gateOpen   gatePosition = iota
	gatePaused              // whoever comes waits
	gateShut                // for good: this life of the task was cut off
)

func newGate(position gatePosition) *gate {
	g := &gate{changed: make(chan struct{})}
	g.position.Store(int32(position))
	return g
}

// turn sets the position; a gate that was shut stays shut.
func (g *gate) turn(position gatePosition) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if gatePosition(g.position.Load()) == gateShut {
		return
	}
	g.position.Store(int32(position))
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *gate) now() gatePosition { return gatePosition(g.position.Load()) }

// pass returns nil at an open gate, waits at a paused one, and returns ErrFenced at one that is shut, or the cause of ctx.
func (g *gate) pass(ctx context.Context) error {
	if g.now() == gateOpen {
		return nil
	}
	for {
		changed := g.watch()
		switch g.now() {
		case gateOpen:
			return nil
		case gateShut:
			return connect.ErrFenced
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// watch returns a channel that is closed by the next turn.
func (g *gate) watch() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}
