// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"fmt"
	"log/slog"
	"math/bits"
	"sync"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// Log is what TopicStore needs of the offsets topic; *topiclog.Log is one.
type Log interface {
	// PutBatch writes records in their order, each to the partition that Java's default partitioner chooses by its key, and
	// returns once all are acknowledged.
	PutBatch(ctx context.Context, records []topiclog.Record) error
	// ReadToEnd returns once everything that was in the topic at the call has been applied.
	ReadToEnd(ctx context.Context) error
}

// TopicStore is the offsets of all connectors in an offsets topic, or of one, kept in memory as the topic is read. It is
// safe for concurrent use.
type TopicStore struct {
	log    Log
	logger *slog.Logger
	only   string // the one connector; "" for all

	mu         sync.RWMutex
	table      table
	unreadable uint64
}

// OpenTopic makes a store on the log that open returns. Open is given what the log has to call for each record
// (topiclog.Options.Apply), and must return only when the topic was read to its end once. The log remains the caller's to
// close.
func OpenTopic(logger *slog.Logger, open func(apply func(topiclog.Record)) (Log, error)) (*TopicStore, error) {
	return startTopic(&TopicStore{logger: logger, table: table{}}, open)
}

// OpenTopicOf is OpenTopic for one connector: what others have in the topic takes no memory and cannot be read.
func OpenTopicOf(connector string, logger *slog.Logger, open func(apply func(topiclog.Record)) (Log, error)) (*TopicStore, error) {
	return startTopic(&TopicStore{logger: logger, table: table{}, only: connector}, open)
}

func startTopic(s *TopicStore, open func(apply func(topiclog.Record)) (Log, error)) (*TopicStore, error) {
	log, err := open(s.apply)
	if err != nil {
		return nil, fmt.Errorf("open the offsets topic: %w", err)
	}
	s.log = log
	return s, nil
}

// apply skips what it cannot read: one foreign record in the topic must not stop all connectors.
func (s *TopicStore) apply(r topiclog.Record) {
	if s.only != "" {
		if connector, _, err := decodeKey(r.Key); err == nil && connector != s.only {
			return
		}
	}
	s.mu.Lock()
	err := s.table.apply(r.Key, r.Value, r.Timestamp)
	if err != nil {
		s.unreadable++
	}
	count := s.unreadable
	s.mu.Unlock()
	// The 1st, 2nd, 4th, 8th, ... is logged: enough to see it, too little to drown in.
	if err != nil && bits.OnesCount64(count) == 1 {
		s.logger.Warn("skipped an unreadable record of the offsets topic", "partition", r.Partition, "offset", r.Offset, "error", err,
			"skipped so far", count)
	}
}

// Read returns the stored offsets of partitions of a connector, as far as the topic has been read; nil stands for the null
// partition. Partitions without an offset are left out.
func (s *TopicStore) Read(connector string, partitions ...*connect.Partition) (map[*connect.Partition]map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table.read(connector, partitions)
}

// All returns all partitions of a connector that have an offset, sorted, as far as the topic has been read. The null
// partition is left out, as in Kafka Connect.
func (s *TopicStore) All(connector string) ([]connect.PartitionOffset, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table.all(connector)
}

// Write stores offsets of a connector and returns once Kafka has acknowledged all of them; a nil Offset, or one without
// Fields, removes that of its partition. Read sees them when the topic has been read that far. Two partitions of the map
// must not be the same. An offset that cannot be stored is a *connect.DataError, and nothing is written; after any other
// error each of them may be stored or not.
func (s *TopicStore) Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error {
	if len(offsets) == 0 {
		return nil
	}
	return s.WriteIn(ctx, connector, offsets, s.log.PutBatch)
}

// WriteIn is Write for who puts the records into a transaction of its own: put gets them, maybe none, each with the partition that it is
// for, and returns when they are committed.
func (s *TopicStore) WriteIn(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset, put Put) error {
	records, err := s.Records(connector, offsets)
	if err != nil {
		return err
	}
	if err := put(ctx, placed(s.log, records)); err != nil {
		return fmt.Errorf("write offsets of %s: %w", connector, err)
	}
	return nil
}

// Put writes records of an offsets topic.
type Put func(ctx context.Context, records []topiclog.Record) error

// placed sets the partitions that the records belong in by their keys, whichever partitioner their writer has.
func placed(log Log, records []topiclog.Record) []topiclog.Record {
	if places, ok := log.(interface{ PartitionOf(key []byte) int32 }); ok {
		for i := range records {
			records[i].Partition = places.PartitionOf(records[i].Key)
		}
	}
	return records
}

// Records returns the records that Write would write, for those who write them in a transaction of their own.
func (s *TopicStore) Records(connector string, offsets map[*connect.Partition]connect.Offset) ([]topiclog.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table.records(connector, offsets)
}

// ReadToEnd returns once everything that was in the topic at the call can be read.
func (s *TopicStore) ReadToEnd(ctx context.Context) error {
	if err := s.log.ReadToEnd(ctx); err != nil {
		return fmt.Errorf("read the offsets topic to its end: %w", err)
	}
	return nil
}
