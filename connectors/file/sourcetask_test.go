// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// startSource starts a task on a file of the test's own, which is not made yet.
func startSource(t *testing.T, tc *conntest.SourceContext, path, batch string) *sourceTask {
	t.Helper()
	task := newSourceTask()
	task.now = func() time.Time { return noon }
	props := map[string]string{"file": path, "topic": "lines", "batch.size": batch}
	require.NoError(t, task.Start(t.Context(), tc, props))
	t.Cleanup(func() { require.NoError(t, task.Stop(context.Background())) })
	return task
}

func storedAt(t *testing.T, path string, at int64) *conntest.SourceContext {
	t.Helper()
	tc := &conntest.SourceContext{}
	p := position(at)
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"filename": path}), &p))
	return tc
}

// values polls once.
func values(t *testing.T, task connect.SourceTask) []any {
	t.Helper()
	records, err := task.Poll(t.Context())
	require.NoError(t, err)
	var out []any
	for _, r := range records {
		out = append(out, r.Value)
	}
	return out
}

func TestALineBecomesARecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "first\nsécond\n")
	records, err := startSource(t, &conntest.SourceContext{}, path, "10").Poll(t.Context())
	require.NoError(t, err)
	require.Len(t, records, 2)
	want := connect.Record{Topic: "lines", ValueSchema: connect.String, Value: "sécond", Timestamp: noon}
	assert.Equal(t, want, records[1].Record)
	assert.Equal(t, map[string]any{"filename": path}, records[1].SourcePartition.Fields())
	assert.Equal(t, map[string]any{"position": int64(6)}, records[0].SourceOffset.Fields())
	assert.Equal(t, map[string]any{"position": int64(14)}, records[1].SourceOffset.Fields(), "é counts as two bytes")
	assert.Same(t, records[0].SourcePartition, records[1].SourcePartition)
}

func TestOffsetsStayWhatTheyAreWhenThePollIsLongOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, strings.Repeat("x\n", 3*positionsAtOnce))
	task := startSource(t, &conntest.SourceContext{}, path, "7")
	var kept []connect.Offset
	for len(kept) < 3*positionsAtOnce {
		records, err := task.Poll(t.Context())
		require.NoError(t, err)
		for _, r := range records {
			kept = append(kept, r.SourceOffset)
		}
	}
	for i, o := range kept {
		require.Equal(t, int64(2*(i+1)), o.Fields()["position"])
	}
}

func TestPollReturnsAtMostABatch(t *testing.T) {
	for batch, want := range map[string]int{"3": 3, "1": 1, "0": 1, "-5": 1, "100": 8} {
		t.Run("batch.size "+batch, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "in.txt")
			appendTo(t, path, strings.Repeat("x\n", 8))
			assert.Len(t, values(t, startSource(t, &conntest.SourceContext{}, path, batch)), want)
		})
	}
}

func TestPollReadsABoundedAmountWhateverTheBatchSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	line := strings.Repeat("x", 1<<20-1) + "\n"
	appendTo(t, path, strings.Repeat(line, 20))
	got := values(t, startSource(t, &conntest.SourceContext{}, path, "2000000000"))
	assert.InDelta(t, pollBytes>>20, len(got), 1)
}

func TestALineIsDeliveredOnceItIsComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "in.txt")
		task := startSource(t, &conntest.SourceContext{}, path, "10")
		for _, step := range []struct {
			text string
			want []any
		}{
			{"one\ntw", []any{"one"}}, {"", nil}, {"o", nil}, {"\r", nil}, {"\nthree\r", []any{"two"}}, {"four\n", []any{"three", "four"}},
		} {
			appendTo(t, path, step.text)
			assert.Equal(t, step.want, values(t, task), "after %q", step.text)
		}
	})
}

func TestTheTaskGoesOnAtTheStoredPosition(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "é\nb\nc\n")
	assert.Equal(t, []any{"b", "c"}, values(t, startSource(t, storedAt(t, path, 3), path, "10")))
}

func TestAStoredPositionThatIsNoNumberOfBytesFailsTheTask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	tc := &conntest.SourceContext{}
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"filename": path}), connect.OffsetMap{"position": "x"}))
	_, err := startSource(t, tc, path, "10").Poll(t.Context())
	assert.EqualError(t, err, "resume file "+path+": the stored position x is not a number of bytes: reset the connector's offsets")
}

func TestAStoredPositionThatIsNullStartsAtTheBeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "a\n")
	tc := &conntest.SourceContext{}
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"filename": path}), noPosition{}))
	assert.Equal(t, []any{"a"}, values(t, startSource(t, tc, path, "10")))
}

