// SPDX-License-Identifier: Apache-2.0

package file

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func startSink(t *testing.T, tc *conntest.SinkContext, path string) *sinkTask {
	t.Helper()
	task := newSinkTask()
	t.Cleanup(func() { _ = task.Stop(t.Context()) })
	require.NoError(t, task.Start(t.Context(), tc, map[string]string{"file": path}))
	return task
}

func sinkRecords(values ...any) []connect.SinkRecord {
	var out []connect.SinkRecord
	for i, v := range values {
		out = append(out, connect.NewSinkRecord(connect.Record{Value: v}, connect.TopicPartition{Topic: "lines"}, int64(i)))
	}
	return out
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestTheSinkRunsAsManyTasksAsAreAllowed(t *testing.T) {
	c := NewSink()
	props := map[string]string{"file": "/data/out.txt"}
	require.NoError(t, c.Start(t.Context(), &conntest.ConnectorContext{}, props))
	configs, err := c.TaskConfigs(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, []map[string]string{props, props}, configs)
}

func TestTheSinkVouchesForChangedOffsets(t *testing.T) {
	vouched, err := NewSink().(connect.OffsetAlterer).AlterOffsets(t.Context(), nil, nil)
	require.NoError(t, err)
	assert.True(t, vouched)
}

func TestARecordBecomesALine(t *testing.T) {
	schema := connect.StructOf("point", connect.Field("x", connect.Int32))
	point := connect.NewStruct(schema)
	require.NoError(t, point.Put("x", int32(3)))
	path := filepath.Join(t.TempDir(), "out.txt")
	task := startSink(t, &conntest.SinkContext{}, path)
	require.NoError(t, task.Put(t.Context(), sinkRecords("text é", nil, "", int64(7), true, 1.5, point, []any{"a", nil})))
	assert.Equal(t, "text é\nnull\n\n7\ntrue\n1.5\nStruct{x=3}\n[a, null]\n", contents(t, path))
}

func TestTheSinkAppends(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	appendTo(t, path, "before\n")
	task := startSink(t, &conntest.SinkContext{}, path)
	require.NoError(t, task.Put(t.Context(), sinkRecords("after")))
	assert.Equal(t, "before\nafter\n", contents(t, path))
}

// writes keeps what each call wrote.
type writes struct{ calls []string }

func (w *writes) Write(p []byte) (int, error) {
	w.calls = append(w.calls, string(p))
	return len(p), nil
}

func TestStandardOutputIsWrittenWithoutAFileAndStaysOpen(t *testing.T) {
	var out writes
	task := newSinkTask()
	task.stdout = &out
	require.NoError(t, task.Start(t.Context(), &conntest.SinkContext{}, map[string]string{}))
	require.NoError(t, task.Put(t.Context(), sinkRecords("a", "b")))
	require.NoError(t, task.Put(t.Context(), nil))
	require.NoError(t, task.Stop(t.Context()))
	assert.Equal(t, []string{"a\nb\n"}, out.calls)
}

func TestWritesAreWholeLines(t *testing.T) {
	var out writes
	task := newSinkTask()
	task.out = &out
	long := strings.Repeat("x", writeSize/3)
	require.NoError(t, task.Put(t.Context(), sinkRecords(long, long, long, long, strings.Repeat("y", 5*writeSize), "end")))
	require.Len(t, out.calls, 3)
	for _, call := range out.calls {
		assert.True(t, strings.HasSuffix(call, "\n"))
	}
	assert.LessOrEqual(t, cap(task.lines), 4*writeSize, "memory of long lines is given back")
}

func TestASinkFileThatCannotBeOpenedFailsTheTaskWithAReason(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, path, want string
	}{
		{"a folder", dir, "is a directory"},
		{"a file in a folder that is missing", filepath.Join(dir, "no", "out.txt"), "create the folder that it is in"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			task := newSinkTask()
			err := task.Start(t.Context(), &conntest.SinkContext{}, map[string]string{"file": tt.path})
			assert.ErrorContains(t, err, "write file "+tt.path)
			assert.ErrorContains(t, err, tt.want)
			assert.NoError(t, task.Stop(t.Context()))
		})
	}
	denied := explainOpen("/data/out.txt", &os.PathError{Op: "open", Path: "/data/out.txt", Err: os.ErrPermission})
	assert.ErrorContains(t, denied, "give the user that the worker runs as the right to write it")
}

func TestAFailedWriteIsNotRepeatedByStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	task := startSink(t, &conntest.SinkContext{}, path)
	require.NoError(t, task.file.Close())
	require.ErrorContains(t, task.Put(t.Context(), sinkRecords("a")), "write to file "+path)
	assert.Empty(t, task.lines)
	assert.Empty(t, bytes.TrimSpace([]byte(contents(t, path))))
}
