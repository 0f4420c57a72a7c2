// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/offsets"
)

// producer is what a source pump needs of its Kafka client.
type producer interface {
	Produce(ctx context.Context, record *kgo.Record, promise func(*kgo.Record, error))
	Flush(ctx context.Context) error
}

// sourcePump moves the records of one life of a source task: poll, convert, submit to the ledger, produce. All of it
// happens on one goroutine; acknowledgements come on the client's.
type sourcePump struct {
	task     connect.SourceTask
	stage    *stage.Source
	producer producer
	ledger   *offsets.Ledger
	budget   *budget.Task
	gate     *gate
	commits  *recordCommits // nil for a task that does not want to know
	meter    *meter
	topics   *topicUse
	letters  *deadLetters
	refusals *refusals // nil for a task that fails where Kafka refuses a record
	creation *topicCreation
	sender   *kafkaconfig.Sender // the producer, where it wants to hear of what has landed
	fail     context.CancelCauseFunc
	exactly  *transaction // nil for at-least-once delivery
	clock    clock.Clock
	random   func() float64
	log      *slog.Logger

	// linger is how much longer than the task's life records that were sent may be under way: what is acknowledged by then counts.
	linger time.Duration

	retries   int
	endPoll   atomic.Pointer[context.CancelCauseFunc]
	slabs     slabs
	message   stage.Message
	positions []offsets.Position
	tickets   []offsets.Ticket
}

// errInterrupted ends a wait of the pump so that it looks at its gate; it never leaves the pump.
var errInterrupted = errors.New("interrupted to look at the gate")

