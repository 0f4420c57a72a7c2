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

// after sends a message to the actor itself once d has passed.
func after(c actor.Context, clock clock.Clock, d time.Duration, message any) {
	self, root := c.Self(), c.ActorSystem().Root
	clock.AfterFunc(d, func() { root.Send(self, message) })
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
