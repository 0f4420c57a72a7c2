// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func limitOf(n int64) *atomic.Int64 {
	limit := &atomic.Int64{}
	limit.Store(n)
	return limit
}

func startSink(t *testing.T) (*sinkTask, *screen) {
	t.Helper()
	task, stdout := newSinkTask(), &screen{}
	task.stdout, task.now = stdout, at(1000)
	require.NoError(t, task.Start(t.Context(), &conntest.SinkContext{}, map[string]string{"name": "dst", "id": "2"}))
	return task, stdout
}

var (
	one   = connect.TopicPartition{Topic: "t", Partition: 0}
	other = connect.TopicPartition{Topic: "t", Partition: 1}
)

func numberAt(from connect.TopicPartition, offset int64) connect.SinkRecord {
	record := connect.Record{Topic: from.Topic, KeySchema: connect.Int32, Key: int32(3), ValueSchema: connect.Int64, Value: offset * 10}
	return connect.NewSinkRecord(record, from, offset)
}

func TestEachRecordIsPrintedWhenItIsPutAndWhenItIsFlushed(t *testing.T) {
	task, stdout := startSink(t)
	require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{numberAt(one, 4), numberAt(other, 5)}))
	const put = `{"name":"dst","task":3,"sinkTask":2,"topic":"t","time_ms":1000,"seqno":40,"offset":4}` + "\n" +
		`{"name":"dst","task":3,"sinkTask":2,"topic":"t","time_ms":1000,"seqno":50,"offset":5}` + "\n"
	require.Equal(t, put, stdout.text.String())

	task.now = at(2000)
	safe, err := task.PreCommit(t.Context(), map[connect.TopicPartition]int64{one: 5})
	require.NoError(t, err)
	require.Equal(t, map[connect.TopicPartition]int64{one: 5}, safe)
	const flushed = `{"name":"dst","task":3,"sinkTask":2,"topic":"t","time_ms":2000,"seqno":40,"offset":4,"flushed":true}` + "\n"
	require.Equal(t, put+flushed, stdout.text.String())

	_, err = task.PreCommit(t.Context(), map[connect.TopicPartition]int64{one: 5})
	require.NoError(t, err)
	require.Equal(t, put+flushed, stdout.text.String(), "once is enough")
}

func TestWhatWentElsewhereIsNotFlushed(t *testing.T) {
	task, stdout := startSink(t)
	require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{numberAt(one, 4), numberAt(other, 5)}))
	require.NoError(t, task.Close(t.Context(), []connect.TopicPartition{one}))
	_, err := task.PreCommit(t.Context(), map[connect.TopicPartition]int64{one: 5, other: 6})
	require.NoError(t, err)
	lines := stdout.lines(t)
	require.Len(t, lines, 3)
	require.EqualValues(t, 50, lines[2]["seqno"])
	require.NoError(t, task.Stop(t.Context()))
}

func TestAFailedFlushIsMadeAgain(t *testing.T) {
	task, stdout := startSink(t)
	require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{numberAt(one, 4)}))
	task.printer.out = broken{}
	_, err := task.PreCommit(t.Context(), map[connect.TopicPartition]int64{one: 5})
	require.EqualError(t, err, "write to standard output: it is full")
	task.printer.out = stdout
	_, err = task.PreCommit(t.Context(), map[connect.TopicPartition]int64{one: 5})
	require.NoError(t, err)
	require.Equal(t, true, stdout.lines(t)[1]["flushed"])
}

func TestAnyKeyAndValueHasAForm(t *testing.T) {
	schema := connect.StructOf("", connect.Field("a", connect.String), connect.Field("b", connect.Float64))
	for name, c := range map[string]struct {
		schema *connect.Schema
		value  any
		want   string
	}{
		"null":                      {nil, nil, `null`},
		"a text":                    {connect.String, "x\n\"y\"", `"x\n\"y\""`},
		"a number":                  {connect.Float64, 1.5, `1.5`},
		"bytes":                     {connect.Bytes, []byte("hi"), `"aGk="`},
		"a struct":                  {schema, connect.NewStruct(schema).With("a", "x").With("b", 2.5), `{"a":"x","b":2.5}`},
		"without schema":            {nil, "plain", `"plain"`},
		"what is not of its schema": {connect.Boolean, "x", `"x"`},
	} {
		t.Run(name, func(t *testing.T) {
			task, stdout := startSink(t)
			record := connect.NewSinkRecord(connect.Record{Topic: "t", KeySchema: c.schema, Key: c.value, ValueSchema: c.schema, Value: c.value}, one, 1)
			require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{record}))
			require.Equal(t, `{"name":"dst","task":`+c.want+`,"sinkTask":2,"topic":"t","time_ms":1000,"seqno":`+c.want+`,"offset":1}`+"\n", stdout.text.String())
		})
	}
}
