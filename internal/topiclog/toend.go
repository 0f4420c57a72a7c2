// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect"
)

// stallPatience is how long a reader may be short of the end before the broker is asked whether anything is there at all. The answer may
// take as long as a fetch may wait, which is seconds: brokers answer the fetches of one client one after the other. So nothing may wait
// for the answer: on a busy machine the question is needless, and the records come long before.
const stallPatience = 200 * time.Millisecond

// ReadToEnd asks for the ends that the partitions have now and returns when everything before them was applied. With ReadCommitted the
// ends lie before the first open transaction, but never before our own committed ones: a broker confirms a commit before its markers are
// written, and until then still gives an end from before. With PastOpen they are the very ends, so that open transactions are waited for.
// It tries as long as ctx allows; only a missing right ends it earlier.
func (l *Log) ReadToEnd(ctx context.Context) error {
	if l.o.PastOpen {
		return l.readTo(ctx, l.admin.ListEndOffsets)
	}
	return l.readTo(ctx, l.listStable())
}

func (l *Log) readTo(ctx context.Context, list lister) error {
	ctx, stop := l.untilClose(ctx)
	defer stop()
	ends, err := l.offsets(ctx, list)
	if err == nil {
		l.wrote.raise(ends)
		err = l.pos.await(ctx, ends, stallPatience, func(ctx context.Context, late map[int32]int64) { l.skipHoles(ctx, late, ends) })
	}
	if err != nil {
		return fmt.Errorf("read topic %s to its end: %w", l.o.Topic, err)
	}
	return nil
}

// ReadBack returns when everything was applied that this log has committed, and with it all that stands before that. Unlike ReadToEnd it
// asks no broker: it is for who has just written.
func (l *Log) ReadBack(ctx context.Context) error {
	own := map[int32]int64{}
	l.wrote.raise(own)
	return l.Await(ctx, own)
}

// Await returns when everything before ends was applied: offsets that were committed to this log by another writer, by partition. From now
// on ReadToEnd does not return before them either, also if ctx ends first.
func (l *Log) Await(ctx context.Context, ends map[int32]int64) error {
	ctx, stop := l.untilClose(ctx)
	defer stop()
	for partition, end := range ends {
		l.wrote.advance(partition, end)
	}
	ends = maps.Clone(ends) // a look for holes may go on when the caller has his again
	err := l.pos.await(ctx, ends, stallPatience, func(ctx context.Context, late map[int32]int64) { l.skipHoles(ctx, late, ends) })
	if err != nil {
		return fmt.Errorf("read back what was written to topic %s: %w", l.o.Topic, err)
	}
	return nil
}

// PartitionOf is the partition that records of a key go to.
func (l *Log) PartitionOf(key []byte) int32 {
	return int32(murmur2Of.ForTopic(l.o.Topic).Partition(&kgo.Record{Key: key}, l.pos.count()))
}

// HasLeader asks whether a partition has a leader now. No answer is none.
func (l *Log) HasLeader(ctx context.Context, partition int32) bool {
	ctx, stop := l.untilClose(ctx)
	defer stop()
	topics, err := l.admin.ListTopicsWithInternal(ctx, l.o.Topic)
	if err != nil {
		return false
	}
	found, ok := topics[l.o.Topic].Partitions[partition]
	return ok && found.Err == nil && found.Leader >= 0
}

// Position is the offset of the next record of partition 0: one behind the last record or transaction marker that was applied.
func (l *Log) Position() int64 { return l.pos.of(0) }

type lister func(ctx context.Context, topics ...string) (kadm.ListedOffsets, error)

// listStable lists the ends up to which everything is decided.
func (l *Log) listStable() lister {
	if l.o.ReadCommitted {
		return l.admin.ListCommittedOffsets
	}
	return l.admin.ListEndOffsets
}

// offsets lists one offset for each partition and tries again while brokers are away.
func (l *Log) offsets(ctx context.Context, list lister) (map[int32]int64, error) {
	var last lastError
	for {
		offsets, err := listAll(ctx, list, l.o.Topic)
		if err == nil || denied(err) {
			return offsets, err
		}
		err = last.see(err)
		if ctx.Err() != nil || connect.Sleep(ctx, retryPause) != nil {
			return nil, errors.Join(context.Cause(ctx), err)
		}
	}
}

func listAll(ctx context.Context, list lister, topic string) (map[int32]int64, error) {
	listed, err := list(ctx, topic)
	if err != nil {
		return nil, err
	}
	offsets := map[int32]int64{}
	for partition, offset := range listed[topic] {
		if offset.Err != nil {
			return nil, fmt.Errorf("partition %d: %w", partition, offset.Err)
		}
		offsets[partition] = offset.Offset
	}
	if len(offsets) == 0 {
		return nil, kerr.UnknownTopicOrPartition
	}
	return offsets, nil
}

