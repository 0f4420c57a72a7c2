// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"

	"github.com/asynkron/protoactor-go/actor"
)

// errNotHere says of a unit that this worker does not run it: another one may.
var errNotHere = errors.New("not run by this worker")

// notHere refuses to restart what does not run here. It has the text for a user where there is nobody else to ask.
type notHere struct{ error }

// Unwrap gives both.
func (n notHere) Unwrap() []error { return []error{n.error, errNotHere} }

// tellEnd tells of a unit that somebody waits for that it has ended, or was not there: all that it had to store is stored, and no
// goroutine of it is left. A unit that is here by another right is not the one that was asked about. Of one that is cut off it tells that, too.
func (s *share) tellEnd(c actor.Context, id unitID) {
	since, awaited := s.ends[id]
	if !awaited {
		return
	}
	_, there := s.units[id]
	switch {
	case !there || s.leaving[id] || s.since[id] != since:
		delete(s.ends, id)
		c.Send(c.Parent(), unitEnded{id, since})
	case s.stuck[id]:
		c.Send(c.Parent(), unitCutOff{id, since})
	}
}

// awaitEnd asks a share when it runs a unit no more. What the share does not answer, since it ends itself, is answered for it.
func (a *connectors) awaitEnd(c actor.Context, m endUnit) {
	if a.ends[m.id.connector] == nil {
		a.ends[m.id.connector] = map[endUnit]bool{}
	}
	a.ends[m.id.connector][m] = true
	if pid, running := a.shares[m.id.connector]; running && !a.ending[m.id.connector] {
		c.Send(pid, m)
		return
	}
	a.ended(c, unitEnded(m))
}

// ended tells the herder, once. What became of the right to the unit does not matter any more: no life can begin under it,
// unless it is given again.
func (a *connectors) ended(c actor.Context, m unitEnded) {
	name := m.id.connector
	if !a.ends[name][endUnit(m)] {
		return
	}
	delete(a.ends[name], endUnit(m))
	if len(a.ends[name]) == 0 {
		delete(a.ends, name)
	}
	a.env.gates.forget(m.id, m.since)
	c.Send(a.env.herder, m)
}

// cutOff hands on that the end of a unit need not be waited for by others.
func (a *connectors) cutOff(c actor.Context, m unitCutOff) {
	if a.ends[m.id.connector][endUnit(m)] {
		c.Send(a.env.herder, m)
	}
}

// allEnded answers for a share that is no more.
func (a *connectors) allEnded(c actor.Context, name string) {
	for end := range a.ends[name] {
		a.ended(c, unitEnded(end))
	}
}
