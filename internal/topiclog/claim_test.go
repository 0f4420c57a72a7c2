// SPDX-License-Identifier: Apache-2.0

package topiclog_test

import (
	"context"
	"fmt"
	"sync"
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

func rec(key, value string) []topiclog.Record {
	return []topiclog.Record{{Key: []byte(key), Value: []byte(value)}}
}

func TestASecondClaimFencesTheFirst(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	first, _ := openLog(t, cluster, asLeader)
	second, tb := openLog(t, cluster, asLeader)
	require.NoError(t, first.Claim(soon(t)))
	require.NoError(t, first.PutTxn(soon(t), rec("a", "first")))

	require.NoError(t, second.Claim(soon(t)))
	assert.Equal(t, "first", tb.get("a"), "a claim reads the log to its end")
	err := first.PutTxn(soon(t), rec("a", "too late"))
	require.ErrorIs(t, err, topiclog.ErrFenced)
	require.ErrorIs(t, first.PutTxn(soon(t), rec("a", "too late")), topiclog.ErrNotClaimed, "a fenced claim is over")

	require.NoError(t, second.PutTxn(soon(t), rec("a", "second")))
	require.NoError(t, second.ReadToEnd(soon(t)))
	assert.Equal(t, "second", tb.get("a"))

	require.NoError(t, first.Claim(soon(t)), "it may be claimed again")
	require.NoError(t, first.PutTxn(soon(t), rec("a", "third")))
	require.ErrorIs(t, second.PutTxn(soon(t), rec("a", "too late")), topiclog.ErrFenced)
}

func TestAClaimEndsTheOpenTransactionOfADeadLeader(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	dead := newClient(t, cluster, kgo.TransactionalID("connect-cluster-g"), kgo.DefaultProduceTopic(topic))
	require.NoError(t, dead.BeginTransaction())
	require.NoError(t, dead.ProduceSync(soon(t), &kgo.Record{Key: []byte("half"), Value: []byte("done")}).FirstErr())
	log, tb := openLog(t, cluster, asLeader)
	require.NoError(t, log.Put(soon(t), []byte("plain"), []byte("behind it")))
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Empty(t, tb.all(), "a plain record behind an open transaction is not readable yet")

	require.NoError(t, log.Claim(soon(t)))
	assert.Equal(t, map[string]string{"plain": "behind it"}, tb.all())
}

func TestTransactionsAreAllOrNothing(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, asLeader)
	require.NoError(t, log.Claim(soon(t)))
	tooBig := topiclog.Record{Key: []byte("big"), Value: make([]byte, 2<<20)}
	err := log.PutTxn(soon(t), append(rec("small", "1"), tooBig))
	require.ErrorIs(t, err, kerr.MessageTooLarge)
	require.NoError(t, log.PutTxn(soon(t), rec("next", "2")), "the claim outlives a clean abort")
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Equal(t, map[string]string{"next": "2"}, tb.all())
}

func TestOurOwnCommitIsReadAlsoWhereTheBrokerStillGivesAnOlderEnd(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	held := make(chan struct{})
	release := sync.OnceFunc(func() { close(held) })
	log, tb := openLog(t, cluster, func(o *topiclog.Options) {
		asLeader(o)
		apply := o.Apply
		o.Apply = func(r topiclog.Record) { <-held; apply(r) }
	})
	t.Cleanup(release) // before the log is closed, which waits for Apply
	require.NoError(t, log.Claim(soon(t)))
	require.NoError(t, log.PutTxn(soon(t), rec("a", "1")))
	// A real broker confirms a commit and writes the markers after that.
	cluster.ControlKey(kmsg.ListOffsets.Int16(), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return endAt(0, request.(*kmsg.ListOffsetsRequest)), nil, true
	})
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, log.ReadToEnd(short), context.DeadlineExceeded, "not before it was applied")
	release()
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Equal(t, "1", tb.get("a"))
}

func endAt(offset int64, request *kmsg.ListOffsetsRequest) *kmsg.ListOffsetsResponse {
	response := request.ResponseKind().(*kmsg.ListOffsetsResponse)
	for _, asked := range request.Topics {
		answered := kmsg.NewListOffsetsResponseTopic()
		answered.Topic = asked.Topic
		for _, p := range asked.Partitions {
			end := kmsg.NewListOffsetsResponseTopicPartition()
			end.Partition, end.Offset = p.Partition, offset
			answered.Partitions = append(answered.Partitions, end)
		}
		response.Topics = append(response.Topics, answered)
	}
	return response
}

func TestWhatWasCommittedIsReadBackWithoutAskingForTheEnd(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, asLeader)
	require.NoError(t, log.ReadBack(soon(t)), "nothing was committed")
	require.NoError(t, log.Claim(soon(t)))
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Err: kerr.UnknownServerError, Count: -1})
	for i := range 10 {
		require.NoError(t, log.PutTxn(soon(t), rec("a", fmt.Sprint(i))))
		require.NoError(t, log.ReadBack(soon(t)))
		require.Equal(t, fmt.Sprint(i), tb.get("a"))
	}
}

func TestTheFirstTransactionOfAClaimIsNeverAbortedSilently(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, asLeader)
	for i := range 40 { // the client lost about one in a hundred on a busy machine
		require.NoError(t, log.Claim(soon(t)))
		require.NoError(t, log.PutTxn(soon(t), rec("a", fmt.Sprint(i))))
		require.NoError(t, log.ReadToEnd(soon(t)))
		require.Equal(t, fmt.Sprint(i), tb.get("a"))
	}
}

func TestACommitOfUnknownOutcomeEndsTheClaim(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, asLeader)
	require.NoError(t, log.Claim(soon(t)))
	fault := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, Err: kerr.UnknownServerError, Count: -1, TopLevel: true})
	require.Error(t, log.PutTxn(soon(t), rec("a", "1")))
	fault.Remove()
	require.ErrorIs(t, log.PutTxn(soon(t), rec("a", "2")), topiclog.ErrNotClaimed)
	require.NoError(t, log.Claim(soon(t)))
	require.NoError(t, log.PutTxn(soon(t), rec("a", "3")))
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Equal(t, []string{"a=3"}, tb.order)
}

func TestATransactionWithoutKafkaEndsWithItsContext(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, asLeader)
	require.NoError(t, log.Claim(soon(t)))
	cluster.Close()
	require.False(t, receive(t, tb.states))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, log.PutTxn(ctx, rec("a", "1")), context.DeadlineExceeded)
}

func TestClaimsThatCannotBe(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	plain, _ := openLog(t, cluster, nil)
	require.ErrorContains(t, plain.Claim(soon(t)), "no transactional id is set")
	require.ErrorIs(t, plain.PutTxn(soon(t), rec("a", "1")), topiclog.ErrNotClaimed)

	log, _ := openLog(t, cluster, asLeader)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.TransactionalIDAuthorizationFailed, Count: -1})
	err := log.Claim(soon(t))
	require.ErrorIs(t, err, kerr.TransactionalIDAuthorizationFailed)
	require.ErrorContains(t, err, "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Write "+
		"--operation Describe --transactional-id connect-cluster-g")
	require.ErrorIs(t, log.PutTxn(soon(t), nil), topiclog.ErrNotClaimed)
}
