// SPDX-License-Identifier: Apache-2.0

package file

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

// BenchmarkSourceTask reads a file of 100 MB, lines of 98 bytes and their ends, again and again. An operation is a line.
func BenchmarkSourceTask(b *testing.B) {
	const lineLength, lineCount = 99, 1_000_000
	path := filepath.Join(b.TempDir(), "in.txt")
	line := string(bytes.Repeat([]byte("x"), lineLength-1)) + "\n"
	appendTo(b, path, strings.Repeat(line, lineCount))
	b.SetBytes(lineLength)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		task := newSourceTask()
		require.NoError(b, task.Start(b.Context(), &conntest.SourceContext{}, map[string]string{"file": path, "topic": "lines"}))
		for lines := 0; lines < lineCount && n < b.N; {
			records, err := task.Poll(b.Context())
			require.NoError(b, err)
			lines += len(records)
			n += len(records)
		}
		require.NoError(b, task.Stop(b.Context()))
	}
}

// BenchmarkSinkTask puts batches of 500 lines of 98 bytes.
func BenchmarkSinkTask(b *testing.B) {
	const lineLength, batch = 99, 500
	task := newSinkTask()
	task.stdout = io.Discard
	require.NoError(b, task.Start(b.Context(), &conntest.SinkContext{}, map[string]string{}))
	records := make([]connect.SinkRecord, batch)
	for i := range records {
		value := string(bytes.Repeat([]byte("x"), lineLength-1))
		records[i] = connect.NewSinkRecord(connect.Record{Value: value, Timestamp: time.Unix(0, 0)}, connect.TopicPartition{}, int64(i))
	}
	b.SetBytes(lineLength * batch)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, task.Put(b.Context(), records))
	}
	b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkSinkTaskOfStructs puts batches of 500 structs, whose text is made as Java makes it.
func BenchmarkSinkTaskOfStructs(b *testing.B) {
	const batch = 500
	task := newSinkTask()
	task.stdout = io.Discard
	require.NoError(b, task.Start(b.Context(), &conntest.SinkContext{}, map[string]string{}))
	schema := connect.StructOf("shop.orders", connect.Field("id", connect.Int64), connect.Field("customer", connect.Int32), connect.Field("name", connect.String),
		connect.Field("paid", connect.Boolean), connect.Field("amount", connect.Float64), connect.Field("created", connect.Timestamp),
		connect.Field("note", connect.OptionalString), connect.Field("text", connect.String))
	records := make([]connect.SinkRecord, batch)
	for i := range records {
		value := connect.NewStruct(schema).With("id", int64(i)).With("customer", int32(4711)).With("name", "somebody").With("paid", true).
			With("amount", float64(i)+0.25).With("created", time.UnixMilli(1790000000123+int64(i)).UTC()).With("text", strings.Repeat("x", 170))
		records[i] = connect.NewSinkRecord(connect.Record{ValueSchema: schema, Value: value}, connect.TopicPartition{}, int64(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, task.Put(b.Context(), records))
	}
	b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "records/s")
}
