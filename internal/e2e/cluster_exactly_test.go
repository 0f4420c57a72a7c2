// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// exactLines is how many lines are copied, exactBatch how many at once: each such batch is a transaction.
	exactLines, exactBatch = 300_000, 500
	// exactKills is how many kills a run with all its rounds has at least, and manyRounds what tells such a run.
	exactKills, manyRounds = 30, 20
	// exactLimit is how long a line may be on its way to readers of committed records, whatever happens meanwhile.
	exactLimit = 2 * time.Minute
)

// exactlyOnce turns exactly-once sources on.
var exactlyOnce = map[string]string{"exactly.once.source.support": "enabled"}

func killsOf(t *testing.T) int {
	t.Helper()
	if n := rounds(t); n < manyRounds {
		return n
	}
	return max(rounds(t), exactKills)
}

// exactCopy is a copy of a file into a topic by workers that are killed.
type exactCopy struct {
	t       *testing.T
	c       *workers
	k       *kafka
	in      string
	topic   string
	readers *kgo.Client
	next    int       // the line that readers have to see next
	written time.Time // when the last one that they have seen was written
	heals   []time.Duration
}

const exactName = "exact"

// TestLinesAreSeenOnceAndInOrderWhileWorkersAreKilled kills, by turns, the worker that runs the task and the one that leads. Of the first
// half of the kills the other worker has to heal alone, in the second half the killed one is started again at once.
func TestLinesAreSeenOnceAndInOrderWhileWorkersAreKilled(t *testing.T) {
	broker, random, kills := kafkatest.StartBroker(t), seeded(t), killsOf(t)
	e := &exactCopy{t: t, c: clustered(t, broker.Addr(), 2, exactlyOnce), k: lookInto(t, broker.Addr()), in: filepath.Join(t.TempDir(), "in.txt"), topic: kafkatest.Topic(t)}
	addLines(t, e.in, 0, exactLines)
	e.k.create(e.topic, 1, "delete")
	e.read()
	e.c.start()
	e.c.all[0].create(exactName, "RUNNING", map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": e.in, "topic": e.topic,
		"batch.size": strconv.Itoa(exactBatch), "exactly.once.support": "required", "value.converter": "org.apache.kafka.connect.storage.StringConverter"})
	for kill := range kills {
		e.copyTo((kill*exactLines + random.IntN(exactLines)) / (kills + 1))
		e.kill(kill, random, kill < (kills+1)/2)
	}
	e.requireHealed()
	e.copyTo(exactLines)
	require.Len(t, e.k.committedRecords(e.topic), exactLines, "records behind the last line")
	eventually(t, settleLimit, func() error {
		if stored := e.k.stored(e.c.shared["offset.storage.topic"], exactName, e.in); stored != fileSize(e.in) {
			return fmt.Errorf("position %d of %d is stored", stored, fileSize(e.in))
		}
		return nil
	})
	e.c.all[0].await(exactName, running)
	e.c.terminate()
}

// read begins to follow what is committed.
func (e *exactCopy) read() {
	e.t.Helper()
	var err error
	e.readers, err = kgo.NewClient(kgo.SeedBrokers(e.k.addr), kgo.MetadataMinAge(pollEvery), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{e.topic: {0: kgo.NewOffset().AtStart()}}))
	require.NoError(e.t, err)
	e.t.Cleanup(e.readers.Close)
}

// copyTo returns when so many lines are committed, and requires that each came once and in its place.
func (e *exactCopy) copyTo(lines int) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), exactLimit)
	defer cancel()
	for e.next < lines {
		fetches := e.readers.PollRecords(ctx, exactBatch)
		require.NoError(e.t, fetches.Err(), "line %d of %d", e.next, exactLines)
		fetches.EachRecord(func(r *kgo.Record) {
			n, err := lineNumber(r.Value)
			require.NoError(e.t, err, "record at offset %d", r.Offset)
			require.Equal(e.t, e.next, n, "line at offset %d", r.Offset)
			e.next++
			e.written = r.Timestamp
		})
	}
}

// kill kills a worker as soon as it is known which, a few milliseconds later, and starts it again: at once, or when records of another
// one are committed.
func (e *exactCopy) kill(number int, random *rand.Rand, healed bool) {
	e.t.Helper()
	which, find := "runs the task", e.owner
	if number%2 == 1 {
		which, find = "leads", e.leader
	}
	var victim *worker
	eventually(e.t, settleLimit, func() (err error) {
		victim, err = find()
		return err
	})
	later := time.NewTimer(time.Duration(random.IntN(20)) * time.Millisecond)
	<-later.C
	killed := time.Now()
	victim.kill()
	dead := time.Now()
	e.t.Logf("kill %d: worker %s, which %s, after line %d", number+1, victim.id(), which, e.next)
	for healed && !e.written.After(dead) {
		e.copyTo(e.next + 1)
	}
	if healed && number%2 == 0 {
		e.heals = append(e.heals, time.Since(killed))
	}
	victim.launch()
}

