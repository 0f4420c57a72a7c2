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
	moves   bool        // where it is to go: to other workers
	units   map[unitID]*actor.PID
	ids     map[string]unitID  // of units, by the name of the actor
	ends    map[unitID]int64   // units whose end somebody waits for, with the right that they had
	since   map[unitID]int64   // the generation that gave the right to a unit
	given   map[unitID]version // the version that a unit was last configured with
	leaving map[unitID]bool    // stopped actors whose end is awaited
	stuck   map[unitID]bool    // units that are released and still occupied by user code, which is cut off
	reloads map[string]*reloadTimer
	planned *plannedWith
}

// assignment is what a share is to run.
type assignment struct {
	name string
	// units are what this worker may run of the connector, by the number of the task, theConnector for the instance, with the
	// generation that gave the right. Nil is all there is, by no generation, for a worker that shares with nobody.
	units map[int]int64
	// fences are workers, by task, whose offsets have to be fenced before the unit starts.
	fences map[int][]string
	// goodbyes are tasks that end here although they are configured, and that nobody will run: this worker was the last.
	goodbyes map[int]bool
	target   connect.TargetState
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

// nothing tells that an assignment, or none, leaves a share without anything to run.
func (a *assignment) nothing() bool { return a == nil || a.units != nil && len(a.units) == 0 }

// The messages of a share, sent by connectors.
type (
	// assign says what to run; nil to run nothing. What is not to be run here any more, and was not taken out of the
	// configuration, moves to another worker; where there is nothing to run, moves says whether it does.
	assign struct {
		*assignment
		moves bool
	}
	// restartUnits restarts some units, as a restart request with flags wants it.
	restartUnits struct {
		units    []unitID
		announce bool
	}
	// restartUnit restarts one and is answered with a Reply: the instance once it has started, a task at once. The error is
	// errNotHere where this worker does not run it.
	restartUnit struct{ id unitID }
	// shareEmpty tells connectors that a share runs nothing any more. An occupied one is needed until user code has returned that was
	// cut off, for which nobody waits.
	shareEmpty struct {
		name     string
		occupied bool
	}
)

func newShare(env *environment, name string) *share {
	return &share{env: env, name: name, log: env.log.With("connector", name), units: map[unitID]*actor.PID{}, ids: map[string]unitID{}, since: map[unitID]int64{}, ends: map[unitID]int64{},
		given: map[unitID]version{}, leaving: map[unitID]bool{}, stuck: map[unitID]bool{}, reloads: map[string]*reloadTimer{}, planned: &plannedWith{}}
}

// Receive implements actor.Actor.
func (s *share) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Stopping:
		s.stopReloads()
	case assign:
		s.take(m)
		s.reconcile(c)
	case endUnit:
		s.ends[m.id] = m.since
		s.tellEnd(c, m.id)
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
func (s *share) take(m assign) {
	if s.wanted != nil && (m.assignment == nil || m.instance != s.wanted.instance) {
		s.stopReloads()
	}
	if s.wanted != nil || m.assignment != nil {
		s.moves = m.moves // what was on its way out already goes as it was told to
	}
	s.wanted = m.assignment
}

// reconcile spawns, configures and aims what is wanted, and releases what is not.
func (s *share) reconcile(c actor.Context) {
	for id, pid := range s.units {
		if !s.keeps(id) {
			c.Send(pid, letGo{s.movesAway(id)})
			delete(s.given, id)
		}
	}
	for id, w := range s.wantedUnits() {
		s.give(c, id, w)
	}
	s.tellIfEmpty(c)
}

// want is what is wanted of a unit: the version of its configuration, by which right.
type want struct {
	version version
	since   int64
}

// wantedUnits are those that are configured and this worker's.
func (s *share) wantedUnits() map[unitID]want {
	wanted := map[unitID]want{}
	add := func(task int) {
		id := unitID{s.name, task}
		if w, is := s.wants(id); is {
			wanted[id] = w
		}
	}
	switch {
	case s.wanted == nil:
	case s.wanted.units == nil:
		for task := theConnector; task < len(s.wanted.tasks); task++ {
			add(task)
		}
	default:
		for task := range s.wanted.units {
			add(task)
		}
	}
	return wanted
}

// wants says what is wanted of a unit, and whether it is wanted here at all.
func (s *share) wants(id unitID) (want, bool) {
	if s.wanted == nil || !s.configures(id) {
		return want{}, false
	}
	since, granted := s.wanted.units[id.task]
	return want{s.versionOf(id), since}, granted || s.wanted.units == nil
}

// configures tells whether the configuration has a unit, whoever runs it.
func (s *share) configures(id unitID) bool {
	return id.task < len(s.wanted.tasks)
}

func (s *share) versionOf(id unitID) version {
	if id.task == theConnector {
		return s.wanted.instance
	}
	return s.wanted.taskSet
}

// keeps tells whether a unit that runs here goes on. One that was given anew has to end first, as if it came from another worker.
func (s *share) keeps(id unitID) bool {
	w, keep := s.wants(id)
	return keep && w.since == s.since[id]
}

// movesAway tells whether a unit that does not go on here is another worker's from now on.
func (s *share) movesAway(id unitID) bool {
	if s.wanted == nil {
		return s.moves
	}
	return s.configures(id) && !s.wanted.goodbyes[id.task]
}

// give assigns a unit; what runs with an older configuration is restarted with the new one.
func (s *share) give(c actor.Context, id unitID, w want) {
	pid, running := s.units[id]
	if s.leaving[id] || running && s.since[id] != w.since {
		return // its end is awaited; forget comes back here
	}
	if !running {
		pid = spawn(c, props(func() actor.Actor { return newUnit(s.env, id, w.since, s.wanted.fences[id.task]) }, stopAndTell{}), id.String())
		s.units[id], s.ids[pid.Id], s.since[id] = pid, id, w.since
	}
	delete(s.stuck, id)
	given, known := s.given[id]
	if given != w.version || !known {
		c.Send(pid, configured{s.unitConfig(c, id)})
		s.given[id] = w.version
	}
	c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.Assign, Target: s.wanted.target}})
	if known && given != w.version {
		c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.RestartRequested}})
	}
}

