// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"os/exec"
	"syscall"
)

// tie has the kernel kill the process when its parent dies, so that a killed test leaves no broker behind.
func tie(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
