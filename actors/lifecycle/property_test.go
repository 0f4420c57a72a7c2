// SPDX-License-Identifier: Apache-2.0

package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

// world is what an actor that carries out the effects would have around it. It fails the test on an effect that no actor
// could carry out.
type world struct {
	*rapid.T
	state     lifecycle.State
	alive     int // the generation that runs, 0 for none
	cancelled bool
	suspended bool
	abandoned bool
	status    connect.State
	released  int
}

func newWorld(t *rapid.T) *world {
	kind := rapid.SampledFrom([]lifecycle.Kind{lifecycle.Task, lifecycle.Connector}).Draw(t, "kind")
	return &world{T: t, state: lifecycle.New(kind, 0)}
}

func (w *world) happen(e lifecycle.Event) {
	before := w.state
	next, effects := lifecycle.Next(w.state, e)
	again, sameEffects := lifecycle.Next(w.state, e)
	require.Equal(w, next, again, "Next is a function")
	require.Equal(w, effects, sameEffects, "Next is a function")

	w.state = next
	if e.Kind == lifecycle.Exited && e.Generation == w.alive {
		w.alive = 0
	}
	if before.Phase == lifecycle.Unassigned && e.Kind == lifecycle.Assign {
		w.status = ""
	}
	for _, effect := range effects {
		w.carryOut(effect)
	}
	w.checkInvariants()
}

func (w *world) carryOut(e lifecycle.Effect) {
	switch e.Kind {
	case lifecycle.Spawn:
		require.Zero(w, w.alive, "a generation is spawned beside another")
		w.alive, w.cancelled, w.suspended, w.abandoned = e.Generation, false, false, false
	case lifecycle.Suspend:
		w.requireWorking(e)
		require.False(w, w.suspended)
		w.suspended = true
	case lifecycle.Resume:
		w.requireWorking(e)
		require.True(w, w.suspended)
		w.suspended = false
	case lifecycle.Cancel:
		w.requireWorking(e)
		w.cancelled = true
	case lifecycle.ArmGrace:
		require.Equal(w, w.alive, e.Generation)
		require.True(w, w.cancelled)
	case lifecycle.Abandon:
		require.Equal(w, w.alive, e.Generation)
		require.True(w, w.cancelled, "abandoned before it was cancelled")
		require.False(w, w.abandoned, "abandoned twice")
		w.abandoned = true
	case lifecycle.Publish:
		require.Equal(w, e.State == connect.Failed, e.Trace != "" && e.State != connect.Restarting, "%s", e)
		require.False(w, w.state.Kind == lifecycle.Task && e.State == connect.Stopped, "a task is never STOPPED")
		w.status = e.State
	case lifecycle.Released:
		w.released++
	}
}

func (w *world) requireWorking(e lifecycle.Effect) {
	require.Equal(w, w.alive, e.Generation, "%s is not alive", e)
	require.False(w, w.cancelled, "%s after Cancel", e)
}

func (w *world) checkInvariants() {
	s := w.state
	require.Equal(w, w.alive != 0, s.Occupied())
	require.Equal(w, w.alive != 0 && w.abandoned, s.GivenUp())
	require.Equal(w, w.alive != 0 && !w.cancelled, s.Working(s.Generation))
	require.False(w, s.Working(s.Generation-1))
	if w.status != "" {
		require.Equal(w, w.status, s.Reported())
	}
	switch s.Phase {
	case lifecycle.Unassigned, lifecycle.Stopped:
		require.Zero(w, w.alive)
	case lifecycle.Starting, lifecycle.Running:
		require.True(w, w.alive != 0 && !w.cancelled)
	case lifecycle.Stopping:
		require.True(w, w.alive != 0 && w.cancelled && !w.abandoned)
	case lifecycle.Abandoned:
		require.True(w, w.alive != 0 && w.abandoned)
	}
	if s.Phase == lifecycle.Running {
		require.Equal(w, connect.Running, s.Reported())
		require.False(w, w.suspended, "RUNNING and held back")
	}
	if s.Phase == lifecycle.Paused {
		require.Equal(w, connect.Paused, s.Reported())
		require.True(w, w.alive == 0 || w.suspended, "PAUSED and at work")
	}
}

