// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// children are the ids of the processes that one has started and that still run.
func children(pid int) []int {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well-formed
	var ids []int
	for _, file := range files {
		text, _ := os.ReadFile(file) // a thread that has ended has no children
		for _, field := range strings.Fields(string(text)) {
			if id, err := strconv.Atoi(field); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
