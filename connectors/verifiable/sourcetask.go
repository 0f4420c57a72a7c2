// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// completeSchema is that of values with complete.record.data.
var completeSchema = connect.StructOf("",
	connect.Field("name", connect.String), connect.Field("task", connect.Int32), connect.Field("topic", connect.String),
	connect.Field("time_ms", connect.Int64), connect.Field("seqno", connect.Int64))

type sourceTask struct {
	stdout io.Writer
	now    func() time.Time
	// paced makes the pace once the configuration is read.
	paced func(perSecond int64, now func() time.Time) pacer

	name, topic string
	id          int32
	complete    bool
	partition   *connect.Partition
	pace        pacer
	next        int64

	// head is what each line begins with, up to its time.
	head string
	// made and committed have a printer each, as they are called on different goroutines.
	made, committed printer
	records         []connect.SourceRecord
}

var _ connect.RecordCommitter = (*sourceTask)(nil)

func newSourceTask() *sourceTask {
	return &sourceTask{stdout: os.Stdout, now: time.Now, paced: newPace}
}

func (t *sourceTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	read := settings{task: "VerifiableSourceTask", props: props}
	t.name, t.id, t.topic = props[nameKey], int32(read.number(idKey, 32)), read.required(topicKey)
	throughput := read.number(throughputKey, 64)
	if read.err != nil {
		return read.err
	}
	t.complete = strings.EqualFold(props[completeKey], "true")
	t.partition = connect.MustPartition(map[string]any{idField: t.id})
	var err error
	if t.next, err = firstSeqno(ctx, tc.Offsets(), t.partition); err != nil {
		return err
	}
	t.head = `{"name":` + quoted(t.name) + `,"task":` + whole(int64(t.id)) + `,"topic":` + quoted(t.topic) + `,"time_ms":`
	t.made.out, t.committed.out = t.stdout, t.stdout
	t.pace = t.paced(throughput, t.now)
	tc.Logger().Info("producing numbered messages", "topic", t.topic, "from", t.next, "throughput", throughput)
	return nil
}

// Poll prints a message before it is handed over: nothing is in Kafka that was not printed.
func (t *sourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	due := t.pace.due(ctx, atOnce)
	now := t.now().UnixMilli()
	t.records = t.records[:0]
	for range due {
		if err := t.made.add(t.head, whole(now), `,"seqno":`, whole(t.next), `}`); err != nil {
			return nil, err
		}
		t.records = append(t.records, t.record(now))
		t.next++
	}
	return t.records, t.made.print()
}

func (t *sourceTask) record(now int64) connect.SourceRecord {
	record := connect.Record{Topic: t.topic, KeySchema: connect.Int32, Key: t.id, ValueSchema: connect.Int64, Value: t.next}
	if t.complete {
		record.ValueSchema = completeSchema
		record.Value = connect.NewStruct(completeSchema).With("name", t.name).With("task", t.id).With("topic", t.topic).
			With("time_ms", now).With("seqno", t.next)
	}
	return connect.SourceRecord{Record: record, SourcePartition: t.partition, SourceOffset: seqno(t.next)}
}

// CommitRecord prints each record once more that is in Kafka, or that was left out on purpose.
func (t *sourceTask) CommitRecord(_ context.Context, record *connect.SourceRecord, _ *connect.RecordMetadata) error {
	number, ours := record.SourceOffset.(seqno)
	if !ours {
		return nil
	}
	err := t.committed.add(t.head, whole(t.now().UnixMilli()), `,"seqno":`, whole(int64(number)), `,"committed":true}`)
	if err != nil {
		return err
	}
	return t.committed.print()
}

func (*sourceTask) Stop(context.Context) error { return nil }
