// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// instants are those of a clock that a test moves.
type instants struct{ at atomic.Int64 }

func (c *instants) now() time.Duration   { return time.Duration(c.at.Load()) }
func (c *instants) pass(d time.Duration) { c.at.Add(int64(d)) }
func (c *instants) lease(stall time.Duration) *lease {
	c.pass(time.Hour) // instants mean something only beside each other
	return newLease(c.now, stall)
}

func TestALeaseIsOpenUntilItsTimeIsOver(t *testing.T) {
	var clock instants
	l := clock.lease(time.Minute)
	require.False(t, l.open(), "nobody has set it")
	l.set(clock.now() + time.Second)
	require.True(t, l.open())
	clock.pass(time.Second - 1)
	require.True(t, l.open())
	clock.pass(1)
	require.False(t, l.open())
	l.tick()
	require.False(t, l.open())
	l.set(clock.now() + 1)
	require.True(t, l.open())
	l.set(0)
	require.False(t, l.open())
}

func TestAStallClosesALeaseUntilItIsSetAgain(t *testing.T) {
	var clock instants
	l := clock.lease(time.Second)
	l.set(clock.now() + time.Hour)
	for range 20 {
		clock.pass(100 * time.Millisecond)
		require.True(t, l.open())
		l.tick()
	}
	clock.pass(time.Second)
	require.False(t, l.open(), "before anybody else has noticed")
	l.tick()
	require.False(t, l.open(), "another worker may have been given the work meanwhile")
	l.set(clock.now() + time.Hour)
	require.True(t, l.open())
}

func TestALeaseThatWasClosedMeanwhileCanBeTold(t *testing.T) {
	var clock instants
	l := clock.lease(time.Second)
	l.set(clock.now() + time.Minute)
	was := l.times()
	clock.pass(time.Millisecond)
	l.tick()
	l.set(clock.now() + time.Minute)
	require.Equal(t, was, l.times(), "it was open all the time")
	clock.pass(time.Second)
	l.tick()
	l.set(clock.now() + time.Minute)
	require.True(t, l.open())
	require.NotEqual(t, was, l.times(), "the process stood still")
	require.Zero(t, (*lease)(nil).times())
}

func TestNoLeaseIsOpenForGood(t *testing.T) {
	var l *lease
	require.True(t, l.open())
	require.Nil(t, l.watch())
}

func TestWhoWaitsForALeaseHearsThatItOpens(t *testing.T) {
	var clock instants
	l := clock.lease(time.Second)
	opened := l.watch()
	l.tick()
	l.set(clock.now())
	requireOpen(t, opened, false)
	l.set(clock.now() + time.Hour)
	requireOpen(t, opened, true)

	clock.pass(time.Second)
	opened = l.watch()
	require.False(t, l.open())
	l.tick()
	requireOpen(t, opened, false)
	l.set(clock.now() + time.Hour)
	requireOpen(t, opened, true)
}

func requireOpen(t *testing.T, told <-chan struct{}, want bool) {
	t.Helper()
	select {
	case <-told:
		require.True(t, want, "told too early")
	default:
		require.False(t, want, "not told")
	}
}