// unitConfig says how a life of a unit is made. What is wrong with the configuration shows when a life is made from it:
// then it is that unit's failure. Variables are not resolved before that, so that version is missing where the class is one,
// and task.restart.* can have none.
func (s *share) unitConfig(c actor.Context, id unitID) unitConfig {
	env, raw := s.env, rawSpec{connector: s.wanted.config}
	if id.task != theConnector {
		raw = rawSpec{s.wanted.applied, s.wanted.tasks[id.task], s.wanted.taskSet}
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
		c.Respond(Reply{Err: notHere{unknownUnit(id)}})
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
	if !running || s.leaving[m.id] || s.keeps(m.id) {
		return
	}
	c.Send(s.env.herder, unitGone{m.id, s.since[m.id], m.occupied})
	if m.occupied {
		s.stuck[m.id] = true
		s.tellEnd(c, m.id)
		s.tellIfEmpty(c)
		return
	}
	c.Stop(pid)
	s.leaving[m.id] = true
	s.tellEnd(c, m.id)
	s.env.meters.forget(m.id.taskID())
}

// forget knows an actor no more, and gives its unit again where that is wanted. No other unit is looked at: a thousand that end at
// once would be looked at a million times.
func (s *share) forget(c actor.Context, who *actor.PID) {
	id, known := s.ids[who.Id]
	if !known {
		return
	}
	if !s.leaving[id] && !s.keeps(id) {
		c.Send(s.env.herder, unitGone{id: id, since: s.since[id]}) // it has failed while it was on its way out
	}
	delete(s.ids, who.Id)
	delete(s.units, id)
	delete(s.since, id)
	delete(s.given, id)
	delete(s.leaving, id)
	delete(s.stuck, id)
	s.tellEnd(c, id)
	if w, wanted := s.wants(id); wanted {
		s.give(c, id, w)
	}
	s.tellIfEmpty(c)
}

func (s *share) tellIfEmpty(c actor.Context) {
	if s.wanted.nothing() && len(s.units) == len(s.stuck) {
		c.Send(c.Parent(), shareEmpty{s.name, len(s.units) > 0})
	}
}
