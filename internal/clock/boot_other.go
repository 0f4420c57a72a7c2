// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package clock

import "time"

// SinceBoot reads a clock that never goes back, whatever is done to the time of day. Whether it goes on while the machine is
// suspended is up to the system. Only differences of two readings of one process mean something.
func SinceBoot() time.Duration { return sinceStart() }
