// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

const (
	offsetsTopic = "connect-offsets"
	offsetsID    = "connect-cluster-g-offsets-a:8083"
)

func newBroker(t *testing.T) *kfake.Cluster {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(5, offsetsTopic, "own"))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return cluster
}

func quick(brokers ...string) []kgo.Opt {
	return []kgo.Opt{kgo.SeedBrokers(brokers...), kgo.ProducerLinger(0), kgo.MetadataMinAge(50 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond })}
}

// writer is a worker's group with a store on it.
type writer struct {
	*Group
	*TopicStore
	claimant *topiclog.Claimant
	log      *topiclog.Log
	said     *bytes.Buffer
}

func openGroup(t *testing.T, brokers []string, timeout time.Duration) writer {
	return openGroupWith(t, brokers, timeout, nil)
}

func openGroupWith(t *testing.T, brokers []string, timeout time.Duration, wrap func(Claimant) Claimant) writer {
	w := writer{said: &bytes.Buffer{}}
	rights := kafkaconfig.Rights{Bootstrap: "kafka:9092", User: "User:alice"}
	w.claimant = topiclog.NewClaimant(offsetsID, "connect-cluster-g", append(quick(brokers...), kgo.TransactionTimeout(10*time.Second)), rights)
	var claimant Claimant = w.claimant
	if wrap != nil {
		claimant = wrap(claimant)
	}
	w.Group = NewGroup(GroupOptions{Claimant: claimant, Timeout: timeout, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(&locked{w: w.said}, nil))})
	var err error
	w.TopicStore, err = OpenTopic(quiet, func(apply func(topiclog.Record)) (Log, error) {
		w.log, err = topiclog.Open(t.Context(), topiclog.Options{Topic: offsetsTopic, Client: quick(brokers...), ReadCommitted: true, Apply: apply})
		if err != nil {
			return nil, err
		}
		return w.On(offsetsTopic, w.log), nil
	})
	require.NoError(t, err)
	t.Cleanup(func() { w.Close(); w.log.Close() })
	return w
}

func (w writer) untilWaiting(t *testing.T, n int) {
	require.Eventually(t, func() bool {
		w.Group.mu.Lock()
		defer w.Group.mu.Unlock()
		return len(w.waiting) == n
	}, 10*time.Second, time.Millisecond)
}

type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func at(t *testing.T, name string, n int) map[*connect.Partition]connect.Offset {
	return map[*connect.Partition]connect.Offset{partition(t, map[string]any{"f": name}): connect.OffsetMap{"n": n}}
}

func requireAt(t *testing.T, s store, connector, name string, n int) {
	t.Helper()
	p := partition(t, map[string]any{"f": name})
	require.Equal(t, map[string]any{"n": int64(n)}, stored(t, s, connector, p))
}

// counted counts the transactions, and holds them until they are let through.
type counted struct {
	Claimant
	puts, claims atomic.Int32
	hold         chan struct{} // nil: nothing is held
}

func (c *counted) Claim(ctx context.Context) error {
	c.claims.Add(1)
	return c.Claimant.Claim(ctx)
}

func (c *counted) Put(ctx context.Context, records []topiclog.Addressed) (topiclog.Ends, error) {
	c.puts.Add(1)
	if c.hold != nil {
		<-c.hold
	}
	return c.Claimant.Put(ctx, records)
}

func TestManyWritersShareFewTransactions(t *testing.T) {
	manyWritersShareFewTransactions(t, newBroker(t).ListenAddrs())
}

func manyWritersShareFewTransactions(t *testing.T, brokers []string) {
	c := &counted{hold: make(chan struct{})}
	w := openGroupWith(t, brokers, 10*time.Second, func(real Claimant) Claimant { c.Claimant = real; return c })
	const writers = 100
	var done sync.WaitGroup
	for i := range writers {
		done.Go(func() { assert.NoError(t, w.Write(t.Context(), "c", at(t, fmt.Sprint(i), i))) })
	}
	w.untilWaiting(t, writers)
	close(c.hold)
	done.Wait()
	assert.LessOrEqual(t, c.puts.Load(), int32(2))
	for i := range writers {
		requireAt(t, w, "c", fmt.Sprint(i), i)
	}
}

func TestAWriterThatWasFencedConfirmsAndGoesOn(t *testing.T) {
	aWriterThatWasFencedConfirmsAndGoesOn(t, newBroker(t).ListenAddrs())
}

