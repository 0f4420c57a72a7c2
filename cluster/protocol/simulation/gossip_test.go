// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// view is what one process sees of a worker in gossip. Without a boot it does not see it.
type view struct {
	boot  generation.Boot
	state generation.WorkerState
	rpc   string
}

// truth is what a process would see of a worker if gossip were true.
func (w *world) truth(p *process, o *worker) view {
	q := o.process()
	if o == p.worker {
		q = p
	}
	if q == nil || q != p && (q.stopped || w.split(p.worker.index, o.index)) {
		return view{}
	}
	return view{q.boot, q.state, q.rpc()}
}

// see has a process look at a worker again after a while.
func (w *world) see(p *process, o *worker, after time.Duration) {
	p.after(after, func() { p.look(o, w.truth(p, o)) })
}

func (p *process) look(o *worker, v view) {
	if p.sees[o.index] == v {
		return
	}
	p.sees[o.index] = v
	p.gossip()
}

func (p *process) gossip() {
	var peers []protocol.Peer
	for _, o := range p.world.workers {
		if v := p.sees[o.index]; v.boot != "" {
			peers = append(peers, protocol.Peer{Worker: o.name, Boot: v.boot, State: v.state, RPC: v.rpc})
		}
	}
	p.step(protocol.Gossiped{Peers: peers})
}

// detection is how long gossip takes to notice that a worker does not answer.
func (w *world) detection() time.Duration { return w.between(2100*ms, 2900*ms) }

func (w *world) everybody(o *worker, d func() time.Duration) {
	for _, other := range w.workers {
		for _, p := range other.processes {
			w.see(p, o, d())
		}
	}
}

func (w *world) soon() time.Duration { return w.between(20*ms, 200*ms) }

// joined, parted, stalled, healed and changed are when gossip has something to notice.
func (w *world) joined(p *process) {
	for _, o := range w.workers {
		w.see(p, o, w.soon())
	}
	w.everybody(p.worker, w.soon)
}

func (w *world) parted(p *process, gracefully bool) {
	if gracefully {
		w.everybody(p.worker, w.soon)
		return
	}
	w.everybody(p.worker, w.detection)
}

func (w *world) stalled(o *worker) { w.everybody(o, w.detection) }
func (w *world) healed(o *worker)  { w.everybody(o, w.soon); w.lookAround(o) }
func (w *world) changed(o *worker) { w.everybody(o, w.soon) }

func (w *world) lookAround(o *worker) {
	for _, p := range o.processes {
		for _, other := range w.workers {
			w.see(p, other, w.detection())
		}
	}
}

// lie shows a process anything of a worker, and the truth again after a while.
func (w *world) lie() {
	o := w.workers[w.chance.IntN(len(w.workers))]
	watcher := w.workers[w.chance.IntN(len(w.workers))].process()
	if watcher == nil || watcher.worker == o {
		return
	}
	v := view{}
	if o.boots > 0 && w.happens(0.4) {
		states := []generation.WorkerState{generation.Up, generation.Up, generation.NoKafka, generation.Leaving}
		v = view{boot: generation.Boot(fmt.Sprintf("%s-boot-%d", o.name[:2], 1+w.chance.IntN(o.boots))),
			state: states[w.chance.IntN(len(states))], rpc: "10.9.9.9:1"}
	}
	w.tell("gossip lies to %s: %s is %v", watcher, o.name, v)
	watcher.deliver(func() { watcher.look(o, v) })
	w.see(watcher, o, w.between(300*ms, 8*s))
}

// truthful has everybody see what is, and soon.
func (w *world) truthful() {
	for _, o := range w.workers {
		w.everybody(o, w.detection)
	}
}
