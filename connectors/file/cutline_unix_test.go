// SPDX-License-Identifier: Apache-2.0

//go:build unix

package file

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
)

func TestALineWithoutEndIsNotGluedToTheNextOne(t *testing.T) {
	whole := strings.Repeat("0123456\n", pageSize/8)
	cut := whole[:pageSize-5] + "piece"
	tests := []struct {
		name, before, after, aside string
		warnings                   int
	}{
		{"an empty file is left as it is", "", "", "", 0},
		{"a file of whole lines is left as it is", "a\nb\n", "a\nb\n", "", 0},
		{"a file of whole lines and pages is left as it is", whole, whole, "", 0},
		{"a line that somebody left without end gets one", "a\nb", "a\nb\n", "", 1},
		{"an only line without end gets one", "a", "a\n", "", 1},
		{"a line that is cut at a page is moved", cut, whole[:pageSize-8], "012piece\n", 1},
		{"an only line that is cut at a page is moved", strings.Repeat("x", pageSize), "", strings.Repeat("x", pageSize) + "\n", 1},
		{"a long cut line is moved", "a\n" + strings.Repeat("x", 50*pageSize-2), "a\n", strings.Repeat("x", 50*pageSize-2) + "\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out.txt")
			appendTo(t, path, tt.before)
			tc := &conntest.SinkContext{}
			task := startSink(t, tc, path)
			assert.Equal(t, tt.after, contents(t, path))
			assert.Equal(t, tt.warnings, tc.Logs.Count(slog.LevelWarn), tc.Logs.Text())
			if tt.aside == "" {
				assert.NoFileExists(t, path+".cut")
			} else {
				assert.Equal(t, tt.aside, contents(t, path+".cut"))
			}
			require.NoError(t, task.Put(t.Context(), sinkRecords("next")))
			assert.Equal(t, tt.after+"next\n", contents(t, path))
		})
	}
}

func TestALineWithoutEndIsLeftAloneWhileAnotherTaskWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	startSink(t, &conntest.SinkContext{}, path)
	appendTo(t, path, "being written")
	tc := &conntest.SinkContext{}
	startSink(t, tc, path)
	assert.Equal(t, "being written", contents(t, path))
	assert.Zero(t, tc.Logs.Count(slog.LevelWarn))
}

func TestATaskDoesNotWaitForEverForTheLockOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	other, err := os.Create(path)
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, lock(other, syscall.LOCK_EX))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	task := newSinkTask()
	err = task.Start(ctx, &conntest.SinkContext{}, map[string]string{"file": path})
	assert.ErrorContains(t, err, "file "+path)
	assert.ErrorContains(t, err, "another program holds a lock on it")
	require.NoError(t, task.Stop(t.Context()))
}

// shortWriter writes a part of what it is given to the file, as a disk does that becomes full.
type shortWriter struct {
	file *os.File
	n    int
}

func (w shortWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p[:w.n])
	if err != nil {
		return n, err
	}
	return n, &os.PathError{Op: "write", Path: w.file.Name(), Err: syscall.ENOSPC}
}

func TestAFullDiskFailsTheTaskAndLeavesWholeLines(t *testing.T) {
	for n, want := range map[int]string{0: "", 2: "", 3: "", 4: "one\n", 6: "one\n", 8: "one\ntwo\n"} {
		t.Run(fmt.Sprintf("after %d bytes", n), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out.txt")
			appendTo(t, path, "before\n")
			task := startSink(t, &conntest.SinkContext{}, path)
			task.out = shortWriter{task.file, n}
			err := task.Put(t.Context(), sinkRecords("one", "two", "three"))
			assert.ErrorContains(t, err, "write to file "+path)
			assert.ErrorContains(t, err, "no space left on device: make room there and restart the task")
			assert.Equal(t, "before\n"+want, contents(t, path))
			require.NoError(t, task.Stop(t.Context()))
			assert.Equal(t, "before\n"+want, contents(t, path))
		})
	}
}

func TestWhatOthersHaveAppendedIsNotTakenBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	task := startSink(t, &conntest.SinkContext{}, path)
	_, err := task.file.WriteString("pie")
	require.NoError(t, err)
	appendTo(t, path, "other\n")
	takeBack(task.file, 3)
	assert.Equal(t, "pieother\n", contents(t, path))
	other := startSink(t, &conntest.SinkContext{}, path)
	_, err = other.file.WriteString("pie")
	require.NoError(t, err)
	takeBack(other.file, 3)
	assert.Equal(t, "pieother\npie", contents(t, path), "the first task still writes")
}

// killedSink is the environment variable that makes this test binary a sink to be killed: the file, and the first line.
const killedSink = "LONGSHORE_TEST_KILLED_SINK"

// TestSinkToBeKilled is the other process of the test below: it puts numbered lines for ever and prints how far it got.
func TestSinkToBeKilled(t *testing.T) {
	path, first, wanted := strings.Cut(os.Getenv(killedSink), "|")
	if !wanted {
		return
	}
	from, err := strconv.Atoi(first)
	require.NoError(t, err)
	task := startSink(t, &conntest.SinkContext{}, path)
	for {
		batch := make([]any, 500)
		for i := range batch {
			batch[i] = numbered(from + i)
		}
		require.NoError(t, task.Put(t.Context(), sinkRecords(batch...)))
		from += len(batch)
		fmt.Println("put", from)
	}
}

// padding makes lines long enough for most of the time to be spent in writing.
var padding = strings.Repeat("x", 990)

func numbered(n int) string { return fmt.Sprintf("%09d ", n) + padding }

func TestKillsLeaveEveryLineWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	committed := 0
	for range 10 {
		committed = putUntilKilled(t, path, committed)
	}
	// The last start mends what the last kill has left.
	startSink(t, &conntest.SinkContext{}, path)

	next := 0
	lines := strings.Split(strings.TrimSuffix(contents(t, path), "\n"), "\n")
	for _, line := range lines {
		n, err := strconv.Atoi(strings.SplitN(line, " ", 2)[0])
		require.NoError(t, err)
		require.Equal(t, numbered(n), line)
		require.LessOrEqual(t, n, next, "a line is missing")
		next = max(next, n+1)
	}
	require.GreaterOrEqual(t, next, committed)
	cut, _ := os.ReadFile(path + ".cut")
	t.Logf("%d lines, %d committed, %d pieces were moved", len(lines), committed, strings.Count(string(cut), "\n"))
}

// putUntilKilled returns the number of lines that the killed process had put, as far as it could tell. The moment is one
// at which the file grows: most kills come in the middle of a write.
func putUntilKilled(t *testing.T, path string, from int) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestSinkToBeKilled$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d", killedSink, path, from))
	cmd.Stdout = &out
	enough := sizeOf(path) + 1<<20 + rand.Int64N(4<<20)
	require.NoError(t, cmd.Start())
	for sizeOf(path) < enough && ctx.Err() == nil {
		runtime.Gosched()
	}
	require.NoError(t, cmd.Process.Kill())
	require.ErrorContains(t, cmd.Wait(), "killed")
	require.NoError(t, ctx.Err(), "the sink has not written enough")
	for line := range strings.Lines(out.String()) {
		if n, done := strings.CutSuffix(line, "\n"); done {
			_, err := fmt.Sscanf(n, "put %d", &from)
			require.NoError(t, err, line)
		}
	}
	return from
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
