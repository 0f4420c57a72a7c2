// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// javaStartLimit is how long a worker of Kafka Connect may take until it has tried to join its group.
const javaStartLimit = time.Minute

// shortSession is the shortest session that brokers allow unless they are told otherwise.
const shortSession = "6000"

// longSession outlives its worker for longer than a worker of Kafka Connect takes to start.
const longSession = "30000"

func TestAWorkerOfKafkaConnectBesideOursRunsNothing(t *testing.T) {
	const before, after = 1000, 2000
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	k, in := lookInto(t, broker.Addr()), filepath.Join(dir, "in.txt")
	w := distributed(t, broker.Addr(), map[string]string{"offset.flush.interval.ms": "500", "session.timeout.ms": longSession})
	group := w.props["group.id"]
	addLines(t, in, 0, before)
	w.start()
	w.source("in", in, topic)
	k.awaitEnd(topic, before)
	k.awaitGroup(group, "Stable", "longshore")
	written := k.end(w.props["config.storage.topic"])

	requireRefused(t, w)
	require.Equal(t, written, k.end(w.props["config.storage.topic"]), "it has written the config topic")
	addLines(t, in, before, after)
	k.awaitEnd(topic, after)
	w.await("in", running)
	require.NotContains(t, w.said(), "WARN")

	eventually(t, readLimit, func() error {
		if stored := k.stored(w.props["offset.storage.topic"], "in", in); stored != after*lineBytes {
			return fmt.Errorf("the stored offset is %d", stored)
		}
		return nil
	})
	w.kill()
	requireRefused(t, w) // while the session of the one that was killed lasts
	k.awaitGroup(group, "Empty", "")
	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: w.args[0]})
	api{t, java.URL()}.await("in", running)
	require.NoError(t, java.Stop())
	require.EqualValues(t, after, k.end(topic), "a line was produced twice")
}

// requireRefused starts a worker of Kafka Connect with our worker's file and requires that it gives up before it runs anything. Its process
// stays a while: it waits for threads of its own.
func requireRefused(t *testing.T, w *worker) {
	t.Helper()
	java, err := kafkatest.LaunchConnect(t.Context(), kafkatest.ConnectConfig{File: w.args[0], Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, java.Kill()) })
	said := ""
	eventually(t, javaStartLimit, func() error {
		said, err = java.Log()
		require.NoError(t, err)
		if !strings.Contains(said, "Uncaught exception in herder work thread, exiting") {
			return errors.New("the worker of Kafka Connect goes on")
		}
		return nil
	})
	require.Contains(t, said, "JoinGroup failed due to fatal error")
	require.Contains(t, said, "InconsistentGroupProtocolException")
	require.NoError(t, java.Kill())
	for _, work := range []string{"Starting connector in", "Starting task in-0", "Joined group"} {
		require.NotContains(t, said, work)
	}
}

func TestOursDoesNotStartBesideAWorkerOfKafkaConnectAndTouchesNothing(t *testing.T) {
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	k, in := lookInto(t, broker.Addr()), filepath.Join(dir, "in.txt")
	w := distributed(t, broker.Addr(), map[string]string{"session.timeout.ms": shortSession, "offset.flush.interval.ms": "500"})
	addLines(t, in, 0, 10)
	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: w.args[0]})
	k.awaitGroup(w.props["group.id"], "Stable", "sessioned")
	api{t, java.URL()}.source("in", in, topic)
	k.awaitEnd(topic, 10)
	written := k.end(w.props["config.storage.topic"])

	w.launch()
	require.Equal(t, 1, w.exitCode())
	require.Equal(t, 1, strings.Count(w.said(), "waiting for them to leave"), w.said())
	line := lastLineOf(w.said())
	require.Contains(t, line, "workers of Kafka Connect run in group "+w.props["group.id"]+" (connect-"+strings.TrimPrefix(java.URL(), "http://")+" on ")
	require.Contains(t, line, "have not left within 6s")
	require.Contains(t, line, "stop them first, or give this worker another group.id and other topics")
	require.Equal(t, written, k.end(w.props["config.storage.topic"]))
	require.False(t, k.hasTransactionalID("connect-cluster-"+w.props["group.id"]), "it was claimed")

	// A restart of everything at once: ours comes while theirs goes.
	w.launch()
	eventually(t, startLimit, func() error {
		if !strings.Contains(w.said(), "waiting for them to leave") {
			return errors.New("ours does not wait")
		}
		return nil
	})
	require.NoError(t, java.Stop())
	w.await("in", running)
	addLines(t, in, 10, 20)
	k.awaitEnd(topic, 20)
	w.terminate()
	k.awaitGroup(w.props["group.id"], "Empty", "")
}

// lastLineOf is what the command says at its end, before the log's "stopped".
func lastLineOf(said string) string {
	last := ""
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "connect-distributed: ") {
			last = line
		}
	}
	return last
}

func (k *kafka) awaitEnd(topic string, end int64) {
	k.t.Helper()
	eventually(k.t, catchUpLimit, func() error {
		if got := k.end(topic); got != end {
			return fmt.Errorf("%d records of %d", got, end)
		}
		return nil
	})
}

// awaitGroup waits for a state and a protocol of a group.
func (k *kafka) awaitGroup(group, state, protocol string) {
	k.t.Helper()
	eventually(k.t, catchUpLimit, func() error {
		groups, err := k.admin.DescribeGroups(k.t.Context(), group)
		if g := groups[group]; err == nil && (g.State != state || g.Protocol != protocol || g.Err != nil) {
			err = fmt.Errorf("group %s is %s with protocol %q: %w", group, g.State, g.Protocol, g.Err)
		}
		return err
	})
}

func (k *kafka) hasTransactionalID(id string) bool {
	k.t.Helper()
	listed, err := k.admin.ListTransactions(k.t.Context(), nil, nil)
	require.NoError(k.t, err)
	_, there := listed[id]
	return there
}
