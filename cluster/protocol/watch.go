// SPDX-License-Identifier: Apache-2.0

package protocol

// watch notices that the process stood still: then nothing that it believes of others is of now.
type watch struct {
	started bool
	// last is the last Tick, or when the last stall was noticed.
	last Instant
}

// lateTicks is how many times the distance of two Ticks makes the next one late.
const lateTicks = 3

// noticeStall looks at the gap at every event, since the first one after a stall need not be a Tick.
func (n *Node) noticeStall(tick bool) {
	started, gap := n.watch.started, n.now-n.watch.last
	stalled := started && gap > n.settings.Stall
	if tick || stalled || !started {
		n.watch.started, n.watch.last = true, n.now
	}
	switch {
	case stalled:
		n.becomeStalled(gap)
	case tick && started && gap > lateTicks*n.settings.Tick:
		n.prolongCalls(gap - n.settings.Tick)
	}
}

// becomeStalled closes the gates until Kafka has confirmed, in answer to a question asked from now on, that nothing has changed
// meanwhile.
func (n *Node) becomeStalled(gap Instant) {
	n.prolongCalls(gap)
	n.lease.forgetAnswers(n.now)
	if n.lease.open {
		n.suspend("the process stood still", "for", gap)
	}
}
