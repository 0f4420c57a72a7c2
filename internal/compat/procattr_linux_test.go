// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import "syscall"

// procAttr has the kernel end a worker when the tests die without cleaning up, as they do when they take too long.
func procAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
