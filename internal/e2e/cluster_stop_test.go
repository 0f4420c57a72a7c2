// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// mostStops is how often workers are stopped at most.
const mostStops = 4

// stall is how long a worker stands still, and the lease meanwhile: longer than the lease, so that its work is another's by then.
// Runs that nobody wants to wait long for have a shorter lease than workers have by default.
func stall(t *testing.T) (lasting, lease time.Duration) {
	if rounds(t) > fewRounds {
		return 30 * time.Second, 15 * time.Second
	}
	return 8 * time.Second, 4 * time.Second
}

// TestAStoppedWorkerThatGoesOnWritesNothingThatIsAnothers stands a process still (SIGSTOP), longer than its lease, and lets it go on.
// What each process did when is what the connectors have printed.
func TestAStoppedWorkerThatGoesOnWritesNothingThatIsAnothers(t *testing.T) {
	lasting, lease := stall(t)
	broker := kafkatest.StartBroker(t).Addr()
	c := clustered(t, broker, 3, map[string]string{"cluster.lease.ms": strconv.FormatInt(lease.Milliseconds(), 10), "offset.flush.interval.ms": "1000"})
	n := &numbers{t: t, k: lookInto(t, broker), topic: kafkatest.Topic(t), tasks: 3}
	n.start(c, 100)
	var stops []stored
	for round := range min(rounds(t), mostStops) {
		leader, other := c.leader()
		victim := []*worker{other, leader}[round%2]
		had, back := n.standStill(c, victim, lasting)
		stops = append(stops, had)
		overlap := n.overlap(back)
		t.Logf("worker %s has run a task that was another's for %s", victim.id(), overlap)
		require.LessOrEqual(t, overlap, lease, "a task was run by two workers")
	}
	produced := n.stop(c.all[0].api)
	c.drain()
	again := requireNoGap(t, produced)
	n.requireOnlyUnstored(stops)
	t.Logf("%d numbers; %d came again", len(produced), again)
}

// standStill stops a process, waits until the others have its work, and lets it go on. It returns what was stored when it stopped.
func (n *numbers) standStill(c *workers, victim *worker, lasting time.Duration) (stored, comeback) {
	n.t.Helper()
	began := time.Now()
	require.NoError(n.t, victim.cmd.Process.Signal(syscall.SIGSTOP))
	over := time.NewTimer(lasting)
	defer over.Stop()
	had := n.stored(c)
	c.but(victim).balanced(n.k, 2, 2*n.tasks)
	moved := time.Since(began)
	<-over.C
	goesOn := time.Now()
	require.NoError(n.t, victim.cmd.Process.Signal(syscall.SIGCONT))
	c.balanced(n.k, 3, 2*n.tasks)
	n.t.Logf("worker %s stood still for %s; others had its work after %s; it had its share again %s after it went on", victim.id(), lasting,
		moved, time.Since(goesOn))
	return had, comeback{victim.process, goesOn, time.Now()}
}

// but are the workers without one of them, which is not asked anything.
func (c *workers) but(one *worker) *workers {
	others := *c
	others.all = slices.DeleteFunc(slices.Clone(c.all), func(w *worker) bool { return w == one })
	return &others
}

// stored is what was stored at some time: the last number of each of the source's tasks, and the sink's offset in the partition that
// has the numbers of a task. What came later is told by the ends of the partitions, and by the time.
type stored struct {
	numbers, offsets map[int64]int64
	ends             map[int32]int64
	at               int64 // in milliseconds
}

func (n *numbers) stored(c *workers) stored {
	n.t.Helper()
	s := stored{map[int64]int64{}, map[int64]int64{}, n.k.ends(n.topic), time.Now().UnixMilli()}
	for task := range int64(n.tasks) {
		s.numbers[task] = -1
	}
	for _, r := range n.k.committedRecords(c.shared["offset.storage.topic"]) {
		for task := range int64(n.tasks) {
			var last int64
			if string(r.Key) == fmt.Sprintf(`["%s",{"id":%d}]`, counter, task) {
				_, err := fmt.Sscanf(string(r.Value), `{"seqno":%d}`, &last)
				require.NoError(n.t, err)
				s.numbers[task] = last
			}
		}
	}
	committed, err := n.k.admin.FetchOffsets(n.t.Context(), "connect-"+printer)
	require.NoError(n.t, err)
	for _, r := range n.k.records(n.topic) {
		offset, _ := committed.Lookup(n.topic, r.Partition)
		s.offsets[n.numberOf(r).Task] = offset.At
	}
	return s
}

// requireOnlyUnstored requires that nothing came again that was stored at the last stop before it came: numbers in the topic, and
// records at the sink.
func (n *numbers) requireOnlyUnstored(stops []stored) {
	n.t.Helper()
	before := func(came func(stored) bool) stored {
		for _, s := range slices.Backward(stops) {
			if came(s) {
				return s
			}
		}
		return stored{}
	}
	next := map[int64]int64{}
	for _, r := range n.k.records(n.topic) {
		number := n.numberOf(r)
		if number.Seqno < next[number.Task] {
			stop := before(func(s stored) bool { return s.ends[r.Partition] <= r.Offset })
			require.NotNil(n.t, stop.numbers, "number %d of task %d came again before anything had happened", number.Seqno, number.Task)
			require.Greater(n.t, number.Seqno, stop.numbers[number.Task], "number of task %d came again although it was stored", number.Task)
		}
		next[number.Task] = max(next[number.Task], number.Seqno+1)
	}
	given := n.given()
	slices.SortStableFunc(given, func(a, b printed) int { return cmp.Compare(a.TimeMS, b.TimeMS) })
	reached := map[int64]int64{}
	for _, line := range given {
		if line.Offset < reached[line.Task] {
			stop := before(func(s stored) bool { return s.at <= line.TimeMS })
			require.NotNil(n.t, stop.offsets, "the sink was given number %d of task %d again before anything had happened", line.Seqno, line.Task)
			require.GreaterOrEqual(n.t, line.Offset, stop.offsets[line.Task], "the sink was given number %d of task %d again although it was committed",
				line.Seqno, line.Task)
		}
		reached[line.Task] = max(reached[line.Task], line.Offset+1)
	}
}

// comeback is a process that goes on after it stood still, and the time until all is settled.
type comeback struct {
	of       *process
	from, to time.Time
}

// overlap is how long after its comeback a process has run a task that another one ran: what it has printed before the other's last
// line. What it was given back comes after that line.
func (n *numbers) overlap(back comeback) (longest time.Duration) {
	n.t.Helper()
	own, last := map[string][]int64{}, map[string]int64{}
	for _, line := range n.lines() {
		if line.Committed || line.Flushed || line.TimeMS < back.from.UnixMilli() || line.TimeMS > back.to.UnixMilli() {
			continue
		}
		task := fmt.Sprintf("%s-%d", line.Name, line.Task)
		if line.Name == printer {
			task = fmt.Sprintf("%s-%d", line.Name, line.SinkTask)
		}
		if line.by == back.of {
			own[task] = append(own[task], line.TimeMS)
		} else {
			last[task] = max(last[task], line.TimeMS)
		}
	}
	for task, times := range own {
		for _, at := range times {
			if at < last[task] {
				longest = max(longest, time.Duration(at-back.from.UnixMilli())*time.Millisecond)
			}
		}
	}
	return longest
}
