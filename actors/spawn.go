// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

// spawn starts a child under a name that is free: the parent has seen the end of the last child of that name. A name that
// is taken is a mistake in the tree, and goes to supervision.
func spawn(c actor.Context, props *actor.Props, name string) *actor.PID {
	pid, err := c.SpawnNamed(props, name)
	if err != nil {
		panic(err)
	}
	return pid
}

// resumption is what follows a piece of background work, as a message: it runs inside Receive.
type resumption func(c actor.Context)

// background does blocking work on a goroutine of its own and resumes the actor with the outcome: an actor never blocks.
// A panic in the work comes back as its error.
func background[T any](c actor.Context, ctx context.Context, work func(context.Context) (T, error), then func(actor.Context, T, error)) {
	self, root := c.Self(), c.ActorSystem().Root
	go func() {
		var value T
		err := connect.Guard(func() (err error) {
			value, err = work(ctx)
			return err
		})
		root.Send(self, resumption(func(c actor.Context) { then(c, value, err) }))
	}()
}

// opening is background for what has to be shut again. ctx ends when the actor stops: what was opened too late for it to hear of
// is shut here, and what then is given is the actor's own to shut.
func opening[T any](c actor.Context, ctx context.Context, open func(context.Context) (T, error), shut func(T), then func(actor.Context, T, error)) {
	type opened struct {
		value T
		take  func() bool
	}
	background(c, ctx, func(ctx context.Context) (opened, error) {
		value, err := open(ctx)
		if err != nil {
			return opened{}, err
		}
		return opened{value, context.AfterFunc(ctx, func() { shut(value) })}, nil
	}, func(c actor.Context, o opened, err error) {
		if err == nil && !o.take() {
			return // it is being shut
		}
		then(c, o.value, err)
	})
}

// after sends a message to the actor itself once d has passed, unless ctx has ended: what is sent to an actor that has stopped
// is a dead letter.
func after(c actor.Context, ctx context.Context, clock clock.Clock, d time.Duration, message any) {
	self, root := c.Self(), c.ActorSystem().Root
	clock.AfterFunc(d, func() {
		if ctx.Err() == nil {
			root.Send(self, message)
		}
	})
}

// within bounds ctx by a duration of the worker's clock.
func within(ctx context.Context, clock clock.Clock, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := clock.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return ctx, func() {
		stop()
		cancel(context.Canceled)
	}
}

// lingering is a context that ends a while after another one does, with its cause. That one has to end.
func lingering(ctx context.Context, clock clock.Clock, d time.Duration) context.Context {
	linger, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { clock.AfterFunc(d, func() { cancel(context.Cause(ctx)) }) })
	return linger
}
