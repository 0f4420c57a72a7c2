// SPDX-License-Identifier: Apache-2.0

package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot reads a clock that never goes back, whatever is done to the time of day, and that goes on while the machine is
// suspended: here CLOCK_BOOTTIME. Only differences of two readings of one process mean something.
func SinceBoot() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return sinceStart() // a kernel or a sandbox without that clock has none at any time
	}
	return time.Duration(now.Nano())
}
