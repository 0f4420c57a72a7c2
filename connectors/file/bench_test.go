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
