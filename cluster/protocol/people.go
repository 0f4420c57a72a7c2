// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// people are the processes of workers that this one knows of.
type people struct {
	all map[plan.Process]*process
	// byWorker are the processes of each worker, in the order in which this one learned of them.
	byWorker map[string][]*process
	// inOrder is what sorted returns, nil where it has to be made anew.
	inOrder []*process
	// concerned are those that the installed generation names, in their order.
	concerned []*process
	// peers are what gossip said last.
	peers []Peer
	// changed says that something is to be looked at before the next Tick.
	changed bool
	// calls counts roll calls.
	calls int
	// missed is the latest roll call that this worker could not answer.
	missed string
	// died is when a worker was declared dead last.
	died map[string]Instant
}

func newPeople() people {
	return people{
		all: map[plan.Process]*process{}, byWorker: map[string][]*process{}, died: map[string]Instant{},
	}
}

// process is what this worker knows of one process of a worker.
type process struct {
	plan.Process
	// rank is its place among the processes of its worker: of two, the one that was heard of later.
	rank int
	// gossip is what gossip says of it, "" where gossip does not see it; missing is since when it does not see it up.
	gossip  generation.WorkerState
	missing Instant
	rpc     string
	// presence is the latest that it told of itself, if it did, and ack what that says of its work.
	presence generation.Presence
	told     bool
	ack      plan.Ack
	// met says that it was in gossip or has told something: it is not known from the log alone.
	met bool
	// seen is the last sign of life.
	seen Instant
	// concerned says that the installed generation names it.
	concerned bool
	// call is the roll call that it has not answered yet.
	call call
	// vouched says that it has answered one although gossip does not see it, recheck when it is asked again.
	vouched bool
	recheck Instant
	// curious says that it has told something although gossip does not see it, and it is worth a roll call whether it is there.
	curious bool
	// dead says that it was declared dead, and has not shown life since; verdicts are when, and readmit is when it may be given work
	// again after it has shown life.
	dead     bool
	verdicts []Instant
	readmit  Instant
	// patience is when an acknowledgement that it owes is asked for by a roll call.
	patience Instant
	// refusedTold says that the log has a line on why it is given no work, forgetAt when its record was to be removed.
	refusedTold bool
	forgetAt    Instant
}

// process is the one with that id and boot, known from now on.
func (n *Node) process(of plan.Process) *process {
	if p := n.people.all[of]; p != nil {
		return p
	}
	siblings := n.people.byWorker[of.Worker]
	p := &process{Process: of, rank: len(siblings), seen: n.now, missing: n.now}
	if len(siblings) > 0 {
		p.rank = siblings[len(siblings)-1].rank + 1
	}
	n.people.all[of], n.people.inOrder = p, nil
	n.people.byWorker[of.Worker] = append(siblings, p)
	return p
}

// forgetProcess drops what is known of a process.
func (n *Node) forgetProcess(p *process) {
	delete(n.people.all, p.Process)
	n.people.inOrder = nil
	n.people.byWorker[p.Worker] = slices.DeleteFunc(n.people.byWorker[p.Worker], func(q *process) bool { return q == p })
	if len(n.people.byWorker[p.Worker]) == 0 {
		delete(n.people.byWorker, p.Worker)
	}
}

// sorted are all processes in an order that is always the same. Whoever goes through them may forget some.
func (p *people) sorted() []*process {
	if p.inOrder == nil {
		p.inOrder = slices.SortedFunc(maps.Values(p.all), func(a, b *process) int {
			return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.rank, b.rank))
		})
	}
	return p.inOrder
}

// noteConcerned finds the processes that the installed generation names.
func (n *Node) noteConcerned() {
	named := map[plan.Process]bool{}
	for id, worker := range n.state().Workers {
		named[plan.Process{Worker: id, Boot: worker.Boot}] = true
	}
	for _, grant := range n.state().Grants {
		named[plan.Process{Worker: grant.Worker, Boot: grant.Boot}] = true
	}
	if n.state().Leader != "" {
		named[leaderOf(n.state())] = true
	}
	for _, p := range n.people.concerned {
		p.concerned = false
	}
	n.people.concerned = n.people.concerned[:0]
	for _, of := range slices.SortedFunc(maps.Keys(named), compareProcesses) {
		p := n.process(of)
		p.concerned = true
		n.people.concerned = append(n.people.concerned, p)
	}
	n.notePatience()
}

