// SPDX-License-Identifier: Apache-2.0

//go:build windows

package app

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// inBackground takes the process out of the console: it gets no Ctrl-C from there and outlives it.
func inBackground() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
