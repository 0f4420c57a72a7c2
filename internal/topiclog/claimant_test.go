// SPDX-License-Identifier: Apache-2.0

package topiclog_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/topiclog"
)

func newClaimant(t *testing.T, cluster *kfake.Cluster) *topiclog.Claimant {
	c := topiclog.NewClaimant("connect-cluster-g-offsets-a", "connect-cluster-g", append(clientOpts(cluster), kgo.TransactionTimeout(10*time.Second)), rights)
	t.Cleanup(c.Close)
	return c
}

func to(topic, key, value string) topiclog.Addressed {
	return topiclog.Addressed{Topic: topic, Record: topiclog.Record{Key: []byte(key), Value: []byte(value)}}
}

func TestAClaimantWritesToSeveralTopicsAtOnce(t *testing.T) {
	cluster := newCluster(t, kfake.SeedTopics(3, "other"))
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, nil)
	others := newTable()
	other, err := topiclog.Open(soon(t), topiclog.Options{Topic: "other", Client: clientOpts(cluster), ReadCommitted: true, Apply: others.apply})
	require.NoError(t, err)
	defer other.Close()
	c := newClaimant(t, cluster)
	_, err = c.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1")})
	require.ErrorIs(t, err, topiclog.ErrNotClaimed)
	require.NoError(t, c.Claim(soon(t)))
	ends, err := c.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1"), to("other", "b", "2"), to(topic, "c", "3")})
	require.NoError(t, err)
	assert.Equal(t, map[int32]int64{0: 2}, ends[topic])
	assert.Equal(t, map[int32]int64{other.PartitionOf([]byte("b")): 1}, ends["other"])
	require.NoError(t, log.Await(soon(t), ends[topic]))
	require.NoError(t, other.Await(soon(t), ends["other"]))
	assert.Equal(t, map[string]string{"a": "1", "c": "3"}, tb.all())
	assert.Equal(t, map[string]string{"b": "2"}, others.all())
}

func TestALogWaitsForWhatAClaimantHasCommittedToIt(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, _ := openLog(t, cluster, nil)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, log.Await(short, map[int32]int64{0: 1}), context.DeadlineExceeded)
	again, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, log.ReadToEnd(again), context.DeadlineExceeded, "the end may be older than what is known to be committed")
	c := newClaimant(t, cluster)
	require.NoError(t, c.Claim(soon(t)))
	_, err := c.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1")})
	require.NoError(t, err)
	require.NoError(t, log.ReadToEnd(soon(t)))
}

func TestAClaimantTellsWhichRecordsWereRefused(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	c := newClaimant(t, cluster)
	require.NoError(t, c.Claim(soon(t)))
	_, err := c.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1"), to(topic, "big", string(make([]byte, 2<<20))), to(topic, "c", "3")})
	var left *topiclog.LeftError
	require.ErrorAs(t, err, &left)
	require.Len(t, left.Records, 1)
	require.ErrorIs(t, left.Records[1], kerr.MessageTooLarge)
	assert.True(t, c.Claimed(), "the transaction was aborted in order")
	_, err = c.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1")})
	require.NoError(t, err)
}

func TestAClaimantThatIsFencedIsOver(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	first, second := newClaimant(t, cluster), newClaimant(t, cluster)
	require.NoError(t, first.Claim(soon(t)))
	require.NoError(t, second.Claim(soon(t)))
	_, err := first.Put(soon(t), []topiclog.Addressed{to(topic, "a", "1")})
	require.ErrorIs(t, err, topiclog.ErrFenced)
	assert.False(t, first.Claimed())
	assert.True(t, second.Claimed())
}

func TestAClaimantThatIsRefusedSaysWhatToDo(t *testing.T) {
	cluster := newCluster(t)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.TransactionalIDAuthorizationFailed, Count: -1})
	err := newClaimant(t, cluster).Claim(soon(t))
	assert.True(t, topiclog.IsRefused(err))
	require.ErrorContains(t, err, "--transactional-id connect-cluster-g --resource-pattern-type prefixed")
	require.ErrorContains(t, err, "claim the transactional id connect-cluster-g-offsets-a")
}

func TestAPartitionHasALeaderOnlyWhereKafkaSaysSo(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, _ := openLog(t, cluster, nil)
	assert.True(t, log.HasLeader(soon(t), 0))
	assert.False(t, log.HasLeader(soon(t), 1), "there is no such partition")
	assert.Equal(t, int32(0), log.PartitionOf([]byte("x")))
}
