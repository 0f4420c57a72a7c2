// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"strings"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// input is what the next generation is made from.
func (n *Node) input(work plan.Work, members map[string]generation.Boot) plan.Input {
	in := plan.Input{
		State: n.state(), Work: work, Members: members, Floor: n.log.reader.Highest(), Wait: n.waits,
		Leaving: map[plan.Process]bool{}, Dead: map[plan.Process]bool{}, Left: map[plan.Process]bool{}, Acks: map[plan.Process]plan.Ack{},
	}
	if n.state().Number == 0 {
		in.Floor = max(in.Floor, n.floor)
	}
	if in.Work == nil {
		in.Work = noWork{}
	}
	for of, p := range n.people.all {
		if of == n.self {
			continue
		}
		switch {
		case p.left():
			in.Left[of] = true
		case p.dead:
			in.Dead[of] = true
		case p.leaves():
			in.Leaving[of] = true
		}
		if p.told {
			in.Acks[of] = p.ack
		}
	}
	in.Acks[n.self] = n.ownAck()
	if n.leave.active {
		in.Leaving[n.self] = true
	}
	return in
}

// ownAck is what this worker would tell itself.
func (n *Node) ownAck() plan.Ack {
	ack := plan.Ack{Applied: n.state().Number, Holding: make(map[generation.Holding]bool, len(n.holder.units))}
	for holding := range n.held() {
		ack.Holding[holding] = true
	}
	return ack
}

// members are the workers that may be given work.
func (n *Node) members() map[string]generation.Boot {
	members := map[string]generation.Boot{}
	for _, p := range n.people.sorted() {
		if p.Process != n.self && n.fit(p) {
			// Of two processes of a worker that one counts which gossip sees, or that came later.
			if boot, other := members[p.Worker]; !other || p.seemsUp() || !n.people.all[plan.Process{Worker: p.Worker, Boot: boot}].seemsUp() {
				members[p.Worker] = p.Boot
			}
		}
	}
	if !n.leave.active {
		members[n.self.Worker] = n.self.Boot
	} else {
		delete(members, n.self.Worker)
	}
	return members
}

// fit tells whether a process may be given work: it is there, has told that it takes some, and speaks what the cluster does. One
// that the log does not list yet has to be seen by gossip as well: who cannot enter there, for want of the secret, does not belong.
func (n *Node) fit(p *process) bool {
	if listed := n.state().Workers[p.Worker].Boot == p.Boot; !listed && !p.seemsUp() {
		return false
	}
	if p.Worker == n.self.Worker || !p.alive() || !p.told || p.presence.State != generation.Up || p.leaves() || n.now < p.readmit {
		return false
	}
	return n.understands(p)
}

// waits tells whether the work of a dead worker still waits for its return.
func (n *Node) waits(worker string) bool {
	if n.settings.Return == 0 {
		return false
	}
	if at, known := n.people.died[worker]; known {
		return n.now < at+n.settings.Return
	}
	return n.lead.since != 0 && n.now < n.lead.since+n.settings.Return
}

// reason says in a few words what leads to a generation.
func (n *Node) reason(in plan.Input, next generation.State) string {
	var why []string
	if n.lead.first {
		why = append(why, n.self.Worker+" leads: "+n.lead.right)
	}
	for _, p := range n.people.concerned {
		switch {
		case in.Dead[p.Process]:
			why = append(why, p.Worker+" is dead")
		case in.Left[p.Process]:
			why = append(why, p.Worker+" has left")
		case in.Leaving[p.Process]:
			why = append(why, p.Worker+" leaves")
		}
	}
	for _, id := range next.Members() {
		if was, listed := in.State.Workers[id]; !listed || was.Boot != next.Workers[id].Boot {
			why = append(why, id+" joins")
		}
	}
	if len(why) == 0 {
		why = append(why, n.smallReason(in, next))
	}
	return shortened(why)
}

// smallReason is for a generation for which nobody has come or gone.
func (n *Node) smallReason(in plan.Input, next generation.State) string {
	handed := false
	for unit, grant := range in.State.Grants {
		if grant.Revoked != 0 && next.Grants[unit].Since != grant.Since {
			handed = true
		}
	}
	switch {
	case handed:
		return "work was handed over"
	case next.Version != in.State.Version:
		return "all workers speak a newer version of the protocol"
	default:
		return "the work has changed"
	}
}

// reasonsNamed is how many reasons a head names.
const reasonsNamed = 3

func shortened(why []string) string {
	if len(why) > reasonsNamed {
		why = append(why[:reasonsNamed:reasonsNamed], "and more")
	}
	return strings.Join(why, ", ")
}
