// SPDX-License-Identifier: Apache-2.0

package protocol

import "github.com/longshore-io/connect/cluster/generation"

// unlistedEvery is how many times the distance of two acknowledgements lies between two presences of a worker that the log does
// not name: it would like to be given work.
const unlistedEvery = 10

// speakUp tells now and then that this worker is there while the log does not name it: it may be new, or have been declared dead.
func (n *Node) speakUp() {
	if worker, listed := n.state().Workers[n.self.Worker]; listed && worker.Boot == n.self.Boot ||
		n.leave.active || n.halted || !n.lease.open || n.state().Leader == "" || n.leads() {
		n.spokeUp = n.now
		return
	}
	if n.now < n.spokeUp+unlistedEvery*n.settings.AckRepeat {
		return
	}
	n.spokeUp = n.now
	n.publish("")
}

// forgetEvery is how many Ticks pass between two looks for records that nobody needs.
const forgetEvery = 100

// forgetTheGone has the records of workers removed that have left, or have shown no life for long.
func (n *Node) forgetTheGone() {
	if n.forgetIn--; n.forgetIn > 0 {
		return
	}
	n.forgetIn = forgetEvery
	for _, p := range n.people.sorted() {
		past := n.now >= p.seen+n.settings.Retention
		switch {
		case p.Process == n.self || p.concerned || p.gossip != "":
		case !n.onlyOne(p) || !p.told:
			if past {
				n.forgetProcess(p)
			}
		case n.leads() && n.lease.open && (p.left() || past) && n.now >= p.forgetAt:
			p.forgetAt = n.now + n.settings.Rebalance
			n.out.add(Forget{Worker: p.Worker})
		}
	}
}

// onlyOne tells whether the record of a worker is that of this process: another one of it is not there, nor named by the log.
func (n *Node) onlyOne(p *process) bool {
	if p.Worker == n.self.Worker {
		return false
	}
	for _, q := range n.people.byWorker[p.Worker] {
		if q != p && (q.concerned || q.gossip != "" || q.told && q.presence.State != generation.Left && q.rank > p.rank) {
			return false
		}
	}
	return true
}