func aWriterThatWasFencedConfirmsAndGoesOn(t *testing.T, brokers []string) {
	var confirmed atomic.Int32
	w := openGroup(t, brokers, 10*time.Second)
	w.Reconfirm(func(context.Context) error { confirmed.Add(1); return nil })
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 1)))
	before := confirmed.Load()
	fenceByHand(t, brokers)
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 2)))
	assert.Equal(t, before+2, confirmed.Load(), "what it runs is confirmed before the claim, and again after it")
	requireAt(t, w, "c", "x", 2)
	assert.Contains(t, w.said.String(), "has taken this worker for dead")
}

// fenceByHand does what the successor of a dead worker does.
func fenceByHand(t *testing.T, brokers []string) {
	client, err := kgo.NewClient(append(quick(brokers...), kgo.TransactionalID(offsetsID))...)
	require.NoError(t, err)
	defer client.Close()
	_, _, err = client.ProducerID(t.Context())
	require.NoError(t, err)
}

func TestOffsetsOfLostWorkNeverFollowAFence(t *testing.T) {
	offsetsOfLostWorkNeverFollowAFence(t, newBroker(t).ListenAddrs())
}

func offsetsOfLostWorkNeverFollowAFence(t *testing.T, brokers []string) {
	var lost atomic.Bool
	c := &counted{}
	w := openGroupWith(t, brokers, 10*time.Second, func(real Claimant) Claimant { c.Claimant = real; return c })
	mine := While(t.Context(), func() bool { return !lost.Load() })
	require.NoError(t, w.Write(mine, "c", at(t, "x", 1)))
	c.hold = make(chan struct{})
	outcome := make(chan error)
	go func() { outcome <- w.Write(mine, "c", at(t, "x", 0)) }() // a flush that was under way
	require.Eventually(t, func() bool { return c.puts.Load() == 2 }, 10*time.Second, time.Millisecond)
	fenceByHand(t, brokers)
	w.Reconfirm(func(context.Context) error { lost.Store(true); return nil })
	claims := c.claims.Load()
	close(c.hold)
	err := <-outcome
	require.ErrorIs(t, err, ErrNotMine)
	assert.NotEqual(t, connect.Fenced, connect.Classify(err))
	assert.Equal(t, claims, c.claims.Load(), "nothing is claimed for work that is lost")
	requireAt(t, w, "c", "x", 1)
	require.ErrorIs(t, w.Write(mine, "c", at(t, "x", 0)), ErrNotMine)

	require.NoError(t, w.Write(t.Context(), "d", at(t, "x", 5)), "other work goes on")
	requireAt(t, w, "d", "x", 5)
}

func TestWorkThatIsLostBetweenClaimAndConfirmationIsNotWritten(t *testing.T) {
	var lost atomic.Bool
	confirms := 0
	w := openGroup(t, newBroker(t).ListenAddrs(), 10*time.Second)
	w.Reconfirm(func(context.Context) error {
		if confirms++; confirms == 2 {
			lost.Store(true) // the verdict was read only after the claim
		}
		return nil
	})
	err := w.Write(While(t.Context(), func() bool { return !lost.Load() }), "c", at(t, "x", 1))
	require.ErrorIs(t, err, ErrNotMine)
	require.NoError(t, w.ReadToEnd(t.Context()))
	all, err := w.All("c")
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestWithoutConfirmationNothingIsWritten(t *testing.T) {
	w := openGroup(t, newBroker(t).ListenAddrs(), 10*time.Second)
	away := errors.New("away")
	w.Reconfirm(func(context.Context) error { return away })
	err := w.Write(t.Context(), "c", at(t, "x", 1))
	require.ErrorIs(t, err, away)
	assert.Equal(t, connect.Transient, connect.Classify(err))
	w.Reconfirm(func(context.Context) error { return nil })
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 2)))
}

