// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import "syscall"

// procAttr has the kernel end a process when the tests die without cleaning up, as they do when they take too long.
func procAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
