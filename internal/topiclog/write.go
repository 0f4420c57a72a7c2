// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
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
	if _, err := produce(ctx, l.writer, l.address(records)); err != nil {
		return fmt.Errorf("write to topic %s: %w%s", l.o.Topic, err, remedy(err, l.o.Topic, l.o.Rights))
	}
	return nil
}

func (l *Log) address(records []Record) []Addressed {
	to := make([]Addressed, len(records))
	for i, r := range records {
		to[i] = Addressed{l.o.Topic, r}
	}
	return to
}

// produce returns the offsets behind the last record in each partition, also where others failed. It waits beside ctx, because franz-go does not give up a record
// that is on its way to a broker. Its error is a [*LeftError].
func produce(ctx context.Context, client *kgo.Client, records []Addressed) (Ends, error) {
	acks := make(chan ack, len(records))
	for i, r := range records {
		client.Produce(ctx, &kgo.Record{Topic: r.Topic, Key: r.Key, Value: r.Value, Timestamp: r.Timestamp}, func(r *kgo.Record, err error) {
			acks <- ack{i, r.Partition, r.Offset + 1, err}
		})
	}
	var failure error
	left := map[int]error{}
	ends := Ends{}
	for i := range records {
		left[i] = nil
	}
	for range records {
		select {
		case a := <-acks:
			if a.err != nil {
				left[a.record] = a.err
				failure = worse(failure, a.err)
				continue
			}
			delete(left, a.record)
			ends.raise(records[a.record].Topic, a.partition, a.next)
		case <-ctx.Done():
			late := fmt.Errorf("no acknowledgement in time: %w", context.Cause(ctx))
			return ends, leftOf(left, late, worse(failure, late))
		}
	}
	if failure != nil {
		return ends, leftOf(left, failure, failure)
	}
	return ends, nil
}

// worse keeps the first error, unless a later one tells that the transactional id is lost.
func worse(first, later error) error {
	if first == nil || errors.Is(FencedOr(later), ErrFenced) {
		return later
	}
	return first
}

// ack is the outcome of one record.
type ack struct {
	record    int
	partition int32
	next      int64
	err       error
}
