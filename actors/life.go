// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

// pump is the blocking half of one life of a connector or task. run and abandon have goroutines of their own; the other methods never
// block and are called by the life's actor.
type pump interface {
	// run does the work until ctx ends, cleans up, and returns why it ended, when nothing of it is on its way to Kafka any more. It
	// calls started when the plugin's Start has returned.
	run(ctx context.Context, started func()) error
	// interrupt ends a wait, so that the pump looks at its gate.
	interrupt()
	// abandon takes away what lets the plugin reach Kafka, and returns when nothing of it can arrive there any more. run may still be
	// inside it. Only the first call does it.
	abandon()
}

// ticker is a pump with something to do now and then, beside run.
type ticker interface {
	pump
	// tick is called each offset.flush.interval.ms on a goroutine of its own, never twice at once.
	tick(ctx context.Context) error
}

// lifeOf is what a life and its pump know of themselves.
type lifeOf struct {
	env *environment
	id  unitID
	// since is the generation of the cluster that gave this worker the right to the unit, 0 for none; generation counts lives.
	since      int64
	former     *formerOwners
	generation int
	gate       *gate
	log        *slog.Logger
	unit       *actor.PID
	root       *actor.RootContext
	// secrets are hidden in the failures that are told.
	secrets Secrets
}

// farewellTime is what a pump has to clean up when its life ends: less than the time of grace, after which it would be cut
// off in the middle of it.
func (l lifeOf) farewellTime() time.Duration {
	grace := l.env.config.TaskShutdownGracefulTimeout
	return grace - grace/5
}

// awaitCommit waits for the lease on the way out, for half of the time that there is.
func (l lifeOf) awaitCommit(ctx context.Context) {
	ctx, cancel := within(ctx, l.env.runtime.Clock, l.farewellTime()/2)
	defer cancel()
	l.gate.awaitCommit(ctx)
}

// errEnded is the cause of a cancelled life; it is not a failure.
var errEnded = errors.New("this life of the task was ended")

// life is the control actor of one generation: it owns the pump's goroutine and its gate.
type life struct {
	lifeOf
	pump    pump
	end     context.CancelCauseFunc
	ctx     context.Context
	ticking bool
	over    bool // the pump has returned
}

// The messages of a life, sent by its unit.
type (
	suspendLife struct{}
	resumeLife  struct{}
	cancelLife  struct{}
	abandonLife struct{}
)

// The messages of a life to itself.
type (
	tickDue  struct{}
	pumpDone struct{}
)

// Receive implements actor.Actor.
func (l *life) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		l.begin(c)
	case suspendLife:
		l.turn(gatePaused)
	case resumeLife:
		l.turn(gateOpen)
	case cancelLife:
		l.end(errEnded)
	case abandonLife:
		l.cutOff()
	case tickDue:
		l.tick(c)
	case pumpDone:
		l.over = true
		c.Stop(c.Self())
	case *actor.Stopping:
		if !l.over {
			l.cutOff()
		}
		l.end(errEnded)
	case resumption:
		m(c)
	}
}

func (l *life) begin(c actor.Context) {
	l.ctx, l.end = context.WithCancelCause(context.Background())
	self, root := c.Self(), c.ActorSystem().Root
	go func() {
		defer root.Send(self, pumpDone{})
		err := l.runPump()
		l.env.gates.remove(l.id, l.gate) // before the next life can enter its own
		l.tell(lifecycle.Event{Kind: lifecycle.Exited}, err)
	}()
	l.armTick(c)
}

// runPump returns the failure that ended the life; to be told to end, or to be fenced, is none. Without the lease not even the
// start is tried: a sink would take its place in the group from another worker.
func (l *life) runPump() error {
	err := connect.Guard(func() error {
		if err := l.gate.enter(l.ctx); err != nil {
			return err
		}
		if err := l.former.fence(l.ctx, l.lifeOf); err != nil {
			return err
		}
		return l.pump.run(l.ctx, func() { l.tell(lifecycle.Event{Kind: lifecycle.Started}, nil) })
	})
	switch {
	case err == nil, errors.Is(err, errEnded):
		return nil
	case connect.Classify(err) == connect.Fenced:
		return l.taken(err)
	}
	return err
}

// tell goes to the unit directly: a life that was stopped after a panic still has to report the end of its goroutine.
func (l lifeOf) tell(event lifecycle.Event, err error) {
	event.Generation = l.generation
	l.root.Send(l.unit, happened{event, l.secrets.HideIn(err)})
}

func (l *life) turn(position gatePosition) {
	l.gate.turn(position)
	l.pump.interrupt()
}

// cutOff ends a life whose plugin does not: nothing of it reaches Kafka any more, which the unit is told when it is so.
func (l *life) cutOff() {
	l.gate.turn(gateShut)
	l.end(errEnded)
	go func() {
		l.pump.abandon()
		l.root.Send(l.unit, lifeCut{l.generation})
	}()
}

func (l *life) armTick(c actor.Context) {
	if _, ok := l.pump.(ticker); ok {
		after(c, l.ctx, l.env.runtime.Clock, l.env.config.OffsetFlushInterval, tickDue{})
	}
}

func (l *life) tick(c actor.Context) {
	l.armTick(c)
	if l.ticking || l.ctx.Err() != nil || !l.gate.mayCommit() {
		return
	}
	l.ticking = true
	// Not the life's context: a write that its end cuts short would take others of the same client along.
	background(c, context.Background(), func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, l.env.runtime.Clock, l.env.config.OffsetFlushTimeout)
		defer cancel()
		return struct{}{}, l.pump.(ticker).tick(ctx)
	}, func(_ actor.Context, _ struct{}, err error) {
		l.ticking = false
		if err != nil && l.ctx.Err() == nil {
			l.log.Warn("offsets were not stored; they are tried again at the next flush", "error", err)
		}
	})
}
