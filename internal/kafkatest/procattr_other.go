// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package kafkatest

import "os/exec"

// tie does nothing: only Linux can tie the life of a process to that of its parent.
func tie(*exec.Cmd) {}
