// SPDX-License-Identifier: Apache-2.0

//go:build unix

package databasetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// nobody is the number of the user and group without rights on nearly every Unix.
const nobody = 65534

func root() bool { return os.Geteuid() == 0 }

// own gives a file or folder to the user that servers run as.
func own(path string) error {
	if !root() {
		return nil
	}
	return os.Chown(path, nobody, nobody)
}

// unprivileged has a command run as nobody when we are root.
func unprivileged(cmd *exec.Cmd) {
	if root() {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}

// askToEnd is what a server ends on at once, ending the sessions of its clients.
func askToEnd(p *os.Process, k kind) error {
	if k.endsOnInterrupt {
		return p.Signal(syscall.SIGINT)
	}
	return p.Signal(syscall.SIGTERM)
}

// Pause stops all processes of the server in place (SIGSTOP): they keep their connections and answer nothing. Where the system is
// not Linux that is the first process only.
func (s *Server) Pause() error { return s.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on (SIGCONT).
func (s *Server) Resume() error { return s.signal(syscall.SIGCONT) }

// signal reaches the first process before its children: it starts no new ones then.
func (s *Server) signal(sig syscall.Signal) error {
	if s.proc == nil {
		return fmt.Errorf("send %s to %s: it does not run", sig, s)
	}
	pid := s.proc.cmd.Process.Pid
	if err := syscall.Kill(pid, sig); err != nil {
		return fmt.Errorf("send %s to %s: %w", sig, s, err)
	}
	return toAll(children(pid), sig)
}

// killChildren ends those that the first process left behind.
func killChildren(pids []int) error { return toAll(pids, syscall.SIGKILL) }

func toAll(pids []int, sig syscall.Signal) error {
	for _, pid := range pids {
		// One that ends by itself meanwhile is fine.
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("send %s to process %d: %w", sig, pid, err)
		}
	}
	return nil
}
