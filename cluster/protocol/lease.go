// SPDX-License-Identifier: Apache-2.0

package protocol

import "github.com/longshore-io/connect/cluster/generation"

// lease is until when this worker may work without having heard from Kafka.
type lease struct {
	open  bool
	until Instant
	// opened says that it was open before.
	opened bool
	// closedAt is since when it is not open.
	closedAt Instant
	// validFrom is the instant from which on a question must have been asked for its answer to count.
	validFrom Instant
	// asked is when the last question was asked, if it was.
	asked    Instant
	hasAsked bool
	// answers wait until the topic was read up to them.
	answers []EndAnswered
	// announced says that gossip tells the others, exhausted that what this worker held was told to stop.
	announced, exhausted bool
}

// asksPerLease is how many questions are asked within one lease.
const asksPerLease = 10

func (l *lease) close() { l.open, l.until = false, 0 }

// forgetAnswers makes that only answers to questions of from now on count. The next question is due at once.
func (l *lease) forgetAnswers(now Instant) {
	l.answers, l.validFrom, l.hasAsked = nil, now, false
}

func (n *Node) askEnd() {
	l := &n.lease
	if n.halted || l.hasAsked && n.now < l.asked+n.settings.Lease/asksPerLease {
		return
	}
	l.asked, l.hasAsked = n.now, true
	n.out.add(AskEnd{})
}

func (n *Node) endAnswered(e EndAnswered) {
	if !n.ready || n.halted || e.Asked < n.lease.validFrom {
		return
	}
	n.lease.answers = append(n.lease.answers, e)
	n.confirm()
}

// confirm renews the lease by the answers whose end was reached. It runs from the question, not from the answer: what was
// decided after the question is not known.
func (n *Node) confirm() {
	l := &n.lease
	if !n.ready || n.halted || n.log.unread != nil {
		return
	}
	waiting := l.answers[:0]
	until := l.until
	for _, answer := range l.answers {
		switch {
		case answer.Asked+n.settings.Lease <= n.now:
		case answer.End <= n.log.position:
			until = max(until, answer.Asked+n.settings.Lease)
		default:
			waiting = append(waiting, answer)
		}
	}
	l.answers = waiting
	if until > n.now && until > l.until {
		n.renew(until)
	}
}

func (n *Node) renew(until Instant) {
	n.lease.until = until
	n.out.add(Lease{Until: until})
	if !n.lease.open {
		n.resume()
	}
}

// resume opens the gates again. What was only suspended goes on in its place, what was stopped is started again.
func (n *Node) resume() {
	l := &n.lease
	again := l.opened
	l.open, l.opened, l.exhausted = true, true, false
	n.holder.all = true
	n.dirty()
	if again {
		n.say("work goes on: Kafka has confirmed the generation", "generation", n.state().Number, "after", n.now-l.closedAt)
	}
	if l.announced {
		l.announced = false
		n.out.add(Announce{State: n.standing()})
		n.publish("")
	}
	n.answerMissed()
}

// expireLease closes the gates when the lease is over, and stops what this worker holds when another one has passed.
func (n *Node) expireLease() {
	l := &n.lease
	if l.open && n.now >= l.until {
		n.suspend("Kafka has not confirmed the generation in time")
		n.announceNoKafka()
		n.stepDown("it cannot confirm its generation against Kafka")
	}
	if n.ready && !n.halted && !l.open && !l.exhausted && n.now >= l.closedAt+n.settings.Lease {
		l.exhausted = true
		n.holder.all = true
		n.announceNoKafka()
		n.stepDown("it cannot confirm its generation against Kafka")
	}
}

// suspend closes all gates. Work waits in its place.
func (n *Node) suspend(why string, pairs ...any) {
	n.lease.close()
	n.lease.closedAt = n.now
	n.out.closeGates()
	n.cancelCalls()
	n.warn("work is suspended: "+why, append(pairs, "generation", n.state().Number, "holding", len(n.holder.units))...)
}

func (n *Node) announceNoKafka() {
	if n.lease.announced || n.leave.active {
		return
	}
	n.lease.announced = true
	n.out.add(Announce{State: generation.NoKafka})
}
