// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// roundLines is how many lines the file has for each kill, and killWithin how many of them at most are copied before it:
	// the rest is room for what is copied while the kill is on its way, so that the file lasts to the last kill.
	roundLines = 250_000
	killWithin = 150_000
	// flushEvery is short, so that commits happen all through the copy and kills hit all their stages.
	flushEvery = "100"
	// lookEvery is how often the progress of a copy is looked at that is to be killed.
	lookEvery = time.Millisecond
	// roundLimit is how long a worker may take from its start to where it is killed.
	roundLimit = time.Minute
)

// killed is what a kill left behind.
type killed struct {
	stored    int64 // in the offsets topic, as a number of lines
	undecided int64 // so, in a transaction that was open; stored where there is none
	produced  int64 // end of the data topic, read before stored
	written   int64 // whole lines in the output
	committed int64 // by the sink
}

// copying is a copy whose worker is killed again and again.
type copying struct {
	t       *testing.T
	k       *kafka
	w       *worker
	in, out string
	lines   int
	random  *rand.Rand
	history *history
	kills   []killed
}

const killTopic = "lines"

func TestACopyWhoseWorkerIsKilledIsComplete(t *testing.T) {
	broker, dir := kafkatest.StartBroker(t), t.TempDir()
	c := &copying{t: t, k: lookInto(t, broker.Addr()), in: filepath.Join(dir, "in.txt"), out: filepath.Join(dir, "out.txt"),
		lines: (rounds(t) + 1) * roundLines, random: seeded(t)}
	c.w = distributed(t, broker.Addr(), map[string]string{
		"value.converter": "org.apache.kafka.connect.storage.StringConverter", "offset.flush.interval.ms": flushEvery})
	addLines(t, c.in, 0, c.lines)
	c.k.create(killTopic, 1, "delete")
	c.history = follow(t, c.k, killTopic)

	c.w.start()
	c.w.source("in", c.in, killTopic)
	c.w.sink("out", killTopic, c.out)
	middle := 0
	for range rounds(t) {
		if c.killAtRandom() {
			middle++
		}
		c.w.launch()
	}
	require.GreaterOrEqual(t, middle, rounds(t)*3/4, "kills that hit the middle of the file")

	awaitLine(t, c.out, c.lines-1)
	c.w.await("in", running)
	c.w.await("out", running)
	c.w.terminate()
	c.history.readTo(c.k.end(killTopic))
	t.Logf("%d lines, %d kills, %d of them in the middle of the file; %d records, %d lines written",
		c.lines, len(c.kills), middle, len(c.history.lines), fileSize(c.out)/lineBytes)
	requireSourceHistory(t, c.history.lines, c.lines, c.kills)
	requireSinkHistory(t, readNumbers(t, c.out), c.history.lines, c.kills)
}

// killAtRandom kills the worker at a random point of the copy, as seen in the topic and in the output by turns, and says
// whether the source was in the middle of the file.
func (c *copying) killAtRandom() bool {
	c.t.Helper()
	progress := func() int64 { return c.k.end(killTopic) }
	if len(c.kills)%2 == 1 {
		progress = func() int64 { return fileSize(c.out) / lineBytes }
	}
	c.awaitProgress(progress, progress()+c.random.Int64N(killWithin))
	c.w.kill()

	var k killed
	k.produced = c.k.end(killTopic)
	position := c.k.stored(c.w.props["offset.storage.topic"], "in", c.in)
	require.Zero(c.t, position%lineBytes, "stored position %d is not the end of a line", position)
	undecided, open := c.k.undecided(c.w.props["offset.storage.topic"], "in", c.in)
	if k.undecided = position / lineBytes; open {
		k.undecided = undecided / lineBytes
	}
	k.stored, k.committed, k.written = position/lineBytes, c.k.committed("out", killTopic), fileSize(c.out)/lineBytes
	c.history.readTo(k.produced)
	reached := requireAllBefore(c.t, c.history.lines[:k.produced], int(max(k.stored, k.undecided)))
	c.kills = append(c.kills, k)
	c.t.Logf("kill %2d: source had read to line %d of %d, stored %d (undecided %d); topic had %d records, sink had written %d lines and committed %d; the output ended with %d bytes of a line",
		len(c.kills), reached, c.lines, k.stored, k.undecided, k.produced, k.written, k.committed, fileSize(c.out)%lineBytes)
	return reached > 0 && reached < c.lines
}

// awaitProgress polls faster than eventually: the kill is to be anywhere, not where a poll falls.
func (c *copying) awaitProgress(progress func() int64, target int64) {
	c.t.Helper()
	late := time.NewTimer(roundLimit)
	defer late.Stop()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for progress() < target {
		select {
		case <-tick.C:
		case <-c.w.exited:
			require.FailNow(c.t, "the worker has ended by itself")
		case <-late.C:
			require.FailNow(c.t, "no progress", fmt.Sprintf("%d of %d within %s", progress(), target, roundLimit))
		}
	}
}
