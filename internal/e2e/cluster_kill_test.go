// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// healLimit is how long the records of a killed worker's connectors may stand still: the median of all rounds.
	healLimit = 4 * time.Second
	// mostKills is how often each kind of worker is killed at most.
	mostKills = 10
)

// TestAKilledWorkersRecordsFlowAgainWithinSeconds counts records, and nothing that workers say: the end of each source's topic
// and what each sink has written.
func TestAKilledWorkersRecordsFlowAgainWithinSeconds(t *testing.T) {
	const each = 50
	broker := kafkatest.StartBroker(t).Addr()
	f := flocking(t, broker, each)
	c := clustered(t, broker, 3, map[string]string{"value.converter": "org.apache.kafka.connect.storage.StringConverter"})
	c.start()
	f.create(c)
	var ofFollowers, ofLeaders []time.Duration
	for round := range min(rounds(t), mostKills) {
		c.balanced(f.k, 3, 2*each)
		f.flows(time.Now())
		_, follower := c.leader()
		ofFollowers = append(ofFollowers, f.kill(c, follower, fmt.Sprintf("round %d, a worker that does not lead", round+1)))

		c.balanced(f.k, 3, 2*each)
		f.flows(time.Now())
		leader, _ := c.leader()
		ofLeaders = append(ofLeaders, f.kill(c, leader, fmt.Sprintf("round %d, the leader", round+1)))
	}
	for who, took := range map[string][]time.Duration{"a worker that does not lead": ofFollowers, "the leader": ofLeaders} {
		slices.Sort(took)
		t.Logf("kill -9 of %s, %d rounds: records of all %d connectors flow again after %s (median; fastest %s, slowest %s)",
			who, len(took), 2*each, took[len(took)/2], took[0], took[len(took)-1])
	}
	require.LessOrEqual(t, ofFollowers[len(ofFollowers)/2], healLimit, "median of the kills of a worker that does not lead")
	require.LessOrEqual(t, ofLeaders[len(ofLeaders)/2], healLimit, "median of the kills of the leader")
	c.balanced(f.k, 3, 2*each)
	c.terminate()
}

// kill kills a worker, returns after how long the records of all connectors flow again, and starts the worker again.
func (f *flock) kill(c *workers, victim *worker, what string) time.Duration {
	f.t.Helper()
	seen := c.witness(f.k)
	killed := time.Now()
	victim.kill()
	after := f.flows(killed)
	var last string
	for name, took := range after {
		if took > after[last] {
			last = name
		}
	}
	f.t.Logf("%s: records of all connectors flow again after %s, those of %s as the last", what, after[last], last)
	c.tell(killed)
	stayed := seen.requireUntouched(func(_ string, g grant) bool { return g.Worker == victim.id() })
	require.GreaterOrEqual(f.t, stayed, 2*f.each/3*2, "tasks of the other workers")
	seen.requireMovedOnce(victim)
	victim.launch()
	return after[last]
}

// tell prints what the workers that run have said about it since a time.
func (c *workers) tell(since time.Time) {
	c.t.Helper()
	for _, w := range c.all {
		if w.process != nil && w.running() {
			c.t.Logf("worker %s:\n%s", w.id(), milestones(w.said(), since))
		}
	}
}

// milestones are the lines of a log since a time that tell how work came to be moved: of those about connectors and tasks only the
// first and the last one.
func milestones(log string, since time.Time) string {
	var lines []string
	last := ""
	for line := range strings.Lines(log) {
		switch {
		case len(line) < len(logTime) || line[:len(logTime)] < since.Format(logTime):
		case !strings.Contains(line, `{"connector": `):
			lines = append(lines, line)
		case last == "":
			lines = append(lines, line)
			last = line
		default:
			last = line
		}
	}
	return strings.Join(append(lines, last), "")
}
