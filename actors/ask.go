// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
)

// asker is the sender of one message, waiting for its one Reply. protoactor's futures do the same, but a second reply, or
// one that races the timeout, changes their result while it is read; and they do not look at a context.
type asker struct{ replies chan any }

// SendUserMessage implements actor.Process: the first message counts.
func (a *asker) SendUserMessage(_ *actor.PID, message any) {
	_, message, _ = actor.UnwrapEnvelope(message)
	select {
	case a.replies <- message:
	default:
	}
}

// SendSystemMessage implements actor.Process: the end of whoever was asked counts as its answer.
func (a *asker) SendSystemMessage(_ *actor.PID, message any) {
	if _, ended := message.(*actor.Terminated); ended {
		a.SendUserMessage(nil, message)
	}
}

// Stop implements actor.Process.
func (*asker) Stop(*actor.PID) {}

// request sends a message and waits for its Reply or for the end of ctx, whose cause is then the error. It blocks: an
// actor asks through background.
func request(ctx context.Context, system *actor.ActorSystem, to *actor.PID, message any) (any, error) {
	a := &asker{replies: make(chan any, 1)}
	self, _ := system.ProcessRegistry.Add(a, "ask"+system.ProcessRegistry.NextId())
	defer system.ProcessRegistry.Remove(self)
	// protoactor drops what waits in the mailbox of an actor that stops, without a word: so its end is watched.
	if target, there := system.ProcessRegistry.Get(to); there {
		target.SendSystemMessage(to, &actor.Watch{Watcher: self})
		defer target.SendSystemMessage(to, &actor.Unwatch{Watcher: self})
	}
	system.Root.RequestWithCustomSender(to, message, self)
	select {
	case reply := <-a.replies:
		return opened(reply)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func opened(message any) (any, error) {
	if reply, ok := message.(Reply); ok {
		return reply.Value, reply.Err
	}
	// The other answers are protoactor's own, for an actor that ends or is not there.
	return nil, connect.Errorf(connect.TimedOut, "Worker is shutting down")
}
