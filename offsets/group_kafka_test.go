// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package offsets

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
	"github.com/longshore-io/connect/internal/topiclog"
)

// makeTopics gives each story its own.
func makeTopics(t *testing.T, broker string) {
	client, err := kgo.NewClient(quick(broker)...)
	require.NoError(t, err)
	defer client.Close()
	admin := kadm.NewClient(client)
	_, err = admin.CreateTopic(t.Context(), 25, 1, nil, offsetsTopic)
	require.NoError(t, err)
	t.Cleanup(func() {
		client, err := kgo.NewClient(quick(broker)...)
		require.NoError(t, err)
		defer client.Close()
		_, err = kadm.NewClient(client).DeleteTopic(context.Background(), offsetsTopic)
		require.NoError(t, err)
	})
}

func TestOffsetsAreGroupedAndFencedInKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	for name, story := range map[string]func(t *testing.T, brokers []string){
		"many writers":                 manyWritersShareFewTransactions,
		"fenced, and still the owner":  aWriterThatWasFencedConfirmsAndGoesOn,
		"fenced, and not the owner":    offsetsOfLostWorkNeverFollowAFence,
		"restarted under its name":     aProcessOfTheSameNameTakesTheID,
		"a flush that is in Kafka":     aFlushThatIsInKafkaIsRefusedAfterTheFence,
		"an epoch that is taken again": anEpochIsNotTakenAgainWithoutAClaim,
	} {
		t.Run(name, func(t *testing.T) {
			makeTopics(t, broker)
			story(t, []string{broker})
		})
	}
}

// aFlushThatIsInKafkaIsRefusedAfterTheFence has the zombie's records in the topic already when it is fenced, before its commit.
func aFlushThatIsInKafkaIsRefusedAfterTheFence(t *testing.T, brokers []string) {
	victim, successor := openGroup(t, brokers, 10*time.Second), openGroup(t, brokers, 10*time.Second)
	require.NoError(t, victim.Write(t.Context(), "c", at(t, "x", 1)))
	zombie, err := kgo.NewClient(append(quick(brokers...), kgo.TransactionalID(offsetsID), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))...)
	require.NoError(t, err)
	defer zombie.Close()
	require.NoError(t, zombie.BeginTransaction())
	records, err := victim.Records("c", at(t, "x", 0))
	require.NoError(t, err)
	require.NoError(t, zombie.ProduceSync(t.Context(), &kgo.Record{Topic: offsetsTopic, Key: records[0].Key, Value: records[0].Value}).FirstErr())

	fenceByHand(t, brokers)
	requireAt(t, successor, "c", "x", 1)
	require.Error(t, zombie.EndTransaction(t.Context(), kgo.TryCommit))
	fenceByHand(t, brokers)
	requireAt(t, successor, "c", "x", 1)
}

// anEpochIsNotTakenAgainWithoutAClaim: the client must not come back by itself with a new epoch after it was fenced.
func anEpochIsNotTakenAgainWithoutAClaim(t *testing.T, brokers []string) {
	w := openGroup(t, brokers, 10*time.Second)
	require.NoError(t, w.Write(t.Context(), "c", at(t, "x", 1)))
	for range 3 {
		fenceByHand(t, brokers)
		_, err := w.claimant.Put(t.Context(), addressed(t, w, "x", 2))
		require.ErrorIs(t, err, topiclog.ErrFenced)
		_, err = w.claimant.Put(t.Context(), addressed(t, w, "x", 2))
		require.ErrorIs(t, err, topiclog.ErrNotClaimed)
		require.NoError(t, w.claimant.Claim(t.Context()))
	}
	requireAt(t, w, "c", "x", 1)
}

func addressed(t *testing.T, w writer, name string, n int) []topiclog.Addressed {
	records, err := w.Records("c", at(t, name, n))
	require.NoError(t, err)
	return []topiclog.Addressed{{Topic: offsetsTopic, Record: records[0]}}
}

// TestTheSpeedOfAFlush compares a flush in a transaction with one by a plain producer, and shows both.
func TestTheSpeedOfAFlush(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	makeTopics(t, broker)
	w := openGroup(t, []string{broker}, 10*time.Second)
	plain, err := OpenTopic(quiet, func(apply func(topiclog.Record)) (Log, error) { return w.log, nil })
	require.NoError(t, err)
	const flushes = 200
	median := func(s *TopicStore) time.Duration {
		var took []time.Duration
		for i := range flushes {
			offsets := at(t, fmt.Sprint(i%25), i)
			begin := time.Now()
			require.NoError(t, s.Write(t.Context(), "c", offsets))
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		t.Logf("median %v, 99th percentile %v", took[flushes/2], took[flushes*99/100])
		return took[flushes/2]
	}
	median(plain)
	before, after := median(plain), median(w.TopicStore)
	t.Logf("a flush takes %v by a plain producer and %v in a transaction", before, after)
	assert.Less(t, after, time.Second)

	var written atomic.Int32
	begin := time.Now()
	done := make(chan struct{})
	for task := range 100 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 20 {
				if assert.NoError(t, w.Write(t.Context(), fmt.Sprint("c", task), at(t, "x", i))) {
					written.Add(1)
				}
			}
		}()
	}
	for range 100 {
		<-done
	}
	t.Logf("100 tasks made %d flushes in %v", written.Load(), time.Since(begin))
}
