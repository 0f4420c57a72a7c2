// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"net/url"

	"github.com/asynkron/protoactor-go/actor"
)

// connectors keeps one share for each connector of which this worker runs something, and brings commands to them.
type connectors struct {
	env *environment

	wanted map[string]*assignment
	shares map[string]*actor.PID
	ending map[string]bool             // stopped shares whose end is awaited
	stuck  map[string]bool             // shares of which nothing runs but user code that was cut off
	ends   map[string]map[endUnit]bool // units, by connector, whose end the herder waits for

	drained *actor.PID // asked for drain; nil unless draining
	ctx     context.Context
	cancel  context.CancelFunc
}

// The messages of connectors, sent by the herder, apart from those of a share.
type (
	// assignAll says what this worker runs, all of it.
	assignAll struct{ connectors map[string]*assignment }
	// assignSome says what has become of some connectors: nil is to run nothing of one any more. What it does not name stays.
	assignSome struct{ connectors map[string]*assignment }
	// toShare is a command for one connector.
	toShare struct {
		name    string
		command any
	}
	// drain releases everything and is answered with a Reply when nothing runs any more, or what still does was abandoned. With
	// leave nobody else will run it: sinks leave their groups, too.
	drain struct{ leave bool }
	// drainOver ends the wait of drain.
	drainOver struct{}
)

func newConnectors(env *environment) *connectors {
	return &connectors{env: env, shares: map[string]*actor.PID{}, ending: map[string]bool{}, stuck: map[string]bool{}, ends: map[string]map[endUnit]bool{}}
}

// Receive implements actor.Actor.
func (a *connectors) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		a.ctx, a.cancel = context.WithCancel(context.Background())
	case *actor.Stopping:
		a.cancel()
	case assignAll:
		a.assign(c, m.connectors)
	case assignSome:
		a.assignSome(c, m.connectors)
	case toShare:
		a.forward(c, m)
	case unitEnded:
		a.ended(c, m)
	case unitCutOff:
		a.cutOff(c, m)
	case shareEmpty:
		a.dismiss(c, m)
	case drain:
		a.drain(c, m)
	case drainOver:
		a.endDrain(c)
	case *actor.Terminated:
		a.forget(c, m.Who)
	case childFailed:
		a.env.log.Error("a connector's actor has failed for good; this is a bug", "actor", m.child.Id, "error", m.err)
	case rebuildYourself:
		a.wanted = nil
		c.Send(a.env.herder, assignAgain{})
	}
}

func (a *connectors) assign(c actor.Context, wanted map[string]*assignment) {
	if a.drained != nil {
		return
	}
	before := a.wanted
	a.wanted = wanted
	for name, pid := range a.shares {
		if wanted[name] == nil {
			c.Send(pid, assign{})
		}
	}
	for name, w := range wanted {
		if before[name] != w || a.shares[name] == nil {
			a.give(c, name, w)
		}
	}
}

func (a *connectors) assignSome(c actor.Context, changes map[string]*assignment) {
	if a.drained != nil || a.wanted == nil {
		return // without anything it was told all is on its way
	}
	for name, w := range changes {
		if w != nil {
			a.wanted[name] = w
			a.give(c, name, w)
			continue
		}
		delete(a.wanted, name)
		if pid, running := a.shares[name]; running {
			c.Send(pid, assign{})
		}
	}
}

func (a *connectors) give(c actor.Context, name string, w *assignment) {
	if a.ending[name] {
		return // forget comes back here
	}
	pid, running := a.shares[name]
	if !running {
		if w.nothing() {
			return
		}
		pid = spawn(c, props(func() actor.Actor { return newShare(a.env, name) }, stopAndTell{}), url.PathEscape(name))
		a.shares[name] = pid
	}
	delete(a.stuck, name)
	c.Send(pid, assign{assignment: w})
}

// forward brings a command to a share and keeps the asker.
func (a *connectors) forward(c actor.Context, m toShare) {
	if end, is := m.command.(endUnit); is {
		a.awaitEnd(c, end)
		return
	}
	pid, running := a.shares[m.name]
	if !running || a.ending[m.name] {
		if c.Sender() != nil {
			c.Respond(Reply{Err: notHere{unknownUnit(unitID{m.name, theConnector})}})
		}
		return
	}
	c.RequestWithCustomSender(pid, m.command, c.Sender())
}

func (a *connectors) dismiss(c actor.Context, m shareEmpty) {
	pid, running := a.shares[m.name]
	if !running || a.ending[m.name] || !a.wanted[m.name].nothing() {
		return
	}
	if m.occupied {
		a.stuck[m.name] = true
		a.tellIfDrained(c)
		return
	}
	c.Stop(pid)
	a.ending[m.name] = true
}

func (a *connectors) forget(c actor.Context, who *actor.PID) {
	for name, pid := range a.shares {
		if !pid.Equal(who) {
			continue
		}
		delete(a.shares, name)
		delete(a.ending, name)
		delete(a.stuck, name)
		a.allEnded(c, name)
		if w := a.wanted[name]; w != nil {
			a.give(c, name, w)
		}
	}
	a.tellIfDrained(c)
}

func (a *connectors) drain(c actor.Context, m drain) {
	a.drained = c.Sender()
	a.wanted = nil
	for _, pid := range a.shares {
		c.Send(pid, assign{moves: !m.leave})
	}
	limit := a.env.config.TaskShutdownGracefulTimeout + 2*a.env.config.OffsetFlushTimeout
	after(c, a.ctx, a.env.runtime.Clock, limit, drainOver{})
	a.tellIfDrained(c)
}

func (a *connectors) tellIfDrained(c actor.Context) {
	if len(a.shares) == len(a.stuck) {
		a.endDrain(c)
	}
}

func (a *connectors) endDrain(c actor.Context) {
	if a.drained == nil {
		return
	}
	for name := range a.shares {
		if !a.stuck[name] {
			a.env.log.Warn("a connector was still stopping when the worker had to end", "connector", name)
		}
	}
	c.Send(a.drained, Reply{})
	a.drained = nil
}
