// SPDX-License-Identifier: Apache-2.0

//go:build unix

package embeddedkafka

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeSpace counts the blocks that an ordinary user may take, not those kept for root.
func freeSpace(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // not an int64 on every system
}
