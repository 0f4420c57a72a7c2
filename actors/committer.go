// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/offsets"
)

// offsetStore keeps source offsets: in the offsets topic, or in a file for a standalone worker.
type offsetStore interface {
	Read(connector string, partitions ...*connect.Partition) (map[*connect.Partition]map[string]any, error)
	Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error
	All(connector string) ([]connect.PartitionOffset, error)
	ReadToEnd(ctx context.Context) error
}

// committer stores what the ledger of one life of a source task lets pass. It is called on goroutines, never on an actor;
// writes of one life exclude each other.
type committer struct {
	connector string
	ledger    *offsets.Ledger
	store     offsetStore
	task      connect.SourceTask
	meter     *meter
	// may tells whether this worker's right to the task is confirmed. What it has lost for good stays lost.
	may func() bool

	mu     sync.Mutex
	closed atomic.Bool // set under mu
}

// mine is the condition under which offsets of this life may be written, also those that are copied later.
func (c *committer) mine() bool { return !c.closed.Load() && c.may() }

// commit stores the acknowledged offsets and tells the task. What cannot be stored stays in the ledger for the next time; where the right
// to the task is not confirmed that is no error.
func (c *committer) commit(ctx context.Context) error {
	err := c.storeAcknowledged(ctx)
	switch {
	case errors.Is(err, offsets.ErrNotMine):
		return nil
	case err != nil:
		return err
	}
	if task, ok := c.task.(connect.Committer); ok {
		if err := connect.Guard(func() error { return task.Commit(ctx) }); err != nil {
			return fmt.Errorf("commit of the task: %w", err)
		}
	}
	return nil
}

// storeAcknowledged is commit without a word to the task, which may be stuck.
func (c *committer) storeAcknowledged(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed.Load():
		return nil
	case !c.mine():
		return offsets.ErrNotMine
	}
	acked := c.ledger.Committable()
	if len(acked) == 0 {
		return nil
	}
	err := c.store.Write(offsets.While(ctx, c.mine), c.connector, acked)
	if !errors.Is(err, offsets.ErrNotMine) {
		c.meter.committed(err)
	}
	if err != nil {
		c.ledger.PutBack(acked)
		return err
	}
	return nil
}

// settle waits for what a store writes later: after the life has ended that is left out.
func settle(ctx context.Context, store offsetStore) error {
	late, ok := store.(interface {
		Settle(ctx context.Context) error
	})
	if !ok {
		return nil
	}
	return late.Settle(ctx)
}

// close waits for the write that is under way; nothing is stored afterwards.
func (c *committer) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed.Store(true)
}

// offsetReader gives plugins the stored offsets of their connector.
type offsetReader struct {
	connector string
	store     offsetStore
}

// Offset implements connect.OffsetReader.
func (r offsetReader) Offset(ctx context.Context, partition *connect.Partition) (map[string]any, error) {
	if err := r.store.ReadToEnd(ctx); err != nil {
		return nil, fmt.Errorf("read offsets of %s: %w", r.connector, err)
	}
	found, err := r.store.Read(r.connector, partition)
	if err != nil {
		return nil, fmt.Errorf("read offsets of %s: %w", r.connector, err)
	}
	return found[partition], nil
}

// noOffsets is the reader of sink connectors.
type noOffsets struct{}

// Offset implements connect.OffsetReader.
func (noOffsets) Offset(context.Context, *connect.Partition) (map[string]any, error) { return nil, nil }
