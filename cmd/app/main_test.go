// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is what a command has printed so far.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// command is a program whose process is the test.
type command struct {
	program
	out, err *screen
	signal   chan os.Signal
}

func newCommand(name string, args ...string) *command {
	c := &command{out: &screen{}, err: &screen{}, signal: make(chan os.Signal, 2)}
	c.program = program{name: name, args: args, stdout: c.out, stderr: c.err, signals: c.signal,
		getenv: func(string) string { return "" }, plugins: allPlugins(nil)}
	return c
}

// start runs a command that goes on until it is interrupted.
func (c *command) start(t *testing.T, run func(*program) int) (exit <-chan int) {
	t.Helper()
	done := make(chan int, 1)
	go func() { done <- run(&c.program) }()
	return done
}

// interrupt stops it and returns its exit code.
func (c *command) interrupt(t *testing.T, exit <-chan int) int {
	t.Helper()
	c.signal <- os.Interrupt
	return c.await(t, exit)
}

func (c *command) await(t *testing.T, exit <-chan int) int {
	t.Helper()
	select {
	case code := <-exit:
		return code
	case <-time.After(time.Minute):
		require.Fail(t, "the command does not end", c.err.String())
		return -1
	}
}

// writeFile writes a file into a folder of the test.
func writeFile(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
