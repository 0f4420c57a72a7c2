// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"slices"
	"time"

	"github.com/longshore-io/connect/cluster/generation"
)

// What a process that was declared dead and is not pays for it: nothing the first time, then longer with each verdict.
const (
	readmitStep   = 10 * time.Second
	readmitMost   = 300 * time.Second
	readmitWithin = 10 * time.Minute
)

// review judges who has to be judged. Who cannot confirm its generation judges nobody.
func (n *Node) review(tick bool) {
	if n.halted || n.leave.left || !n.lease.open || !tick && !n.people.changed {
		return
	}
	n.people.changed = false
	for _, p := range n.interest() {
		n.judge(p, tick)
	}
	n.writeCall()
}

// interest are the processes whose life matters to this one: to a leader all that it has to plan with, to others that of the
// leader, and those whose death the leader has ignored for long.
func (n *Node) interest() []*process {
	var of []*process
	leader := leaderOf(n.state())
	for _, p := range n.people.sorted() {
		switch {
		case p.Process == n.self:
		case n.lead.role == leading && (p.concerned || p.curious):
			of = append(of, p)
		case p.Process == leader:
			of = append(of, p)
		case p.concerned && !p.seemsUp() && n.now >= p.missing+n.settings.Silence:
			of = append(of, p)
		}
	}
	return of
}

func (n *Node) judge(p *process, tick bool) {
	switch {
	case p.dead || p.left():
	case n.superseded(p):
		n.condemn(p, "another process of the worker has followed it", "boot", string(p.Boot))
	case p.call.active():
		if tick {
			n.awaitAnswer(p)
		}
	case n.doubts(p):
		n.startCall(p)
	}
}

// superseded tells whether another process of the same worker has followed. Gossip says which one there is, and its word counts
// where it names one that is not known to be older; otherwise the status topic does.
func (n *Node) superseded(p *process) bool {
	if p.Worker == n.self.Worker {
		return p.Process != n.self
	}
	if p.gossip != "" {
		return false
	}
	for _, q := range n.people.byWorker[p.Worker] {
		// One that only the log knows is older than one that gossip sees: workers are met before the log names them.
		if q.rank > p.rank && (q.gossip != "" || q.told) || !p.met && q.gossip != "" {
			return true
		}
	}
	return false
}

// doubts tells whether a process is to be asked whether it is there.
func (n *Node) doubts(p *process) bool {
	if p.seemsUp() {
		return n.lead.role == leading && p.patience != 0 && n.now >= p.patience
	}
	if p.vouched && n.now < p.recheck {
		return false
	}
	// Of those who may follow the leader, the first asks for all of them.
	return n.lead.role == leading || n.now >= max(p.missing, p.recheck)+n.stagger()
}

// condemn declares a process dead: what it owned is given to others, who fence it.
func (n *Node) condemn(p *process, evidence string, pairs ...any) {
	p.dead, p.vouched, p.call = true, false, call{}
	p.verdicts = append(p.verdicts, n.now)
	if n.settings.Return != 0 {
		n.people.died[p.Worker] = n.now
	}
	n.urgent()
	pairs = append([]any{"worker", p.Worker, "boot", string(p.Boot), "evidence", evidence}, pairs...)
	if p.gossip == "" {
		pairs = append(pairs, "unseen", n.now-p.missing)
	}
	n.warn("a worker is declared dead", pairs...)
}

// revive takes a verdict back: the process has shown that it lives.
func (n *Node) revive(p *process, evidence string) {
	p.seen = n.now
	if !p.dead {
		return
	}
	recent := slices.DeleteFunc(p.verdicts, func(at Instant) bool { return at+readmitWithin <= n.now })
	p.dead, p.verdicts = false, recent
	delay := min(time.Duration(max(len(recent)-1, 0))*readmitStep, readmitMost)
	p.readmit = n.now + delay
	n.people.changed = true
	n.dirty()
	n.say("a worker that was declared dead lives", "worker", p.Worker, "boot", string(p.Boot), "evidence", evidence,
		"verdicts", len(recent), "given_work_after", delay)
}

// signOfLife ends the doubts about a process for a while: for longer where it has answered a roll call, whoever has asked, since
// that shows that it can write to Kafka now.
func (n *Node) signOfLife(p *process, answered bool) {
	if p.Process == n.self || p.left() {
		return
	}
	n.revive(p, "it was heard")
	asked := p.call.active()
	if answered || p.concerned || p.seemsUp() {
		// Others are asked out of curiosity: the answer to an earlier question must not raise the next one, and so on for ever.
		p.call = call{}
	}
	if p.patience != 0 && n.now >= p.patience {
		n.grantPatience(p, asked)
	}
	switch {
	case p.seemsUp():
	case answered:
		p.vouched, p.recheck = true, n.now+n.settings.Lease/recheckPerLease
		n.people.changed = true
		n.dirty()
	case p.concerned:
		p.vouched, p.recheck = true, max(p.recheck, n.now+recheckAfterCalls*n.settings.RollCall)
	case p.told && p.presence.State == generation.Up:
		// It may be one that gossip does not reach: worth a roll call, and work only once it has answered.
		p.curious = true
	}
}

// How long a sign of life counts of a process that gossip does not see: a third of a lease where it has answered a roll call, and
// twice the time of a roll call where it was only heard.
const (
	recheckPerLease   = 3
	recheckAfterCalls = 2
)

// grantPatience waits on for acknowledgements of a process that is there: what it was told to stop does not run anywhere meanwhile.
func (n *Node) grantPatience(p *process, asked bool) {
	p.patience = n.now + n.settings.Rebalance
	if asked && n.lead.role == leading {
		n.warn("a worker has not given up in time what was revoked, but it answers: it is waited for",
			"worker", p.Worker, "boot", string(p.Boot))
	}
}
