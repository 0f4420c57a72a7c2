// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestAnOpenGateLetsPassAndAShutOneNever(t *testing.T) {
	g := newGate(gateOpen, nil)
	require.NoError(t, g.pass(t.Context()))
	g.turn(gateShut)
	require.ErrorIs(t, g.pass(t.Context()), connect.ErrFenced)
	g.turn(gateOpen)
	require.ErrorIs(t, g.pass(t.Context()), connect.ErrFenced, "a gate that was shut stays shut")
}

func TestAPausedGateHoldsUntilItIsTurned(t *testing.T) {
	for name, c := range map[string]struct {
		turn gatePosition
		want error
	}{"and lets pass when it opens": {gateOpen, nil}, "and refuses when it is shut": {gateShut, connect.ErrFenced}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, passed := newGate(gatePaused, nil), make(chan error, 1)
				go func() { passed <- g.pass(t.Context()) }()
				synctest.Wait()
				require.Empty(t, passed)
				g.turn(gatePaused) // again: whoever waits goes on waiting
				synctest.Wait()
				require.Empty(t, passed)
				g.turn(c.turn)
				require.Equal(t, c.want, <-passed)
			})
		})
	}
}

func TestAPausedGateGivesUpWithTheCauseOfTheContext(t *testing.T) {
	cause := errors.New("told to end")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	require.ErrorIs(t, newGate(gatePaused, nil).pass(ctx), cause)
}

func TestAClosedLeaseHoldsAnOpenGateInItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		during func(g *gate, l *lease, c *instants)
		want   error
	}{
		"until it is set":                {func(_ *gate, l *lease, c *instants) { l.set(c.now() + 1) }, nil},
		"and a pause goes on behind it":  {func(g *gate, l *lease, c *instants) { g.turn(gatePaused); l.set(c.now() + 1); g.turn(gateOpen) }, nil},
		"or until the task was cut off":  {func(g *gate, _ *lease, _ *instants) { g.turn(gateShut) }, connect.ErrFenced},
		"or until another worker has it": {func(g *gate, _ *lease, _ *instants) { g.turn(gateLost) }, connect.ErrFenced},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock instants
				l := clock.lease(time.Second)
				g, passed := newGate(gateOpen, l), make(chan error, 1)
				require.Equal(t, gatePaused, g.now())
				go func() { passed <- g.pass(t.Context()) }()
				l.tick()
				synctest.Wait()
				require.Empty(t, passed)
				c.during(g, l, &clock)
				require.Equal(t, c.want, <-passed)
			})
		})
	}
}

func TestAPauseDoesNotWakeWithTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock instants
		l := clock.lease(time.Second)
		g, passed := newGate(gatePaused, l), make(chan error, 1)
		go func() { passed <- g.pass(t.Context()) }()
		l.set(clock.now() + time.Hour)
		synctest.Wait()
		require.Empty(t, passed)
		l.set(0)
		g.turn(gateOpen)
		synctest.Wait()
		require.Empty(t, passed)
		l.set(clock.now() + time.Hour)
		require.NoError(t, <-passed)
	})
}

func TestALifeBeginsWithTheLeaseAlsoWhereItIsPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock instants
		l := clock.lease(time.Second)
		g, entered := newGate(gatePaused, l), make(chan error, 1)
		go func() { entered <- g.enter(t.Context()) }()
		synctest.Wait()
		require.Empty(t, entered)
		l.set(clock.now() + time.Hour)
		require.NoError(t, <-entered)
		g.turn(gateStopping)
		ended, end := context.WithCancelCause(t.Context())
		end(errEnded)
		require.ErrorIs(t, g.enter(ended), errEnded)
		g.turn(gateLost)
		require.ErrorIs(t, g.enter(t.Context()), connect.ErrFenced)
	})
}

func TestWhatAGateLetsPassAndWhatMayBeStoredBehindIt(t *testing.T) {
	for name, c := range map[string]struct {
		position gatePosition
		lease    bool
		now      gatePosition
		stores   bool
	}{
		"open":                             {gateOpen, true, gateOpen, true},
		"paused":                           {gatePaused, true, gatePaused, true},
		"stopping":                         {gateStopping, true, gatePaused, true},
		"cut off":                          {gateShut, true, gateShut, true},
		"lost":                             {gateLost, true, gateShut, false},
		"open, without the lease":          {gateOpen, false, gatePaused, false},
		"paused, without the lease":        {gatePaused, false, gatePaused, false},
		"stopping, without the lease":      {gateStopping, false, gatePaused, false},
		"cut off, without the lease":       {gateShut, false, gateShut, false},
		"lost, and without the lease, too": {gateLost, false, gateShut, false},
	} {
		t.Run(name, func(t *testing.T) {
			var clock instants
			l := clock.lease(time.Second)
			if c.lease {
				l.set(clock.now() + 1)
			}
			g := newGate(gateOpen, l)
			g.turn(c.position)
			require.Equal(t, c.now, g.now())
			require.Equal(t, c.stores, g.mayCommit())
		})
	}
}

func TestAGateThatStopsDoesNotOpenAgain(t *testing.T) {
	g := newGate(gateOpen, nil)
	g.turn(gateStopping)
	for _, position := range []gatePosition{gateOpen, gatePaused} {
		g.turn(position)
		require.Equal(t, gateStopping, g.at())
	}
	g.turn(gateLost)
	g.turn(gateShut)
	require.Equal(t, gateLost, g.at())
}

func TestWhatBecameOfARightHoldsForAllLivesUnderIt(t *testing.T) {
	id := unitID{"c", 0}
	add := func(g *gates, since int64) *gate {
		gate := newGate(gateOpen, nil)
		g.add(id, since, gate)
		return gate
	}
	t.Run("for the one that is there", func(t *testing.T) {
		var g gates
		gate, other := add(&g, 7), newGate(gateOpen, nil)
		g.add(unitID{"c", 1}, 7, other)
		g.close(id, 6)
		require.Equal(t, gateOpen, gate.at(), "an older right than that")
		g.close(id, 7)
		require.Equal(t, gateStopping, gate.at())
		g.shut(id, 7)
		require.Equal(t, gateLost, gate.at())
		require.Equal(t, gateOpen, other.at())
	})
	t.Run("for the one that comes, unless by a newer right", func(t *testing.T) {
		var g gates
		g.close(id, 7)
		require.Equal(t, gateStopping, add(&g, 7).at())
		g.shut(id, 5)
		require.Equal(t, gateStopping, add(&g, 6).at())
		require.Equal(t, gateOpen, add(&g, 8).at())
		g.shut(id, 7)
		require.Equal(t, gateLost, add(&g, 7).at())
	})
	t.Run("until the right can be given again", func(t *testing.T) {
		var g gates
		g.shut(id, 7)
		g.forget(id, 6)
		require.Equal(t, gateLost, add(&g, 7).at())
		g.forget(id, 7)
		require.Equal(t, gateOpen, add(&g, 7).at())
	})
	t.Run("and the end of a life does not take out its successor's", func(t *testing.T) {
		var g gates
		first, second := add(&g, 7), add(&g, 7)
		g.remove(id, first)
		g.close(id, 7)
		require.Equal(t, gateStopping, second.at())
		require.Equal(t, gateOpen, first.at())
		g.remove(id, second)
		require.Empty(t, g.of)
	})
}
