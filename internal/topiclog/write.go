// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Put writes one record and waits until all in-sync replicas have it. A nil value is a tombstone. If ctx ends first the record may still
// be written later.
func (l *Log) Put(ctx context.Context, key, value []byte) error {
	return l.PutBatch(ctx, []Record{{Key: key, Value: value}})
}

// PutBatch writes records in their order and waits for all of them; the first error is returned. If ctx ends first any of them may still
// be written later.
func (l *Log) PutBatch(ctx context.Context, records []Record) error {
	ctx, stop := l.untilClose(ctx)
	defer stop()
	if _, err := produce(ctx, l.writer, l.o.Topic, records); err != nil {
		return fmt.Errorf("write to topic %s: %w%s", l.o.Topic, err, remedy(err, l.o.Topic, l.o.Rights))
	}
	return nil
}

// produce returns the offset behind the last record in each partition. It waits beside ctx, because franz-go does not give up a record
// that is on its way to a broker.
func produce(ctx context.Context, client *kgo.Client, topic string, records []Record) (map[int32]int64, error) {
	acks := make(chan ack, len(records))
	for _, r := range records {
		client.Produce(ctx, &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value, Timestamp: r.Timestamp}, func(r *kgo.Record, err error) {
			acks <- ack{partition: r.Partition, next: r.Offset + 1, err: err}
		})
	}
	var first error
	ends := map[int32]int64{}
	for range records {
		select {
		case a := <-acks:
			if first == nil {
				first = a.err
			}
			ends[a.partition] = max(ends[a.partition], a.next)
		case <-ctx.Done():
			return nil, fmt.Errorf("no acknowledgement in time: %w", context.Cause(ctx))
		}
	}
	return ends, first
}

// ack is the outcome of one record.
type ack struct {
	partition int32
	next      int64
	err       error
}
