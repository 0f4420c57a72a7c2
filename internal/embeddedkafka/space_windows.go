// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"fmt"
	"math"

	"golang.org/x/sys/windows"
)

// freeSpace counts what the user of this process may take, quotas included.
func freeSpace(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	return int64(min(free, math.MaxInt64)), nil
}
