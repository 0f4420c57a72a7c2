// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"

	"github.com/longshore-io/connect"
)

// delivery hands the records of one result over, each with the offset at which reading goes on when it is the last that was delivered.
type delivery struct {
	target *target
	queue  *queue
	ctx    context.Context //nolint:containedctx // it lives as long as one call
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
func (d *delivery) take(value *connect.Struct, at mark, size int) error {
	if !d.target.keeps || !d.target.byTime() || d.target.byID() {
		return d.hand(value, at, size)
	}
	if err := d.release(at); err != nil {
		return err
	}
	d.held, d.heldAt, d.heldSize = value, at, size
	return nil
}

// release hands the held row over, next being that of the row after it. The offset stays where it was while more rows of the same time may come: after a
// restart those are read again.
func (d *delivery) release(next mark) error {
	if d.held == nil {
		return nil
	}
	at := d.target.at
	if !d.heldAt.hasAt || !next.hasAt || d.heldAt.at.Before(next.at) {
		at = d.heldAt
	}
	value := d.held
	d.held = nil
	return d.hand(value, at, d.heldSize)
}

// end is called at the end of the result: there is no further row of the last time.
func (d *delivery) end() error { return d.release(mark{}) }

// hand puts a record into the queue; from then on reading goes on after it.
func (d *delivery) hand(value *connect.Struct, at mark, size int) error {
	record := connect.SourceRecord{
		Record:          connect.Record{Topic: d.target.topic, ValueSchema: value.Schema(), Value: value},
		SourcePartition: d.target.partition,
	}
	if d.target.keeps {
		if !at.hasAt && !at.hasID {
			at = d.target.at
		}
		record.SourceOffset = d.offset(at)
	}
	if !d.queue.put(d.ctx, &record, size) {
		return errStopped
	}
	if d.target.keeps {
		d.target.at = at
	}
	return nil
}

// marksAtOnce is how many offsets are made at a time.
const marksAtOnce = 128

func (d *delivery) offset(at mark) *mark {
	if len(d.marks) == 0 {
		d.marks = make([]mark, marksAtOnce)
	}
	m := &d.marks[0]
	d.marks = d.marks[1:]
	*m = at
	return m
}
