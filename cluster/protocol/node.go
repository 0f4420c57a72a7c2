// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// Node is one worker's part in the protocol. It has a single owner.
type Node struct {
	settings Settings
	self     plan.Process

	// now is the instant of the step under way, out what it has decided so far.
	now Instant
	out outbox
	// ready, halted and gone are where this worker is in its life.
	ready, halted, gone bool
	// floor is the highest generation in any status.
	floor int64
	// seq numbers what this process tells of itself.
	seq int64

	// spokeUp is when this worker told that it is there although the log does not name it, forgetIn the Ticks until records that
	// nobody needs are looked for.
	spokeUp  Instant
	forgetIn int

	watch  watch
	log    journal
	lease  lease
	holder holder
	ack    ack
	people people
	lead   lead
	leave  leave
}

// New returns the node of a worker that has just booted.
func New(settings Settings) *Node {
	if settings.Self.Newest == 0 {
		settings.Self.Oldest, settings.Self.Newest = Oldest, Newest
	}
	n := &Node{
		settings: settings,
		self:     plan.Process{Worker: settings.Self.Worker, Boot: settings.Self.Boot},
		log:      newJournal(),
		holder:   newHolder(),
		people:   newPeople(),
	}
	n.process(n.self)
	return n
}

// Step takes what has happened at an instant and returns what to do. Instants never go back.
func (n *Node) Step(now Instant, event Event) []Action {
	n.now = now
	if n.gone {
		return declined(event)
	}
	_, tick := event.(Tick)
	n.noticeStall(tick)
	n.expireLease()
	n.take(event)
	n.proceed(tick)
	return n.out.take()
}

// declined is what a worker that has gone answers.
func declined(event Event) []Action {
	if m, asked := event.(Mutation); asked {
		return []Action{Declined{ID: m.ID}}
	}
	return nil
}

func (n *Node) take(event Event) {
	switch e := event.(type) {
	case Read:
		n.read(e)
	case Ready:
		n.becomeReady(e)
	case Tick:
		n.tick()
	case EndAnswered:
		n.endAnswered(e)
	case EndUnknown:
		// The next question follows by itself.
	case Gossiped:
		n.gossiped(e)
	case Heard:
		n.heard(e.Presence)
	case Forgotten:
		n.forgotten(e.Worker)
	case Called:
		n.called(e.Call)
	case Refused:
		n.refused(e.Process)
	case Stopped:
		n.stopped(e.Holding)
	case Abandoned:
		n.abandoned(e.Holding)
	case Fenced:
		n.fenced(e.Holding)
	case Leave:
		n.startLeaving()
	default:
		n.takeAsLeader(event)
	}
}

func (n *Node) takeAsLeader(event Event) {
	switch e := event.(type) {
	case Claimed:
		n.claimed()
	case ClaimFailed:
		n.claimFailed(e.Err)
	case Written:
		n.written(e.Commit)
	case WriteFailed:
		n.writeFailed(e)
	case Mutation:
		n.mutate(e)
	}
}

// tick does what only time brings about.
func (n *Node) tick() {
	n.abandonStuck()
	n.watchSilence()
	n.forgetTheGone()
}

// proceed does what follows from where things are now, whatever has brought them there.
func (n *Node) proceed(tick bool) {
	if !n.ready {
		return
	}
	n.askEnd()
	n.review(tick)
	n.pursueLead()
	n.settleAll()
	n.acknowledge()
	n.speakUp()
	n.proceedLeaving()
}

// becomeReady lets this worker take part: it has read what is agreed, and its offsets are its own.
func (n *Node) becomeReady(e Ready) {
	if n.ready || n.halted {
		return
	}
	n.ready, n.floor = true, e.Floor
	n.lease.closedAt, n.lease.validFrom = n.now, n.now
	n.holder.all, n.people.changed, n.spokeUp = true, true, n.now
	n.dirty()
	if n.log.unread != nil {
		n.warnUnread()
	}
	n.publish("")
}

// halt ends this worker's part: it starts nothing, and stops what it holds.
func (n *Node) halt(err error) {
	if n.halted {
		return
	}
	n.halted = true
	n.holder.all = true
	n.lease.close()
	n.out.closeGates()
	n.stepDown("this worker cannot take part")
	n.settleAll()
	n.out.add(Halt{Err: err})
}

// say and warn tell a line for the log.
func (n *Node) say(text string, pairs ...any) { n.out.add(Tale{Text: text, Pairs: pairs}) }

func (n *Node) warn(text string, pairs ...any) { n.out.add(Tale{Warn: true, Text: text, Pairs: pairs}) }

// state is what was installed last.
func (n *Node) state() generation.State { return n.log.state }
