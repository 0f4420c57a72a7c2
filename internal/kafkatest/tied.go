// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"os/exec"
	"runtime"
)

// StartTied starts a process that, on Linux, dies with the one that starts it. The channel is closed when it has ended and was
// waited for; its exit status is in cmd.ProcessState then. What tells of the start alone is the error. SysProcAttr may be set.
func StartTied(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	tie(cmd)
	ended, started := make(chan struct{}), make(chan error)
	go func() {
		// Linux sends the death signal when the thread ends that started the process, not when the parent does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		// The exit status tells nothing: a process ended by a signal has a bad one too.
		_ = cmd.Wait()
		close(ended)
	}()
	return ended, <-started
}
