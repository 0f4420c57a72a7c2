// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
)

// What one Poll returns at most, in records and in bytes of values.
const (
	pollRecords = 2000
	pollBytes   = 1 << 20
)

type sourceTask struct {
	now func() time.Time
	// paced makes the pace once the configuration is read.
	paced func(*sourceTask, connect.ConfigValues) pacer

	topic      string
	state      uint64
	partition  *connect.Partition
	seed       int64
	next, last int64
	most       int
	key, value *shape
	pace       pacer
	// records is what the last Poll returned; it is used again.
	records []connect.SourceRecord
}

func newSourceTask() *sourceTask { return &sourceTask{now: time.Now, paced: (*sourceTask).pacer} }

func (t *sourceTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	values, errs := sourceConfig.Parse(props)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	task, err := strconv.ParseInt(props[taskIDKey], 10, 32)
	if err != nil {
		return connect.Errorf(connect.Fatal, "read the task's configuration: %s %q is not the number of a task", taskIDKey, props[taskIDKey])
	}
	t.topic, t.seed = values.String(topicKey), values.Long(seedKey)
	t.state = taskState(t.seed, task)
	t.last = values.Long(iterationsKey)
	t.partition = connect.MustPartition(map[string]any{taskIDField: task})
	if err := t.resume(ctx, tc.Offsets()); err != nil {
		return err
	}
	size := values.Int(valueSizeKey)
	t.most = max(1, min(pollRecords, pollBytes/size))
	t.key, t.value = keyShape(values.String(keyShapeKey), int32(task)), valueShape(values.String(valueShapeKey), size, int32(task))
	t.pace = t.paced(t, values)
	tc.Logger().Info("making records", "topic", t.topic, "from", t.next)
	return nil
}

// resume goes on after the records that were made before.
func (t *sourceTask) resume(ctx context.Context, offsets connect.OffsetReader) error {
	stored, err := offsets.Offset(ctx, t.partition)
	if err != nil {
		return fmt.Errorf("read the stored offset of partition %s: %w", t.partition, err)
	}
	if stored == nil {
		return nil
	}
	if t.next, err = nextOf(stored); err != nil {
		return fmt.Errorf("resume partition %s: %w", t.partition, err)
	}
	return nil
}

func (t *sourceTask) pacer(values connect.ConfigValues) pacer {
	if rate := values.Long(rateKey); rate > 0 {
		return newPace(steady{rate}, t.now)
	}
	if ms := values.Long(maxIntervalKey); ms > 0 {
		return newPace(newScattered(time.Duration(ms)*time.Millisecond, t.state, t.next), t.now)
	}
	return unlimited{}
}

// Poll waits for its cancellation when all records are made.
func (t *sourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	most := int64(t.most)
	if t.last > 0 {
		most = min(most, t.last-t.next)
	}
	if most <= 0 {
		<-ctx.Done()
		return nil, nil
	}
	t.make(t.pace.due(ctx, int(most)))
	return t.records, nil
}

// make makes so many records. Every field is written: the caller may have changed what is used again.
func (t *sourceTask) make(due int) {
	t.key.expect(due)
	t.value.expect(due)
	t.records = t.records[:0]
	// Offsets may be kept, and so are never used again.
	offsets := make([]offset, due)
	for i := range offsets {
		random := drawsOf(t.state, t.next)
		record := connect.Record{Topic: t.topic, KeySchema: t.key.schema, Key: t.key.make(t.next, random),
			ValueSchema: t.value.schema, Value: t.value.make(t.next, random)}
		t.next++
		offsets[i] = offset{t.next, t.seed}
		t.records = append(t.records, connect.SourceRecord{Record: record, SourcePartition: t.partition, SourceOffset: &offsets[i]})
	}
}

func (*sourceTask) Stop(context.Context) error { return nil }
