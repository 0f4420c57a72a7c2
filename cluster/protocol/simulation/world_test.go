// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/longshore-io/connect/cluster/protocol"
)

const (
	ms = time.Millisecond
	s  = time.Second
)

// world is one history: its workers, what they talk to, its clock and its chance.
type world struct {
	shape  shape
	chance *rand.Rand
	now    protocol.Instant
	queue  queue

	workers []*worker
	log     *configLog
	status  *statusLog
	ids     *ids
	churn   *churn
	judge   *judge
	// parts are groups of workers, as bits, that cannot reach the others.
	parts []uint64

	// manned is when a worker was started since all others had left.
	manned protocol.Instant
	// ambush has who is given a unit with somebody to fence leave at once, before it has read that.
	ambush bool
	// quiet is the last part of a history, in which nothing goes wrong any more.
	quiet bool
	// wrong is what is wrong; the history ends with it.
	wrong error
	// digest stands for all that has happened, steps counts it, and told has it in words, the last of it, if it is wanted.
	digest uint64
	steps  int
	told   *transcript
}

func newWorld(shape shape, told *transcript) *world {
	w := &world{shape: shape, chance: rand.New(rand.NewPCG(shape.seed, 0x10c5)), told: told}
	w.log = &configLog{world: w}
	w.status = &statusLog{world: w}
	w.ids = newIDs(w)
	w.churn = &churn{world: w}
	w.judge = newJudge(w)
	for i := range shape.workers {
		w.workers = append(w.workers, &worker{world: w, index: i, name: fmt.Sprintf("w%d:8083", i)})
	}
	return w
}

// after has something happen later.
func (w *world) after(d time.Duration, happen func()) { w.queue.put(w.now+d, happen) }

// run lets the history go on until an instant.
func (w *world) run(until protocol.Instant) {
	for w.wrong == nil && len(w.queue.heap) > 0 && w.queue.heap[0].at <= until {
		next := w.queue.take()
		w.now = next.at
		next.happen()
	}
	if w.wrong == nil {
		w.now = max(w.now, until)
	}
}

// fail ends the history.
func (w *world) fail(format string, args ...any) {
	if w.wrong == nil {
		w.wrong = fmt.Errorf("at %v: "+format, append([]any{w.now}, args...)...)
		w.tell("WRONG: %v", w.wrong)
	}
}

// mix makes numbers part of the digest.
func (w *world) mix(numbers ...uint64) {
	for _, n := range numbers {
		w.digest = (w.digest ^ n) * 0x100000001b3
	}
}

// tell adds a line to the transcript, if there is one.
func (w *world) tell(format string, args ...any) {
	if w.told != nil {
		w.told.add(fmt.Sprintf("%11.6f ", w.now.Seconds()) + fmt.Sprintf(format, args...))
	}
}

func (w *world) between(a, b time.Duration) time.Duration {
	if b <= a {
		return a
	}
	return a + time.Duration(w.chance.Int64N(int64(b-a)))
}

// happens is true with a probability.
func (w *world) happens(p float64) bool { return w.chance.Float64() < p }

// latency is how long something takes on its way to a broker or back.
func (w *world) latency() time.Duration {
	d := w.between(ms/2, 4*ms)
	if w.quiet || !w.happens(w.shape.slow) {
		return d
	}
	if w.happens(w.shape.far) {
		return w.between(500*ms, 7*s)
	}
	return w.between(10*ms, 400*ms)
}

// way is how long a request takes to its broker. Data may have to wait where it is buffered.
func (w *world) way(a api) time.Duration {
	if a == produceData && !w.quiet && w.happens(w.shape.lag) {
		return w.between(100*ms, 7*s)
	}
	return w.latency()
}

// transcript is the last that has happened, in words.
type transcript struct {
	lines []string
	most  int
	count int
}

func (t *transcript) add(line string) {
	t.count++
	t.lines = append(t.lines, line)
	if t.most > 0 && len(t.lines) >= 2*t.most {
		t.lines = append(t.lines[:0], t.lines[len(t.lines)-t.most:]...)
	}
}

// last returns the last lines.
func (t *transcript) last(n int) []string { return t.lines[max(0, len(t.lines)-n):] }
