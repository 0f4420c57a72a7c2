// SPDX-License-Identifier: Apache-2.0

package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/clock"
)

func TestTheTimeSinceBootGoesOn(t *testing.T) {
	first := clock.SinceBoot()
	require.Positive(t, first)
	require.Eventually(t, func() bool { return clock.SinceBoot() > first }, 10*time.Second, time.Millisecond)
	for last := first; last < first+2*time.Millisecond; {
		now := clock.SinceBoot()
		require.GreaterOrEqual(t, now, last, "it never goes back")
		last = now
	}
}
