// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"bytes"
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/longshore-io/connect/internal/topiclog"
)

// The messages of statuslog about the records by which workers tell of themselves.
type (
	// putOwn writes such a record. It waits for none of the statuses: there may be many, and others wait for this one to see
	// whether the worker is there.
	putOwn struct{ record topiclog.Record }
	// writeOwnAgain ends the pause after a write that did not work.
	writeOwnAgain struct{}
)

// ownRecords are those that are to be written, in their order; taken of them are on their way.
type ownRecords struct {
	queue   []topiclog.Record
	taken   int
	writing bool
	retries int
}

func (o *ownRecords) pending() bool { return len(o.queue) > 0 }

// add keeps of what is not on its way only the last word on each key.
func (o *ownRecords) add(r topiclog.Record) {
	kept := o.queue[:o.taken:o.taken]
	for _, waiting := range o.queue[o.taken:] {
		if !bytes.Equal(waiting.Key, r.Key) {
			kept = append(kept, waiting)
		}
	}
	o.queue = append(kept, r)
}

func (l *statuslog) putOwn(c actor.Context, m putOwn) {
	l.own.add(m.record)
	l.nextOwn(c)
}

// nextOwn writes what is there as one batch, beside a batch of statuses that may be under way.
func (l *statuslog) nextOwn(c actor.Context) {
	if l.own.writing || l.topic == nil || !l.own.pending() {
		return
	}
	l.own.writing, l.own.taken = true, len(l.own.queue)
	topic, records := l.topic, l.own.queue
	background(c, l.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, l.env.runtime.Clock, writeLimit)
		defer cancel()
		return struct{}{}, topic.PutBatch(ctx, records)
	}, l.wroteOwn)
}

func (l *statuslog) wroteOwn(c actor.Context, _ struct{}, err error) {
	if err == nil {
		l.own.queue = l.own.queue[l.own.taken:]
		l.own.taken, l.own.writing, l.own.retries = 0, false, 0
		l.nextOwn(c)
		l.next(c) // the end may wait for this
		return
	}
	l.own.taken = 0
	l.own.retries++
	if l.own.retries == 1 {
		l.env.log.Warn("what this worker tells of itself could not be written and is written later", "error", err)
	}
	after(c, l.ctx, l.env.runtime.Clock, min(retryDelay(l.own.retries, l.env.runtime.Random()), time.Second), writeOwnAgain{})
}
