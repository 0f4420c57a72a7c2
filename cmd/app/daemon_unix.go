// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import "syscall"

// inBackground takes the process out of the terminal's session: it gets no SIGHUP and no Ctrl-C from there.
func inBackground() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
