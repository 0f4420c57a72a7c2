// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

// share is what this worker runs of one connector: its instance, its tasks, or some of them. Every command for the
// connector goes through it. It compares what shall run with what runs, and lives until nothing does.
type share struct {
	env  *environment
	name string
	log  *slog.Logger

	wanted  *assignment // nil once the connector is to go
	units   map[unitID]*actor.PID
	given   map[unitID]version // the version that a unit was last configured with
	leaving map[unitID]bool    // stopped actors whose end is awaited
	reloads map[string]*reloadTimer
	planned *plannedWith
}

// assignment is what a share is to run.
type assignment struct {
	name   string
	target connect.TargetState
	// config is for the connector instance; instance is larger where it was written again.
	config   connect.RawConfig
	instance version
	// tasks run with their own configurations and with what the connector's was when they were planned; taskSet is larger
	// where they were planned again.
	tasks   []connect.RawConfig
	applied connect.RawConfig
	taskSet version
}

// version tells one configuration from the next; a later one is larger.
type version int64

// The messages of a share, sent by connectors.
type (
	// assign says what to run; nil to run nothing.
	assign struct{ *assignment }
	// restartUnits restarts some units, as a restart request with flags wants it.
	restartUnits struct {
		units    []unitID
		announce bool
	}
	// restartUnit restarts one and is answered with a Reply: the instance once it has started, a task at once.
	restartUnit struct{ id unitID }
	// shareEmpty tells connectors that a share runs nothing any more.
	shareEmpty struct{ name string }
)

func newShare(env *environment, name string) *share {
	return &share{env: env, name: name, log: env.log.With("connector", name), units: map[unitID]*actor.PID{},
		given: map[unitID]version{}, leaving: map[unitID]bool{}, reloads: map[string]*reloadTimer{}, planned: &plannedWith{}}
}

// Receive implements actor.Actor.
func (s *share) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Stopping:
		s.stopReloads()
	case assign:
		s.take(m.assignment)
		s.reconcile(c)
	case restartUnits:
		s.restartUnits(c, m)
	case restartUnit:
		s.restartUnit(c, m.id)
	case valuesExpire:
		s.armReloads(c, m)
	case reloadDue:
		s.reload(c, m)
	case released:
		s.dismiss(c, m)
	case childFailed:
		s.log.Error("an actor of this connector has failed; this is a bug", "actor", m.child.Id, "error", m.err)
	case *actor.Terminated:
		s.forget(c, m.Who)
	case rebuildYourself:
		s.reconcile(c)
	}
}

// take forgets when values expire that no configuration has any more.
func (s *share) take(wanted *assignment) {
	if s.wanted != nil && (wanted == nil || wanted.instance != s.wanted.instance) {
		s.stopReloads()
	}
	s.wanted = wanted
}

// reconcile spawns, configures and aims what is wanted, and releases what is not.
func (s *share) reconcile(c actor.Context) {
	wanted := s.wantedUnits()
	for id := range s.units {
		if _, keep := wanted[id]; !keep {
			c.Send(s.units[id], happened{Event: lifecycle.Event{Kind: lifecycle.ReleaseRequested}})
			delete(s.given, id)
		}
	}
	for id, v := range wanted {
		s.give(c, id, v)
	}
	s.tellIfEmpty(c)
}

func (s *share) wantedUnits() map[unitID]version {
	if s.wanted == nil {
		return nil
	}
	wanted := map[unitID]version{{s.name, theConnector}: s.wanted.instance}
	for i := range s.wanted.tasks {
		wanted[unitID{s.name, i}] = s.wanted.taskSet
	}
	return wanted
}

// give assigns a unit; what runs with an older configuration is restarted with the new one.
func (s *share) give(c actor.Context, id unitID, v version) {
	if s.leaving[id] {
		return // its end is awaited; forget comes back here
	}
	pid, running := s.units[id]
	if !running {
		pid = spawn(c, props(func() actor.Actor { return newUnit(s.env, id) }, stopAndTell{}), id.String())
		s.units[id] = pid
	}
	given, known := s.given[id]
	if given != v || !known {
		c.Send(pid, configured{s.unitConfig(c, id)})
		s.given[id] = v
	}
	c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.Assign, Target: s.wanted.target}})
	if known && given != v {
		c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.RestartRequested}})
	}
}

// unitConfig says how a life of a unit is made. What is wrong with the configuration shows when a life is made from it:
// then it is that unit's failure. Variables are not resolved before that, so that version is missing where the class is one,
// and task.restart.* can have none.
func (s *share) unitConfig(c actor.Context, id unitID) unitConfig {
	env, raw := s.env, rawSpec{connector: s.wanted.config}
	if id.task != theConnector {
		raw = rawSpec{s.wanted.applied, s.wanted.tasks[id.task]}
	}
	connector := raw.connector.Props()
	restarts, err := env.config.Restart.With(connector)
	if err != nil {
		s.log.Warn("a restart setting of the connector is wrong; the worker's counts", "error", err)
	}
	self, root, instance, maker := c.Self(), c.ActorSystem().Root, s.wanted.instance, pumpMaker(raw, s.planned)
	expire := func(ttls map[string]time.Duration) { root.Send(self, valuesExpire{instance, ttls}) }
	config := unitConfig{restarts: restarts, pump: func(of lifeOf) pump {
		return &resolving{lifeOf: of, raw: raw, make: maker, expire: expire}
	}}
	info, err := env.plugins.Find(connector["connector.class"], connect.SourcePlugin, connect.SinkPlugin)
	if err == nil {
		config.version = &info.Version
	}
	if id.task != theConnector && info.Type != connect.SourcePlugin {
		config.farewell = farewellOf(env, raw.connector, id.taskID())
	}
	return config
}

// restartUnit answers for a task at once, and for the instance when it has started or failed to.
func (s *share) restartUnit(c actor.Context, id unitID) {
	pid, running := s.units[id]
	if !running || s.wanted == nil || s.leaving[id] {
		c.Respond(Reply{Err: unknownUnit(id)})
		return
	}
	c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.RestartRequested}})
	if id.task != theConnector {
		c.Respond(Reply{})
		return
	}
	c.RequestWithCustomSender(pid, whenSettled{}, c.Sender())
}

func (s *share) restartUnits(c actor.Context, m restartUnits) {
	for _, id := range m.units {
		if pid, running := s.units[id]; running && !s.leaving[id] {
			c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.RestartRequested, Announce: m.announce}})
		}
	}
}

// dismiss stops the actor of a unit that is released, unless it is wanted again meanwhile. An occupied unit stays until
// its last life has returned, since it is what keeps a second life from being spawned beside it.
func (s *share) dismiss(c actor.Context, m released) {
	pid, running := s.units[m.id]
	if _, wanted := s.wantedUnits()[m.id]; wanted || !running || s.leaving[m.id] {
		return
	}
	c.Send(s.env.herder, unitGone{m.id})
	if m.occupied {
		return
	}
	c.Stop(pid)
	s.leaving[m.id] = true
	if m.id.task != theConnector {
		s.env.meters.forget(m.id.taskID())
	}
}

func (s *share) forget(c actor.Context, who *actor.PID) {
	for id, pid := range s.units {
		if pid.Equal(who) {
			delete(s.units, id)
			delete(s.given, id)
			delete(s.leaving, id)
		}
	}
	if s.wanted != nil {
		s.reconcile(c)
		return
	}
	s.tellIfEmpty(c)
}

func (s *share) tellIfEmpty(c actor.Context) {
	if s.wanted == nil && len(s.units) == 0 {
		c.Send(c.Parent(), shareEmpty{s.name})
	}
}
