// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// transactor is what a pump needs of its Kafka client for transactions, beside producer.
type transactor interface {
	BeginTransaction() error
	AbortBufferedRecords(ctx context.Context) error
	EndTransaction(ctx context.Context, commit kgo.TransactionEndTry) error
	topiclog.Leaders
}

// transactionalStore is an offsetStore whose records go into a transaction of whoever writes them.
type transactionalStore interface {
	WriteIn(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset, put offsets.Put) error
}

// transaction makes a pump deliver exactly once: what it produces goes into transactions, each with the source offsets of its records.
// The pump's ledger knows those, as it does without. After an error it is over: its client is thrown away with the life of the task, and
// the next life takes the transactional id, which decides what was open, and goes on from the offsets that are stored then. Its methods
// are called on the pump's goroutine, except lost and landed.
type transaction struct {
	id     connect.TaskID
	client transactor
	store  transactionalStore
	// topic is where the offsets go, on the Kafka that the records go to.
	topic      string
	boundaries *boundaries
	// timeout is transaction.timeout.ms of the client.
	timeout time.Duration
	clock   clock.Clock
	log     *slog.Logger
	pump    *sourcePump

	open     atomic.Bool
	midBatch bool // a batch is not wholly sent

	began    atomic.Int64 // when it was opened, in nanoseconds since 1970
	opened   atomic.Int64 // how often the lease had been opened by then
	aborting atomic.Bool  // the task has asked for that: offsets of records that were not sent count
	broken   atomic.Pointer[error]
	mu       sync.Mutex
	seen     map[landing]bool // where records have landed, of any transaction
	fresh    topiclog.Ends    // those where the first has since the last commit
	last     landing
}

// landing is a partition that a record has landed in.
type landing struct {
	topic     string
	partition int32
}

// dispatch sends a batch, and ends transactions in it and after it where they are to end. A batch that was begun is sent to its end
// when the life of the task ends meanwhile, if that does not take long: what was read of a source at once stays together. After an error
// nothing more is committed, whatever the life ends with: offsets that the ledger has handed out may be in no transaction.
func (t *transaction) dispatch(ctx context.Context, records []connect.SourceRecord) error {
	err := t.sendAndEnd(ctx, records)
	if err != nil {
		t.breaks(err)
	}
	return err
}

func (t *transaction) sendAndEnd(ctx context.Context, records []connect.SourceRecord) error {
	cuts, err := t.boundaries.within(records)
	if err != nil {
		return err
	}
	t.midBatch = len(records) > 0
	sent := 0
	for _, cut := range cuts {
		if err := t.pump.send(ctx, records[sent:cut.after]); err != nil {
			return err
		}
		sent = cut.after
		if err := t.end(ctx, cut.how); err != nil {
			return err
		}
	}
	if err := t.pump.send(ctx, records[sent:]); err != nil {
		return err
	}
	t.midBatch = false
	how, err := t.boundaries.afterBatch(t.clock.Now())
	if err != nil {
		return err
	}
	return t.end(ctx, how)
}

// finally ends the transaction before a pause, and at the end of a life without a failure, so that none is left open. What was sent of
// a batch that is not wholly sent is read again.
func (t *transaction) finally(ctx context.Context) error {
	if t.midBatch {
		return nil
	}
	how, err := t.boundaries.finally()
	if err != nil {
		return err
	}
	return t.end(ctx, how)
}

// drop gives up what is open, so that readers do not wait for it until it expires. A client that somebody else has fenced is left alone,
// and so is one whose commit may have worked.
func (t *transaction) drop(failure error) {
	if !t.open.Load() || untouchable(failure) || untouchable(t.check()) || !t.pump.gate.mayCommit() {
		return
	}
	if err := t.roll(); err != nil {
		t.log.Debug("the open transaction could not be aborted; that is left to the next owner of its id", "error", err)
	}
}

// admit refuses records for the offsets topic, and begins a transaction for the others where none is open.
func (t *transaction) admit(flights []flight) error {
	for i := range flights {
		if flights[i].record.Topic == t.topic {
			return errors.New("Source tasks may not produce to their own offsets topics when exactly-once support is enabled") //nolint:staticcheck // Kafka's text
		}
	}
	return t.begin()
}

func (t *transaction) begin() error {
	if t.open.Load() {
		return nil
	}
	if err := t.client.BeginTransaction(); err != nil {
		return t.failure("begin a transaction", err)
	}
	t.open.Store(true)
	t.began.Store(t.clock.Now().UnixNano())
	t.opened.Store(t.pump.gate.lease.times())
	return nil
}

// afterPause is asked when a pause is over. One that the task wants to end itself is open through it, and then there is no way back to
// where it began but another life.
func (t *transaction) afterPause() error {
	if t.open.Load() && t.age() >= t.timeout {
		return &unsettledError{errors.New("the transaction that the task had open when it was paused has expired; its records are read again")}
	}
	return nil
}

// pass waits for the lease. A pause does not hold up what was begun: a transaction may not stay open for that long.
func (t *transaction) pass(ctx context.Context) error {
	if err := t.check(); err != nil {
		return err
	}
	return t.pump.gate.await(ctx, gateStopping)
}

// check returns why the transaction cannot be committed.
func (t *transaction) check() error {
	if broken := t.broken.Load(); broken != nil {
		return *broken
	}
	return nil
}

func (t *transaction) end(ctx context.Context, how ending) error {
	switch how {
	case abortIt:
		if err := t.abort(); err != nil {
			return err
		}
		return t.commit(ctx)
	case commitIt:
		return t.commit(ctx)
	}
	return nil
}

