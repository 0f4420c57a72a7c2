// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// growEvery and growLines make the file grow by 10,000 lines a second: the copy is in its middle all the time.
	growEvery = 20 * time.Millisecond
	growLines = 200
	// answerLimit is how soon a worker that cannot reach Kafka tells the states of its connectors.
	answerLimit = time.Second
	// catchUpLimit is how long the copy may take after Kafka is back.
	catchUpLimit = 2 * time.Minute
)

// grower appends lines to a file, until it is stopped or the test ends.
type grower struct {
	stopped chan struct{}
	done    chan error
	lines   int
}

func grow(t *testing.T, file string) *grower {
	g := &grower{stopped: make(chan struct{}), done: make(chan error, 1)}
	go func() { g.done <- g.run(t.Context(), file) }()
	return g
}

func (g *grower) run(ctx context.Context, file string) error {
	tick := time.NewTicker(growEvery)
	defer tick.Stop()
	for {
		select {
		case <-g.stopped:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if err := writeLines(file, g.lines, g.lines+growLines); err != nil {
				return err
			}
			g.lines += growLines
		}
	}
}

// stop returns how many lines there are.
func (g *grower) stop(t *testing.T) int {
	t.Helper()
	close(g.stopped)
	require.NoError(t, <-g.done)
	return g.lines
}

// surviveOutage copies a growing file, ends the broker in the middle and starts it again, and requires that nothing was
// lost and nothing needed a restart.
func surviveOutage(t *testing.T, end func(*kafkatest.Broker) error, lasting time.Duration) {
	broker, dir := kafkatest.StartBroker(t), t.TempDir()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	k, w := lookInto(t, broker.Addr()), distributed(t, broker.Addr(), map[string]string{
		"value.converter": "org.apache.kafka.connect.storage.StringConverter", "offset.flush.interval.ms": "500",
		// Tasks are suspended after a lease without Kafka, and go on in their place; after a second one they are stopped, and then what was
		// not committed comes again.
		"cluster.lease.ms": "45000"})
	file := grow(t, in)
	w.start()
	w.source("in", in, "lines")
	w.sink("out", "lines", out)
	awaitSize(t, out, 10_000*lineBytes, settleLimit)
	eventually(t, settleLimit, func() error {
		if k.committed("out", "lines") == 0 {
			return errors.New("the sink has committed nothing")
		}
		return nil
	})

	committed := k.committed("out", "lines")
	require.NoError(t, end(broker))
	w.requireRunningFor(lasting)
	delivered := fileSize(out) / lineBytes
	require.NoError(t, broker.Start())
	awaitSize(t, out, (delivered+20_000)*lineBytes, catchUpLimit)
	lines := file.stop(t)
	awaitLine(t, out, lines-1)
	for _, connector := range []string{"in", "out"} {
		w.await(connector, running)
	}

	h := follow(t, k, "lines")
	h.readTo(k.end("lines"))
	require.Len(t, h.lines, lines, "records in the topic: lines were lost or produced twice")
	for i, n := range h.lines {
		require.Equal(t, i, n, "line at offset %d", i)
	}
	again := requireOnlyRepeats(t, readNumbers(t, out), int(committed))
	t.Logf("%d lines; when Kafka went away %d were written and %d committed; %d were written twice", lines, delivered, committed, again)
	w.terminate()
}

// requireRunningFor requires that source and sink are RUNNING and that the worker says so at once, all the time.
func (w *worker) requireRunningFor(d time.Duration) {
	over := time.NewTimer(d)
	defer over.Stop()
	tick := time.NewTicker(pollEvery * 10)
	defer tick.Stop()
	for {
		select {
		case <-over.C:
			return
		case <-tick.C:
			for _, connector := range []string{"in", "out"} {
				asked := time.Now()
				states, err := w.states(connector)
				require.NoError(w.api.t, err)
				require.Equal(w.api.t, running, states, connector)
				require.Less(w.api.t, time.Since(asked), answerLimit, "the answer took too long")
			}
		}
	}
}

// awaitLine returns when the last line of a file has this number.
func awaitLine(t *testing.T, path string, number int) {
	t.Helper()
	eventually(t, catchUpLimit, func() error {
		got, err := lastLine(path)
		if err == nil && got != number {
			err = fmt.Errorf("%s ends with line %d and not %d", path, got, number)
		}
		return err
	})
}

// requireOnlyRepeats requires that lines come in their order, with nothing left out, and that a jump back never reaches
// what was committed. It returns how many lines were repeated.
func requireOnlyRepeats(t *testing.T, lines []int, committed int) int {
	t.Helper()
	repeated, next := 0, 0
	for i, n := range lines {
		require.LessOrEqual(t, n, next, "lines are missing before line %d of the output", i+1)
		if n < next {
			require.GreaterOrEqual(t, n, committed, "line %d of the output was committed and came again", i+1)
			repeated += next - n
		}
		next = n + 1
	}
	return repeated
}
