// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/actors/restart"
)

// unit is the actor of one connector instance or one task: it keeps state, trace and generation, and survives the
// failures of its lives. What it does is decided by lifecycle.Next; it carries out what that returns.
type unit struct {
	env     *environment
	id      unitID
	since   int64 // the generation that gave this worker the right to it, 0 for none
	former  *formerOwners
	log     *slog.Logger
	state   lifecycle.State
	tracker *restart.Tracker

	config  unitConfig  // for the next life
	going   bool        // it was told to go
	settled bool        // the seat was told that it has come to run, or to what else it shall
	moves   bool        // and another worker will run it
	taken   []time.Time // when others have taken its place in Kafka
	cut     int         // the last of its lives that was cut off
	late    bool        // its release waits for that
	life    *actor.PID
	waiting []*actor.PID // to be answered once the state has settled
	failure error        // what the state's trace was made from
	ctx     context.Context
	cancel  context.CancelFunc
}

// unitID names a unit; task is theConnector for the connector instance.
type unitID struct {
	connector string
	task      int
}

const theConnector = -1

// String is the unit's name in the tree.
func (id unitID) String() string {
	if id.task == theConnector {
		return "connector"
	}
	return fmt.Sprintf("task-%d", id.task)
}

func (id unitID) taskID() connect.TaskID {
	return connect.TaskID{Connector: id.connector, Task: id.task}
}

// unitConfig is what a life is made from.
type unitConfig struct {
	// version of the plugin, for the status; nil where its class is not known.
	version *string
	// restarts says whether a failure is followed by a restart.
	restarts restart.Policy
	// pump makes the pump of one life, without calling user code: that is for the pump's own goroutine.
	pump func(life lifeOf) pump
	// farewell is called when the work is taken away for good, not to another worker, and its last life has ended; nil for none.
	farewell func(ctx context.Context) error
}

// The messages of a unit, sent by its share. What comes from a life is a happened, too.
type (
	// configured gives the configuration of the next life.
	configured struct{ unitConfig }
	// happened is an event for the lifecycle; err is the failure that its trace is made from.
	happened struct {
		lifecycle.Event
		err error
	}
	// letGo asks for its release, to another worker or for good.
	letGo struct{ moves bool }
	// whenSettled is answered with a Reply once nothing is under way; its error is the failure that the unit stands at.
	whenSettled struct{}
	// lifeCut says that nothing of a life that was abandoned reaches Kafka any more.
	lifeCut struct{ generation int }
	// released tells the share that a unit does nothing more for it. An occupied one has a last life that did not return;
	// it tells again when that has.
	released struct {
		id       unitID
		occupied bool
	}
)

func newUnit(env *environment, id unitID, since int64, fences []string) *unit {
	kind, log := lifecycle.Task, env.log.With("connector", id.connector)
	if id.task == theConnector {
		kind = lifecycle.Connector
	} else {
		log = log.With("task", id.task)
	}
	return &unit{env: env, id: id, since: since, former: &formerOwners{workers: fences}, log: log, state: lifecycle.New(kind, 0)}
}

// Receive implements actor.Actor.
func (u *unit) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		u.ctx, u.cancel = context.WithCancel(context.Background())
	case *actor.Stopping:
		u.cancel()
	case configured:
		u.configure(m.unitConfig)
	case happened:
		u.advance(c, m)
	case letGo:
		u.letGo(c, m)
	case whenSettled:
		u.waiting = append(u.waiting, c.Sender())
		u.answer(c)
	case lifeCut:
		u.noteCut(c, m)
	case childFailed:
		u.advance(c, happened{lifecycle.Event{Kind: lifecycle.RunFailed, Generation: u.state.Generation}, m.err})
	case resumption:
		m(c)
	}
}

func (u *unit) configure(config unitConfig) {
	if u.tracker == nil || config.restarts != u.config.restarts {
		u.tracker = restart.New(config.restarts)
	}
	u.config = config
}

// letGo keeps to what was said first: what another worker was given is not taken leave of, though it may end there, too.
func (u *unit) letGo(c actor.Context, m letGo) {
	if !u.going {
		u.going, u.moves = true, m.moves
	}
	u.advance(c, happened{Event: lifecycle.Event{Kind: lifecycle.ReleaseRequested}})
}

// advance lets the lifecycle decide about an event and carries out what it says.
func (u *unit) advance(c actor.Context, m happened) {
	event := m.Event
	if event.Kind == lifecycle.Assign {
		u.going = false
	}
	if m.err != nil {
		event.Trace = traceOf(m.err)
		event.Retry = u.takeAgain(c, m.err, event.Generation) || u.restartLater(c, event.Generation)
		u.failure = m.err
	}
	if event.Kind == lifecycle.Started {
		u.tracker.Healthy(u.env.runtime.Clock.Now())
	}
	before := u.state
	var effects []lifecycle.Effect
	u.state, effects = lifecycle.Next(u.state, event)
	u.log.Debug("lifecycle", "event", event.Kind.String(), "from", before.Phase.String(), "to", u.state.Phase.String(), "generation", u.state.Generation)
	for _, effect := range effects {
		u.carryOut(c, effect)
	}
	if before.GivenUp() && u.state.Phase == lifecycle.Unassigned {
		u.late = false
		c.Send(c.Parent(), released{id: u.id}) // the abandoned life has returned after its release
	}
	u.answer(c)
}

