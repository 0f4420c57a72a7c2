// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"slices"
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// role is what this worker is to the cluster.
type role int

const (
	following role = iota
	claiming
	leading
)

// lead is this worker's part in leading.
type lead struct {
	role role
	// claimedAt is when the last claim ended, if hasClaimed.
	claimedAt  Instant
	hasClaimed bool
	// lostAt is when this worker stopped leading; again says that it may claim anew at once, since nobody took the lead from it.
	lostAt Instant
	again  bool
	// right is why the lead may be claimed, "" where it may not, and rightSince since when that holds.
	right      string
	rightSince Instant

	// since is when this worker began to lead; first says that the head that says so is not written.
	since Instant
	first bool
	// due is when what has changed is planned, if anything has, and notBefore when a write that has failed is tried again.
	due, notBefore Instant
	hasDue         bool
	// plannedAt is when the last generation of this worker was sent off, if planned.
	plannedAt Instant
	planned   bool
	// flight is what was written and not answered.
	flight *flight
	// own counts this worker's own commits.
	own int64
	// whole says that the records of all workers are to be written, not only those that change.
	whole bool

	silence silence
}

// Times of claims.
const (
	// claimPause is how long who has claimed waits before it claims again; it doubles with each claim in the log of the last
	// claimsWithin, up to claimPauses: workers that start together claim together, and the one that is left waits no longer.
	claimPause   = time.Second
	claimPauses  = 4 * time.Second
	claimsWithin = time.Minute
)

// pursueLead claims the lead where it is free, and leads where it is this worker's.
func (n *Node) pursueLead() {
	switch n.lead.role {
	case following:
		n.considerClaim()
	case leading:
		n.leadOn()
	case claiming:
	}
}

// considerClaim claims the lead when there is a right to it, and nobody before this worker has.
func (n *Node) considerClaim() {
	l := &n.lead
	right := n.rightToClaim()
	if right != l.right {
		l.right, l.rightSince = right, n.now
	}
	if right == "" || !n.mayClaim() || n.now < l.rightSince+n.stagger() {
		return
	}
	l.role, l.again = claiming, false
	n.out.add(Claim{})
	n.say("this worker claims the lead", "reason", right, "term", n.state().Term+1, "rank", n.rank())
}

// mayClaim tells whether this worker is fit to lead and has not claimed just now: two that claim in turn would stop each other.
func (n *Node) mayClaim() bool {
	if n.halted || n.leave.active || !n.lease.open {
		return false
	}
	pause := min(claimPause<<min(len(n.recentTerms()), 10), claimPauses)
	return !n.lead.hasClaimed || n.now >= n.lead.claimedAt+pause
}

// recentTerms are when the log had claims lately.
func (n *Node) recentTerms() []Instant {
	n.log.terms = slices.DeleteFunc(n.log.terms, func(at Instant) bool { return at+claimsWithin <= n.now })
	return n.log.terms
}

// rightToClaim is why the lead may be claimed; "" where it may not.
func (n *Node) rightToClaim() string {
	state := n.state()
	leader := leaderOf(state)
	switch {
	case state.Number == 0:
		return "nobody has led the cluster"
	case state.Leader == "":
		return "the last leader has resigned"
	case n.lead.again:
		return "it is not known whether its last generation was written"
	case leader == n.self:
		// Somebody has taken the right from this worker without saying so in the log, or it has given it up. Who has taken it gets
		// some time.
		if n.now < n.lead.lostAt+claimPause {
			return ""
		}
		return "the log names this worker, and it does not lead"
	}
	p := n.process(leader)
	switch {
	case p.left():
		return leader.Worker + " has left"
	case n.superseded(p):
		return leader.Worker + " was started anew"
	case p.dead:
		return leader.Worker + " is dead"
	case n.lead.silence.over:
		return leader.Worker + " leaves undone what is needed"
	}
	return ""
}

// stagger is how long this worker lets others go first: whoever leads is known before the next one tries.
func (n *Node) stagger() Instant {
	if n.lead.again || leaderOf(n.state()) == n.self {
		return 0
	}
	return Instant(n.rank()) * n.settings.Stagger
}

// rank is this worker's place among those that seem alive: those of the generation by name, then the others.
func (n *Node) rank() int {
	var before int
	_, listed := n.state().Workers[n.self.Worker]
	for _, peer := range n.people.peers {
		if peer.Worker == n.self.Worker || peer.State != generation.Up || n.people.deadPeer(peer) {
			continue
		}
		_, first := n.state().Workers[peer.Worker]
		if first && !listed || first == listed && peer.Worker < n.self.Worker {
			before++
		}
	}
	return before
}

func (p *people) deadPeer(peer Peer) bool {
	q := p.all[plan.Process{Worker: peer.Worker, Boot: peer.Boot}]
	return q != nil && (q.dead || q.left())
}

// claimed makes this worker the leader, whatever it has read on the way: from here on it is the others who are refused.
func (n *Node) claimed() {
	l := &n.lead
	if l.role != claiming {
		n.out.add(Resign{})
		return
	}
	l.claimedAt, l.hasClaimed = n.now, true
	if n.halted || n.leave.active || !n.lease.open {
		l.role, l.lostAt = following, n.now
		n.out.add(Resign{})
		return
	}
	l.role, l.since, l.first, l.flight, l.whole = leading, n.now, true, nil, false
	l.notBefore = n.now
	l.silence = silence{doubled: l.silence.doubled}
	n.people.changed = true
	n.urgent()
}

func (n *Node) claimFailed(err error) {
	l := &n.lead
	if l.role != claiming {
		return
	}
	l.role, l.claimedAt, l.hasClaimed = following, n.now, true
	n.warn("the lead could not be claimed", "error", err)
}

// stepDown ends this worker's lead. What it has written and not heard of is not its business any more.
func (n *Node) stepDown(why string) {
	l := &n.lead
	if l.role != leading {
		return
	}
	l.role, l.first, l.flight, l.lostAt, l.right = following, false, nil, n.now, ""
	n.out.add(Resign{})
	n.say("this worker does not lead any more", "reason", why, "term", n.state().Term)
}
