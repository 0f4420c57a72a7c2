// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"time"

	"github.com/longshore-io/connect/cluster/protocol"
)

func (p *process) stopUnit(a protocol.Stop) {
	for _, i := range p.instances {
		if i.unit == a.Holding.Unit && i.grant.Since == a.Holding.Since {
			i.stop()
			return
		}
	}
	p.world.fail("%s stops %v of generation %d, which it does not have", p, a.Holding.Unit, a.Holding.Since)
}

// stop closes the gate, waits for what is on its way, stores what there is to store, and ends.
func (i *instance) stop() {
	p := i.process
	w := p.world
	if i.phase == stopping {
		return
	}
	was := i.phase
	i.told = w.now
	if !w.off(gateBeforePosition) || was != running {
		i.shut = true
		i.phase = stopping
	}
	if !w.happens(0.3) { // else nobody hears that it is abandoned
		p.after(grace, i.abandon)
	}
	d := i.lasts()
	switch {
	case w.off(ackAfterFlush) && was == running:
		i.phase = stopping
		p.after(ms, i.end)
	case was == starting && !i.fenced && !w.off(fencesBeforeAck):
	case was == starting || was == claimingAgain:
		p.after(min(d, s), i.end)
	default:
		p.after(d, i.flush)
	}
}

// lasts is how long user code takes to stop.
func (i *instance) lasts() time.Duration {
	w := i.process.world
	switch {
	case !w.quiet && w.happens(w.shape.hanging):
		return w.between(s, w.shape.settings.Rebalance+10*s)
	case !w.quiet && w.happens(0.1):
		return w.between(300*ms, 3*s)
	}
	return w.between(ms, 200*ms)
}

// grace is how long a unit has for its last flush. What ends later stores nothing any more.
const grace = 5 * s

func (i *instance) flush() {
	i.phase, i.shut = stopping, true
	if i.nature == atLeastOnce && i.flight == 0 && i.process.world.now < i.told+grace {
		i.flushed = true
		i.store(i.landed)
		return
	}
	i.flushed = i.nature != atLeastOnce || i.process.world.now >= i.told+grace
	i.endStopping()
	if !i.flushed {
		i.process.after(20*ms, i.flush)
	}
}

// abandon cuts off what has not ended in time. What may still be on its way is kept out by taking the id of this worker's offsets again.
func (i *instance) abandon() {
	p := i.process
	if i.phase != stopping {
		return
	}
	cut := func() {
		if i.phase != ended {
			i.abandoned = true
			p.step(protocol.Abandoned{Holding: holding(i)})
		}
	}
	if i.nature == atLeastOnce && i.flight > 0 && !p.world.off(cutBeforeAbandoned) {
		p.offsets.again(i.token, cut)
		return
	}
	cut()
}

func (i *instance) endStopping() {
	if i.flushed && i.flight == 0 {
		i.end()
	}
}

// end is that no goroutine of it is left, or that it was waited for long enough.
func (i *instance) end() {
	p := i.process
	if i.phase == ended {
		return
	}
	i.phase, i.shut = ended, true
	for k, o := range p.instances {
		if o == i {
			p.instances = append(p.instances[:k:k], p.instances[k+1:]...)
			break
		}
	}
	p.after(0, func() { p.step(protocol.Stopped{Holding: holding(i)}) })
}