func (u *unit) carryOut(c actor.Context, effect lifecycle.Effect) {
	switch effect.Kind {
	case lifecycle.Spawn:
		u.spawnLife(c, effect.Generation)
	case lifecycle.Suspend:
		u.tellLife(c, suspendLife{})
	case lifecycle.Resume:
		u.tellLife(c, resumeLife{})
	case lifecycle.Cancel:
		u.tellLife(c, cancelLife{})
	case lifecycle.ArmGrace:
		after(c, u.ctx, u.env.runtime.Clock, u.env.config.TaskShutdownGracefulTimeout,
			happened{Event: lifecycle.Event{Kind: lifecycle.GraceExpired, Generation: effect.Generation}})
	case lifecycle.Abandon:
		u.abandon(c)
	case lifecycle.Publish:
		u.publish(c, effect)
	case lifecycle.Released:
		u.release(c)
	}
}

// restartLater asks the restart policy about a failure and arms the restart that it grants.
func (u *unit) restartLater(c actor.Context, generation int) bool {
	if !u.state.Working(generation) {
		return false // an old life, a second failure of this one, or one that was told to end
	}
	decision := u.tracker.Failed(u.env.runtime.Clock.Now(), u.env.runtime.Random())
	if !decision.Restart {
		return false
	}
	u.log.Info("failed and will be restarted", "after", decision.After, "attempt", decision.Attempt, "reason", decision.Reason)
	after(c, u.ctx, u.env.runtime.Clock, decision.After, happened{Event: lifecycle.Event{Kind: lifecycle.RestartDue, Generation: generation}})
	return true
}

func (u *unit) spawnLife(c actor.Context, generation int) {
	gate := newGate(gateOpen, u.env.lease)
	u.env.gates.add(u.id, u.since, gate)
	of := lifeOf{env: u.env, id: u.id, since: u.since, former: u.former, generation: generation, gate: gate, log: u.log.With("generation", generation), unit: c.Self(), root: c.ActorSystem().Root}
	pump := u.config.pump(of)
	if u.life != nil {
		u.env.meters.Restarted(u.id.taskID())
	}
	u.life = spawn(c, props(func() actor.Actor { return &life{lifeOf: of, pump: pump} }, stopAndTell{}), fmt.Sprintf("g%d", generation))
}

func (u *unit) tellLife(c actor.Context, message any) {
	if u.life != nil {
		c.Send(u.life, message)
	}
}

func (u *unit) abandon(c actor.Context) {
	u.log.Warn("the plugin does not end although it was told to; it is cut off from Kafka, and its return is awaited before it runs here again",
		"told", u.env.config.TaskShutdownGracefulTimeout)
	u.env.meters.Abandoned()
	u.tellLife(c, abandonLife{})
}

func (u *unit) publish(c actor.Context, effect lifecycle.Effect) {
	if effect.State == connect.Failed {
		u.log.Error("failed", "error", u.failure)
		if u.id.task == theConnector {
			c.Send(u.env.herder, connectorFailed{u.id.connector})
		}
	} else {
		u.log.Info("state", "state", string(effect.State))
	}
	if !u.settled && effect.State != connect.Unassigned && !u.env.config.Standalone {
		u.settled = true
		c.Send(u.env.herder, unitSettled{u.id, u.since})
	}
	// Of what was lost its new owner has reported, and this would come after that.
	if effect.State != connect.Unassigned || !u.env.gates.lost(u.id, u.since) {
		c.Send(u.env.statuslog, putStatus{id: u.id, generation: u.since, state: effect.State, trace: effect.Trace, version: u.config.version, safe: effect.Safe()})
	}
	u.env.meters.State(u.id.taskID(), effect.State)
	c.ActorSystem().EventStream.Publish(StatusChanged{Connector: u.id.connector, Task: u.id.task, State: effect.State, Trace: effect.Trace})
}

// noteCut releases what waits for it.
func (u *unit) noteCut(c actor.Context, m lifeCut) {
	u.cut = m.generation
	if u.late {
		u.release(c)
	}
}

// release says farewell in the background and then tells the share. A worker that may have lost its work to another one says
// nothing: it would send away that one's member. Others may take the work from then on: a life that was abandoned is cut off before.
func (u *unit) release(c actor.Context) {
	if u.late = u.state.GivenUp() && u.cut != u.state.Generation; u.late {
		return
	}
	done := func(c actor.Context, _ struct{}, err error) {
		if err != nil {
			u.log.Warn("taking leave of Kafka did not work", "error", err)
		}
		c.Send(c.Parent(), released{u.id, u.state.Occupied()})
	}
	if u.config.farewell == nil || u.moves || !u.env.lease.open() {
		done(c, struct{}{}, nil)
		return
	}
	background(c, u.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, u.env.runtime.Clock, u.env.config.OffsetFlushTimeout)
		defer cancel()
		return struct{}{}, u.config.farewell(ctx)
	}, done)
}

// answer replies to those who wait for the unit to settle. A last life that does not return keeps them waiting no longer
// than its time of grace.
func (u *unit) answer(c actor.Context) {
	if len(u.waiting) == 0 || !u.state.Settled() && u.state.Phase != lifecycle.Abandoned {
		return
	}
	var reply Reply
	switch u.state.Phase {
	case lifecycle.Failed:
		reply.Err = connect.Errorf(connect.Fatal, "Failed to start connector: %s: %w", u.id.connector, u.failure)
	case lifecycle.Abandoned:
		reply.Err = fmt.Errorf("%s of connector %s did not end when it was told to: its restart waits for that", u.id, u.id.connector)
	}
	for _, asker := range u.waiting {
		c.Send(u.env.statuslog, confirm{reply, asker})
	}
	u.waiting = nil
}
