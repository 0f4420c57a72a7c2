// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// endLimit is how long a worker may take to end: after SIGTERM, or when it refuses to start.
const endLimit = 45 * time.Second

// dumpLimit is how long a process may take to print its goroutines.
const dumpLimit = 5 * time.Second

// process is a run of one of the commands.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr string // files
	exited         <-chan struct{}
	// awaited says that the test waits for the process to start or to end: if it fails then, one wants to know why.
	awaited bool
}

// launch starts a command. It is killed when the test ends; if the test has failed by then, its last words are shown.
func launch(t *testing.T, command string, args ...string) *process {
	t.Helper()
	return launchAs(t, command, exec.Command(kafkatest.Command(t, command), args...))
}

func launchAs(t *testing.T, command string, cmd *exec.Cmd) *process {
	t.Helper()
	dir := t.TempDir()
	p := &process{t: t, cmd: cmd,
		stdout: filepath.Join(dir, "stdout"), stderr: filepath.Join(dir, "stderr")}
	require.NoError(t, p.start())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s, process %d, said at its end:\n%s", command, p.pid(), p.tail())
		}
		if t.Failed() && p.awaited && p.running() {
			p.dump()
		}
		p.kill()
	})
	return p
}

// dump shows where the goroutines of a process are that hangs, and ends it.
func (p *process) dump() {
	before := len(p.said())
	if p.cmd.Process.Signal(syscall.SIGQUIT) != nil {
		return
	}
	late := time.AfterFunc(dumpLimit, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	<-p.exited
	p.t.Logf("its goroutines:%s", p.said()[before:])
}

func (p *process) start() (err error) {
	stdout, err := os.Create(p.stdout)
	if err != nil {
		return err
	}
	defer stdout.Close()
	stderr, err := os.Create(p.stderr)
	if err != nil {
		return err
	}
	defer stderr.Close()
	p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
	p.exited, err = kafkatest.StartTied(p.cmd)
	return err
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) running() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// kill is kill -9. It returns when the process is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // the only error is that it has ended
	<-p.exited
}

// terminate ends the process gracefully and requires that its standard output is empty.
func (p *process) terminate() {
	p.t.Helper()
	p.drain()
	out, err := os.ReadFile(p.stdout)
	require.NoError(p.t, err)
	require.Empty(p.t, string(out), "standard output belongs to connectors that print")
}

// drain sends SIGTERM and requires that the process ends by itself, with exit code 0.
func (p *process) drain() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(p.t, p.exitCode(), "exit code after SIGTERM")
}

// exitCode waits for the end of the process.
func (p *process) exitCode() int {
	p.t.Helper()
	p.awaited = true
	late := time.NewTimer(endLimit)
	defer late.Stop()
	select {
	case <-p.exited:
	case <-late.C:
		require.FailNow(p.t, "the process does not end", "waited %s", endLimit)
	}
	return p.cmd.ProcessState.ExitCode()
}

// said is what the process has written to standard error.
func (p *process) said() string {
	p.t.Helper()
	b, err := os.ReadFile(p.stderr)
	require.NoError(p.t, err)
	return string(bytes.TrimSpace(b))
}

// tail is the end of what the process has said, enough for its last words.
func (p *process) tail() string {
	const most = 8 << 10
	said := p.said()
	return said[max(0, len(said)-most):]
}