func drawEvent(t *rapid.T, newest int) lifecycle.Event {
	return lifecycle.Event{
		Kind: rapid.Custom(func(t *rapid.T) lifecycle.EventKind {
			return lifecycle.EventKind(rapid.IntRange(0, int(lifecycle.RestartDue)).Draw(t, "n"))
		}).Draw(t, "kind"),
		Generation: newest - rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 1, -1}).Draw(t, "age"),
		Target:     rapid.SampledFrom([]connect.TargetState{connect.TargetStarted, connect.TargetPaused, connect.TargetStopped}).Draw(t, "target"),
		Trace:      rapid.SampledFrom([]string{"", "boom"}).Draw(t, "trace"),
		Retry:      rapid.Bool().Draw(t, "retry"),
		Announce:   rapid.Bool().Draw(t, "announce"),
	}
}

func (w *world) live() {
	for range rapid.IntRange(0, 60).Draw(w.T, "events") {
		w.happen(drawEvent(w.T, w.state.Generation))
	}
}

func TestNoHistoryBreaksTheMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { newWorld(t).live() })
}

func TestEveryReleaseEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.live()
		w.released = 0
		w.happen(lifecycle.Event{Kind: lifecycle.ReleaseRequested})
		if w.state.Phase == lifecycle.Stopping {
			require.Zero(t, w.released, "released while a generation may still write")
			end := rapid.SampledFrom([]lifecycle.EventKind{lifecycle.Exited, lifecycle.GraceExpired}).Draw(t, "end")
			w.happen(lifecycle.Event{Kind: end, Generation: w.alive})
		}
		require.Equal(t, 1, w.released)

		w.happen(lifecycle.Event{Kind: lifecycle.Exited, Generation: w.alive})
		require.Equal(t, lifecycle.Unassigned, w.state.Phase)
		require.Equal(t, 1, w.released, "released once")
	})
}

func TestEveryConnectorStopEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{T: t, state: lifecycle.New(lifecycle.Connector, 0)}
		w.live()
		w.happen(lifecycle.Event{Kind: lifecycle.Assign, Target: connect.TargetStopped})
		w.happen(lifecycle.Event{Kind: lifecycle.Exited, Generation: w.alive})
		require.Equal(t, lifecycle.Stopped, w.state.Phase)
		require.Equal(t, connect.Stopped, w.status)
	})
}

func TestEveryRestartEndsInANewGeneration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.live()
		w.happen(lifecycle.Event{Kind: lifecycle.Assign, Target: connect.TargetStarted})
		before := w.state.Generation
		w.happen(lifecycle.Event{Kind: lifecycle.RestartRequested})
		w.happen(lifecycle.Event{Kind: lifecycle.Exited, Generation: before})
		require.Equal(t, before+1, w.state.Generation)
		w.happen(lifecycle.Event{Kind: lifecycle.Started, Generation: w.alive})
		require.Equal(t, connect.Running, w.status)
	})
}

func TestNothingIsSpawnedWhileAnAbandonedGenerationRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.happen(lifecycle.Event{Kind: lifecycle.Assign, Target: connect.TargetStarted})
		w.happen(lifecycle.Event{Kind: lifecycle.RestartRequested})
		w.happen(lifecycle.Event{Kind: lifecycle.GraceExpired, Generation: 1})
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			e := drawEvent(t, 1)
			if e.Kind == lifecycle.Exited {
				continue
			}
			w.happen(e)
			require.Equal(t, 1, w.state.Generation)
			require.True(t, w.state.GivenUp())
		}
	})
}
