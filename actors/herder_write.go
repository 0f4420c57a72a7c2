// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// writeConfig is records of the config topic to be written, all or none, and until when they may be. Nothing is written where
// refuse has an error for the state right before the write: two requests for one name may both have been sound when they came.
type writeConfig struct {
	refuse   func(clusterlog.State) error
	records  []clusterlog.Record
	deadline time.Time
}

// writes are those that wait, in their order, and the one that is under way: there is never more than one.
type writes struct {
	queue []queuedWrite
	last  int64
	under *queuedWrite // nil for none; its number is last
}

type queuedWrite struct {
	writeConfig
	then func(actor.Context, error)
}

// tryWrite stores records and goes on, with the state that has them unless there was an error.
func (h *herder) tryWrite(c actor.Context, m writeConfig, then func(actor.Context, error)) {
	h.writes.queue = append(h.writes.queue, queuedWrite{m, then})
	h.nextWrite(c)
}

// nextWrite begins the oldest write that somebody still waits for.
func (h *herder) nextWrite(c actor.Context) {
	for len(h.writes.queue) > 0 && h.writes.under == nil && h.mayWrite() {
		write := h.writes.queue[0]
		h.writes.queue = h.writes.queue[1:]
		if err := h.refusal(write); err != nil {
			write.then(c, err)
			continue
		}
		h.writes.last++
		h.writes.under = &write
		if h.seat != nil {
			h.seat.mutate(c, h.writes.last, write)
			continue
		}
		h.commit(c, h.writes.last, write.records, write.deadline)
	}
}

// mayWrite is false while a leader has something else under way. One that does not lead any more refuses all.
func (h *herder) mayWrite() bool {
	return h.seat == nil || h.seat.node == nil || !h.seat.node.Leads() || h.seat.node.Free()
}

func (h *herder) refusal(write queuedWrite) error {
	switch {
	case h.env.late(write.deadline):
		return errTimedOut()
	case h.seat != nil && !h.seat.leads():
		return errMoved
	case write.refuse == nil:
		return nil
	}
	return write.refuse(h.state)
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
		h.endWrite(c, number, err)
	})
}

// endWrite goes on with a write that is over.
func (h *herder) endWrite(c actor.Context, number int64, err error) {
	if write := h.writes.under; write != nil && h.writes.last == number {
		h.writes.under = nil
		write.then(c, err)
	}
	h.nextWrite(c)
}
