// SPDX-License-Identifier: Apache-2.0

//go:build unix

package kafkatest

import (
	"fmt"
	"os"
	"syscall"
)

func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// askForThreads has Java print its threads to its standard output.
func askForThreads(p *os.Process) error { return p.Signal(syscall.SIGQUIT) }

// Pause stops the broker's process in place (SIGSTOP): it keeps its connections and answers nothing.
func (b *Broker) Pause() error { return b.signal(syscall.SIGSTOP) }

// Resume lets a paused broker go on (SIGCONT).
func (b *Broker) Resume() error { return b.signal(syscall.SIGCONT) }

func (b *Broker) signal(s os.Signal) error {
	if b.proc == nil {
		return fmt.Errorf("send %s to the broker on %s: it does not run", s, b.Addr())
	}
	if err := b.proc.cmd.Process.Signal(s); err != nil {
		return fmt.Errorf("send %s to the broker on %s: %w", s, b.Addr(), err)
	}
	return nil
}
