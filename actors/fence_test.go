// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/offsets"
)

// offsetsOfWorker is what a worker has to do with offsets, without its actors.
type offsetsOfWorker struct {
	*environment
	said *logLines
}

// logLines collects what is logged.
type logLines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func fakeKafka(t *testing.T) *kfake.Cluster {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(5, "offsets"))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return cluster
}

func openOffsetsOf(t *testing.T, worker, broker string, more map[string]string) offsetsOfWorker {
	raw := map[string]string{"group.id": "g", "bootstrap.servers": broker}
	maps.Copy(raw, more)
	w := offsetsOfWorker{said: &logLines{}}
	log := slog.New(slog.NewTextHandler(w.said, nil))
	w.environment = &environment{log: log, runtime: Runtime{Clock: clock.System{}, WorkerID: worker, Log: log},
		config: Config{Raw: raw, BootstrapServers: []string{broker}, OffsetTopic: Topic{Name: "offsets"}, OffsetFlushTimeout: 5 * time.Second}}
	w.pool = newPool(w.runtime)
	store, end, err := openOffsets(t.Context(), w.environment)
	require.NoError(t, err)
	t.Cleanup(end)
	w.store = store
	return w
}

// life is a life of a task of this worker, with a ledger.
func (w offsetsOfWorker) life(t *testing.T, name string) (*committer, func(n int)) {
	partition, err := connect.NewPartition(map[string]any{"f": "x"})
	require.NoError(t, err)
	c := &committer{connector: name, ledger: offsets.NewLedger(), store: w.store, meter: newMeter(), may: func() bool { return true }}
	return c, func(n int) {
		ticket, err := c.ledger.Submit(partition, connect.OffsetMap{"n": n})
		require.NoError(t, err)
		ticket.Ack()
	}
}

// at is what is stored for the task.
func (w offsetsOfWorker) at(t *testing.T, name string) any {
	t.Helper()
	require.NoError(t, w.store.ReadToEnd(t.Context()))
	all, err := w.store.All(name)
	require.NoError(t, err)
	if len(all) == 0 {
		return nil
	}
	return all[0].Offset["n"]
}

func TestASuccessorKeepsLateOffsetsOut(t *testing.T) {
	aSuccessorKeepsLateOffsetsOut(t, fakeKafka(t).ListenAddrs()[0])
}

func aSuccessorKeepsLateOffsetsOut(t *testing.T, broker string) {
	victim, first, second := openOffsetsOf(t, "a:1", broker, nil), openOffsetsOf(t, "b:1", broker, nil), openOffsetsOf(t, "c:1", broker, nil)
	var lost atomic.Bool
	victim.confirm = func(context.Context) error { lost.Store(true); return nil }
	zombie, passes := victim.life(t, "c")
	zombie.may = func() bool { return !lost.Load() }
	passes(1)
	require.NoError(t, zombie.commit(t.Context()))

	// b was to have the task and died before it started it; c has to fence both.
	require.NoError(t, second.beforeStart(t.Context(), []string{"a:1", "b:1"}))
	assert.EqualValues(t, 1, second.at(t, "c"), "what was committed before is there")
	successor, goesOn := second.life(t, "c")
	goesOn(5)
	require.NoError(t, successor.commit(t.Context()))
	passes(2)
	require.NoError(t, zombie.commit(t.Context()), "the task of the zombie does not fail of it")
	assert.True(t, lost.Load())
	assert.EqualValues(t, 5, second.at(t, "c"))
	assert.Len(t, zombie.ledger.Committable(), 1, "what was not stored is kept")

	other, passes := first.life(t, "other")
	passes(7)
	require.NoError(t, other.commit(t.Context()), "b was fenced and lives: what it owns goes on")
	assert.EqualValues(t, 7, second.at(t, "other"))
}

func TestManyLivesFenceAWorkerTogether(t *testing.T) {
	cluster := fakeKafka(t)
	w := openOffsetsOf(t, "b:1", cluster.ListenAddrs()[0], nil)
	inits := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Observe: true, Count: -1, TxnID: "connect-cluster-g-offsets-a:1"})
	busy := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.ConcurrentTransactions, Count: -1, TxnID: "connect-cluster-g-offsets-a:1"})
	var lives sync.WaitGroup
	for range 50 {
		lives.Go(func() { assert.NoError(t, w.fence(t.Context(), []string{"a:1"})) })
	}
	require.Eventually(t, func() bool { return busy.Hits() > 2 }, timeToSee, tick, "it is asked again until the coordinator is done")
	before := inits.Hits()
	busy.Remove()
	lives.Wait()
	assert.LessOrEqual(t, inits.Hits()-before, 3)
}

func TestAWorkerTakesItsOwnIDAgainWhereAnotherProcessOfItsNameMayHaveIt(t *testing.T) {
	cluster := fakeKafka(t)
	w := openOffsetsOf(t, "a:1", cluster.ListenAddrs()[0], nil)
	inits := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Observe: true, Count: -1})
	require.NoError(t, w.fence(t.Context(), []string{"a:1"}))
	assert.Equal(t, 1, inits.Hits())
}

