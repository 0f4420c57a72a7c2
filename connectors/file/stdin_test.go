// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
)

func startStdin(t *testing.T, from *lateReader, props map[string]string) *sourceTask {
	t.Helper()
	task := newSourceTask()
	task.stdin = from
	require.NoError(t, task.Start(t.Context(), &conntest.SourceContext{}, props))
	return task
}

func TestStandardInputIsReadWithoutAFile(t *testing.T) {
	for name, props := range map[string]map[string]string{
		"file is not set": {"topic": "lines"}, "file is empty": {"topic": "lines", "file": ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, w := io.Pipe()
				task := startStdin(t, newLateReader(r), props)
				go w.Write([]byte("typed\nnot yet"))
				records, err := task.Poll(t.Context())
				require.NoError(t, err)
				require.Len(t, records, 1)
				assert.Equal(t, "typed", records[0].Value)
				assert.Equal(t, map[string]any{"position": nil}, records[0].SourceOffset.Fields())
				_, set := props["file"]
				assert.Equal(t, set, records[0].SourcePartition.Fields()["filename"] != nil, "null unless it is configured")
				require.NoError(t, w.Close())
				assert.Empty(t, values(t, task), "a line without an end is none, at the end of the input too")
				require.NoError(t, task.Stop(t.Context()))
			})
		})
	}
}

func TestATaskStopsWhileNobodyTypesAndTheNextOneGetsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		input := newLateReader(r)
		first := startStdin(t, input, map[string]string{"topic": "lines"})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		began := time.Now()
		records, err := first.Poll(ctx)
		require.NoError(t, err)
		require.Empty(t, records)
		require.NoError(t, first.Stop(t.Context()))
		assert.Equal(t, 10*time.Millisecond, time.Since(began))

		_, err = w.Write([]byte("late\n"))
		require.NoError(t, err)
		second := startStdin(t, input, map[string]string{"topic": "lines"})
		assert.Equal(t, []any{"late"}, values(t, second))
		require.NoError(t, w.Close())
	})
}

func TestAnErrorOfStandardInputFailsTheTask(t *testing.T) {
	broken := newLateReader(iotest.ErrReader(errors.New("input/output error")))
	task := startStdin(t, broken, map[string]string{"topic": "lines"})
	_, err := task.Poll(t.Context())
	assert.EqualError(t, err, "read standard input: input/output error")
}

func TestALateReaderKeepsWhatACallerHasNoRoomFor(t *testing.T) {
	r, w := io.Pipe()
	late := newLateReader(r)
	go w.Write([]byte("abcde"))
	p := make([]byte, 2)
	for _, want := range []string{"ab", "cd", "e"} {
		n, err := late.read(t.Context(), p, time.Minute)
		require.NoError(t, err)
		assert.Equal(t, want, string(p[:n]))
	}
	require.NoError(t, w.Close())
	n, err := late.read(t.Context(), p, time.Minute)
	assert.Zero(t, n)
	assert.ErrorIs(t, err, io.EOF)
}
