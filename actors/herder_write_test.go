// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWritesWaitForOthersUntilTheFirstOfThemIsInAHurry(t *testing.T) {
	now := time.Unix(1000, 0)
	due := func(in ...time.Duration) *writes {
		w := &writes{}
		for _, d := range in {
			w.queue = append(w.queue, queuedWrite{due: now.Add(d)})
		}
		return w
	}
	assert.Zero(t, due().pause(now))
	assert.Equal(t, 20*time.Millisecond, due(20*time.Millisecond).pause(now), "a plan waits")
	assert.Equal(t, 5*time.Millisecond, due(20*time.Millisecond, 5*time.Millisecond).pause(now), "no longer than the first")
	assert.Zero(t, due(20*time.Millisecond, 0).pause(now), "a creation takes the plans along at once")
	assert.Zero(t, due(-time.Second).pause(now))
}
