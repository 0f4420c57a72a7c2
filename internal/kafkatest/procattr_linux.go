// SPDX-License-Identifier: Apache-2.0

package kafkatest

import "syscall"

// procAttr has the kernel kill the process when its parent dies, so that a killed test leaves no broker behind.
func procAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
