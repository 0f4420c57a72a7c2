// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals ask the process to stop gracefully. The end of the terminal is one of them, unless nohup has it ignored.
func stopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
