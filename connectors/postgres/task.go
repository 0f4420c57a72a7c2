// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// task is the one task of a connector.
type task struct {
	log       *slog.Logger
	settings  *settings.Settings
	database  *replication.Database
	builder   *event.Builder
	partition *connect.Partition
	offsets   connect.OffsetReader
	// boundaries is nil unless transactions of Kafka are to end where those of the database do.
	boundaries connect.TransactionContext

	outbox  *outbox
	batches batches
	limits  limits
	// last is what the last Poll returned, held is what the next one returns.
	last, held *batch
	// failures counts the runs that have ended since records were returned.
	failures atomic.Int64

	confirmer confirmer
	// slotted says that a run has or had a slot.
	slotted atomic.Bool

	// current is where the run that has ended was, with what it had offered to Poll; nil before the first event. Only the run's goroutine uses it.
	current *position.Offset
	// counts is the transaction that current is in, for transaction metadata.
	counts event.Transaction
	// commands are signals of the file that are not carried out yet: there they are no more.
	commands []snapshot.Signal

	stop context.CancelFunc
	done chan struct{}
}

var (
	_ connect.SourceTask = (*task)(nil)
	_ connect.Committer  = (*task)(nil)
)

// Start reads the configuration and has the run begin. It waits for nothing: what cannot be opened is told by Poll.
func (t *task) Start(_ context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	t.log, t.offsets, t.boundaries = tc.Logger(), tc.Offsets(), tc.Transactions()
	s, err := settings.Parse(props)
	if err != nil {
		return fmt.Errorf("Error configuring an instance of PostgresConnectorTask; check the logs for details: %w", err)
	}
	for _, warning := range s.Warnings {
		t.log.Warn("a key of the configuration has no effect", "why", warning)
	}
	t.settings = s
	t.partition = connect.MustPartition(map[string]any{"server": s.TopicPrefix})
	if t.builder, err = builderOf(s, t.partition, t.log); err != nil {
		return err
	}
	if t.database, err = replication.NewDatabase(s.Database); err != nil {
		return err
	}
	t.limits = limits{records: s.Flow.MaxBatch, bytes: largestBatch}
	if most := s.Flow.MaxQueueBytes; most > 0 && most < largestBatch {
		t.limits.bytes = int(most)
	}
	t.outbox, t.done = newOutbox(), make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	go t.work(ctx)
	return nil
}

// work has one run after the other, until one fails for good or the task is stopped.
func (t *task) work(ctx context.Context) {
	defer close(t.done)
	for {
		err := t.guarded(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			t.log.Info("there is nothing more to do: the configuration asks for no stream")
			return
		case !passes(err) || t.exhausted():
			t.outbox.fail(fmt.Errorf("An exception occurred in the change event producer. This connector will be stopped.: %w", err)) //nolint:staticcheck // Debezium's text
			return
		}
		wait := t.settings.Failures.RestartWait
		t.log.Warn("the database could not be read; it is tried again from where it was", "in", wait, "attempt", t.failures.Load(), "error", err)
		if connect.Sleep(ctx, wait) != nil {
			return
		}
	}
}

// guarded is one run. A panic of it must not end the process.
func (t *task) guarded(ctx context.Context) error {
	return connect.Guard(func() error {
		r := &run{task: t}
		defer r.close()
		return r.run(ctx)
	})
}

// exhausted counts a failure and says whether errors.max.retries allows no more.
func (t *task) exhausted() bool {
	failed := t.failures.Add(1)
	most := t.settings.Failures.MaxRetries
	return most >= 0 && failed > int64(most)
}

// Poll returns what there is as soon as there is something.
func (t *task) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if t.last != nil {
		t.batches.put(t.last)
		t.last = nil
	}
	b := t.held
	t.held = nil
	if b == nil {
		var err error
		if b, err = t.outbox.take(ctx); b == nil {
			return nil, err
		}
		t.failures.Store(0)
		if t.boundaries != nil && b.end == 0 {
			// The transaction ended with the batch before, which was not known then.
			b.end, t.held = -1, b
			t.boundaries.Commit()
			return nil, nil
		}
	}
	t.last = b
	if t.boundaries != nil && b.end > 0 {
		t.boundaries.CommitAfter(&b.records[b.end-1])
	}
	return b.records, nil
}

// Stop ends the run. The slot is dropped only now, when nobody reads from it.
func (t *task) Stop(ctx context.Context) error {
	if t.stop == nil {
		return nil
	}
	t.stop()
	select {
	case <-t.done:
	case <-ctx.Done():
		return fmt.Errorf("wait for the end of the reading of the database: %w", context.Cause(ctx))
	}
	if t.settings.Slot.DropOnStop && t.slotted.Load() {
		return t.dropSlot(ctx)
	}
	return nil
}

func (t *task) dropSlot(ctx context.Context) error {
	conn, err := t.database.Probe(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return replication.DropSlot(ctx, conn, t.settings.Slot.Name)
}
