// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// leave is how this worker goes.
type leave struct {
	active bool
	// since is when it was asked to, led when it last had somebody to hand its work over to.
	since, led Instant
	// all says that everything stops without waiting for anybody, left that this worker has told that it is out, at leftAt.
	all, left bool
	leftAt    Instant
}

// startLeaving begins to hand everything over.
func (n *Node) startLeaving() {
	if n.leave.active {
		return
	}
	n.leave = leave{active: true, since: n.now, led: n.now}
	if !n.ready {
		n.depart()
		return
	}
	n.out.add(Announce{State: generation.Leaving})
	n.publish("")
	n.say("this worker leaves", "holding", len(n.holder.units))
}

// proceedLeaving goes as far as it can: a leader resigns, what is held is handed over to whoever leads, or stopped where nobody
// does, and when nothing is left this worker has gone.
func (n *Node) proceedLeaving() {
	if !n.leave.active {
		return
	}
	if n.leave.left {
		if n.now >= n.leave.leftAt+n.settings.LeaveAlone {
			n.depart()
		}
		return
	}
	if n.led() {
		n.leave.led = n.now
	}
	if !n.leave.all && (n.halted || n.alone() || n.now >= n.leave.led+n.settings.LeaveAlone || n.now >= n.leave.since+n.settings.Rebalance) {
		n.leave.all, n.holder.all = true, true
		n.settleAll()
	}
	if n.holdsNothing() && (n.leave.all || n.lead.role == following && n.handedOver()) {
		n.becomeLeft()
	}
}

// led tells whether somebody is there to take this worker's work.
func (n *Node) led() bool {
	if !n.lease.open || n.state().Leader == "" {
		return false
	}
	leader := leaderOf(n.state())
	if leader == n.self {
		return false
	}
	p := n.people.all[leader]
	return p != nil && p.alive()
}

// alone tells that no other worker stays.
func (n *Node) alone() bool {
	for of, p := range n.people.all {
		if of.Worker == n.self.Worker || p.dead || p.left() || p.leaves() {
			continue
		}
		if p.gossip != "" || p.vouched || p.concerned && !n.superseded(p) {
			return false
		}
	}
	return true
}

// holdsNothing tells that all has stopped, or is waited for no longer.
func (n *Node) holdsNothing() bool {
	for _, held := range n.holder.units {
		if !held.abandoned {
			return false
		}
	}
	return true
}

// handedOver tells that all that the log says is this worker's was revoked. That it has left is then the acknowledgement of what
// was not acknowledged.
func (n *Node) handedOver() bool { return len(n.holder.revoked) == len(n.holder.mine) }

// resignInLog writes a generation that names no leader, and that takes this worker's work away from it.
func (n *Node) resignInLog() {
	if n.leave.all || n.alone() || n.now < n.lead.notBefore {
		return
	}
	n.lead.hasDue = false
	in := n.input(n.log.work, n.members())
	next, _ := plan.Next(in)
	next = numbered(next, in)
	next.Leader, next.LeaderBoot, next.LeaderURL = "", "", ""
	next.Version = n.speaks(in.Members)
	next.Reason = n.self.Worker + " leaves"
	if n.lead.first {
		next.Term++
	}
	n.lead.own--
	n.commit(n.lead.own, nil, next)
	n.lead.flight.resigns = true
}

// becomeLeft tells that this worker runs nothing, which whoever leads takes as the acknowledgement of all.
func (n *Node) becomeLeft() {
	n.leave.left, n.leave.leftAt = true, n.now
	n.publish("")
	if n.lead.role == claiming {
		n.lead.role = following
		n.out.add(Resign{})
	}
	n.stepDown("it has left")
}

// hearOwn goes when what this worker has told last can be read by all.
func (n *Node) hearOwn(told generation.Presence) {
	if n.leave.left && told.State == generation.Left {
		n.depart()
	}
}

// depart ends this worker's part.
func (n *Node) depart() {
	n.gone = true
	n.lease.close()
	n.out.closeGates()
	n.say("this worker has left")
	n.out.add(Gone{})
}
