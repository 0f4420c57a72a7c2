// SPDX-License-Identifier: Apache-2.0

//go:build windows

package app

import (
	"os"
	"syscall"
)

// stopSignals ask the process to stop gracefully: Ctrl-C, and what Go makes of the end of the console, a logoff or a shutdown.
func stopSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
