// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// The two versions of the schema of what SchemaSource makes. The second has a text with a default more.
var (
	firstFields = []connect.SchemaField{
		connect.Field("boolean", connect.Boolean), connect.Field("int", connect.Int32), connect.Field("long", connect.Int64),
		connect.Field("float", connect.Float32), connect.Field("double", connect.Float64), connect.Field("partitioning", connect.Int32),
	}
	lastFields   = []connect.SchemaField{connect.Field("id", connect.Int32), connect.Field("seqno", connect.Int64)}
	firstSchema  = connect.StructOf("record", slices.Concat(firstFields, lastFields)...).WithVersion(1)
	textField    = []connect.SchemaField{connect.Field("string", connect.String.WithDefault("abc"))}
	secondSchema = connect.StructOf("record", slices.Concat(firstFields, textField, lastFields)...).WithVersion(2)
)

// schemaTask makes so many messages, to the Kafka partition that has its number.
type schemaTask struct {
	stdout io.Writer
	now    func() time.Time
	paced  func(perSecond int64, now func() time.Time) pacer

	id         int32
	topic      string
	left       int64
	alternates bool
	partitions int64
	partition  *connect.Partition
	pace       pacer
	first      int64
	next       int64
	printer    printer
	records    []connect.SourceRecord
}

func newSchemaTask() *schemaTask {
	return &schemaTask{stdout: os.Stdout, now: time.Now, paced: newPace}
}

func (t *schemaTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	read := settings{task: "SchemaSourceTask", props: props}
	t.id, t.topic, t.left = int32(read.number(idKey, 32)), read.required(topicKey), read.number(messagesKey, 64)
	throughput := read.number(throughputKey, 64)
	t.alternates, t.partitions = strings.EqualFold(props[multipleSchemaKey], "true"), 1
	if _, set := props[partitionsKey]; set {
		if t.partitions = read.number(partitionsKey, 32); t.partitions < 1 {
			read.wrong(partitionsKey, "it must be at least 1")
		}
	}
	if read.err != nil {
		return read.err
	}
	t.partition = connect.MustPartition(map[string]any{idField: t.id})
	var err error
	if t.first, err = firstSeqno(ctx, tc.Offsets(), t.partition); err != nil {
		return err
	}
	t.next, t.printer.out, t.pace = t.first, t.stdout, t.paced(throughput, t.now)
	return nil
}

// Poll waits for its cancellation when all messages are made.
func (t *schemaTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if t.left <= 0 {
		<-ctx.Done()
		return nil, nil
	}
	due := t.pace.due(ctx, int(min(t.left, atOnce)))
	t.left -= int64(due)
	t.records = t.records[:0]
	for range due {
		if err := t.printer.add(`{"task": `, whole(int64(t.id)), `, "seqno": `, whole(t.next), `}`); err != nil {
			return nil, err
		}
		t.records = append(t.records, t.record())
		t.next++
	}
	return t.records, t.printer.print()
}

func (t *schemaTask) record() connect.SourceRecord {
	schema := firstSchema
	if t.alternates && (t.next-t.first)%2 == 1 {
		schema = secondSchema
	}
	value := connect.NewStruct(schema).With("boolean", true).With("int", int32(12)).With("long", int64(12)).With("float", float32(12.2)).
		With("double", 12.2).With("partitioning", int32(t.next%t.partitions)).With("id", t.id).With("seqno", t.next)
	if schema == secondSchema {
		value.With("string", "def")
	}
	return connect.SourceRecord{
		Record:          connect.Record{Topic: t.topic, Partition: &t.id, KeySchema: connect.String, Key: "key", ValueSchema: schema, Value: value},
		SourcePartition: t.partition, SourceOffset: seqno(t.next),
	}
}

func (*schemaTask) Stop(context.Context) error { return nil }
