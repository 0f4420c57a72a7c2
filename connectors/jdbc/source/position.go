// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"

	"github.com/longshore-io/connect"
)

// turn hands the records of one result over, each with the offset at which reading goes on when it is the last that was delivered.
type turn struct {
	target *target
	queue  *queue
	ctx    context.Context //nolint:containedctx // a turn lives as long as one call
	// marks are offsets that are not used yet: they are made many at once.
	marks []mark

	// held is a row that waits for the next: by times alone, only a later row tells that all rows of its time were read.
	held     *connect.Struct
	heldAt   mark
	heldSize int
}

// errStopped ends a result that nobody wants any more.
var errStopped = context.Canceled

// take is a sink of rows.
func (t *turn) take(value *connect.Struct, at mark, size int) error {
	if !t.target.keeps || !t.target.byTime() || t.target.byID() {
		return t.hand(value, at, size)
	}
	if err := t.release(at); err != nil {
		return err
	}
	t.held, t.heldAt, t.heldSize = value, at, size
	return nil
}

// release hands the held row over, next being that of the row after it. The offset stays where it was while more rows of the same time may come: after a
// restart those are read again.
func (t *turn) release(next mark) error {
	if t.held == nil {
		return nil
	}
	at := t.target.at
	if !t.heldAt.hasAt || !next.hasAt || t.heldAt.at.Before(next.at) {
		at = t.heldAt
	}
	value := t.held
	t.held = nil
	return t.hand(value, at, t.heldSize)
}

// end is called at the end of the result: there is no further row of the last time.
func (t *turn) end() error { return t.release(mark{}) }

// hand puts a record into the queue; from then on reading goes on after it.
func (t *turn) hand(value *connect.Struct, at mark, size int) error {
	record := connect.SourceRecord{
		Record:          connect.Record{Topic: t.target.topic, ValueSchema: value.Schema(), Value: value},
		SourcePartition: t.target.partition,
	}
	if t.target.keeps {
		if !at.hasAt && !at.hasID {
			at = t.target.at
		}
		record.SourceOffset = t.offset(at)
	}
	if !t.queue.put(t.ctx, &record, size) {
		return errStopped
	}
	if t.target.keeps {
		t.target.at = at
	}
	return nil
}

// marksAtOnce is how many offsets are made at a time.
const marksAtOnce = 128

func (t *turn) offset(at mark) *mark {
	if len(t.marks) == 0 {
		t.marks = make([]mark, marksAtOnce)
	}
	m := &t.marks[0]
	t.marks = t.marks[1:]
	*m = at
	return m
}
