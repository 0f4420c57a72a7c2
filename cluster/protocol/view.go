// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// Move is a unit that its owner was asked to stop.
type Move struct {
	Unit generation.Unit
	// From is its owner.
	From plan.Process
	// Generation is the one that asked, and Since when this worker read that.
	Generation int64
	Since      Instant
}

// Free tells that this worker leads and can take a Mutation now: nothing that it has written is still on its way.
func (n *Node) Free() bool {
	l := &n.lead
	return l.role == leading && !l.first && l.flight == nil && n.lease.open && !n.halted && !n.leave.active && !n.gone
}

// Leads tells that this worker leads, as far as it knows.
func (n *Node) Leads() bool { return n.leads() }

// State is the generation that was installed last.
func (n *Node) State() generation.State { return n.state() }

// Suspended tells that the gates are closed: this worker cannot confirm its generation against Kafka.
func (n *Node) Suspended() bool { return !n.lease.open }

// Peers are who seems alive, by id, as gossip said last.
func (n *Node) Peers() []Peer { return slices.Clone(n.people.peers) }

// Presence is the latest that a worker has told of itself, and false where it has told nothing. Of its processes it is that of the
// one that was heard of last. This worker's own is as of now.
func (n *Node) Presence(worker string) (generation.Presence, bool) {
	if worker == n.self.Worker {
		p := n.settings.Self
		p.State, p.Seq, p.Applied, p.Holding = n.standing(), n.seq, n.state().Number, n.holding()
		return p, true
	}
	for _, p := range slices.Backward(n.people.byWorker[worker]) {
		if p.told {
			return p.presence, true
		}
	}
	return generation.Presence{}, false
}

// Gateway is where a worker's gateway listens, as it has told last, and false where it has told nothing.
func (n *Node) Gateway(worker string) (rpc string, known bool) {
	if worker == n.self.Worker {
		return n.settings.Self.RPC, true // without all that it holds
	}
	told, known := n.Presence(worker)
	return told.RPC, known
}

// Moves are the revocations that are under way, by connector and task.
func (n *Node) Moves() []Move {
	return slices.SortedFunc(maps.Values(n.log.moves), func(a, b Move) int { return a.Unit.Compare(b.Unit) })
}

// Holding are the units that run, start or stop here, by connector and task; those included that ignore that they were told to.
func (n *Node) Holding() []generation.Holding {
	holding := make([]generation.Holding, 0, len(n.holder.units))
	for unit, held := range n.holder.units {
		holding = append(holding, generation.Holding{Unit: unit, Since: held.since})
	}
	slices.SortFunc(holding, func(a, b generation.Holding) int {
		return cmp.Or(a.Compare(b.Unit), cmp.Compare(a.Since, b.Since))
	})
	return holding
}
