// SPDX-License-Identifier: Apache-2.0

package budget

import (
	"bufio"
	"bytes"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// Bounds of a worker's budget that nobody has set.
const (
	// part of the memory is for records that are held: Go's collector lets a heap grow to twice what is alive, and what is made of
	// records while they are converted, the clients and the tasks need memory, too.
	part = 4
	// most is not exceeded by default: more records in flight make nothing faster.
	most = 512 << 20
	// least is what even a small container gets.
	least = 16 << 20
	// unknown is for systems that do not tell how much memory there is.
	unknown = 256 << 20
)

// Default is the budget of a worker that may use so many bytes of memory: a quarter of them, 16 to 512 MiB. 0 is not known.
func Default(memory int64) int64 {
	if memory <= 0 {
		return unknown
	}
	return min(max(memory/part, least), most)
}

// Memory is how many bytes of memory this process may use: GOMEMLIMIT, the limit of its control group or the machine's memory, whichever
// is least; 0 where none of these is known.
func Memory() int64 {
	// A negative limit changes nothing and returns the one that holds.
	return smallest(debug.SetMemoryLimit(-1), ofSystem(os.DirFS("/")))
}

// ofSystem reads what Linux tells. Other systems have no such files.
func ofSystem(root fs.FS) int64 {
	memory := ofMachine(root)
	for line := range bytes.Lines(read(root, "proc/self/cgroup")) {
		// hierarchy:controllers:path, where version 2 has no controllers.
		fields := strings.SplitN(strings.TrimSpace(string(line)), ":", 3)
		switch {
		case len(fields) < 3:
		case fields[1] == "":
			memory = smallest(memory, ofGroup(root, "sys/fs/cgroup", fields[2], "memory.max"))
		case fields[1] == "memory":
			memory = smallest(memory, ofGroup(root, "sys/fs/cgroup/memory", fields[2], "memory.limit_in_bytes"))
		}
	}
	return memory
}

// ofGroup is the least limit of a control group and those above it, up to the one that is mounted.
func ofGroup(root fs.FS, mount, group, file string) int64 {
	var memory int64
	for ; ; group = path.Dir(group) {
		text := strings.TrimSpace(string(read(root, path.Join(mount, group, file))))
		limit, _ := strconv.ParseInt(text, 10, 64) // "max" is none
		memory = smallest(memory, limit)
		if group == "/" || group == "." {
			return memory
		}
	}
}

func ofMachine(root fs.FS) int64 {
	lines := bufio.NewScanner(bytes.NewReader(read(root, "proc/meminfo")))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == "MemTotal:" {
			kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// read is empty for what is not there.
func read(root fs.FS, name string) []byte {
	text, _ := fs.ReadFile(root, name)
	return text
}

// smallest leaves out what is not known, or so large that it is no limit.
func smallest(limits ...int64) int64 {
	least := int64(math.MaxInt64)
	for _, limit := range limits {
		if limit > 0 {
			least = min(least, limit)
		}
	}
	if least >= 1<<60 {
		return 0
	}
	return least
}
