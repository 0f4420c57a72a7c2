// SPDX-License-Identifier: Apache-2.0

package machine

import (
	"fmt"
	"os"
)

// Threads is how many threads a process has. It needs Linux.
func Threads(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return procField(string(status), "Threads:")
}
