// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/longshore-io/connect/bench/internal/machine"
)

// bare is the bare client: each copy is a process of its own, so that its CPU and memory can be told from the bench's. It is
// this program again, with other arguments (barejob.go).
type bare struct {
	rig  *rig
	most int64
}

func (b *bare) source(ctx context.Context, file, topic string, lines int) (span, error) {
	return b.copy(ctx, "source", file, topic, lines, b.rig.topics.hasRecords(topic, lines))
}

func (b *bare) sink(ctx context.Context, topic, file string, lines int) (span, error) {
	return b.copy(ctx, "sink", file, topic, lines, hasSize(file, int64(lines)*lineBytes))
}

// copy runs a process that waits for a line on its standard input before it starts, and for the end of it before it ends.
func (b *bare) copy(ctx context.Context, role, file, topic string, lines int, complete func(context.Context) (bool, error)) (took span, err error) {
	self, err := os.Executable()
	if err != nil {
		return took, err
	}
	cmd := exec.CommandContext(ctx, self, "-bare", role, "-broker", b.rig.broker.Addr(), "-topic", topic, "-file", file, "-lines", strconv.Itoa(lines))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return took, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return took, err
	}
	if err := cmd.Start(); err != nil {
		return took, err
	}
	defer func() {
		_ = in.Close()
		if waitErr := cmd.Wait(); err == nil {
			err = waitErr
		}
	}()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return took, fmt.Errorf("start the bare client: %w", err)
	}
	begin := func() error {
		_, err := io.WriteString(in, "go\n")
		return err
	}
	if took, err = measureSpan(ctx, cmd.Process.Pid, begin, complete); err != nil {
		return took, err
	}
	peak, err := machine.PeakMemory(cmd.Process.Pid)
	b.most = max(b.most, peak)
	return took, err
}

func (b *bare) peak() (int64, error) { return b.most, nil }

func (b *bare) close() error { return nil }
