// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// mendLimit is how soon the workers see each other again when their network is whole.
const mendLimit = 20 * time.Second

// splits are how long workers do not reach each other. Runs that nobody wants to wait long for have the short one only.
func splits(t *testing.T) []time.Duration {
	if rounds(t) > fewRounds {
		return []time.Duration{10 * time.Second, time.Minute}
	}
	return []time.Duration{10 * time.Second}
}

// TestASplitHealsByItself cuts a worker off from the others, one that leads and one that does not, while all of them reach Kafka.
// Nothing moves, since each of them tells through Kafka that it is alive.
func TestASplitHealsByItself(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	c := clustered(t, broker, 0, nil)
	network := wired(c, 3)
	n := &numbers{t: t, k: lookInto(t, broker), topic: kafkatest.Topic(t), tasks: 3}
	n.start(c, 100)
	for _, lasting := range splits(t) {
		leader, other := c.leader()
		for _, alone := range []*worker{other, leader} {
			seen, leads := c.witness(n.k), c.generation()
			network.isolate(alone)
			over := time.NewTimer(lasting)
			c.awaitAlone(alone)
			<-over.C
			during := c.generation()
			network.mend()
			began := time.Now()
			c.agree(3)
			healed := time.Since(began)
			t.Logf("%s without worker %s: the workers see each other again after %s; generation %d before, %d at the end of the split",
				lasting, alone.id(), healed, leads.Generation, during.Generation)
			require.Less(t, healed, mendLimit)
			require.Equal(t, leads, during, "who leads, and the generation")
			require.Equal(t, 2*n.tasks, seen.requireUntouched(func(string, grant) bool { return false }))
		}
	}
	produced := n.stop(c.all[0].api)
	require.Zero(t, requireNoGap(t, produced), "numbers that came again")
	c.drain()
	n.requireGivenOnce()
}

// awaitAlone returns when gossip has lost one worker on the one side, and the others on the other.
func (c *workers) awaitAlone(one *worker) {
	c.t.Helper()
	eventually(c.t, settleLimit, func() error {
		for _, w := range c.all {
			info, err := w.cluster()
			if err != nil {
				return err
			}
			want := len(c.all) - 1
			if w == one {
				want = 1
			}
			if up := info.up(); up != want {
				return fmt.Errorf("worker %s sees %d workers and not %d", w.id(), up, want)
			}
		}
		return nil
	})
}

// TestAWorkerWithoutKafkaSuspendsItsTasksAndGoesOnByItself cuts the wire between one worker and the broker.
func TestAWorkerWithoutKafkaSuspendsItsTasksAndGoesOnByItself(t *testing.T) {
	const lease = 4 * time.Second
	front := kafkatest.FreeAddress(t)
	broker := kafkatest.StartBroker(t, kafkatest.WithFront(front))
	lines, toKafka := newExchange(t), &wire{}
	lines.listen(t, front, broker.BehindFront(), func(net.Conn) *wire { return toKafka })
	c := clustered(t, broker.Addr(), 2, map[string]string{"cluster.lease.ms": "4000", "offset.flush.interval.ms": "1000"})
	cut := c.add(map[string]string{"bootstrap.servers": front})
	n := &numbers{t: t, k: lookInto(t, broker.Addr()), topic: kafkatest.Topic(t), tasks: 3}
	n.start(c, 100)
	var stops []stored
	for range min(rounds(t), mostStops) {
		stops = append(stops, n.withoutKafka(c, cut, toKafka, lease))
	}
	produced := n.stop(c.all[0].api)
	c.drain()
	n.requireOnlyUnstored(stops)
	t.Logf("%d numbers; %d came again", len(produced), requireNoGap(t, produced))
	require.Equal(t, 1, strings.Count(cut.said(), "INFO worker starts"))
}

// suspendMargin is what a worker may be late to notice the end of its lease on a machine that does other things too.
const suspendMargin = 2 * time.Second

// withoutKafka cuts a worker off from the broker until the others have its work. It returns what was stored at that time.
func (n *numbers) withoutKafka(c *workers, cut *worker, toKafka *wire, lease time.Duration) stored {
	n.t.Helper()
	had, began := n.stored(c), time.Now()
	toKafka.cut()
	eventually(n.t, lease+suspendMargin, func() error {
		info, err := cut.cluster()
		if err == nil && !info.Suspended {
			err = errors.New("the worker works without Kafka")
		}
		return err
	})
	suspended := time.Since(began)
	c.but(cut).movedFrom(n.k, cut, 2*n.tasks)
	moved := time.Since(began)
	toKafka.mend()
	back := time.Now()
	c.balanced(n.k, 3, 2*n.tasks)
	n.t.Logf("without Kafka: suspended after %s, its work is others' after %s; it had its share again %s after Kafka was back", suspended,
		moved, time.Since(back))
	overlap := n.overlap(comeback{cut.process, began.Add(lease + suspendMargin), time.Now()})
	require.Zero(n.t, overlap, "the worker went on after its lease, beside another one")
	return had
}

// movedFrom returns when all of so many tasks run, and none of them at one worker.
func (c *workers) movedFrom(k *kafka, from *worker, tasks int) {
	c.t.Helper()
	eventually(c.t, settleLimit, func() error {
		grants := c.grants(k)
		for task, g := range grants {
			if g.State != "RUNNING" || g.Worker == from.id() {
				return fmt.Errorf("task %s is %s at %s", task, g.State, g.Worker)
			}
		}
		if len(grants) != tasks {
			return fmt.Errorf("%d of %d tasks have a status", len(grants), tasks)
		}
		return nil
	})
}
