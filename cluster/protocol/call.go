// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"fmt"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// call is a roll call that a process has not answered.
type call struct {
	nonce string
	// wanted says that it is to be written in this step.
	wanted bool
	// written is when it was, read when it was read in the status topic. Only from then on an answer is owed: who cannot hear its
	// own question does not hear an answer either.
	written Instant
	read    bool
	readAt  Instant
}

func (c call) active() bool { return c.wanted || c.nonce != "" }

// callAgain is how many times the time of a roll call one may take to be read back before it is written again.
const callAgain = 4

// startCall asks a process whether it is there: through Kafka, and at its port, which refuses if nobody listens there any more.
func (n *Node) startCall(p *process) {
	p.call = call{wanted: true}
	if p.rpc != "" {
		n.out.add(Knock{Process: p.Process, RPC: p.rpc})
	}
}

// writeCall writes one roll call for all that are to be asked.
func (n *Node) writeCall() {
	var asks []string
	for _, p := range n.people.sorted() {
		if p.call.wanted {
			asks = append(asks, p.Worker)
		}
	}
	if len(asks) == 0 {
		return
	}
	n.people.calls++
	nonce := fmt.Sprintf("%s-%d-%x", n.self.Boot, n.people.calls, n.random())
	for _, p := range n.people.all {
		if p.call.wanted {
			p.call = call{nonce: nonce, written: n.now}
		}
	}
	n.out.add(Call{Call: generation.RollCall{Nonce: nonce, By: n.self.Worker, Asks: slices.Compact(asks)}})
}

func (n *Node) random() uint64 {
	if n.settings.Random == nil {
		return 0
	}
	return uint64(n.settings.Random() * (1 << 53))
}

// awaitAnswer waits for the answer of a process.
func (n *Node) awaitAnswer(p *process) {
	switch {
	case p.call.read && n.now >= p.call.readAt+n.settings.RollCall && !p.concerned:
		p.curious, p.vouched, p.call = false, false, call{}
		n.dirty()
	case p.call.read && n.now >= p.call.readAt+n.settings.RollCall:
		n.condemn(p, "it has not answered a roll call", "nonce", p.call.nonce, "waited", n.now-p.call.readAt)
	case !p.call.read && n.now >= p.call.written+callAgain*n.settings.RollCall:
		n.startCall(p)
	}
}

// called takes up a roll call that was read: this worker's own, whose time begins now; one that asks for this worker; or one that
// somebody else has started on the leader.
func (n *Node) called(c generation.RollCall) {
	if !n.ready || n.halted {
		return
	}
	for _, p := range n.people.all {
		if p.call.nonce == c.Nonce && !p.call.read {
			p.call.read, p.call.readAt = true, n.now
		}
	}
	if slices.Contains(c.Asks, n.self.Worker) {
		n.answer(c.Nonce)
	}
	n.joinCall(c)
}

// answer tells that this worker is there, as soon as it can work.
func (n *Node) answer(nonce string) {
	if n.lease.open || n.leave.active {
		n.publish(nonce)
		return
	}
	n.people.missed = nonce
}

func (n *Node) answerMissed() {
	if n.people.missed != "" {
		n.publish(n.people.missed)
		n.people.missed = ""
	}
}

// joinCall waits for the answer to a roll call on the leader that somebody else has started: one is enough for all.
func (n *Node) joinCall(c generation.RollCall) {
	leader := leaderOf(n.state())
	if n.lead.role == leading || c.By == n.self.Worker || !n.lease.open || !slices.Contains(c.Asks, leader.Worker) {
		return
	}
	p := n.people.all[leader]
	if p != nil && p.Process != n.self && !p.dead && !p.seemsUp() && !p.call.active() {
		p.call = call{nonce: c.Nonce, written: n.now, read: true, readAt: n.now}
	}
}

// refused ends the wait for an answer: nobody listens at the port of the process.
func (n *Node) refused(of plan.Process) {
	if p := n.people.all[of]; p != nil && p.call.active() && p.concerned && !p.dead {
		n.condemn(p, "its port refuses connections", "rpc", p.rpc)
	}
}

// prolongCalls gives everybody asked the time again in which this worker stood still: answers of then may not have come to it yet.
func (n *Node) prolongCalls(by Instant) {
	for _, p := range n.people.all {
		if p.call.read {
			p.call.readAt += by
		}
	}
}

// cancelCalls drops all questions: who cannot confirm its generation judges nobody.
func (n *Node) cancelCalls() {
	for _, p := range n.people.all {
		p.call = call{}
	}
}
