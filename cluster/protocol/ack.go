// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"iter"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
)

// ack is how this worker tells the leader that it has given up what was revoked.
type ack struct {
	// told is how many revocations were acknowledged by what was told last.
	told int
	// next is when it is told again.
	next Instant
	// publishAt is when it goes through Kafka too: the leader cannot be reached directly, it seems.
	publishAt Instant
}

// publishAgain is how many times the distance of two acknowledgements lies between two that go through Kafka.
const publishAgain = 10

// fence has the fences of a grant executed that was revoked before it ran, or that is not known to have executed them: without
// that its acknowledgement would lose them.
func (n *Node) fence(unit generation.Unit, grant generation.Grant) {
	holding := grant.Holding(unit)
	if _, asked := n.holder.fences[holding]; asked || !n.ready || len(grant.Fence) == 0 {
		return
	}
	n.holder.fences[holding] = false
	n.out.add(Fence{Holding: holding, Workers: grant.Fence})
}

func (n *Node) fenced(holding generation.Holding) {
	grant, granted := n.holder.mine[holding.Unit]
	if !granted || grant.Since != holding.Since {
		return
	}
	n.holder.fences[holding] = true
	n.dirty()
}

// over tells whether a grant that was revoked can be acknowledged.
func (n *Node) over(unit generation.Unit) bool {
	grant := n.holder.mine[unit]
	held := n.holder.units[unit]
	return (held == nil || held.abandoned) && (len(grant.Fence) == 0 || n.holder.fences[grant.Holding(unit)])
}

// acknowledge tells the leader what was given up. An acknowledgement is a state and not an event: it is told again until the log
// shows that it has arrived.
func (n *Node) acknowledge() {
	over := 0
	for _, unit := range n.holder.revoked {
		if n.over(unit) {
			over++
		}
	}
	a := &n.ack
	switch {
	case over == 0 || n.leads():
		*a = ack{}
	case a.told == 0:
		a.publishAt = n.now + n.settings.AckRepeat
		n.tellLeader(over)
	case over != a.told || n.now >= a.next:
		if over < a.told {
			// The leader has taken some up: it can be reached.
			a.publishAt = n.now + n.settings.AckRepeat
		}
		n.tellLeader(over)
	}
	if a.told > 0 && n.now >= a.publishAt {
		a.publishAt = n.now + publishAgain*n.settings.AckRepeat
		n.publish("")
	}
}

func (n *Node) tellLeader(over int) {
	n.ack.told, n.ack.next = over, n.now+n.settings.AckRepeat
	if leader := n.state().Leader; leader != "" && leader != n.self.Worker {
		n.out.add(Tell{Worker: leader, Presence: n.presence("")})
	}
}

// publish writes this worker's presence to the status topic.
func (n *Node) publish(answer string) { n.out.add(Publish{Presence: n.presence(answer)}) }

// presence is what this worker tells of itself now.
func (n *Node) presence(answer string) generation.Presence {
	n.seq++
	p := n.settings.Self
	p.State, p.Seq, p.Applied, p.Holding, p.Answer = n.standing(), n.seq, n.state().Number, n.holding(), answer
	return p
}

func (n *Node) standing() generation.WorkerState {
	switch {
	case n.leave.left:
		return generation.Left
	case n.leave.active:
		return generation.Leaving
	default:
		return generation.Up
	}
}

// holding is what this worker has not given up, in its order.
func (n *Node) holding() []generation.Holding {
	holding := slices.AppendSeq(make([]generation.Holding, 0, len(n.holder.units)), n.held())
	slices.SortFunc(holding, func(a, b generation.Holding) int { return a.Compare(b.Unit) })
	return holding
}

// held gives what this worker has not given up, in any order: what it holds, and grants whose fences are still to be executed.
func (n *Node) held() iter.Seq[generation.Holding] {
	return func(yield func(generation.Holding) bool) {
		for unit, held := range n.holder.units {
			if !held.abandoned && !yield(generation.Holding{Unit: unit, Since: held.since}) {
				return
			}
		}
		for _, unit := range n.holder.revoked {
			held := n.holder.units[unit]
			if (held == nil || held.abandoned) && !n.over(unit) && !yield(n.holder.mine[unit].Holding(unit)) {
				return
			}
		}
	}
}