// run pumps until ctx ends; its error is what ended the life of the task, the cause of ctx included.
func (p *sourcePump) run(ctx context.Context) error {
	late := lingering(ctx, p.clock, p.linger)
	p.slabs.pump, p.slabs.life = p, late
	work := ctx
	if p.exactly != nil {
		p.exactly.boundaries.begin(p.clock.Now())
		work = late
	}
	for {
		if err := p.enterPoll(ctx, work); err != nil {
			return err
		}
		records, err := p.poll(ctx)
		if ctx.Err() != nil {
			p.leaveOut(records)
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		if err := p.dispatch(work, records); err != nil {
			return orCause(ctx, err)
		}
	}
}

// orCause is what has ended the life, rather than what that has led to.
func orCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// enterPoll waits at the gate. No transaction is left open behind one that is paused.
func (p *sourcePump) enterPoll(ctx, work context.Context) error {
	if p.exactly == nil || p.gate.at() != gatePaused {
		return p.gate.pass(ctx)
	}
	if err := p.exactly.finally(work); err != nil {
		return orCause(ctx, err)
	}
	defer func() { p.exactly.boundaries.begin(p.clock.Now()) }()
	if err := p.gate.pass(ctx); err != nil {
		return err
	}
	return p.exactly.afterPause()
}

// leaveOut is for what was polled when the life was over: the next one reads it again.
func (p *sourcePump) leaveOut(records []connect.SourceRecord) {
	if p.exactly != nil && len(records) > 0 {
		p.exactly.boundaries.forget()
	}
}

func (p *sourcePump) dispatch(ctx context.Context, records []connect.SourceRecord) error {
	if p.exactly == nil {
		return p.send(ctx, records)
	}
	return p.exactly.dispatch(ctx, records)
}

// poll asks the task for records. interrupt ends it, so that a task that waits for its source notices a pause.
func (p *sourcePump) poll(ctx context.Context) ([]connect.SourceRecord, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	p.endPoll.Store(&end)
	if p.gate.now() != gateOpen {
		return nil, nil
	}
	if p.exactly != nil {
		defer p.exactly.limitPoll(p.interrupt)()
	}
	var records []connect.SourceRecord
	err := connect.Guard(func() (err error) {
		records, err = p.task.Poll(ctx)
		return err
	})
	switch {
	case err == nil:
		p.retries = 0
	case errors.Is(context.Cause(ctx), errInterrupted):
		return nil, nil
	case connect.Classify(err) == connect.Transient:
		p.retries++
		p.log.Warn("the task could not poll and is asked again", "attempt", p.retries, "error", err)
		_ = p.clock.Sleep(ctx, retryDelay(p.retries, p.random()))
		return nil, nil
	}
	return records, err
}

// interrupt ends the poll that is under way. The gate is turned before, so that no other poll begins.
func (p *sourcePump) interrupt() {
	if end := p.endPoll.Load(); end != nil {
		(*end)(errInterrupted)
	}
}

// send converts and produces a batch. Every record is in the ledger before the first is produced: an acknowledgement may
// come before Produce returns. Those before one that cannot be converted are produced, as by Kafka Connect; a transaction comes to
// nothing anyway.
func (p *sourcePump) send(ctx context.Context, records []connect.SourceRecord) error {
	if len(records) == 0 {
		return nil
	}
	batch := p.slabs.take(len(records))
	kept, err := p.convert(ctx, records, batch)
	if kept == 0 || err != nil && p.exactly != nil {
		p.slabs.discard(batch, len(p.positions))
	} else if failed := p.produce(ctx, batch, kept); err == nil {
		err = failed
	}
	if err == nil {
		p.meter.polled(len(records))
	}
	return err
}

// convert fills the flights of a batch and returns how many there are, also where a record ends the task.
func (p *sourcePump) convert(ctx context.Context, records []connect.SourceRecord, batch *slab) (int, error) {
	p.positions = p.positions[:0]
	var failure error
	for i := range records {
		r := &records[i]
		kept, err := p.stage.Convert(ctx, r, &p.message)
		if err != nil {
			failure = err
			break
		}
		if !kept {
			p.commits.dropped(r)
			p.inherit(r)
			continue
		}
		flight := &batch.flights[len(p.positions)]
		flight.fill(&p.message)
		if p.commits != nil || p.refusals != nil {
			batch.keep(len(p.positions), r)
		}
		p.positions = append(p.positions, offsets.Position{Partition: r.SourcePartition, Offset: r.SourceOffset})
	}
	// Nothing of the batch is produced, and no offset behind it stored, while a record of it is on its way to the dead letter queue.
	if err := p.letters.Settle(ctx); err != nil {
		return 0, errors.Join(failure, err)
	}
	return len(p.positions), failure
}

// inherit leaves the offset of a record that is dropped to the one before it, where that has none of its own: of several records of one change
// the last says that all of them are done.
func (p *sourcePump) inherit(dropped *connect.SourceRecord) {
	if last := len(p.positions) - 1; last >= 0 && p.positions[last].Offset == nil && p.positions[last].Partition == dropped.SourcePartition {
		p.positions[last].Offset = dropped.SourceOffset
	}
}

// recordsPerLook is how many records are handed to the client before the lease is looked at again: to read the clock takes about
// as long as one of them.
const recordsPerLook = 64

func (p *sourcePump) produce(ctx context.Context, batch *slab, kept int) error {
	if err := p.pass(ctx); err != nil {
		return err
	}
	if err := p.creation.ensure(ctx, batch.flights[:kept]); err != nil {
		return err
	}
	if p.exactly != nil {
		if err := p.exactly.admit(batch.flights[:kept]); err != nil {
			return err
		}
	}
	p.tickets = grow(p.tickets, kept)
	if err := p.ledger.SubmitBatch(p.positions, p.tickets); err != nil {
		return err
	}
	batch.kept = int32(kept)
	batch.lost.Store(0)
	batch.pending.Store(int32(kept))
	paid := 0 // up to which flight there is room in the budget
	for i := range kept {
		look := i == paid
		if look {
			var err error
			if paid, err = p.makeRoom(ctx, batch, i, kept); err != nil {
				return err
			}
		}
		// The budget or the client may have let this wait for room.
		if look || p.gate.at() != gateOpen {
			if err := p.pass(ctx); err != nil {
				p.giveBack(batch.flights[i:paid])
				return err
			}
		}
		flight := &batch.flights[i]
		flight.ticket = p.tickets[i]
		// In the context of the records, which outlives that of the task a little: what was sent need not be read again.
		p.producer.Produce(p.slabs.life, &flight.record, acknowledged)
	}
	return nil
}

// pass waits until records may be sent.
func (p *sourcePump) pass(ctx context.Context) error {
	if p.exactly != nil {
		return p.exactly.pass(ctx)
	}
	return p.gate.pass(ctx)
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// acknowledged is the promise of every record: one function for all, since the record leads to its flight by its context.
func acknowledged(record *kgo.Record, err error) {
	f := record.Context.(*flight)
	batch := f.slab
	p := batch.pump
	switch {
	case err == nil:
		p.topics.note(record.Topic) // only now: a topic that takes nothing is not used
		if p.exactly != nil {
			p.exactly.landed(record)
		}
		f.ticket.Ack()
		p.commits.acked(f)
	case p.exactly != nil:
		batch.lost.Add(1)
		if failure := p.exactly.lost(f, err); failure != nil {
			p.fail(failure)
		}
	case givenUp(err):
		// The life of the task is over already; the record stays unacknowledged and is read again.
		batch.lost.Add(1)
	default:
		if p.refusals.take(f, err) {
			p.sender.Landed(err)
			return // it lands here when the refusal is settled
		}
		batch.lost.Add(1)
		p.fail(produceError(record.Topic, err))
	}
	p.landed(f)
	p.sender.Landed(err) // last: who flushes then finds all that belongs to it done
}

// landed is for a record that is not under way any more.
func (p *sourcePump) landed(f *flight) {
	p.budget.Release(f.bytes)
	f.rest()
	batch := f.slab
	if batch.pending.Add(-1) == 0 {
		p.meter.acknowledged(int(batch.kept - batch.lost.Load())) // once for all, as records are many
		p.slabs.put(batch)
	}
}

func produceError(topic string, err error) error {
	return fmt.Errorf("Unrecoverable exception from producer send callback: %w", &connect.StageError{Stage: connect.StageProduce, Plugin: "producer", //nolint:staticcheck // Kafka's text
		Err: fmt.Errorf("write a record to topic %s: %w%s", topic, err, produceRemedy(err))})
}
