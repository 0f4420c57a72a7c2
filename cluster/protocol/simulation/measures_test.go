// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// peaceful is a cluster in which nothing goes wrong but what a test does: so many workers, of which some have not started yet, with all
// its work running.
func peaceful(t *testing.T, seed uint64, started, later int) *world {
	t.Helper()
	shape := shapeOf(seed, all)
	shape.settings = protocol.Defaults()
	shape.workers, shape.connectors, shape.tasks = started+later, 4, 3
	shape.loss = 0
	w := newWorld(shape, &transcript{most: lastSteps})
	w.quiet = true
	for _, o := range w.workers[:started] {
		w.after(w.between(0, 500*ms), o.begin)
	}
	for c := range shape.connectors {
		r := generation.Record{Key: connectorKey + string(rune('a'+c)) + string(rune('0'+c)), Value: []byte{byte('0' + w.chance.IntN(4))}}
		w.after(w.between(5*s, 7*s), func() { w.churn.persist(r, 100) })
	}
	w.run(30 * s)
	w.settles(t, s)
	return w
}

// settles lets time go on until all work runs, and returns how long that took.
func (w *world) settles(t *testing.T, most time.Duration) time.Duration {
	t.Helper()
	from := w.now
	for w.settled() != nil && w.wrong == nil && w.now < from+most {
		w.run(w.now + 5*ms)
	}
	require.NoError(t, w.wrong, "seed %d\n%s", w.shape.seed, strings.Join(w.told.lines, "\n"))
	require.NoError(t, w.settled(), "seed %d\n%s", w.shape.seed, strings.Join(w.told.lines, "\n"))
	return w.now - from
}

// moved counts the units that have another owner than before, of those whose owner is not the one that is left out.
func moved(before, after generation.State, except string) (tasks, instances int) {
	for u, g := range before.Grants {
		switch {
		case g.Worker == except || after.Grants[u].Since == g.Since:
		case u.Task == generation.Instance:
			instances++
		default:
			tasks++
		}
	}
	return tasks, instances
}

func TestWorkOfAKilledWorkerRunsAgainWithinFourSecondsAndNothingElseMoves(t *testing.T) {
	var took []time.Duration
	for seed := range uint64(histories / 10) {
		w := peaceful(t, seed, 3+int(seed%4), 0)
		victim := w.workers[w.chance.IntN(len(w.workers))].process()
		if seed%2 == 0 {
			victim = w.leader()
		}
		before := w.judge.state
		victim.end("killed")
		victim.worker.down = w.happens(0.5)
		took = append(took, w.settles(t, 10*s))
		tasks, instances := moved(before, w.judge.state, victim.worker.name)
		require.Zero(t, tasks+instances, "seed %d: live workers' units that have moved", seed)
	}
	slices.Sort(took)
	t.Logf("runs again after: median %v, p99 %v, longest %v", took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	require.LessOrEqual(t, took[len(took)*99/100], 4*s)
}

func TestAWorkerThatJoinsIsGivenItsShareAndNothingElseMoves(t *testing.T) {
	for seed := range uint64(histories / 20) {
		w := peaceful(t, seed, 2+int(seed%4), 1)
		before := w.judge.state
		w.workers[len(w.workers)-1].begin()
		w.run(w.now + 10*s)
		w.settles(t, 10*s)
		tasks, instances := moved(before, w.judge.state, "")
		connectors := w.shape.connectors
		all := len(before.Grants) - connectors
		require.LessOrEqual(t, tasks, (all+len(w.workers)-1)/len(w.workers), "seed %d: tasks that have moved", seed)
		require.LessOrEqual(t, instances, (connectors+len(w.workers)-1)/len(w.workers), "seed %d: connector instances that have moved", seed)
	}
}

func TestAGracefulLeaveOverlapsNothingAndMovesOnlyWhatItHad(t *testing.T) {
	for seed := range uint64(histories / 20) {
		w := peaceful(t, seed, 3+int(seed%4), 0)
		leaver := w.workers[w.chance.IntN(len(w.workers))].process()
		before := w.judge.state
		leaver.step(protocol.Leave{})
		w.run(w.now + 5*s)
		w.settles(t, 10*s)
		require.False(t, leaver.alive, "seed %d: the worker has not left", seed)
		tasks, instances := moved(before, w.judge.state, leaver.worker.name)
		require.Zero(t, tasks+instances, "seed %d: others' units that have moved", seed)
	}
}
