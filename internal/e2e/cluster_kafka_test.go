// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestWhatAKilledWorkerRanGoesOnElsewhere is the shortest story of a cluster: work is shared, any worker takes any call, and what
// a worker ran that was killed goes on within seconds.
func TestWhatAKilledWorkerRanGoesOnElsewhere(t *testing.T) {
	const connectors = 6
	c, dir := clustered(t, kafkatest.SharedBroker(t).Addr(), 3, nil), t.TempDir()
	c.start()
	in := func(i int) string { return filepath.Join(dir, fmt.Sprintf("in-%d.txt", i)) }
	out := func(i int) string { return filepath.Join(dir, fmt.Sprintf("out-%d.txt", i)) }
	topic := kafkatest.Topic(t)
	for i := range connectors {
		addLines(t, in(i), 0, 100)
		c.all[i%3].source(fmt.Sprintf("in-%d", i), in(i), fmt.Sprintf("%s-%d", topic, i))
		c.all[(i+1)%3].sink(fmt.Sprintf("out-%d", i), fmt.Sprintf("%s-%d", topic, i), out(i))
	}
	for i := range connectors {
		awaitSize(t, out(i), fileSize(in(i)), settleLimit)
	}
	info, err := c.all[0].cluster()
	require.NoError(t, err)
	for _, m := range info.Members {
		require.Len(t, m.Tasks, 2*connectors/3, "tasks of %s", m.Worker)
		require.Len(t, m.Connectors, 2*connectors/3, "connectors of %s", m.Worker)
	}
	leader, other := c.leader()
	for _, victim := range []*worker{other, leader} {
		victim.kill()
		killed := time.Now()
		for i := range connectors {
			addLines(t, in(i), 0, 100)
		}
		for i := range connectors {
			awaitSize(t, out(i), fileSize(in(i)), settleLimit)
		}
		t.Logf("all records of %s flow after %s", victim.id(), time.Since(killed))
	}
	c.terminate()
}
