// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"cmp"
	"slices"
	"strings"

	"github.com/longshore-io/connect/cluster/protocol"
)

// roster knows the processes that memberlist takes for alive, and which of those of one worker is shown. It is pure.
type roster struct {
	self member
	// members are all others, by name of their node.
	members map[string]member
	// gone are those that were asked whether they are there, and are not.
	gone map[string]bool
	// shown is the node that stands for a worker.
	shown map[string]string
	// met is whether there was ever another one.
	met bool
	// turnover counts who came and went.
	turnover int
}

func newRoster(self member) *roster {
	return &roster{self: self, members: map[string]member{}, gone: map[string]bool{}, shown: map[string]string{}}
}

func (r *roster) put(m member) {
	if m.node == r.self.node {
		return
	}
	if _, known := r.members[m.node]; !known {
		r.turnover++
	}
	r.members[m.node] = m
	r.met = r.met || m.worker != r.self.worker
}

func (r *roster) remove(node string) {
	r.turnover++
	delete(r.members, node)
	delete(r.gone, node)
}

// mark takes up what a process has given as a sign of itself. A silent one stays what it was.
func (r *roster) mark(m member, s sign) {
	if _, known := r.members[m.node]; !known || s == silent {
		return
	}
	if s == here {
		delete(r.gone, m.node)
		return
	}
	r.gone[m.node] = true
}

// peers has one peer for each worker, sorted. A worker's process stays shown while it seems alive, whoever else takes its name.
func (r *roster) peers() []protocol.Peer {
	peers := []protocol.Peer{r.self.peer()}
	shown := map[string]string{}
	for worker, processes := range r.workers() {
		if worker == r.self.worker {
			continue
		}
		m := r.choose(r.shown[worker], processes)
		shown[worker] = m.node
		peers = append(peers, m.peer())
	}
	r.shown = shown
	slices.SortFunc(peers, func(a, b protocol.Peer) int { return cmp.Compare(a.Worker, b.Worker) })
	return peers
}

// choose takes the process that was shown, else the earliest; one that is gone only where there is no other.
func (r *roster) choose(shown string, processes []member) member {
	return slices.MinFunc(processes, func(a, b member) int {
		return cmp.Or(first(!r.gone[a.node], !r.gone[b.node]), first(a.node == shown, b.node == shown), first(a.precedes(b), b.precedes(a)))
	})
}

// first orders what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (r *roster) workers() map[string][]member {
	workers := map[string][]member{}
	for _, m := range r.members {
		workers[m.worker] = append(workers[m.worker], m)
	}
	return workers
}

// contested are the processes of workers that have several, sorted. This one is not among them.
func (r *roster) contested() []member {
	var contested []member
	for worker, processes := range r.workers() {
		if len(processes) > 1 || worker == r.self.worker {
			contested = append(contested, processes...)
		}
	}
	slices.SortFunc(contested, func(a, b member) int { return strings.Compare(a.node, b.node) })
	return contested
}

// namesakes tells that another process of this worker seems to be there.
func (r *roster) namesakes() bool {
	for node, m := range r.members {
		if m.worker == r.self.worker && !r.gone[node] {
			return true
		}
	}
	return false
}

// replaced tells that a later process of the worker has the address of m, so that m cannot be there.
func (r *roster) replaced(m member) bool {
	if r.self.worker == m.worker && r.self.addr == m.addr && m.precedes(r.self) {
		return true
	}
	for _, other := range r.members {
		if other.worker == m.worker && other.node != m.node && other.addr == m.addr && m.precedes(other) {
			return true
		}
	}
	return false
}

// at tells whether somebody is known at an address.
func (r *roster) at(addr string) bool {
	if r.self.addr == addr {
		return true
	}
	for _, m := range r.members {
		if m.addr == addr {
			return true
		}
	}
	return false
}
