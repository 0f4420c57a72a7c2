// SPDX-License-Identifier: Apache-2.0

package actors

import "time"

const (
	firstRetry   = 300 * time.Millisecond
	longestRetry = time.Minute
)

// retryDelay is the pause before a call is made again that a plugin wants repeated: it doubles up to a minute, less up to
// a quarter by random (a number in [0,1)), so that tasks that failed together do not come back together.
func retryDelay(attempt int, random float64) time.Duration {
	delay := longestRetry
	if attempt < 9 {
		delay = min(firstRetry<<(attempt-1), longestRetry)
	}
	return delay - time.Duration(random*float64(delay)/4)
}
