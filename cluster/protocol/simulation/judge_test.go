// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
	"github.com/longshore-io/connect/cluster/protocol"
)

// life is a right as it was given once.
type life struct {
	unit   generation.Unit
	worker string
	boot   generation.Boot
	since  int64
}

// taking is how a right was taken away.
type taking struct {
	at      protocol.Instant
	verdict bool
}

// judge sees everything at once, and knows what must never be.
type judge struct {
	world  *world
	reader *generation.Reader
	state  generation.State
	given  map[life]protocol.Instant
	taken  map[life]taking
	// owner is who was given a unit last, former who had it before the grant of a generation.
	owner  map[generation.Unit]plan.Process
	former map[generation.Holding]plan.Process
	// left are processes that have left.
	left map[plan.Process]bool
	// changed is when the last generation was committed.
	changed protocol.Instant
}

func newJudge(w *world) *judge {
	return &judge{world: w, reader: generation.NewReader(), given: map[life]protocol.Instant{}, taken: map[life]taking{},
		owner: map[generation.Unit]plan.Process{}, former: map[generation.Holding]plan.Process{}, left: map[plan.Process]bool{}}
}

func lifeOf(u generation.Unit, g generation.Grant) life { return life{u, g.Worker, g.Boot, g.Since} }

func (i *instance) life() life {
	return life{i.unit, i.process.worker.name, i.process.boot, i.grant.Since}
}

// before is who had a unit before the grant of a generation.
func (j *judge) before(u generation.Unit, since int64) plan.Process {
	return j.former[generation.Holding{Unit: u, Since: since}]
}

// transaction judges what has become visible in the config topic.
func (j *judge) transaction(t *transaction) {
	w := j.world
	w.mix(uint64(w.now), uint64(t.first), uint64(len(t.records)))
	if t.token != w.log.token {
		w.fail("S3: %s writes under a claim that another has followed", t.by)
	}
	for _, r := range t.records {
		state, err := j.reader.Apply(r)
		if err != nil {
			w.fail("S2: %s writes what cannot be taken up: %v", t.by, err)
		}
		if state != nil {
			j.generation(*state, t)
		}
	}
}

func (j *judge) generation(next generation.State, t *transaction) {
	w, last := j.world, j.state
	if next.Number <= last.Number {
		w.fail("S2: %s writes generation %d after %d", t.by, next.Number, last.Number)
	}
	j.state, j.changed = next, w.now
	for u, g := range next.Grants {
		if _, known := j.given[lifeOf(u, g)]; !known {
			j.given[lifeOf(u, g)] = w.now
			j.former[generation.Holding{Unit: u, Since: g.Since}] = j.owner[u]
			j.owner[u] = plan.Process{Worker: g.Worker, Boot: g.Boot}
		}
	}
	for u, g := range last.Grants {
		now, has := next.Grants[u]
		if has && lifeOf(u, now) == lifeOf(u, g) {
			continue
		}
		verdict := slices.Contains(next.Lost[u], g.Worker) || has && slices.Contains(now.Fence, g.Worker)
		j.taken[lifeOf(u, g)] = taking{w.now, verdict}
	}
	w.fall(next)
	w.tell("kafka: generation %d of %s, term %d: %s", next.Number, t.by, next.Term, next.Reason)
	for _, o := range w.workers {
		for _, p := range o.processes {
			for _, i := range p.instances {
				j.check(i)
			}
		}
	}
}

// check judges an instance whose right may have been taken away.
func (j *judge) check(i *instance) {
	w := j.world
	taken, is := j.taken[i.life()]
	if !is || i.gone >= 0 {
		return
	}
	if !taken.verdict {
		if i.ignores() {
			return
		}
		w.fail("S1: %s has %v of generation %d, which was taken from it without a verdict", i.process, i.unit, i.grant.Since)
	}
	i.gone = taken.at
	w.after(max(0, i.gone+w.shape.settings.Lease+1-w.now), func() { j.overstays(i) })
}

// overstays: who was declared dead while it was not has its lease to find out.
func (j *judge) overstays(i *instance) {
	p := i.process
	if i.gone >= 0 && j.world.now > i.gone+j.world.shape.settings.Lease && p.alive && !p.stopped && i.opened() {
		j.world.fail("S1: the gate of %v of generation %d is open on %s, from which it was taken at %v", i.unit, i.grant.Since, p, i.gone)
	}
}

// starts judges the start of an instance.
func (j *judge) starts(i *instance) {
	given, known := j.given[i.life()]
	switch {
	case !known:
		j.world.fail("S5: %s starts %v of generation %d, which nobody has given to it", i.process, i.unit, i.grant.Since)
	case given < i.process.born:
		j.world.fail("S5: %s starts %v of generation %d, which was given to the process before", i.process, i.unit, i.grant.Since)
	}
	j.check(i)
}

// runs judges that an instance has started.
func (j *judge) runs(i *instance) { j.begins(i) }

// begins judges an effect that begins.
func (j *judge) begins(i *instance) {
	j.overstays(i)
	if i.gone >= 0 {
		return
	}
	for _, o := range j.world.workers {
		for _, p := range o.processes {
			for _, other := range p.instances {
				if other != i && other.unit == i.unit && other.gone < 0 && !p.stopped && other.opened() {
					j.world.fail("S1: %v runs on %s and on %s", i.unit, i.process, p)
				}
			}
		}
	}
}

// stepped judges a process after each of its steps.
func (j *judge) stepped(p *process) {
	w := j.world
	number := p.node.State().Number
	if number < p.installed {
		w.fail("S2: %s goes from generation %d back to %d", p, p.installed, number)
	}
	p.installed = number
	for _, i := range p.instances {
		j.overstays(i)
		if p.asked < p.stalled && i.opened() {
			w.fail("stall: the gate of %v is open on %s, which has stood still until %v and has asked nothing since", i.unit, p, p.stalled)
		}
	}
}

// gone judges a process that says that it has left.
func (j *judge) gone(p *process) {
	j.left[plan.Process{Worker: p.worker.name, Boot: p.boot}] = true
	for _, i := range p.instances {
		if !i.ignores() {
			j.world.fail("S1: %s goes and has %v", p, i.unit)
			return
		}
	}
}

// ignores tells whether user code has ignored for too long that it was told to stop: it is waited for no longer.
func (i *instance) ignores() bool {
	return i.abandoned || i.told >= 0 && i.process.world.now-i.told >= i.process.world.shape.settings.Rebalance
}