func TestAFormerProcessIsFencedLaterWhereTheBootCouldNot(t *testing.T) {
	cluster := fakeKafka(t)
	refused := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.UnknownServerError, Count: -1, TxnID: "connect-cluster-g-offsets-a:1"})
	w := openOffsetsOf(t, "a:1", cluster.ListenAddrs()[0], nil)
	assert.Contains(t, w.said.String(), "could not be taken yet")
	require.Error(t, w.beforeStart(t.Context(), []string{"a:1"}))
	refused.Remove()
	require.NoError(t, w.beforeStart(t.Context(), []string{"a:1"}))
}

func TestNoLifeStartsBeforeBothTopicsAreRead(t *testing.T) {
	cluster := fakeKafka(t)
	w := openOffsetsOf(t, "a:1", cluster.ListenAddrs()[0], nil)
	inits := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Observe: true, Count: -1, TxnID: "connect-cluster-g-offsets-b:1"})
	away, asked := errors.New("away"), 0
	w.confirm = func(context.Context) error {
		assert.Equal(t, 1, inits.Hits(), "the config topic is read after the fence")
		asked++
		return away
	}
	require.NoError(t, w.beforeStart(t.Context(), nil))
	assert.Zero(t, asked, "nobody was declared dead")
	require.ErrorIs(t, w.beforeStart(t.Context(), []string{"b:1"}), away)
	assert.Equal(t, 1, asked)

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnded)
	require.ErrorIs(t, w.fence(ctx, []string{"b:1"}), errEnded)
}

func TestAnIDThatMayNotBeTakenIsLeft(t *testing.T) {
	cluster := fakeKafka(t)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.TransactionalIDAuthorizationFailed, Count: -1,
		When: func(r kmsg.Request) bool { return r.(*kmsg.InitProducerIDRequest).TransactionalID != nil }})
	w := openOffsetsOf(t, "a:1", cluster.ListenAddrs()[0], nil)
	writesWithoutID(t, w, "User:ANONYMOUS")
}

// writesWithoutID: whoever may not use transactional ids writes offsets as before, and the log says what to do.
func writesWithoutID(t *testing.T, w offsetsOfWorker, user string) {
	command := "kafka-acls --bootstrap-server " + w.config.BootstrapServers[0] + " --add --allow-principal " + user + " --operation Write --operation Describe " +
		"--transactional-id connect-cluster-g --resource-pattern-type prefixed"
	assert.Equal(t, 1, strings.Count(w.said.String(), command), w.said.String())
	require.NoError(t, w.beforeStart(t.Context(), []string{"b:1"}))
	assert.Equal(t, 2, strings.Count(w.said.String(), command), w.said.String())
	c, passes := w.life(t, "c")
	passes(3)
	require.NoError(t, c.commit(t.Context()))
	assert.EqualValues(t, 3, w.at(t, "c"))
}

func TestOffsetsAreKeptWhileTheRightIsNotConfirmed(t *testing.T) {
	w := openOffsetsOf(t, "a:1", fakeKafka(t).ListenAddrs()[0], nil)
	c, passes := w.life(t, "c")
	var closed atomic.Bool
	c.may = func() bool { return !closed.Load() }
	closed.Store(true)
	passes(1)
	require.NoError(t, c.commit(t.Context()))
	assert.Nil(t, w.at(t, "c"))
	closed.Store(false)
	require.NoError(t, c.commit(t.Context()))
	assert.EqualValues(t, 1, w.at(t, "c"))
	passes(2)
	c.close()
	require.NoError(t, c.commit(t.Context()))
	assert.EqualValues(t, 1, w.at(t, "c"), "a life that has ended stores nothing")
}

func TestTheWorkerWritesAConnectorsTopicWhereItIsTheSameToKafka(t *testing.T) {
	worker := map[string]string{"group.id": "g", "bootstrap.servers": "k1:9092,k2:9092"}
	for name, c := range map[string]struct {
		worker, connector map[string]string
		same              bool
	}{
		"nothing is overridden":            {same: true},
		"the servers in another order":     {connector: map[string]string{"producer.override.bootstrap.servers": "k2:9092, k1:9092"}, same: true},
		"other settings of the producer":   {connector: map[string]string{"producer.override.linger.ms": "5"}, same: true},
		"another Kafka":                    {connector: map[string]string{"producer.override.bootstrap.servers": "far:9092"}},
		"another user":                     {connector: map[string]string{"producer.override.sasl.jaas.config": "x"}},
		"a login that only the worker has": {worker: map[string]string{"security.protocol": "SASL_PLAINTEXT"}},
		"a login that both have":           {worker: map[string]string{"security.protocol": "SASL_SSL", "producer.security.protocol": "SASL_SSL"}, same: true},
	} {
		t.Run(name, func(t *testing.T) {
			raw := maps.Clone(worker)
			maps.Copy(raw, c.worker)
			e := &environment{config: Config{Raw: raw}}
			assert.Equal(t, c.same, e.sharesKafka(kafkaconfig.OffsetsProducer(raw, c.connector, "c")))
		})
	}
}
