// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// Layered is the offsets of a connector that has an offsets topic of its own (offsets.storage.topic, KIP-618). What that
// topic says counts; where it says nothing, the worker's does, in which the connector's offsets were before. The worker's
// topic is kept up to date as well, a little later, so that the property can be taken away again. It is safe for
// concurrent use.
type Layered struct {
	own, worker *TopicStore
	bound       func() (context.Context, context.CancelFunc)
	log         *slog.Logger

	// turn is held by who writes the worker's topic: a tombstone must not be overtaken by an offset from before it.
	turn chan struct{}
	mu   sync.Mutex
	late map[string]late // what the connector's topic has and the worker's not yet, by encodePartition
	idle chan struct{}   // closed when nothing is late
}

// late is one offset on its way to the worker's topic.
type late struct {
	connector string
	partition *connect.Partition
	offset    connect.Offset
	mine      func() bool
}

// NewLayered puts the connector's own topic over the worker's. bound gives each write to the worker's topic that nobody
// waits for the time that it has.
func NewLayered(own, worker *TopicStore, log *slog.Logger, bound func() (context.Context, context.CancelFunc)) *Layered {
	idle := make(chan struct{})
	close(idle)
	return &Layered{own: own, worker: worker, bound: bound, log: log, turn: make(chan struct{}, 1), late: map[string]late{}, idle: idle}
}

// Read is TopicStore.Read over both topics.
func (l *Layered) Read(connector string, partitions ...*connect.Partition) (map[*connect.Partition]map[string]any, error) {
	found, err := l.worker.Read(connector, partitions...)
	if err != nil {
		return nil, err
	}
	own, err := l.own.Read(connector, partitions...)
	if err != nil {
		return nil, err
	}
	maps.Copy(found, own)
	return found, nil
}

// All is TopicStore.All over both topics.
func (l *Layered) All(connector string) ([]connect.PartitionOffset, error) {
	merged := map[string]connect.PartitionOffset{}
	for _, store := range []*TopicStore{l.worker, l.own} {
		offsets, err := store.All(connector)
		if err != nil {
			return nil, err
		}
		for _, o := range offsets {
			text, err := appendFields(nil, o.Partition)
			if err != nil {
				return nil, fmt.Errorf("read offsets of %s: %w", connector, err)
			}
			merged[string(text)] = o
		}
	}
	all := make([]connect.PartitionOffset, 0, len(merged))
	for _, text := range slices.Sorted(maps.Keys(merged)) {
		all = append(all, merged[text])
	}
	sortAsKafkaConnect(all)
	return all, nil
}

// ReadToEnd is TopicStore.ReadToEnd for both topics.
func (l *Layered) ReadToEnd(ctx context.Context) error {
	if err := l.own.ReadToEnd(ctx); err != nil {
		return err
	}
	return l.worker.ReadToEnd(ctx)
}

// Write is TopicStore.Write to the connector's topic. Offsets that are removed are removed from the worker's first, or
// they would show again; that must work. All others follow to the worker's topic later, and nobody hears if that fails:
// what the connector's topic says counts.
func (l *Layered) Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error {
	if len(offsets) == 0 {
		return nil
	}
	return l.WriteIn(ctx, connector, offsets, l.own.log.PutBatch)
}

// WriteIn is TopicStore.WriteIn to the connector's topic. The worker's topic is not part of the transaction.
func (l *Layered) WriteIn(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset, put Put) error {
	records, err := l.records(connector, offsets)
	if err != nil {
		return err
	}
	if err := l.remove(ctx, connector, removed(offsets)); err != nil {
		return err
	}
	if err := put(ctx, placed(l.own.log, records)); err != nil {
		return fmt.Errorf("write offsets of %s: %w", connector, err)
	}
	return l.follow(connector, offsets, mineOf(ctx))
}

// records makes the records for either topic. A key that lives in one of them is written in both: a Java worker looks in
// both for the same bytes.
func (l *Layered) records(connector string, offsets map[*connect.Partition]connect.Offset) ([]topiclog.Record, error) {
	l.own.mu.RLock()
	defer l.own.mu.RUnlock()
	l.worker.mu.RLock()
	defer l.worker.mu.RUnlock()
	return recordsOf(connector, offsets, func(partition string) [][]byte {
		return keysOf(connector, partition, slices.Concat(l.own.table[connector][partition], l.worker.table[connector][partition]))
	})
}

