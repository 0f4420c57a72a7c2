// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// callers make calls at the same time, each about a connector of its own.
	callers = 4
	// waitLimit is how long a call may wait for work to be moved.
	waitLimit = 30 * time.Second
)

// line is a worker as callers see it: they leave aside what they hear of one that was killed, ends or starts meanwhile.
type line struct {
	api
	// changes counts how often it has come or gone; it is there while the count is even.
	changes atomic.Int64
}

// switchboard makes calls to any of the workers.
type switchboard struct {
	lines                  []*line
	calls, late, forgotten atomic.Int64
	mu                     sync.Mutex
	wrong                  []string
}

// TestAnyWorkerTakesAnyCallWhileWorkIsMoved makes calls all the time while workers are killed, leave and come back.
func TestAnyWorkerTakesAnyCallWhileWorkIsMoved(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	c, topic, random := clustered(t, broker, 3, nil), kafkatest.Topic(t), seeded(t)
	lookInto(t, broker).create(topic, 1, "delete")
	c.start()
	board := &switchboard{}
	for _, w := range c.all {
		board.lines = append(board.lines, &line{api: w.api})
	}
	over := make(chan struct{})
	var calling sync.WaitGroup
	for i := range callers {
		dice := rand.New(rand.NewPCG(random.Uint64(), 0))
		calling.Go(func() { board.callAll(over, dice, fmt.Sprintf("caller-%d", i), topic) })
	}
	for range rounds(t) {
		leader, follower := c.leader()
		for _, move := range []struct {
			of  *worker
			end func(*worker)
		}{{follower, (*worker).kill}, {leader, (*worker).kill}, {follower, (*worker).drain}, {leader, (*worker).drain}} {
			board.without(c, move.of, move.end)
		}
	}
	close(over)
	calling.Wait()
	t.Logf("%d calls; %d were about a connector that the worker did not know yet; the slowest took %s", board.calls.Load(),
		board.forgotten.Load(), time.Duration(board.late.Load()))
	require.Empty(t, board.wrong)
	c.drain()
}

// without ends a worker, waits until the others have its work, and starts it again.
func (b *switchboard) without(c *workers, w *worker, end func(*worker)) {
	var of *line
	for _, l := range b.lines {
		if l.url == w.url {
			of = l
		}
	}
	of.changes.Add(1)
	end(w)
	c.agree(len(c.all) - 1)
	w.start()
	c.agree(len(c.all))
	of.changes.Add(1)
}

// callAll makes every kind of call about one connector again and again, each at a worker that is there.
func (b *switchboard) callAll(over <-chan struct{}, dice *rand.Rand, name, topic string) {
	config := map[string]string{"connector.class": numbersSource, "tasks.max": "2", "topic": topic, "throughput": "1"}
	path := "/connectors/" + name
	for n := 0; ; n++ {
		config["note"] = fmt.Sprint(n)
		for _, call := range []struct {
			method, path string
			body         any
		}{
			{http.MethodPut, path + "/config", config},
			{http.MethodGet, path + "/status", nil},
			{http.MethodPut, path + "/pause", nil},
			{http.MethodPost, path + "/restart", nil},
			{http.MethodPut, path + "/resume", nil},
			{http.MethodPut, path + "/config", config},
			{http.MethodDelete, path, nil},
		} {
			select {
			case <-over:
				return
			default:
				b.call(dice, call.method, call.path, call.body)
			}
		}
	}
}

// call makes a call and notes an answer that nobody wants. A worker that has not read yet what another one has written says that it
// does not know the connector, as Kafka Connect does.
func (b *switchboard) call(dice *rand.Rand, method, path string, body any) {
	to := b.lines[dice.IntN(len(b.lines))]
	before := to.changes.Load()
	for before%2 == 1 {
		to = b.lines[dice.IntN(len(b.lines))]
		before = to.changes.Load()
	}
	began := time.Now()
	status, answer, err := to.ask(waitLimit, method, path, body)
	took := time.Since(began)
	if to.changes.Load() != before {
		return
	}
	b.calls.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late.Store(max(b.late.Load(), int64(took)))
	switch {
	case err != nil:
		b.wrong = append(b.wrong, fmt.Sprintf("%s: %s %s at %s: %v", began.Format(logTime), method, path, to.url, err))
	case status == http.StatusNotFound:
		b.forgotten.Add(1)
	case status >= http.StatusBadRequest:
		b.wrong = append(b.wrong, fmt.Sprintf("%s, %s: %s %s at %s: %d %s", began.Format(logTime), took, method, path, to.url, status, answer))
	}
}
