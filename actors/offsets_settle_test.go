// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The worker's own topic is closed after that: copies on their way to it would be lost.
func TestADrainWaitsForTheOffsetsTopicsThatAreBeingClosed(t *testing.T) {
	hand := &handClock{}
	env := &environment{runtime: Runtime{Clock: hand}, config: Config{OffsetFlushTimeout: time.Second}}
	busy := &ownTopic{connector: "b", gone: make(chan struct{})} // its task was abandoned
	closing := &ownTopic{connector: "c", of: ownTopicSpec{topic: "own"}, gone: make(chan struct{}), closing: true}
	env.own.open = map[string][]*ownTopic{"b": {busy}, "c": {closing}}
	settled := make(chan error)
	settle := func() { settled <- env.own.settle(t.Context(), env) }

	go settle()
	require.Eventually(t, func() bool { hand.mu.Lock(); defer hand.mu.Unlock(); return len(hand.timers) == 1 }, timeToSee, tick)
	hand.timers[0]()
	require.EqualError(t, <-settled, "close the offsets topic own of connector c: context deadline exceeded")

	go settle()
	close(closing.gone)
	require.NoError(t, <-settled)
}
