// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
)

// The supervision strategies of the tree, all of them. None escalates: an escalation that reaches a guardian ends the
// process, and one that reaches a parent kills every sibling.

// childFailed tells a parent that one of its children was stopped after a panic of ours, with its cause.
type childFailed struct {
	child *actor.PID
	err   error
}

// stopAndTell is the strategy above user work: the child that panicked is stopped for good, and its parent is told
// why. The parent keeps the trace and spawns a successor when it is told to; nothing queued for the old child is
// replayed to the new one.
type stopAndTell struct{}

// HandleFailure implements actor.SupervisorStrategy.
func (stopAndTell) HandleFailure(system *actor.ActorSystem, supervisor actor.Supervisor, child *actor.PID, _ *actor.RestartStatistics, reason, _ any) {
	tell(system, supervisor, childFailed{child, asError(reason)})
	supervisor.StopChildren(child)
}

// rebuild is the strategy above our own actors: the child goes on after the message that it could not handle, and is
// told to make its state anew from the topics. It is not restarted, since a restart would stop everything below it. A
// child that fails again and again is given up: the parent is told, as by stopAndTell.
type rebuild struct{}

// rebuildYourself has an actor drop what it remembers and read it again.
type rebuildYourself struct{}

const (
	rebuildMost   = 10
	rebuildWithin = time.Minute
)

// HandleFailure implements actor.SupervisorStrategy.
func (rebuild) HandleFailure(system *actor.ActorSystem, supervisor actor.Supervisor, child *actor.PID, stats *actor.RestartStatistics, reason, message any) {
	stats.Fail()
	if stats.NumberOfFailures(rebuildWithin) > rebuildMost {
		tell(system, supervisor, childFailed{child, asError(reason)})
		supervisor.StopChildren(child)
		return
	}
	system.Logger().Error("an actor could not handle a message and is rebuilt; this is a bug",
		slog.String("actor", child.Id), slog.String("message", fmt.Sprintf("%T", message)), slog.Any("error", asError(reason)))
	supervisor.ResumeChildren(child)
	system.Root.Send(child, rebuildYourself{})
}

func tell(system *actor.ActorSystem, supervisor actor.Supervisor, message any) {
	if parent, ok := supervisor.(actor.Context); ok {
		system.Root.Send(parent.Self(), message)
	}
}

func asError(reason any) error {
	if err, ok := reason.(error); ok {
		return err
	}
	return &connect.PanicError{Value: reason}
}

// guarded is the receiver middleware of every actor. A panic in a lifecycle message must not leave it: protoactor would
// resurrect an actor that panics in Stopping, and never report one that panics in Stopped. Any other panic gets the
// stack that protoactor does not keep.
func guarded(next actor.ReceiverFunc) actor.ReceiverFunc {
	return func(c actor.ReceiverContext, envelope *actor.MessageEnvelope) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			err := &connect.PanicError{Value: value, Stack: debug.Stack()}
			switch envelope.Message.(type) {
			case *actor.Stopping, *actor.Stopped, *actor.Restarting:
				c.Logger().Error("panic while an actor stopped; this is a bug", slog.String("actor", c.Self().Id), slog.Any("error", err))
			default:
				panic(err)
			}
		}()
		next(c, envelope)
	}
}

// props makes the Props of one of our actors: gated mailbox, guarded receiver, and the strategy for its children.
func props(produce func() actor.Actor, children actor.SupervisorStrategy) *actor.Props {
	return actor.PropsFromProducer(produce,
		actor.WithMailbox(newGatedMailbox),
		actor.WithReceiverMiddleware(guarded),
		actor.WithSupervisor(children))
}
