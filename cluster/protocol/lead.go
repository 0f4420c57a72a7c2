// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"maps"
	"slices"
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// flight is a Commit that was not answered.
type flight struct {
	id int64
	// next is the generation that it carries, Number 0 where it carries none; moved is how many units it moves.
	next  generation.State
	moved int
	// resigns says that it gives up the lead.
	resigns bool
}

// retryAfter is how long a leader waits after a write that has failed.
const retryAfter = time.Second

func (n *Node) leads() bool { return n.lead.role == leading }

func (l *lead) resigning() bool { return l.flight != nil && l.flight.resigns }

const (
	// restPerUnit is how long changes are gathered after a generation for each unit that it has: to plan, write and read one takes up to
	// a tenth of this for each, during which nothing else is written, and so a cluster of thousands does not spend its time on them.
	restPerUnit = 250 * time.Microsecond
	// mostRest bounds that: work waits no longer for a new owner, however much there is.
	mostRest = time.Second
)

// rested is when enough time has passed since the last generation that was planned.
func (n *Node) rested() Instant {
	if !n.lead.planned {
		return n.now
	}
	rest := time.Duration(len(n.state().Grants)) * restPerUnit
	return n.lead.plannedAt + max(n.settings.Coalesce, min(rest, mostRest))
}

// dirty notes that a plan may come out differently. Changes are gathered for a moment.
func (n *Node) dirty() { n.planBy(max(n.now+n.settings.Coalesce, n.rested())) }

// urgent notes that a plan comes out differently, and that nothing is worth waiting for.
func (n *Node) urgent() { n.planBy(n.now) }

func (n *Node) planBy(at Instant) {
	l := &n.lead
	if !l.hasDue || at < l.due {
		l.due, l.hasDue = at, true
	}
}

// isDue tells whether it is time to plan.
func (l *lead) isDue(now Instant) bool { return l.hasDue && now >= l.due && now >= l.notBefore }

// leadOn plans and writes what has become due.
func (n *Node) leadOn() {
	l := &n.lead
	if l.flight != nil || !n.lease.open || n.halted {
		return
	}
	if n.leave.active {
		n.resignInLog()
		return
	}
	n.notePassing()
	if !l.isDue(n.now) {
		return
	}
	l.hasDue = false
	in := n.input(n.log.work, n.members())
	if next, changed := n.next(in); changed {
		n.lead.own--
		n.commit(n.lead.own, nil, next)
	}
}

// notePassing notes what becomes due by time alone.
func (n *Node) notePassing() {
	for _, p := range n.people.all {
		if p.readmit != 0 && n.now >= p.readmit {
			p.readmit = 0
			n.dirty()
		}
	}
	if n.settings.Return == 0 {
		return
	}
	for worker, at := range n.people.died {
		if n.now >= at+n.settings.Return {
			delete(n.people.died, worker)
			n.dirty()
		}
	}
	if n.lead.since != 0 && n.now >= n.lead.since+n.settings.Return {
		// From here on nothing waits any more of which this leader does not know when it began.
		n.lead.since = 0
		n.dirty()
	}
}

// next is the generation that follows, and whether one has to: because the plan says so, because the head that names this leader
// is not written, or because the version that is spoken changes.
func (n *Node) next(in plan.Input) (generation.State, bool) {
	next, changed := plan.Next(in)
	version := n.speaks(in.Members)
	changed = changed || n.lead.first || n.lead.whole || version != n.state().Version
	if !changed {
		return generation.State{}, false
	}
	next = numbered(next, in)
	next.Version = version
	next.Reason = n.reason(in, next)
	if n.lead.first {
		next.Term++
	}
	next.Leader, next.LeaderBoot, next.LeaderURL = n.self.Worker, n.self.Boot, n.settings.Self.REST
	if n.lead.whole {
		next.Workers = rewritten(next)
	}
	return next, true
}

// numbered gives a generation that changes no work its number.
func numbered(next generation.State, in plan.Input) generation.State {
	next.Number = max(next.Number, max(in.State.Number, in.Floor)+1)
	return next
}

// rewritten has the record of every worker written again.
func rewritten(next generation.State) map[string]generation.Worker {
	workers := maps.Clone(next.Workers)
	for id, worker := range workers {
		worker.Generation = next.Number
		workers[id] = worker
	}
	return workers
}

func (n *Node) commit(id int64, records []generation.Record, next generation.State) {
	flight := &flight{id: id, next: next}
	if next.Number != 0 {
		n.lead.planned, n.lead.plannedAt = true, n.now
		flight.moved = moved(n.state(), next)
		records = slices.Concat(records, generation.Encode(n.state(), next))
	}
	n.lead.flight = flight
	n.out.add(Commit{ID: id, Records: records})
}

// moved counts the units that another process gets, or that are taken away.
func moved(before, next generation.State) int {
	count := 0
	for unit, grant := range next.Grants {
		if was, owned := before.Grants[unit]; !owned || was.Since != grant.Since || was.Revoked != grant.Revoked {
			count++
		}
	}
	for unit := range before.Grants {
		if _, stays := next.Grants[unit]; !stays {
			count++
		}
	}
	return count
}

// mutate writes a change of the connectors together with the generation that follows from it. A patient one that comes soon after a
// generation is written alone: what follows from it is planned once it was read, as after a change that another leader has written.
func (n *Node) mutate(m Mutation) {
	if !n.Free() {
		n.out.add(Declined{ID: m.ID})
		return
	}
	if m.Patient && n.now < n.rested() {
		n.commit(m.ID, m.Records, generation.State{})
		return
	}
	n.lead.hasDue = false
	next, _ := n.next(n.input(m.Work, n.members()))
	n.commit(m.ID, m.Records, next)
}

// written takes up that a commit is in the log and was read.
func (n *Node) written(id int64) {
	l := &n.lead
	if l.role != leading || l.flight == nil || l.flight.id != id {
		return
	}
	flight := l.flight
	l.flight = nil
	switch {
	case flight.next.Number == 0:
	case n.state().Number < flight.next.Number:
		n.becomeUnreadable(flight)
		return
	default:
		l.first, l.whole = false, false
		n.say("a generation is written", "generation", flight.next.Number, "reason", flight.next.Reason, "term", flight.next.Term,
			"moved", flight.moved, "workers", len(flight.next.Workers))
	}
	n.dirty()
	if flight.resigns {
		n.stepDown("it leaves")
	}
}

// becomeUnreadable is for a leader whose own generation cannot be installed, since records that it builds on were removed. It
// knows what they said, as it has installed them, and writes all of them again.
func (n *Node) becomeUnreadable(flight *flight) {
	if n.lead.whole {
		n.stepDown("its generations cannot be read")
		return
	}
	n.warn("records of the generation are missing in the config topic, all are written again", "generation", flight.next.Number)
	n.lead.whole = true
	n.urgent()
}

// writeFailed takes up that a commit may not be in the log.
func (n *Node) writeFailed(e WriteFailed) {
	l := &n.lead
	if l.role != leading || l.flight == nil || l.flight.id != e.Commit {
		return
	}
	l.flight = nil
	switch {
	case e.Fenced:
		n.stepDown("another worker has claimed the lead")
	case e.Unknown:
		n.warn("it is not known whether a generation was written: the lead is claimed again, to read what is there", "error", e.Err)
		n.stepDown("it is not known whether its last generation was written")
		l.again = !n.leave.active
	default:
		n.warn("a generation could not be written", "error", e.Err)
		l.notBefore = n.now + retryAfter
		n.dirty()
	}
}
