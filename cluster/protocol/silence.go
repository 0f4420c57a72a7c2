// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// silence is what a follower thinks of a leader that lives and does nothing.
type silence struct {
	// need is the generation after which something is needed, since is since when it is.
	need  int64
	since Instant
	// looked is when it was looked at last.
	looked Instant
	// over says that the leader has left it undone for too long, doubled how often that was so before.
	over    bool
	doubled int
}

// looksPerSilence is how often a follower looks whether the leader does its work.
const looksPerSilence = 4

// mostDoubled bounds how patient a follower becomes.
const mostDoubled = 6

// watchSilence looks from time to time whether something that is needed stays undone.
func (n *Node) watchSilence() {
	s := &n.lead.silence
	if !n.ready || n.lead.role != following || !n.lease.open || n.leave.active || n.now < s.looked+n.settings.Silence/looksPerSilence {
		return
	}
	s.looked = n.now
	state := n.state()
	if state.Number == 0 || state.Leader == "" || !n.needed() {
		*s = silence{looked: n.now}
		return
	}
	if s.need != state.Number {
		*s = silence{looked: n.now, need: state.Number, since: n.now, doubled: s.doubled}
		return
	}
	if !s.over && n.now >= s.since+n.settings.Silence<<s.doubled+n.settings.Return {
		s.over, s.doubled = true, min(s.doubled+1, mostDoubled)
	}
}

// needed tells whether a generation has to follow for a reason that every worker sees: those that the log names, as far as they
// are there, suffice for it.
func (n *Node) needed() bool {
	members := map[string]generation.Boot{}
	for id, worker := range n.state().Workers {
		of := plan.Process{Worker: id, Boot: worker.Boot}
		if p := n.people.all[of]; of == n.self || p != nil && p.alive() && !p.leaves() {
			members[id] = worker.Boot
		}
	}
	in := n.input(n.log.work, members)
	in.Wait = nil
	_, changed := plan.Next(in)
	return changed
}
