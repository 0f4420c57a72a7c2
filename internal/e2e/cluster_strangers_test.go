// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/cluster/gossip"
	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	theSecret   = "that of the cluster"
	otherSecret = "another one that nobody may read in a log"
)

// tasks is how many the cluster runs that strangers come to.
const tasks = 4

// stranger is a worker that does not belong: what is other with it, and what it says when it ends.
type stranger struct {
	props map[string]string
	says  []string
}

// strangers are those of a cluster whose first worker gossips at seed.
func strangers(t *testing.T, c *workers, first *worker, seed string) map[string]stranger {
	t.Helper()
	other := kafkatest.Topic(t) + "-other"
	otherGroup := map[string]string{"config.storage.topic": other + ".configs", "offset.storage.topic": other + ".offsets",
		"status.storage.topic": other + ".status", "group.id": other, "cluster.seeds": seed}
	host, port, _ := strings.Cut(first.id(), ":")
	return map[string]stranger{
		"another secret": {
			map[string]string{"cluster.secret": otherSecret},
			[]string{"has another secret than this worker: cluster.secret has to be the same on all workers of a cluster", seed},
		},
		"no secret": {
			map[string]string{"cluster.secret": ""},
			[]string{"has another secret than this worker", seed},
		},
		"another group, the same seeds": {
			otherGroup,
			[]string{"check cluster.seeds and group.id", other, c.shared["group.id"]},
		},
		"another group, the same topics": {
			map[string]string{"group.id": other},
			[]string{other, c.shared["group.id"]},
		},
		"a name that is taken": {
			map[string]string{"rest.advertised.host.name": host, "rest.advertised.port": port},
			[]string{"worker id " + first.id() + " is taken", "rest.advertised.host.name and rest.advertised.port"},
		},
	}
}

// TestWorkersThatDoNotBelong starts workers that cannot take part in a cluster: each of them says why in one line and ends with
// exit code 1, and nothing changes for the others.
func TestWorkersThatDoNotBelong(t *testing.T) {
	broker, dir := kafkatest.SharedBroker(t).Addr(), t.TempDir()
	k, topic := lookInto(t, broker), kafkatest.Topic(t)
	seed := kafkatest.FreeAddress(t)
	c := clustered(t, broker, 0, map[string]string{"cluster.secret": theSecret})
	first := c.add(map[string]string{"cluster.bind": seed})
	c.add(nil)
	c.start()
	in := filepath.Join(dir, "in.txt")
	addLines(t, in, 0, 10)
	for i := range tasks {
		first.source(fmt.Sprint("source-", i), in, topic)
	}
	c.balanced(k, 2, tasks)

	for name, stranger := range strangers(t, c, first, seed) {
		t.Log(name)
		seen, leads := c.witness(k), c.generation()
		w := describe(t, "connect-distributed", kafkatest.DistributedSample, broker, c.shared, stranger.props)
		w.launch()
		require.Equal(t, 1, w.exitCode(), "exit code")
		w.requireOneLine(stranger.says...)
		require.NotContains(t, w.said(), otherSecret)
		c.requireUnchanged(seen, leads, tasks)
	}
	c.meetTheFuture(k, seed)
	c.terminate()
}

// meetTheFuture has somebody gossip who speaks a version of the protocol that nobody knows yet.
func (c *workers) meetTheFuture(k *kafka, seed string) {
	c.t.Helper()
	seen, leads := c.witness(k), c.generation()
	refused := make(chan error, 1)
	future, err := gossip.Join(gossip.Options{
		Worker: "127.0.0.1:1", Boot: "future", Group: c.shared["group.id"], Oldest: 99, Newest: 99, Bind: "127.0.0.1:0", RPC: "127.0.0.1:1",
		Keys: [][]byte{[]byte(theSecret)}, Seeds: func() []string { return []string{seed} },
		Changed: func([]protocol.Peer) {}, Refused: func(err error) { refused <- err },
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(c.t, err)
	defer future.Close(false)
	var versions *gossip.VersionError
	require.ErrorAs(c.t, <-refused, &versions)
	c.requireUnchanged(seen, leads, tasks)
}

// TestAWorkerOfAnOlderVersionThanTheClustersDoesNotStart reads of a version in the config topic that is not there yet.
func TestAWorkerOfAnOlderVersionThanTheClustersDoesNotStart(t *testing.T) {
	broker := kafkatest.SharedBroker(t).Addr()
	k, w := lookInto(t, broker), distributed(t, broker, nil)
	topic := w.props["config.storage.topic"]
	k.create(topic, 1, "compact")
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic))
	require.NoError(t, err)
	defer client.Close()
	head, err := json.Marshal(map[string]any{"v": 99, "generation": 7, "term": 3, "leader": "127.0.0.1:1", "leader_boot": "future",
		"workers": map[string]any{}})
	require.NoError(t, err)
	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Key: []byte("longshore-generation"), Value: head}).FirstErr())
	end := k.end(topic)

	w.launch()
	require.Equal(t, 1, w.exitCode(), "exit code")
	w.requireOneLine("99", "version")
	require.Equal(t, end, k.end(topic), "the config topic")
}

// requireOneLine requires that a process has told once why it ends, with these texts in the line.
func (p *process) requireOneLine(texts ...string) {
	p.t.Helper()
	var lines []string
	for line := range strings.Lines(p.said()) {
		if strings.HasPrefix(line, "connect-distributed: ") {
			lines = append(lines, line)
		}
	}
	require.Len(p.t, lines, 1, "reasons")
	for _, text := range texts {
		require.Contains(p.t, lines[0], text)
	}
}

// leadership is what changes with a generation.
type leadership struct {
	Leader     string
	Generation int64
}

// generation is that of the cluster, as its leader sees it.
func (c *workers) generation() leadership {
	c.t.Helper()
	leader, _ := c.leader()
	info, err := leader.cluster()
	require.NoError(c.t, err)
	return leadership{info.Leader, info.Generation}
}

// unmoved is how long nothing may change after a stranger was there: gossip would have lost a worker by then.
const unmoved = 3 * time.Second

var errTooEarly = errors.New("it is too early to tell")

// requireUnchanged requires that nobody has noticed anything, and does not for a while.
func (c *workers) requireUnchanged(seen *witness, leads leadership, tasks int) {
	c.t.Helper()
	over := time.Now().Add(unmoved)
	eventually(c.t, 2*unmoved, func() error {
		require.Equal(c.t, leads, c.generation())
		require.Equal(c.t, tasks, seen.requireUntouched(func(string, grant) bool { return false }))
		if time.Now().Before(over) {
			return errTooEarly
		}
		return nil
	})
	c.agree(len(c.all))
}