func TestAMissingFileIsWaitedForWithOneWarning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "in.txt")
		tc := &conntest.SourceContext{}
		task := startSource(t, tc, path, "10")
		began := time.Now()
		for range 5 {
			require.Empty(t, values(t, task))
		}
		assert.Equal(t, 5*time.Second, time.Since(began))
		assert.Equal(t, 1, tc.Logs.Count(slog.LevelWarn), tc.Logs.Text())
		assert.Contains(t, tc.Logs.Text(), path)
		appendTo(t, path, "here\n")
		assert.Equal(t, []any{"here"}, values(t, task))
	})
}

func TestPollEndsAboutASecondWithoutNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "in.txt")
		appendTo(t, path, "a\n")
		task := startSource(t, &conntest.SourceContext{}, path, "10")
		require.Len(t, values(t, task), 1)
		began := time.Now()
		require.Empty(t, values(t, task))
		assert.Equal(t, longWait, time.Since(began))
	})
}

// countedInput counts how often it was looked at.
type countedInput struct {
	input
	looks int
}

func (c *countedInput) read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	c.looks++
	return c.input.read(ctx, p, wait)
}

func TestAFileThatRestsIsLookedAtOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "in.txt")
		appendTo(t, path, "a\n")
		task := startSource(t, &conntest.SourceContext{}, path, "10")
		require.Len(t, values(t, task), 1)
		counted := &countedInput{input: task.in}
		task.in = counted
		looksOf := func(polls int) int {
			before := counted.looks
			for range polls {
				require.Empty(t, values(t, task))
			}
			return counted.looks - before
		}
		require.Equal(t, 4, looksOf(1), "after 100, 200 and 400 ms, where there was something just before")
		require.Equal(t, 10, looksOf(10))

		appendTo(t, path, "b\n")
		require.Len(t, values(t, task), 1)
		require.Equal(t, 4, looksOf(1))
	})
}

func TestACancelledPollEndsAtOnce(t *testing.T) {
	for name, text := range map[string]string{"waiting for the file": "", "waiting for lines": "incomplete"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "in.txt")
				if text != "" {
					appendTo(t, path, text)
				}
				task := startSource(t, &conntest.SourceContext{}, path, "10")
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(30*time.Millisecond, cancel)
				began := time.Now()
				records, err := task.Poll(ctx)
				require.NoError(t, err)
				require.Empty(t, records)
				assert.Equal(t, 30*time.Millisecond, time.Since(began))
			})
		})
	}
}

func TestWhatCannotBeReadFailsTheTaskWithAReason(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "in.txt")
	appendTo(t, path, "some text\n")
	denied := func(path string) (*os.File, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	writeOnly := func(path string) (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) }
	tests := []struct {
		name, path string
		open       func(string) (*os.File, error)
		want       []string
	}{
		{"a folder", dir, openForReading, []string{dir, "it is a directory"}},
		{"a file without the right to read it", path, denied, []string{path, "permission denied", "give the user that the worker runs as the right"}},
		{"a disk that does not answer", path, writeOnly, []string{"read file " + path}},
		{"a folder of the path that is a file", filepath.Join(path, "x"), openForReading, []string{"read file " + filepath.Join(path, "x")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			task := startSource(t, &conntest.SourceContext{}, tt.path, "10")
			task.open = tt.open
			_, err := task.Poll(t.Context())
			require.Error(t, err)
			assert.Equal(t, connect.Fatal, connect.Classify(err))
			for _, part := range tt.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

func shorter(path string, size, reached int) string {
	return fmt.Sprintf("read file %s: it was truncated or replaced: it has %d bytes and reading had reached byte %d: put the file back, or "+
		"stop the connector and reset its offsets (DELETE /connectors/{name}/offsets) to read the file from its start", path, size, reached)
}

func TestAFileThatIsShorterThanTheStoredPositionFailsTheTask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "new\n")
	_, err := startSource(t, storedAt(t, path, 5), path, "10").Poll(t.Context())
	assert.EqualError(t, err, shorter(path, 4, 5))
	assert.Equal(t, []any(nil), values(t, startSource(t, storedAt(t, path, 4), path, "10")), "its end is a good position")
}

func TestAFileThatIsTruncatedWhileItIsReadFailsTheTask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "one\ntwo\nthr")
	task := startSource(t, &conntest.SourceContext{}, path, "10")
	require.Len(t, values(t, task), 2)
	require.NoError(t, os.Truncate(path, 3))
	_, err := task.Poll(t.Context())
	assert.EqualError(t, err, shorter(path, 3, 11))
}

func TestARenamedFileIsReadOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	appendTo(t, path, "one\n")
	task := startSource(t, &conntest.SourceContext{}, path, "10")
	require.Len(t, values(t, task), 1)
	require.NoError(t, os.Rename(path, path+".1"))
	appendTo(t, path, "not seen\n")
	appendTo(t, path+".1", "two\n")
	assert.Equal(t, []any{"two"}, values(t, task))
}
