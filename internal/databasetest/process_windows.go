// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"os"
	"os/exec"
)

func root() bool { return false }

func own(string) error { return nil }

func unprivileged(*exec.Cmd) {}

// askToEnd kills: Windows has no signal that asks.
func askToEnd(p *os.Process, _ kind) error { return p.Kill() }

// killChildren has nothing to do: children is empty here.
func killChildren([]int) error { return nil }
