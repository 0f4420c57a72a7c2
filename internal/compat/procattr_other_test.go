// SPDX-License-Identifier: Apache-2.0

//go:build real && !linux

package compat

import "syscall"

// procAttr is empty: only Linux can tie the life of a process to that of its parent.
func procAttr() *syscall.SysProcAttr { return nil }