func isRemoval(offset connect.Offset) bool { return offset == nil || offset.Fields() == nil }

func removed(offsets map[*connect.Partition]connect.Offset) map[*connect.Partition]connect.Offset {
	gone := maps.Clone(offsets)
	maps.DeleteFunc(gone, func(_ *connect.Partition, offset connect.Offset) bool { return !isRemoval(offset) })
	return gone
}

// remove writes tombstones to the worker's topic, behind whatever is on its way there.
func (l *Layered) remove(ctx context.Context, connector string, gone map[*connect.Partition]connect.Offset) error {
	if len(gone) == 0 {
		return nil
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for earlier offsets of %s: %w", connector, context.Cause(ctx))
	}
	for partition := range gone {
		if err := l.forget(partition); err != nil {
			return err
		}
	}
	return l.put(ctx, connector, gone)
}

func (l *Layered) forget(partition *connect.Partition) error {
	text, err := encodePartition(partition)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.late, text)
	return nil
}

// put writes to the worker's topic; the caller has the turn.
func (l *Layered) put(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error {
	records, err := l.records(connector, offsets)
	if err != nil {
		return err
	}
	if err := l.worker.log.PutBatch(ctx, records); err != nil {
		return fmt.Errorf("write offsets of %s: %w", connector, err)
	}
	return nil
}

// follow has offsets written to the worker's topic. There is one goroutine at a time, and one offset for each partition
// that waits for it.
func (l *Layered) follow(connector string, offsets map[*connect.Partition]connect.Offset, mine func() bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for partition, offset := range offsets {
		if isRemoval(offset) {
			continue
		}
		text, err := encodePartition(partition)
		if err != nil {
			return err
		}
		l.late[text] = late{connector, partition, offset, mine}
	}
	if len(l.late) > 0 && l.isIdle() {
		l.idle = make(chan struct{})
		go l.catchUp()
	}
	return nil
}

func (l *Layered) isIdle() bool {
	select {
	case <-l.idle:
		return true
	default:
		return false
	}
}

func (l *Layered) catchUp() {
	for l.catchUpOnce() {
	}
}

// catchUpOnce writes what is late and says whether to go on.
func (l *Layered) catchUpOnce() bool {
	l.turn <- struct{}{} // held for bounded times only
	defer func() { <-l.turn }()
	batches := l.takeLate()
	if batches == nil {
		return false
	}
	ctx, cancel := l.bound()
	defer cancel()
	for _, batch := range batches {
		err := l.put(While(ctx, batch.mine), batch.connector, batch.offsets)
		if err != nil && !errors.Is(err, ErrNotMine) {
			l.log.Warn("offsets are in the connector's own topic and were not copied to the worker's", "connector", batch.connector, "error", err)
		}
	}
	return true
}

// batch is what is copied at once.
type batch struct {
	connector string
	offsets   map[*connect.Partition]connect.Offset
	owners    []func() bool
}

// mine says whether all of it may still be written: what is not is left out when batches are made.
func (b *batch) mine() bool {
	for _, mine := range b.owners {
		if !mine() {
			return false
		}
	}
	return true
}

// takeLate leaves out the offsets of those who have lost their work: they are their successors' to write.
func (l *Layered) takeLate() map[string]*batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.late) == 0 {
		close(l.idle)
		return nil
	}
	batches := map[string]*batch{}
	for _, o := range l.late {
		if !o.mine() {
			continue
		}
		if batches[o.connector] == nil {
			batches[o.connector] = &batch{connector: o.connector, offsets: map[*connect.Partition]connect.Offset{}}
		}
		of := batches[o.connector]
		of.offsets[o.partition] = o.offset
		of.owners = append(of.owners, o.mine)
	}
	clear(l.late)
	return batches
}

// Settle returns when the worker's topic has what the connector's has, as far as it could be written, or with the cause of ctx.
func (l *Layered) Settle(ctx context.Context) error {
	l.mu.Lock()
	idle := l.idle
	l.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
