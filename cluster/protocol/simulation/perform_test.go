// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"errors"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
	"github.com/longshore-io/connect/cluster/protocol"
)

// perform does what the node says.
func (p *process) perform(action protocol.Action) {
	w := p.world
	switch a := action.(type) {
	case protocol.Start:
		p.startUnit(a)
	case protocol.Stop:
		p.stopUnit(a)
	case protocol.Lease:
		p.lease, p.asked = a.Until, p.confirms
	case protocol.AskEnd:
		p.askEnd()
	case protocol.Claim:
		p.claim()
	case protocol.Resign:
		p.lead = nil
	case protocol.Commit:
		p.commit(a)
	case protocol.Declined:
		w.churn.answered(a.ID)
	case protocol.Publish:
		p.publish(a.Presence)
	case protocol.Tell:
		p.send(a.Worker, a.Presence)
	case protocol.Call:
		p.publishes.add("rollcall", protocol.Called(a))
	case protocol.Knock:
		p.knock(a.Process)
	case protocol.Announce:
		p.state = a.State
		w.changed(p.worker)
	case protocol.Fence:
		p.fenceFor(a)
	case protocol.Forget:
		p.publishes.add(workerKey(a.Worker), protocol.Forgotten(a))
	case protocol.Gone:
		w.judge.gone(p)
		w.after(0, func() { p.end("gone") })
	case protocol.Halt:
		w.fail("%s halts: %v", p, a.Err)
	case protocol.Tale:
	default:
		w.fail("%s says %T, which nobody knows how to do", p, action)
	}
}

func (p *process) askEnd() {
	asked := p.world.now
	var end int64
	p.request(listOffsets, 5*s, func() { end = p.world.log.stable() }, func() {
		if p.world.off(leaseFromQuestion) {
			asked = p.world.now
		}
		if p.world.off(readToTheEnd) {
			end = 0
		}
		p.confirms = max(p.confirms, asked)
		p.step(protocol.EndAnswered{Asked: asked, End: end})
	}, func() { p.step(protocol.EndUnknown{Asked: asked}) })
}

// leadClient is a producer of the id that leaders write under. One that was fenced, or does not know whether it has written, is
// not used again.
type leadClient struct{ token int64 }

var errUnanswered = errors.New("no answer")

func (p *process) claim() {
	w := p.world
	if p.claiming {
		w.fail("%s claims the lead while it claims it", p)
	}
	p.claiming, p.lead = true, nil
	client := &leadClient{}
	fail := func() { p.claiming = false; p.step(protocol.ClaimFailed{Err: errUnanswered}) }
	done := func() { p.claiming, p.lead = false, client; p.step(protocol.Claimed{}) }
	p.request(coordinator, 5*s, func() { client.token = w.log.claim() }, func() {
		if w.off(claimReadsOn) {
			done()
			return
		}
		p.readToEnd(done, fail)
	}, fail)
}

// readToEnd asks for the end of the config topic and reads up to it.
func (p *process) readToEnd(then, unanswered func()) {
	var end int64
	p.request(listOffsets, 5*s, func() { end = p.world.log.stable() }, func() { p.config.until(end, then) }, unanswered)
}

func (p *process) commit(a protocol.Commit) {
	w, client := p.world, p.lead
	fail := func(f protocol.WriteFailed) {
		f.Commit, f.Err = a.ID, errUnanswered
		p.lead = nil
		w.churn.answered(a.ID)
		p.step(f)
	}
	fenced := func() { fail(protocol.WriteFailed{Fenced: true}) }
	unknown := func() { fail(protocol.WriteFailed{Unknown: true}) }
	if client == nil {
		p.after(0, fenced)
		return
	}
	var t *transaction
	if !w.quiet && w.happens(w.shape.unanswered) {
		p.after(w.latency(), func() {
			if p.lead == client {
				w.churn.answered(a.ID)
				p.step(protocol.WriteFailed{Commit: a.ID, Err: errUnanswered})
			}
		})
		return
	}
	p.request(coordinator, 4*s, func() { t = w.log.produce(p.String(), client.token, a.Records) }, func() {
		if t == nil {
			fenced()
			return
		}
		p.finish(a.ID, t, fenced, unknown)
	}, unknown)
}

func (p *process) finish(id int64, t *transaction, fenced, unknown func()) {
	w := p.world
	var done bool
	var end int64
	p.request(coordinator, 4*s, func() { done = w.log.finish(t, committed); end = w.log.end() }, func() {
		if !done {
			fenced()
			return
		}
		p.config.until(end, func() {
			w.churn.answered(id)
			p.step(protocol.Written{Commit: id})
		})
	}, unknown)
}

// knock is answered only if the process is gone while its machine is there.
func (p *process) knock(to plan.Process) {
	w := p.world
	for _, o := range w.workers {
		if o.name != to.Worker || w.split(p.worker.index, o.index) || o.down {
			continue
		}
		for _, q := range o.processes {
			if q.boot == to.Boot {
				return
			}
		}
		p.after(w.between(ms, 4*ms), func() { p.step(protocol.Refused{Process: to}) })
	}
}

func (p *process) fenceFor(a protocol.Fence) {
	done := func() { p.step(protocol.Fenced{Holding: a.Holding}) }
	if p.world.off(fencesBeforeAck) {
		p.after(0, done)
		return
	}
	p.fence(a.Holding.Unit, a.Holding.Since, a.Workers, done)
}

// fence takes the offsets of workers away from them, and calls back when that is done for all.
func (p *process) fence(u generation.Unit, since int64, workers []string, done func()) {
	w, left := p.world, 1
	former := w.judge.before(u, since)
	if w.off(leftKeepsFences) && w.judge.left[former] {
		workers = nil
	}
	one := func() {
		if left--; left == 0 {
			done()
		}
	}
	for _, o := range w.workers {
		if !slices.Contains(workers, o.name) || w.off(deadFencing) ||
			w.off(fencesAccumulate) && former.Worker != o.name {
			continue
		}
		left++
		if o == p.worker {
			p.offsets.fence(one)
			continue
		}
		var ask func()
		ask = func() { p.request(coordinator, 3*s, func() { w.ids.claimOffsets(o.index) }, one, ask) }
		ask()
	}
	p.after(0, one)
}