func compareProcesses(a, b plan.Process) int {
	return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Boot, b.Boot))
}

// notePatience sets until when the acknowledgements that processes owe are waited for.
func (n *Node) notePatience() {
	oldest := map[plan.Process]Instant{}
	for _, move := range n.log.moves {
		if since, owes := oldest[move.From]; !owes || move.Since < since {
			oldest[move.From] = move.Since
		}
	}
	for _, p := range n.people.concerned {
		if since, owes := oldest[p.Process]; owes {
			p.patience = max(since+n.settings.Rebalance, p.patience)
		} else {
			p.patience = 0
		}
	}
}

// gossiped takes up who seems alive.
func (n *Node) gossiped(e Gossiped) {
	n.people.peers = slices.SortedFunc(slices.Values(e.Peers), func(a, b Peer) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Boot, b.Boot))
	})
	seen := map[plan.Process]Peer{}
	for _, peer := range n.people.peers {
		of := plan.Process{Worker: peer.Worker, Boot: peer.Boot}
		seen[of] = peer
		if of != n.self {
			n.process(of)
		}
	}
	for _, p := range n.people.sorted() {
		if p.Process != n.self {
			n.noteGossip(p, seen[p.Process])
		}
	}
}

func (n *Node) noteGossip(p *process, peer Peer) {
	was, wasUp := p.gossip, p.seemsUp()
	p.gossip = peer.State
	p.met = p.met || p.gossip != ""
	if peer.RPC != "" {
		p.rpc = peer.RPC
	}
	if p.gossip == was {
		return
	}
	n.people.changed = true
	n.dirty()
	switch {
	case p.seemsUp() && !wasUp:
		p.vouched, p.curious = false, false
		n.revive(p, "gossip sees it again")
		p.call = call{}
	case !p.seemsUp() && wasUp:
		p.missing = n.now
	}
}

// seemsUp tells whether gossip sees it, and that it can work with Kafka.
func (p *process) seemsUp() bool { return p.gossip == generation.Up || p.gossip == generation.Leaving }

func (p *process) left() bool { return p.told && p.presence.State == generation.Left }

func (p *process) leaves() bool {
	return !p.left() && (p.gossip == generation.Leaving || p.told && p.presence.State == generation.Leaving)
}

// alive tells whether there is a reason to count on it.
func (p *process) alive() bool { return !p.dead && !p.left() && (p.seemsUp() || p.vouched) }

// heard takes up what a process tells of itself. Of two that it told the later counts, whichever comes first.
func (n *Node) heard(told generation.Presence) {
	of := plan.Process{Worker: told.Worker, Boot: told.Boot}
	if of == n.self {
		n.hearOwn(told)
		return
	}
	p := n.process(of)
	if p.told && told.Seq <= p.presence.Seq {
		return
	}
	if !p.told || changes(p.presence, told) {
		n.dirty()
	}
	p.presence, p.told, p.met = told, true, true
	p.ack = plan.Ack{Applied: told.Applied, Holding: map[generation.Holding]bool{}}
	for _, holding := range told.Holding {
		p.ack.Holding[holding] = true
	}
	if told.RPC != "" {
		p.rpc = told.RPC
	}
	p.seen, n.people.changed = n.now, true
	if told.State != generation.Left && n.ready {
		n.signOfLife(p, told.Answer != "")
	}
}

// changes tells whether a plan may come out differently.
func changes(before, after generation.Presence) bool {
	return before.State != after.State || before.Applied != after.Applied || before.Newest != after.Newest ||
		before.Oldest != after.Oldest || after.Answer != "" || !slices.Equal(before.Holding, after.Holding)
}

// forgotten drops a worker whose record was removed. One that is there says so again.
func (n *Node) forgotten(worker string) {
	if worker == n.self.Worker && n.ready {
		n.publish("")
	}
	for _, p := range slices.Clone(n.people.byWorker[worker]) {
		if p.Process != n.self && !p.concerned && p.gossip == "" {
			n.forgetProcess(p)
		}
	}
}
