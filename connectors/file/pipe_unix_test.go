// SPDX-License-Identifier: Apache-2.0

//go:build unix

package file

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
)

func TestANamedPipeIsReadFromOneWriterAfterTheOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	task := newSourceTask()
	require.NoError(t, task.Start(t.Context(), &conntest.SourceContext{}, map[string]string{"file": path, "topic": "lines"}))
	require.Empty(t, values(t, task), "there is no writer yet, and opening does not wait for one")
	for _, text := range []string{"one", "two"} {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = w.WriteString(text + "\n")
		require.NoError(t, err)
		assert.Equal(t, []any{text}, values(t, task))
		require.NoError(t, w.Close())
	}
	require.NoError(t, task.Stop(t.Context()))
}

// That no goroutine is left in the read is seen by TestMain.
func TestATaskStopsWhileTheWriterOfANamedPipeIsSilent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	task := newSourceTask()
	require.NoError(t, task.Start(t.Context(), &conntest.SourceContext{}, map[string]string{"file": path, "topic": "lines"}))
	require.Empty(t, values(t, task))
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer w.Close()
	require.Empty(t, values(t, task))
	began := time.Now()
	require.NoError(t, task.Stop(t.Context()))
	assert.Less(t, time.Since(began), time.Second)
}

func TestASinkPipeThatNobodyReadsFailsTheTask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	task := newSinkTask()
	err := task.Start(t.Context(), &conntest.SinkContext{}, map[string]string{"file": path})
	assert.ErrorContains(t, err, "it is a named pipe that nobody reads; start its reader first")
	assert.NoError(t, task.Stop(t.Context()))
}

func TestASinkWritesToANamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	r, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	require.NoError(t, err)
	defer r.Close()
	task := startSink(t, &conntest.SinkContext{}, path)
	require.NoError(t, task.Put(t.Context(), sinkRecords("through")))
	got := make([]byte, 100)
	n, err := r.Read(got)
	require.NoError(t, err)
	assert.Equal(t, "through\n", string(got[:n]))
}
