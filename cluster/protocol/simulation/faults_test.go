// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// history lets a whole history happen: what is wrong with it is in its world.
func history(shape shape, told *transcript) *world {
	w := newWorld(shape, told)
	w.populate()
	w.after(w.between(s, 4*s), w.misfortune)
	w.run(shape.active)
	if w.wrong == nil {
		w.calm()
		w.run(shape.active + quietTime)
		w.run(w.manned + quietTime)
	}
	if w.wrong == nil {
		if err := w.settled(); err != nil {
			w.fail("L: after %v of quiet %v", quietTime, err)
		}
	}
	return w
}

const quietTime = 60 * s

// populate starts most workers, and has the first connectors created.
func (w *world) populate() {
	for i, o := range w.workers {
		if i == 0 || w.happens(0.8) {
			w.after(w.between(0, 2*s), func() { o.begin() })
		}
	}
	for range w.shape.connectors {
		w.after(w.between(0, 5*s), func() { w.churn.persist(w.churn.anything(), 100) })
	}
}

// begin starts a process of a worker that has none.
func (wr *worker) begin() {
	if wr.process() == nil {
		wr.start()
	}
}

// misfortune has something happen from outside, again and again.
func (w *world) misfortune() {
	if w.quiet {
		return
	}
	sum := 0
	for _, n := range w.shape.faults {
		sum += n
	}
	n := w.chance.IntN(sum)
	for k, weight := range w.shape.faults {
		if n -= weight; n < 0 {
			w.strike(kind(k))
			break
		}
	}
	w.after(time.Duration(w.chance.ExpFloat64()*float64(w.shape.pause)), w.misfortune)
}

func (w *world) strike(k kind) {
	o := w.workers[w.chance.IntN(len(w.workers))]
	p := o.process()
	switch k {
	case changing:
		w.churn.persist(w.churn.anything(), 20)
	case plainWriting:
		w.log.plain(generation.Record{Key: "target-state-" + o.name, Value: []byte("1")})
	case leavingGranted:
		w.ambush = true
	case compacting:
		w.log.compact()
		w.status.compact()
	case lying:
		w.lie()
	case killingLeader:
		w.kill(w.leader())
	case killingWriter:
		w.killWriter()
	case booting:
		if p == nil {
			o.start()
		}
	default:
		if p != nil {
			w.hit(k, p)
		}
	}
}

// hit has something happen to a process.
func (w *world) hit(k kind, p *process) {
	switch k {
	case killing:
		w.kill(p)
	case killingTwo:
		w.kill(p)
		w.kill(w.workers[w.chance.IntN(len(w.workers))].process())
	case stallingShort:
		p.stop(w.between(50*ms, 2*s))
	case stallingLong:
		p.stop(w.between(2*s, 25*s))
	case splitting:
		w.part(p.worker)
	case losingKafka:
		for a := range apis {
			w.lose(p, a)
		}
	case losingAPI:
		w.lose(p, api(w.chance.IntN(int(apis))))
	case leaving:
		p.deliver(func() { p.step(protocol.Leave{}) })
	case twin:
		w.twin(p)
	}
}

// leader is a process that believes to lead, nil for none.
func (w *world) leader() *process {
	for _, o := range w.workers {
		for _, p := range o.processes {
			if p.node.Leads() {
				return p
			}
		}
	}
	return nil
}

// kill is a kill -9, of the process or with its machine. Mostly it comes back.
func (w *world) kill(p *process) {
	if p == nil {
		return
	}
	p.end("killed")
	p.worker.down = w.happens(0.3)
	if w.happens(0.7) {
		w.after(w.between(50*ms, 6*s), func() {
			if !w.quiet {
				p.worker.begin()
			}
		})
	}
}

// killWriter kills a leader inside its transaction.
func (w *world) killWriter() {
	for _, o := range w.workers {
		for _, p := range o.processes {
			if len(w.log.open) > 0 && w.log.open[0].by == p.String() {
				w.kill(p)
				return
			}
		}
	}
	w.after(ms, func() {
		if !w.quiet && w.happens(0.99) {
			w.killWriter()
		}
	})
}

// lose takes a part of Kafka from a process, for a while.
func (w *world) lose(p *process, a api) {
	w.tell("%s loses part %d of kafka", p, a)
	p.lost[a] = true
	w.after(w.between(500*ms, 25*s), func() { p.lost[a] = false })
}

// twin starts another process of the worker while the first has not ended: it stands still, or it is cut off.
func (w *world) twin(p *process) {
	if len(p.worker.processes) > 1 {
		return
	}
	p.stop(w.between(500*ms, 12*s))
	w.after(w.between(10*ms, 3*s), func() {
		if !w.quiet && p.alive {
			p.worker.start()
		}
	})
	w.after(w.between(3*s, 20*s), func() {
		if !w.quiet && p.alive && p.worker.process() != p {
			p.end("it is there twice")
		}
	})
}

// part splits a worker, sometimes with its neighbours, from the others: gossip and messages, not Kafka.
func (w *world) part(o *worker) {
	group := uint64(1) << o.index
	if w.happens(0.4) {
		group |= w.chance.Uint64()
	}
	w.tell("the network parts: %b", group&(1<<len(w.workers)-1))
	w.parts = append(w.parts, group)
	for _, other := range w.workers {
		w.stalled(other)
	}
	w.after(w.between(s, 20*s), func() { w.join(group) })
}

func (w *world) join(group uint64) {
	for i, g := range w.parts {
		if g == group {
			w.parts = append(w.parts[:i], w.parts[i+1:]...)
			break
		}
	}
	for _, o := range w.workers {
		w.changed(o)
	}
}

// split tells whether two workers cannot reach each other.
func (w *world) split(a, b int) bool {
	for _, g := range w.parts {
		if g>>a&1 != g>>b&1 {
			return true
		}
	}
	return false
}

// calm ends all faults.
func (w *world) calm() {
	w.tell("quiet")
	w.quiet, w.parts = true, nil
	alive := 0
	for _, o := range w.workers {
		for len(o.processes) > 1 {
			o.processes[0].end("it is there twice")
		}
		for _, p := range o.processes {
			p.lost = [apis]bool{}
			p.goOn(p.began)
			if p.state == generation.Up {
				alive++
			}
		}
	}
	for _, o := range w.workers {
		if o.process() == nil && (alive == 0 || w.happens(0.5)) {
			o.start()
			alive++
		}
	}
	w.after(5*s, w.churn.complete)
	w.truthful()
	w.man()
}

// man starts a worker whenever the last one has left.
func (w *world) man() {
	alive := 0
	for _, o := range w.workers {
		alive += len(o.processes)
	}
	if alive == 0 {
		w.manned = w.now
		w.workers[0].start()
	}
	w.after(3*s, w.man)
}

// fall is the ambush.
func (w *world) fall(next generation.State) {
	for _, o := range w.workers {
		p := o.process()
		if !w.ambush || w.quiet || p == nil {
			continue
		}
		for _, g := range next.Grants {
			if g.Since == next.Number && g.Boot == p.boot && len(g.Fence) > 0 {
				w.ambush = false
			}
		}
		if !w.ambush {
			p.after(0, func() { p.step(protocol.Leave{}) })
		}
	}
}