// skipHoles moves on where compaction has removed everything up to the end. No record announces that: a consumer that waits for the
// record before the end would wait for the next write. All partitions are looked at at once, so that they wait for the same fetch.
func (l *Log) skipHoles(ctx context.Context, late, ends map[int32]int64) {
	var looks sync.WaitGroup
	for partition, from := range late {
		looks.Go(func() { l.skipHole(ctx, partition, from, ends[partition]) })
	}
	looks.Wait()
}

func (l *Log) skipHole(ctx context.Context, partition int32, from, end int64) {
	first, err := l.firstAt(ctx, partition, from, end)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		l.o.Log.Debug("cannot look for a hole in the log", "topic", l.o.Topic, "partition", partition, "error", err)
	case first >= end:
		l.pos.advance(partition, end)
	}
}

// firstAt returns the offset of the first record or marker at or behind from, or end if there is none before it.
func (l *Log) firstAt(ctx context.Context, partition int32, from, end int64) (int64, error) {
	for from < end {
		got, next, empty, err := l.peek(ctx, partition, from)
		switch {
		case errors.Is(err, kerr.OffsetOutOfRange):
			next, err = l.startOf(ctx, partition) // the start of the log has moved past us
			if err != nil || next <= from {
				return from, err
			}
		case err != nil:
			return 0, err
		case len(got.Records) > 0:
			return got.Records[0].Offset, nil
		case empty && l.readable(got) >= end:
			return end, nil
		case next <= from:
			return from, nil // not yet readable: not a hole
		}
		from = next // batches without records
	}
	return end, nil
}

func (l *Log) startOf(ctx context.Context, partition int32) (int64, error) {
	starts, err := listAll(ctx, l.admin.ListStartOffsets, l.o.Topic)
	return starts[partition], err
}

// readable is how far this log's isolation level lets us see.
func (l *Log) readable(p kgo.FetchPartition) int64 {
	if l.o.ReadCommitted {
		return p.LastStableOffset
	}
	return p.HighWatermark
}

// peek fetches once from the partition's leader, beside the tail. empty means that the broker had no bytes at all.
func (l *Log) peek(ctx context.Context, partition int32, from int64) (got kgo.FetchPartition, next int64, empty bool, err error) {
	leader, request, err := l.peekRequest(ctx, partition, from)
	if err != nil {
		return got, 0, false, err
	}
	answer, err := l.client.Broker(int(leader)).Request(ctx, request)
	if err != nil {
		return got, 0, false, err
	}
	response, ok := answer.(*kmsg.FetchResponse)
	if !ok || len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return got, 0, false, fmt.Errorf("fetch answered for other partitions (error code %d)", codeOf(answer))
	}
	p := &response.Topics[0].Partitions[0]
	opts := kgo.ProcessFetchPartitionOpts{KeepControlRecords: true, Offset: from, Topic: l.o.Topic, Partition: partition, IsolationLevel: l.isolation()}
	got, next = kgo.ProcessFetchPartition(opts, p, kgo.DefaultDecompressor(), nil)
	return got, next, len(p.RecordBatches) == 0, got.Err
}

func codeOf(answer kmsg.Response) int16 {
	if response, ok := answer.(*kmsg.FetchResponse); ok {
		return response.ErrorCode
	}
	return 0
}

func (l *Log) isolation() kgo.IsolationLevel {
	if l.o.ReadCommitted {
		return kgo.ReadCommitted()
	}
	return kgo.ReadUncommitted()
}

func (l *Log) peekRequest(ctx context.Context, partition int32, from int64) (leader int32, request *kmsg.FetchRequest, err error) {
	topics, err := l.admin.ListTopicsWithInternal(ctx, l.o.Topic)
	if err != nil {
		return 0, nil, err
	}
	detail := topics[l.o.Topic]
	where, ok := detail.Partitions[partition]
	if !ok || detail.Err != nil || where.Err != nil {
		return 0, nil, errors.Join(kerr.LeaderNotAvailable, detail.Err, where.Err)
	}
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.FetchOffset, p.PartitionMaxBytes = partition, from, 1<<20
	t := kmsg.NewFetchRequestTopic()
	t.Topic, t.TopicID, t.Partitions = l.o.Topic, detail.ID, []kmsg.FetchRequestTopicPartition{p}
	request = kmsg.NewPtrFetchRequest()
	request.MaxWaitMillis, request.MaxBytes, request.SessionEpoch = 0, 1<<20, -1 // no fetch session
	request.Topics = []kmsg.FetchRequestTopic{t}
	if l.o.ReadCommitted {
		request.IsolationLevel = 1
	}
	return where.Leader, request, nil
}
