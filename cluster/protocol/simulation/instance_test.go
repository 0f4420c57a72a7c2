// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// instance is one life of a unit on one process: under one grant.
type instance struct {
	process *process
	unit    generation.Unit
	grant   generation.Grant
	nature  nature
	phase   phase
	// token is what it writes under: the worker's own for at-least-once sources, the task's for exactly-once ones.
	token int64
	// told is when it was told to stop, shut that its gate is closed since.
	told protocol.Instant
	shut bool
	// flight counts what is on its way: effects that have begun, requests that are not answered.
	flight int
	// fenced is that the fences of its grant were executed, flushed that its stop has run its course up to the last request.
	fenced  bool
	flushed bool
	// abandoned is that its user code ignores its stop and that it was cut off.
	abandoned bool
	// gone is when its grant was taken out of the log by a verdict of death; negative where it was not.
	gone protocol.Instant
}

type phase int

const (
	starting phase = iota
	running
	claimingAgain
	stopping
	ended
)

func (p *process) startUnit(a protocol.Start) {
	w := p.world
	i := &instance{process: p, unit: a.Unit, grant: a.Grant, nature: w.natureOf(a.Unit), gone: -1, told: -1}
	for _, o := range p.instances {
		if o.unit == a.Unit {
			w.fail("S1: %s starts %v of generation %d while it has it of generation %d", p, a.Unit, a.Grant.Since, o.grant.Since)
		}
	}
	p.instances = append(p.instances, i)
	w.judge.starts(i)
	i.token = p.offsets.token
	if w.off(fencesBeforeAck) {
		p.after(w.between(0, 4*s), i.fence)
		return
	}
	i.fence()
}

// fence fences former owners. It is done also if the unit is stopped meanwhile, before that has ended.
func (i *instance) fence() {
	if i.phase == ended {
		return
	}
	i.process.fence(i.unit, i.grant.Since, i.grant.Fence, func() {
		i.fenced = true
		switch {
		case i.phase == stopping:
			i.end()
		case i.phase == starting && i.nature == exactlyOnce:
			i.claim()
		case i.phase == starting:
			i.readOn()
		}
	})
}

func holding(i *instance) generation.Holding {
	return generation.Holding{Unit: i.unit, Since: i.grant.Since}
}

// claim takes the id of an exactly-once task.
func (i *instance) claim() {
	p := i.process
	var token int64
	p.request(coordinator, 3*s, func() { token = p.world.ids.claimTask(i.unit) }, func() {
		if i.phase != starting && i.phase != claimingAgain {
			return
		}
		i.token = token
		if p.world.off(claimReadsOn) {
			i.open()
			return
		}
		i.readOn()
	}, func() {
		if i.phase == starting || i.phase == claimingAgain {
			i.claim()
		}
	})
}

// readOn asks for the ends of the topics, the offsets topic too, and reads up to them.
func (i *instance) readOn() {
	p := i.process
	p.request(listOffsets, 5*s, func() {
		if i.phase == starting && i.nature == atLeastOnce {
			p.world.ids.begin(i.unit, i.grant.Since)
		}
	}, func() { p.readToEnd(i.open, i.readOnAgain) }, i.readOnAgain)
}

func (i *instance) readOnAgain() {
	if i.phase == starting || i.phase == claimingAgain {
		i.readOn()
	}
}

// open starts the unit once the gate opens.
func (i *instance) open() {
	p := i.process
	switch {
	case i.phase != starting && i.phase != claimingAgain:
		return
	case !i.stands():
		return // It will be told to stop.
	case i.nature == atLeastOnce && !p.offsets.verified || !p.gate():
		p.after(30*ms, i.open)
		return
	}
	if i.nature == exactlyOnce {
		p.world.ids.begin(i.unit, i.grant.Since)
	}
	p.world.tell("%s runs %v of generation %d", p, i.unit, i.grant.Since)
	i.phase = running
	p.world.judge.runs(i)
	p.after(p.world.between(10*ms, 800*ms), i.work)
}

// stands tells whether what the process has read gives it the unit still.
func (i *instance) stands() bool {
	g, ok := i.process.node.State().Grants[i.unit]
	return ok && g.Worker == i.process.worker.name && g.Boot == i.process.boot && g.Since == i.grant.Since
}

// gate tells whether effects may begin, as far as the process itself goes.
func (p *process) gate() bool {
	w := p.world
	return (w.now < p.lease || w.off(lease)) && (w.now-p.lastTick < w.shape.settings.Stall || w.off(stallCheck))
}

// opened tells whether the unit's next effect would begin now.
func (i *instance) opened() bool { return i.phase == running && !i.shut && i.process.gate() }

// work has an effect again and again.
func (i *instance) work() {
	if i.phase != running || i.shut {
		return
	}
	p := i.process
	p.after(p.world.between(200*ms, 1500*ms), i.work)
	if i.flight > 0 || !p.gate() {
		return
	}
	p.world.judge.begins(i)
	switch i.nature {
	case sink:
		i.flight++
		p.after(i.takes(), i.landed)
	case atLeastOnce:
		i.store(i.landed)
	case exactlyOnce:
		i.commit()
	}
}

// takes is how long a Put takes.
func (i *instance) takes() time.Duration {
	w := i.process.world
	if !w.quiet && w.happens(0.03) {
		return w.between(100*ms, 3*s)
	}
	return w.between(ms, 30*ms)
}

func (i *instance) landed() {
	i.flight--
	i.endStopping()
}

// store stores offsets of an at-least-once source under the worker's own id, if that is the process's still.
func (i *instance) store(done func()) {
	p := i.process
	c := &p.offsets
	i.flight++
	if !c.verified || i.token != c.token {
		p.after(0, done)
		return
	}
	token, stored := i.token, false
	p.request(produceData, 4*s, func() {
		stored = p.world.ids.store(p.worker.index, token, i.unit, i.grant.Since)
	}, func() {
		if !stored {
			c.again(token, func() {})
		}
		done()
	}, func() { c.again(token, done) })
}

// commit commits a transaction of an exactly-once task. One that was fenced, or does not know, asks the log and takes the id again.
func (i *instance) commit() {
	p := i.process
	i.flight++
	token, visible := i.token, false
	again := func() {
		if i.phase == running && token == i.token && !p.world.off(fencedClaimsAgain) {
			i.phase = claimingAgain
			p.readToEnd(i.takeAgain, i.takeAgain)
		} else if i.phase == running && token == i.token {
			i.shut = true
		}
		i.landed()
	}
	p.request(produceData, 4*s, func() { visible = p.world.ids.commit(token, i.unit, i.grant.Since) }, func() {
		if visible {
			i.landed()
			return
		}
		again()
	}, again)
}

func (i *instance) takeAgain() {
	if i.phase == claimingAgain && i.stands() {
		i.claim()
	}
}
