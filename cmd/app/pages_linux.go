// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// forgetPages has the kernel count no page of the program's file as this process's until it is used again. What the start has touched of
// code and constants, which is the initialization of every package, would stay in the process's resident memory for ever, 20 MB of it;
// what is used is mapped again from the page cache, in about a millisecond in all. Nothing is lost if it cannot be done.
func forgetPages() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		if from, size, is := constantPart(line, program); is {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, size, unix.MADV_DONTNEED)
		}
	}
}

// constantPart reads a line of maps: "from-to permissions offset device inode file". What can be written is left alone: it would be lost.
func constantPart(line, program string) (from, size uintptr, is bool) {
	var to uintptr
	var permissions string
	if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &permissions); err != nil {
		return 0, 0, false
	}
	return from, to - from, strings.HasSuffix(line, " "+program+"\n") && !strings.Contains(permissions, "w")
}
