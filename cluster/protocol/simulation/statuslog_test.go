// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// statusLog is the status topic, as far as workers tell of themselves there: its events, by what keys they overwrite.
type statusLog struct {
	world   *world
	entries []statusEntry
}

type statusEntry struct {
	key    string
	event  protocol.Event
	hidden bool
}

func (l *statusLog) end() int64 { return int64(len(l.entries)) }

func (l *statusLog) add(key string, e protocol.Event) {
	l.entries = append(l.entries, statusEntry{key: key, event: e})
	for _, worker := range l.world.workers {
		for _, p := range worker.processes {
			p.stories.wake()
		}
	}
}

func (l *statusLog) compact() {
	seen := map[string]bool{}
	for i := len(l.entries) - 1; i >= 0; i-- {
		e := &l.entries[i]
		e.hidden = e.hidden || seen[e.key]
		seen[e.key] = true
	}
	l.world.tell("kafka: status topic compacted")
}

// statusReader follows the status topic for one process.
type statusReader struct {
	process  *process
	position int64
	fetching bool
}

func (r *statusReader) wake() {
	if !r.fetching && r.process.alive && r.position < r.process.world.status.end() {
		r.fetching = true
		r.process.after(r.process.world.latency(), r.fetch)
	}
}

func (r *statusReader) fetch() {
	p := r.process
	if p.lost[fetchStatus] {
		p.after(150*ms, r.fetch)
		return
	}
	r.fetching = false
	for end := p.world.status.end(); r.position < end && p.alive; {
		e := p.world.status.entries[r.position]
		r.position++
		if !e.hidden {
			p.step(e.event)
		}
	}
	p.begin()
	r.wake()
}

// statusWriter writes to the status topic for one process, one after the other.
type statusWriter struct {
	process *process
	queue   []statusEntry
	busy    bool
}

func (o *statusWriter) add(key string, e protocol.Event) {
	o.queue = append(o.queue, statusEntry{key: key, event: e})
	o.next()
}

func (o *statusWriter) next() {
	if o.busy || len(o.queue) == 0 {
		return
	}
	o.busy = true
	first := o.queue[0]
	o.queue = o.queue[1:]
	p := o.process
	done := func() { o.busy = false; o.next() }
	p.request(produceStatus, 20*s, func() { p.world.status.add(first.key, first.event) }, done, done)
}

func workerKey(worker string) string { return "worker-" + worker }

// publish writes a presence, tell sends it to a worker.
func (p *process) publish(presence generation.Presence) {
	presence, ok := p.sentOnce(presence, true)
	if ok {
		p.publishes.add(workerKey(presence.Worker), protocol.Heard{Presence: presence})
	}
}

func (p *process) send(to string, presence generation.Presence) {
	presence, ok := p.sentOnce(presence, false)
	w := p.world
	if !ok {
		return
	}
	times := 1
	if w.happens(w.shape.loss) { // Also when all else is quiet.

		times = 2 * w.chance.IntN(2)
	}
	for range times {
		d := w.between(ms/2, 5*ms)
		if !w.quiet && w.happens(w.shape.slow) {
			d = w.between(10*ms, 3*s)
		}
		w.after(d, func() {
			for _, o := range w.workers {
				if o.name == to && o.process() != nil && !w.split(p.worker.index, o.index) {
					o.process().deliver(func() { o.process().step(protocol.Heard{Presence: presence}) })
				}
			}
		})
	}
}

// sentOnce lets everything pass, unless it is tried what happens if an acknowledgement is given once and to one worker only:
// then what follows is left out, or says the same without it.
func (p *process) sentOnce(presence generation.Presence, record bool) (generation.Presence, bool) {
	switch {
	case !p.world.off(ackRepeated):
		return presence, true
	case record:
		again := p.published && presence.Answer == "" && presence.State == generation.Up
		p.published = true
		presence.Applied, presence.Holding = 0, nil
		return presence, !again
	case presence.Applied <= p.acked:
		return presence, false
	}
	p.acked = presence.Applied
	return presence, true
}
