// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/longshore-io/connect/bench/internal/machine"
)

// bare is the bare client: each job is a process of its own, so that its CPU and memory can be told from the bench's. It is
// this program again, with other arguments (barejob.go).
type bare struct{ most int64 }

func (b *bare) peak() (int64, error) { return b.most, nil }

// move runs a process that waits for a line on its standard input before it starts, and for the end of it before it ends.
func (b *bare) move(ctx context.Context, m moving) (took span, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // kills a process that still runs, which is one that has failed
	cmd, in, out, err := startBare(ctx, m.bare)
	if err != nil {
		return took, fmt.Errorf("start the bare client: %w", err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return took, fmt.Errorf("start the bare client: %w", err)
	}
	begin := func() error {
		_, err := io.WriteString(in, "go\n")
		return err
	}
	if took, err = measureSpan(ctx, cmd.Process.Pid, begin, m.complete); err != nil {
		return took, err
	}
	peak, err := machine.PeakMemory(cmd.Process.Pid)
	if err != nil {
		return took, err
	}
	b.most = max(b.most, peak)
	if err := in.Close(); err != nil {
		return took, err
	}
	return took, cmd.Wait()
}

func startBare(ctx context.Context, job bareJob) (cmd *exec.Cmd, in io.WriteCloser, out io.Reader, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, nil, err
	}
	text, err := json.Marshal(job)
	if err != nil {
		return nil, nil, nil, err
	}
	cmd = exec.CommandContext(ctx, self, "-bare", string(text))
	cmd.Stderr = os.Stderr
	if in, err = cmd.StdinPipe(); err != nil {
		return nil, nil, nil, err
	}
	if out, err = cmd.StdoutPipe(); err != nil {
		return nil, nil, nil, err
	}
	return cmd, in, out, cmd.Start()
}