func TestACallerWhoGivesUpSpoilsNobody(t *testing.T) {
	c := &counted{hold: make(chan struct{})}
	w := openGroupWith(t, newBroker(t).ListenAddrs(), 10*time.Second, func(real Claimant) Claimant { c.Claimant = real; return c })
	first, second, third := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	early, giveUp := context.WithCancel(t.Context())
	go func() { first <- w.Write(early, "c", at(t, "1", 1)) }()
	require.Eventually(t, func() bool { return c.puts.Load() == 1 }, 10*time.Second, time.Millisecond)
	waiting, leave := context.WithCancel(t.Context())
	go func() { second <- w.Write(waiting, "c", at(t, "2", 2)) }()
	go func() { third <- w.Write(t.Context(), "c", at(t, "3", 3)) }()
	w.untilWaiting(t, 3)
	leave()
	require.ErrorIs(t, <-second, context.Canceled, "who waits for a turn leaves at once")
	giveUp()
	select {
	case err := <-first:
		t.Fatalf("a write returned before its transaction was decided: %v", err)
	default:
	}
	close(c.hold)
	require.NoError(t, <-first)
	require.NoError(t, <-third)
	requireAt(t, w, "c", "1", 1)
	requireAt(t, w, "c", "3", 3)
	found, err := w.Read("c", partition(t, map[string]any{"f": "2"}))
	require.NoError(t, err)
	assert.Empty(t, found)
}

func TestAnOutcomeThatIsUnknownIsSettledBeforeAnybodyHears(t *testing.T) {
	cluster := newBroker(t)
	w := openGroup(t, cluster.ListenAddrs(), 2*time.Second)
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 1)))
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, Err: kerr.UnknownServerError, Count: 1, TopLevel: true})
	inits := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.CoordinatorNotAvailable, Count: -1})
	ctx, cancel := context.WithCancel(t.Context())
	outcome := make(chan error)
	go func() { outcome <- w.Write(ctx, "c", at(t, "x", 2)) }()
	require.Eventually(t, func() bool { return inits.Hits() > 0 }, 10*time.Second, time.Millisecond)
	cancel()
	select {
	case err := <-outcome:
		t.Fatalf("the write returned while its outcome was unknown: %v", err)
	default:
	}
	inits.Remove()
	require.NoError(t, <-outcome)
	requireAt(t, w, "c", "x", 2)
}

func TestARefusedIDMeansPlainWritesAndAWarning(t *testing.T) {
	cluster := newBroker(t)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.TransactionalIDAuthorizationFailed, Count: -1, TxnID: offsetsID})
	w := openGroup(t, cluster.ListenAddrs(), 10*time.Second)
	require.NoError(t, w.Claim(t.Context()), "that is no error")
	assert.False(t, w.Fenced())
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 1)))
	requireAt(t, w, "c", "x", 1)
	require.ErrorIs(t, w.Write(While(t.Context(), func() bool { return false }), "c", at(t, "x", 2)), ErrNotMine)
	assert.Contains(t, w.said.String(), "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Write --operation Describe "+
		"--transactional-id connect-cluster-g --resource-pattern-type prefixed")
}

func TestAProcessOfTheSameNameTakesTheIDAtItsBoot(t *testing.T) {
	aProcessOfTheSameNameTakesTheID(t, newBroker(t).ListenAddrs())
}

func aProcessOfTheSameNameTakesTheID(t *testing.T, brokers []string) {
	former, next := openGroup(t, brokers, 10*time.Second), openGroup(t, brokers, 10*time.Second)
	var replaced atomic.Bool
	mine := While(t.Context(), func() bool { return !replaced.Load() })
	former.Reconfirm(func(context.Context) error { replaced.Store(true); return nil })
	require.NoError(t, former.Claim(t.Context()))
	replaced.Store(false)
	require.NoError(t, former.Write(mine, "c", at(t, "x", 1)))
	require.NoError(t, next.Claim(t.Context()))
	require.NoError(t, next.Claim(t.Context()), "a second time does no harm")
	require.ErrorIs(t, former.Write(mine, "c", at(t, "x", 2)), ErrNotMine)
	require.NoError(t, next.Write(t.Context(), "c", at(t, "x", 3)))
	requireAt(t, next, "c", "x", 3)
	assert.False(t, former.claimant.Claimed(), "it has not thrown the new process out")
}

func TestAGroupThatIsClosedEndsWritesThatWait(t *testing.T) {
	cluster := newBroker(t)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.CoordinatorNotAvailable, Count: -1, TxnID: offsetsID})
	w := openGroup(t, cluster.ListenAddrs(), time.Hour)
	outcome := make(chan error)
	go func() { outcome <- w.Write(t.Context(), "c", at(t, "x", 1)) }()
	w.untilWaiting(t, 1)
	w.Close()
	require.ErrorIs(t, <-outcome, topiclog.ErrClosed)
	require.ErrorIs(t, w.Write(t.Context(), "c", at(t, "x", 1)), topiclog.ErrClosed)
}
