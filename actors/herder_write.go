// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// writeConfig is records of the config topic to be written, all or none, and until when they may be. Nothing is written where
// refuse has an error for the state right before the write: two requests for one name may both have been sound when they came. A
// patient one takes no work away from anybody: what it adds may be shared out a bit later.
type writeConfig struct {
	refuse   func(clusterlog.State) error
	records  []clusterlog.Record
	deadline time.Time
	patient  bool
	// pause is how long it may wait to go with others, if they come.
	pause time.Duration
}

// writes are those that wait, in their order, and those that are under way: there is never more than one transaction.
type writes struct {
	queue []queuedWrite
	last  int64
	under batch // its number is last
	// alarmed says that what waits for others is looked at again.
	alarmed bool
}

type queuedWrite struct {
	writeConfig
	then func(actor.Context, error)
	due  time.Time // when it waits for others no longer
}

// batch is writes that go into one transaction: many connectors are created, and planned, at the same time.
type batch struct {
	writes   []queuedWrite
	records  []clusterlog.Record
	bytes    int
	deadline time.Time          // the first of theirs
	hasty    bool               // one of them is not patient
	preview  clusterlog.Preview // the state with the records
}

const (
	// batchBytes bounds a transaction; brokers take messages of a megabyte.
	batchBytes = 256 << 10
	// batchPatience is how much time a write must have left to go with others: one that runs out takes them along.
	batchPatience = 10 * time.Second
)

// tryWrite stores records and goes on, with the state that has them unless there was an error.
func (h *herder) tryWrite(c actor.Context, m writeConfig, then func(actor.Context, error)) {
	h.writes.queue = append(h.writes.queue, queuedWrite{m, then, h.env.runtime.Clock.Now().Add(m.pause)})
	h.nextWrite(c)
}

// pause is how long all that is queued waits for others.
func (w *writes) pause(now time.Time) time.Duration {
	if len(w.queue) == 0 {
		return 0
	}
	first := slices.MinFunc(w.queue, func(a, b queuedWrite) int { return a.due.Compare(b.due) })
	return max(first.due.Sub(now), 0)
}

func (h *herder) pauseWrites(c actor.Context, pause time.Duration) {
	if h.writes.alarmed {
		return
	}
	h.writes.alarmed = true
	after(c, h.ctx, h.env.runtime.Clock, pause, resumption(func(c actor.Context) {
		h.writes.alarmed = false
		h.nextWrite(c)
	}))
}

// nextWrite begins the oldest writes that somebody still waits for.
func (h *herder) nextWrite(c actor.Context) {
	if len(h.writes.under.writes) > 0 || !h.mayWrite() {
		return
	}
	if pause := h.writes.pause(h.env.runtime.Clock.Now()); pause > 0 {
		h.pauseWrites(c, pause)
		return
	}
	next := h.gather(c)
	// Those that were refused may have asked for more.
	if len(next.writes) == 0 || len(h.writes.under.writes) > 0 {
		h.writes.queue = append(next.writes, h.writes.queue...)
		return
	}
	h.writes.last++
	h.writes.under = next
	if h.seat != nil {
		h.seat.mutate(c, h.writes.last, next)
		return
	}
	h.commit(c, h.writes.last, next.records, next.deadline)
}

// gather takes from the queue what goes into one transaction. Each is looked at in the state that those before it lead to.
func (h *herder) gather(c actor.Context) batch {
	next := batch{preview: h.state.Preview()}
	for len(h.writes.queue) > 0 {
		write := h.writes.queue[0]
		if len(next.writes) > 0 && !next.takes(write, h.env.runtime.Clock.Now()) {
			break
		}
		h.writes.queue = h.writes.queue[1:]
		if err := h.refusal(write, next.preview.State()); err != nil {
			write.then(c, err)
			continue
		}
		next.add(write)
	}
	return next
}

// takes says whether a write can go along.
func (b *batch) takes(write queuedWrite, now time.Time) bool {
	patient := func(deadline time.Time) bool { return deadline.Sub(now) >= batchPatience }
	return patient(b.deadline) && patient(write.deadline) && b.bytes+sizeOf(write.records) <= batchBytes
}

func (b *batch) add(write queuedWrite) {
	if len(b.writes) == 0 || write.deadline.Before(b.deadline) {
		b.deadline = write.deadline
	}
	b.writes, b.hasty = append(b.writes, write), b.hasty || !write.patient
	b.records = append(b.records, write.records...)
	b.bytes += sizeOf(write.records)
	b.preview.Add(write.records)
}

func sizeOf(records []clusterlog.Record) int {
	size := 0
	for _, r := range records {
		size += len(r.Key) + len(r.Value)
	}
	return size
}

// mayWrite is false while a leader has something else under way. One that does not lead any more refuses all.
func (h *herder) mayWrite() bool {
	return h.seat == nil || h.seat.node == nil || !h.seat.node.Leads() || h.seat.node.Free()
}

func (h *herder) refusal(write queuedWrite, state clusterlog.State) error {
	switch {
	case h.env.late(write.deadline):
		return errTimedOut()
	case h.seat != nil && !h.seat.leads():
		return errMoved
	case write.refuse == nil:
		return nil
	}
	return write.refuse(state)
}

// commit has records written and read back; the number is that of a write, or one of a leader's own.
func (h *herder) commit(c actor.Context, number int64, records []clusterlog.Record, deadline time.Time) {
	system := c.ActorSystem()
	background(c, h.ctx, func(ctx context.Context) (any, error) {
		// Longer than the asker waits: what was begun in time is done, and its state is worth having.
		ctx, cancel := within(ctx, h.env.runtime.Clock, deadline.Sub(h.env.runtime.Clock.Now())+writeLimit)
		defer cancel()
		return request(ctx, system, h.env.configlog, commitRecords{records, deadline})
	}, func(c actor.Context, read any, err error) {
		if read, ok := read.(configRead); ok {
			h.adopt(read.state)
			if h.seat != nil && err == nil {
				h.seat.readUpTo(c, read.position)
			}
		}
		if h.seat != nil {
			h.seat.committed(c, number, err)
		}
		h.endWrite(c, number, forAsker(err))
	})
}

// endWrite goes on with writes that are over.
func (h *herder) endWrite(c actor.Context, number int64, err error) {
	if under := h.writes.under; len(under.writes) > 0 && h.writes.last == number {
		h.writes.under = batch{}
		for _, write := range under.writes {
			write.then(c, err)
		}
	}
	h.nextWrite(c)
}