// requireHealed is about the kills of the worker that ran the task.
func (e *exactCopy) requireHealed() {
	e.t.Helper()
	slices.Sort(e.heals)
	median := e.heals[len(e.heals)/2]
	e.t.Logf("kill -9 of the task's worker, %d times: records of another one are committed after %s (median; fastest %s, slowest %s)",
		len(e.heals), median, e.heals[0], e.heals[len(e.heals)-1])
	require.LessOrEqual(e.t, median, healLimit)
}

func (e *exactCopy) owner() (*worker, error) {
	return e.find(func(info clusterInfo) string {
		for _, m := range info.Members {
			for _, task := range m.Tasks {
				if task.Connector == exactName {
					return m.Worker
				}
			}
		}
		return ""
	})
}

func (e *exactCopy) leader() (*worker, error) {
	return e.find(func(info clusterInfo) string { return info.Leader })
}

// find asks those who answer.
func (e *exactCopy) find(of func(clusterInfo) string) (*worker, error) {
	for _, asked := range e.c.all {
		info, err := asked.cluster()
		if err != nil {
			continue // it has just been started
		}
		for _, w := range e.c.all {
			if w.id() == of(info) && w.running() {
				return w, nil
			}
		}
	}
	return nil, errors.New("no worker is known to be it")
}

// TestExactlyOnceIsTurnedOnAndOffByRollingRestarts restarts the workers one after the other, as Kafka Connect's upgrade does it, while lines
// are copied. Nothing comes twice at any time: work that is handed over is finished first.
func TestExactlyOnceIsTurnedOnAndOffByRollingRestarts(t *testing.T) {
	const linesEach = 5000
	broker := kafkatest.StartBroker(t)
	e := &exactCopy{t: t, c: clustered(t, broker.Addr(), 2, nil), k: lookInto(t, broker.Addr()), in: filepath.Join(t.TempDir(), "in.txt"), topic: kafkatest.Topic(t)}
	e.k.create(e.topic, 1, "delete")
	e.read()
	e.c.start()
	addLines(t, e.in, 0, linesEach)
	e.c.all[0].create(exactName, "RUNNING", map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": e.in, "topic": e.topic,
		"batch.size": "100", "value.converter": "org.apache.kafka.connect.storage.StringConverter"})
	e.copyTo(linesEach)
	written := linesEach
	for _, support := range []string{"preparing", "enabled", "preparing", "disabled"} {
		for _, w := range e.c.all {
			addLines(t, e.in, written, written+linesEach)
			written += linesEach
			w.terminate()
			w.props["exactly.once.source.support"] = support
			w.args = []string{kafkatest.SampleFile(t, kafkatest.DistributedSample, w.props)}
			w.launch()
			e.c.agree(2)
		}
		e.copyTo(written)
	}
	e.c.all[0].await(exactName, running)
	require.Len(t, e.k.records(e.topic), written, "nothing was aborted, and nothing came twice")
	e.c.terminate()
}

// TestAStoppedWorkerOfExactlyOnceSourcesRepeatsNothing is the story of a worker that stands still, with sources whose records nobody may
// see twice.
func TestAStoppedWorkerOfExactlyOnceSourcesRepeatsNothing(t *testing.T) {
	lasting, lease := stall(t)
	broker := kafkatest.StartBroker(t).Addr()
	c := clustered(t, broker, 3, map[string]string{"cluster.lease.ms": strconv.FormatInt(lease.Milliseconds(), 10), "exactly.once.source.support": "enabled"})
	n := &numbers{t: t, k: lookInto(t, broker), topic: kafkatest.Topic(t), tasks: 3}
	n.start(c, 100)
	for round := range min(rounds(t), mostStops) {
		leader, other := c.leader()
		victim := []*worker{other, leader}[round%2]
		_, back := n.standStill(c, victim, lasting)
		overlap := n.overlap(back)
		t.Logf("worker %s has run a task that was another's for %s", victim.id(), overlap)
		require.LessOrEqual(t, overlap, lease, "a task was run by two workers")
	}
	n.stop(c.all[0].api)
	c.drain()
	next := map[int64]int64{}
	for _, r := range n.k.committedRecords(n.topic) {
		number := n.numberOf(r)
		require.Equal(t, next[number.Task], number.Seqno, "number of task %d at offset %d of partition %d", number.Task, r.Offset, r.Partition)
		next[number.Task]++
	}
	require.Len(t, next, n.tasks)
	t.Logf("the tasks have counted to %v", next)
}
