// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestARollingRestartLosesAndRepeatsNothing restarts one worker after the other under load. Every number arrives in the topic once
// and in its order, and the sink is given each once.
func TestARollingRestartLosesAndRepeatsNothing(t *testing.T) {
	const perSecond, tasks = 100, 3
	broker := kafkatest.StartBroker(t).Addr()
	c := clustered(t, broker, 3, nil)
	n := &numbers{t: t, k: lookInto(t, broker), topic: kafkatest.Topic(t), tasks: tasks}
	n.start(c, perSecond)
	for round := range rounds(t) {
		for _, w := range c.all {
			c.balanced(n.k, 3, 2*tasks)
			n.restart(c, w)
		}
		t.Logf("round %d: %d numbers are in the topic", round+1, len(n.produced()))
	}
	c.balanced(n.k, 3, 2*tasks)

	produced := n.stop(c.all[0].api)
	require.Zero(t, requireNoGap(t, produced), "numbers that came again")
	c.drain()
	n.requireGivenOnce()
	t.Logf("%d rolling restarts of three workers: %d numbers, none missing, none twice", rounds(t), len(produced))
}

// restart ends a worker gracefully and starts it again, and requires that nobody else's tasks notice that it leaves, and that no
// more than a share moves to it when it is back.
func (n *numbers) restart(c *workers, w *worker) {
	n.t.Helper()
	seen, began := c.witness(n.k), time.Now()
	w.drain()
	left := time.Since(began)
	seen.requireUntouched(func(_ string, g grant) bool { return g.Worker == w.id() })
	c.balanced(n.k, 2, 2*n.tasks)
	before := c.grants(n.k)
	began = time.Now()
	w.launch()
	n.processes = append(n.processes, w.process)
	c.balanced(n.k, 3, 2*n.tasks)
	moved := 0
	for task, g := range c.grants(n.k) {
		if g != before[task] {
			require.Equal(n.t, w.id(), g.Worker, "worker of task %s, which moved", task)
			moved++
		}
	}
	require.LessOrEqual(n.t, moved, 2*n.tasks/3, "tasks that moved to the worker that came back")
	back := time.Since(began)
	n.t.Logf("worker %s left in %s and was back with its share of %d after %s", w.id(), left, moved, back)
	if back > healLimit {
		c.tell(began)
	}
}