// abort takes back the records of the transaction, as the task asks for. Their offsets are still to be stored.
func (t *transaction) abort() error {
	if !t.open.Load() {
		t.log.Warn("the task wants a transaction aborted that is empty; that does nothing")
		return nil
	}
	if err := t.check(); err != nil {
		return err
	}
	t.log.Info("a transaction is aborted, as the task wants it")
	t.aborting.Store(true)
	defer t.aborting.Store(false)
	if err := t.roll(); err != nil {
		return t.failure("abort a transaction", err)
	}
	t.pump.commits.withdraw()
	return nil
}

// roll aborts at the brokers. The context is nobody's: to cut the end of a transaction short leaves its outcome unknown. Closing the
// client ends it.
func (t *transaction) roll() error {
	t.open.Store(false)
	if err := t.client.AbortBufferedRecords(context.Background()); err != nil {
		return err
	}
	// An abort that finds no partition is none, and then the records are committed with the next transaction.
	ctx, cancel := within(context.Background(), t.clock, writeLimit)
	defer cancel()
	if err := topiclog.AwaitPartitions(ctx, t.client, t.takeFresh()); err != nil {
		return err
	}
	return t.client.EndTransaction(context.Background(), kgo.TryAbort)
}

// commit stores offsets with the records of the transaction, or without, and tells the task. Nothing is written where there is nothing.
func (t *transaction) commit(ctx context.Context) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	positions := t.pump.ledger.Committable()
	if t.open.Load() || len(positions) > 0 {
		err := t.store.WriteIn(offsets.While(ctx, t.pump.gate.mayCommit), t.id.Connector, positions, t.complete)
		t.pump.meter.committed(err)
		if err != nil {
			return err
		}
	}
	t.tell(ctx)
	return nil
}

// flush returns when all records of the transaction are acknowledged.
func (t *transaction) flush(ctx context.Context) error {
	if !t.open.Load() {
		return t.check()
	}
	err := t.pump.producer.Flush(ctx)
	if broken := t.check(); broken != nil {
		return broken
	}
	if err != nil {
		return fmt.Errorf("wait for the records of a transaction: %w", err)
	}
	return nil
}

// complete puts the offsets into the transaction and commits it, if the task is still known to be this worker's: see offsets.Put.
func (t *transaction) complete(ctx context.Context, records []topiclog.Record) error {
	if err := t.begin(); err != nil {
		return err
	}
	if err := t.writeOffsets(ctx, records); err != nil {
		return err
	}
	if err := topiclog.AwaitPartitions(ctx, t.client, t.takeFresh()); err != nil {
		return err
	}
	if err := t.pass(ctx); err != nil {
		return err
	}
	// Nobody's context, as in roll.
	if err := t.client.EndTransaction(context.Background(), kgo.TryCommit); err != nil {
		return t.commitFailure(err)
	}
	t.open.Store(false)
	return nil
}

func (t *transaction) writeOffsets(ctx context.Context, records []topiclog.Record) error {
	for _, r := range records {
		record := &kgo.Record{Topic: t.topic, Key: r.Key, Value: r.Value, Partition: r.Partition}
		t.pump.producer.Produce(ctx, record, func(record *kgo.Record, err error) {
			if err != nil {
				t.breaks(t.produceFailure(record.Topic, err))
				return
			}
			t.landed(record)
		})
	}
	return t.flush(ctx)
}

// landed notes where a record is: see topiclog.AwaitPartitions.
func (t *transaction) landed(record *kgo.Record) {
	at := landing{record.Topic, record.Partition}
	t.mu.Lock()
	defer t.mu.Unlock()
	if at == t.last {
		return
	}
	t.last = at
	if t.seen[at] {
		return
	}
	if t.seen == nil {
		t.seen = map[landing]bool{}
	}
	t.seen[at] = true
	if t.fresh == nil {
		t.fresh = topiclog.Ends{}
	}
	if t.fresh[at.topic] == nil {
		t.fresh[at.topic] = map[int32]int64{}
	}
	t.fresh[at.topic][at.partition] = record.Offset + 1
}

func (t *transaction) takeFresh() topiclog.Ends {
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh := t.fresh
	t.fresh = nil
	return fresh
}

// lost is told of a record that Kafka has not taken, and that the transaction fails with, unless the task has it aborted: then the
// record's source offset counts nevertheless. It returns what the task fails with, nil where its life is over already.
func (t *transaction) lost(f *flight, err error) error {
	switch {
	case errors.Is(err, kgo.ErrAborting) && t.aborting.Load():
		f.ticket.Ack()
		t.pump.commits.acked(f)
		return nil
	case givenUp(err):
		t.breaks(err)
		return nil
	}
	failure := t.produceFailure(f.record.Topic, err)
	t.breaks(failure)
	return failure
}

func (t *transaction) breaks(err error) { t.broken.CompareAndSwap(nil, &err) }

// tell lets the task know what is stored.
func (t *transaction) tell(ctx context.Context) {
	t.pump.commits.release(ctx)
	if task, ok := t.pump.task.(connect.Committer); ok {
		if err := connect.Guard(func() error { return task.Commit(ctx) }); err != nil {
			t.log.Warn("the task's Commit did not work", "error", err)
		}
	}
}

// limitPoll interrupts a poll when the transaction that is open has to end. The function that it returns takes that back.
func (t *transaction) limitPoll(interrupt func()) func() {
	left, limited := t.boundaries.left(t.clock.Now())
	if !limited || !t.open.Load() {
		return func() {}
	}
	stop := t.clock.AfterFunc(left, interrupt)
	return func() { stop() }
}
