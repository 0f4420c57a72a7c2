// SPDX-License-Identifier: Apache-2.0

package topiclog_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const topic = "connect-configs"

func newCluster(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.DefaultNumPartitions(1)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return cluster
}

func portOf(t *testing.T, cluster *kfake.Cluster) int {
	t.Helper()
	_, text, err := net.SplitHostPort(cluster.ListenAddrs()[0])
	require.NoError(t, err)
	port, err := strconv.Atoi(text)
	require.NoError(t, err)
	return port
}

// soon bounds whatever a test waits for.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func clientOpts(cluster *kfake.Cluster) []kgo.Opt {
	return []kgo.Opt{
		kgo.SeedBrokers(cluster.ListenAddrs()...),
		kgo.MetadataMinAge(50 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.ProducerLinger(0),
		kgo.FetchMaxWait(100 * time.Millisecond),
	}
}

func newClient(t *testing.T, cluster *kfake.Cluster, more ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(clientOpts(cluster), more...)...)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

var rights = kafkaconfig.Rights{Bootstrap: "kafka:9092", User: "User:alice"}

func spec() topiclog.Spec {
	return topiclog.Spec{
		Topic: topic, Partitions: 1, ReplicationFactor: 1, Property: "config.storage.topic", Purpose: "connector configurations",
		SinglePartition: true, Bootstrap: "kafka:9092", Rights: rights, CreateTimeout: 10 * time.Second, MetadataTimeout: 10 * time.Second,
	}
}

func ensure(t *testing.T, cluster *kfake.Cluster, s topiclog.Spec) {
	t.Helper()
	require.NoError(t, topiclog.Ensure(soon(t), kadm.NewClient(newClient(t, cluster)), s, slog.New(slog.DiscardHandler)))
}

// table is what the records of a log add up to, and what its hooks were told.
type table struct {
	mu     sync.Mutex
	rows   map[string]string
	at     map[string]topiclog.Record
	order  []string
	states chan bool
	fatal  chan error
}

func newTable() *table {
	return &table{rows: map[string]string{}, at: map[string]topiclog.Record{}, states: make(chan bool, 100), fatal: make(chan error, 100)}
}

func (tb *table) apply(r topiclog.Record) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.order = append(tb.order, fmt.Sprintf("%s=%s", r.Key, r.Value))
	tb.at[string(r.Key)] = r
	if r.Value == nil {
		delete(tb.rows, string(r.Key))
		return
	}
	tb.rows[string(r.Key)] = string(bytes.Clone(r.Value))
}

func (tb *table) all() map[string]string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	rows := map[string]string{}
	for k, v := range tb.rows {
		rows[k] = v
	}
	return rows
}

func (tb *table) get(key string) string { return tb.all()[key] }

func openLog(t *testing.T, cluster *kfake.Cluster, change func(*topiclog.Options)) (*topiclog.Log, *table) {
	t.Helper()
	tb := newTable()
	o := topiclog.Options{
		Topic: topic, Client: clientOpts(cluster), ReadCommitted: true, Apply: tb.apply, QuietCheck: 500 * time.Millisecond, Rights: rights,
		OnState: func(reachable bool) { tb.states <- reachable },
		OnFatal: func(err error) { tb.fatal <- err },
	}
	if change != nil {
		change(&o)
	}
	log, err := topiclog.Open(soon(t), o)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	return log, tb
}

// asLeader lets a log be claimed.
func asLeader(o *topiclog.Options) {
	o.Leader = append(append([]kgo.Opt{}, o.Client...), kgo.TransactionalID("connect-cluster-g"))
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-soon(t).Done():
		require.FailNow(t, "nothing came in time")
	}
	panic("unreachable")
}
