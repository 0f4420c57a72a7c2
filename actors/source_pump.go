// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/clock"
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
	gate     *gate
	commits  *recordCommits // nil for a task that does not want to know
	meter    *meter
	topics   *topicUse
	fail     context.CancelCauseFunc
	clock    clock.Clock
	random   func() float64
	log      *slog.Logger

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
	p.slabs.pump, p.slabs.life = p, ctx
	for {
		if err := p.gate.pass(ctx); err != nil {
			return err
		}
		records, err := p.poll(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		if err := p.send(ctx, records); err != nil {
			return err
		}
	}
}

// poll asks the task for records. interrupt ends it, so that a task that waits for its source notices a pause.
func (p *sourcePump) poll(ctx context.Context) ([]connect.SourceRecord, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	p.endPoll.Store(&end)
	if p.gate.now() != gateOpen {
		return nil, nil
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
// come before Produce returns.
func (p *sourcePump) send(ctx context.Context, records []connect.SourceRecord) error {
	if len(records) == 0 {
		return nil
	}
	batch := p.slabs.take(len(records))
	kept, err := p.convert(ctx, records, batch)
	if err != nil {
		p.slabs.put(batch)
		return err
	}
	p.meter.polled(len(records))
	if kept == 0 {
		p.slabs.put(batch)
		return nil
	}
	return p.produce(ctx, batch, kept)
}

func (p *sourcePump) convert(ctx context.Context, records []connect.SourceRecord, batch *slab) (int, error) {
	p.positions = p.positions[:0]
	for i := range records {
		r := &records[i]
		kept, err := p.stage.Convert(ctx, r, &p.message)
		if err != nil {
			return 0, err
		}
		if !kept {
			p.commits.dropped(r)
			continue
		}
		flight := &batch.flights[len(p.positions)]
		flight.fill(&p.message)
		if p.commits != nil {
			flight.source = *r
		}
		p.positions = append(p.positions, offsets.Position{Partition: r.SourcePartition, Offset: r.SourceOffset})
	}
	return len(p.positions), nil
}

// recordsPerLook is how many records are handed to the client before the lease is looked at again: to read the clock takes about
// as long as one of them.
const recordsPerLook = 64

func (p *sourcePump) produce(ctx context.Context, batch *slab, kept int) error {
	if err := p.gate.pass(ctx); err != nil {
		return err
	}
	p.tickets = grow(p.tickets, kept)
	if err := p.ledger.SubmitBatch(p.positions, p.tickets); err != nil {
		return err
	}
	batch.kept = int32(kept)
	batch.lost.Store(0)
	batch.pending.Store(int32(kept))
	for i := range kept {
		// The client may have let this wait for room.
		if p.gate.at() != gateOpen || i%recordsPerLook == 0 {
			if err := p.gate.pass(ctx); err != nil {
				return err
			}
		}
		flight := &batch.flights[i]
		flight.ticket = p.tickets[i]
		p.producer.Produce(ctx, &flight.record, acknowledged)
	}
	return nil
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
	p, batch := f.pump, f.slab
	switch {
	case err == nil:
		p.topics.note(record.Topic) // only now: a topic that takes nothing is not used
		f.ticket.Ack()
		p.commits.acked(f)
	case errors.Is(err, context.Canceled), errors.Is(err, kgo.ErrClientClosed), errors.Is(err, kgo.ErrAborting):
		// The life of the task is over already; the record stays unacknowledged and is read again.
		batch.lost.Add(1)
	default:
		batch.lost.Add(1)
		p.fail(produceError(record.Topic, err))
	}
	if batch.pending.Add(-1) == 0 {
		p.meter.acknowledged(int(batch.kept - batch.lost.Load())) // once for all, as records are many
		p.slabs.put(batch)
	}
}

func produceError(topic string, err error) error {
	return &connect.StageError{Stage: connect.StageProduce, Plugin: "producer",
		Err: fmt.Errorf("write a record to topic %s: %w%s", topic, err, produceRemedy(err))}
}
