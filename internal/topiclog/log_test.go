// SPDX-License-Identifier: Apache-2.0

package topiclog_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/topiclog"
)

func TestOpenDeliversWhatIsThereAndFollowsWhatComes(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	writer, _ := openLog(t, cluster, nil)
	require.NoError(t, writer.Put(soon(t), []byte("a"), []byte("1")))
	require.NoError(t, writer.PutBatch(soon(t), []topiclog.Record{{Key: []byte("b"), Value: []byte("2")}, {Key: []byte("a"), Value: nil}}))

	reader, tb := openLog(t, cluster, nil)
	assert.Equal(t, map[string]string{"b": "2"}, tb.all())
	assert.Equal(t, []string{"a=1", "b=2", "a="}, tb.order)
	assert.Equal(t, int64(3), reader.Position())

	require.NoError(t, writer.Put(soon(t), []byte("c"), []byte("3")))
	require.NoError(t, reader.ReadToEnd(soon(t)))
	assert.Equal(t, "3", tb.get("c"))
	assert.Equal(t, int64(4), reader.Position())
}

func TestEveryPartitionIsReadAndKeysStayInJavasPartition(t *testing.T) {
	cluster := newCluster(t)
	s := spec()
	s.Partitions, s.SinglePartition = 5, false
	ensure(t, cluster, s)
	log, tb := openLog(t, cluster, nil)
	for _, v := range murmurVectors {
		if v.key != "" {
			require.NoError(t, log.Put(soon(t), []byte(v.key), []byte("x")))
		}
	}
	require.NoError(t, log.ReadToEnd(soon(t)))
	for _, v := range murmurVectors {
		if v.key != "" {
			assert.Equal(t, v.of5, tb.at[v.key].Partition, "partition of %q", v.key)
		}
	}
}

func TestReadToEndUnderLoadSeesEveryAcknowledgedRecord(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, nil)
	other, _ := openLog(t, cluster, nil)
	stop := make(chan struct{})
	noise := make(chan error, 1)
	go func() { noise <- write(t.Context(), other, stop) }()
	for i := range 100 {
		want := fmt.Sprint(i)
		require.NoError(t, log.Put(soon(t), []byte("mine"), []byte(want)))
		require.NoError(t, log.ReadToEnd(soon(t)))
		require.Equal(t, want, tb.get("mine"))
	}
	close(stop)
	require.NoError(t, receive(t, noise))
}

func write(ctx context.Context, log *topiclog.Log, stop <-chan struct{}) error {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return nil
		default:
		}
		if err := log.Put(ctx, fmt.Appendf(nil, "other-%d", i%10), fmt.Append(nil, i)); err != nil {
			return err
		}
	}
}

func TestATransactionMarkerAtTheEndIsReached(t *testing.T) {
	for _, committed := range []bool{true, false} {
		t.Run(fmt.Sprintf("read committed %v", committed), func(t *testing.T) {
			cluster := newCluster(t)
			ensure(t, cluster, spec())
			leader, _ := openLog(t, cluster, asLeader)
			require.NoError(t, leader.Claim(soon(t)))
			require.NoError(t, leader.PutTxn(soon(t), []topiclog.Record{{Key: []byte("a"), Value: []byte("1")}}))
			reader, tb := openLog(t, cluster, func(o *topiclog.Options) { o.ReadCommitted = committed })
			assert.Equal(t, map[string]string{"a": "1"}, tb.all())
			assert.Equal(t, int64(2), reader.Position(), "the marker counts")
		})
	}
}

func TestALogWhoseTailWasCompactedAwayDoesNotHang(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	writer, _ := openLog(t, cluster, nil)
	for i := range 5 {
		require.NoError(t, writer.Put(soon(t), []byte("k"), fmt.Append(nil, i)))
	}
	writer.Close()
	// From here on the broker has an end of 5 and no batch before it, as after a cleaning of the last segments.
	cluster.ControlKey(kmsg.Fetch.Int16(), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return nothingUntil(5, request.(*kmsg.FetchRequest)), nil, true
	})
	reader, tb := openLog(t, cluster, nil)
	assert.Empty(t, tb.all())
	assert.Equal(t, int64(5), reader.Position())
}

func TestASlowFirstFetchDoesNotMakeTheReaderWaitForOnesThatFindNothing(t *testing.T) {
	cluster := newCluster(t)
	s := spec()
	s.Partitions, s.SinglePartition = 5, false
	ensure(t, cluster, s)
	writer, _ := openLog(t, cluster, nil)
	for i := range 20 {
		require.NoError(t, writer.Put(soon(t), fmt.Appendf(nil, "key-%d", i), []byte("x")))
	}
	writer.Close()
	var held atomic.Bool
	looked := make(chan struct{})
	tellLook := sync.OnceFunc(func() { close(looked) })
	cluster.ControlKey(kmsg.Metadata.Int16(), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if held.Load() {
			tellLook() // the reader asks what stands there
		}
		return nil, nil, false
	})
	cluster.ControlKey(kmsg.Fetch.Int16(), func(kmsg.Request) (kmsg.Response, error, bool) {
		held.Store(true)
		cluster.SleepControl(func() { <-looked })
		return nil, nil, false
	})
	_, tb := openLog(t, cluster, func(o *topiclog.Options) { o.Client = append(o.Client, kgo.FetchMaxWait(10*time.Minute)) })
	assert.Len(t, tb.all(), 20)
}

func nothingUntil(end int64, request *kmsg.FetchRequest) *kmsg.FetchResponse {
	response := request.ResponseKind().(*kmsg.FetchResponse)
	for _, asked := range request.Topics {
		answered := kmsg.NewFetchResponseTopic()
		answered.Topic, answered.TopicID = asked.Topic, asked.TopicID
		for _, p := range asked.Partitions {
			empty := kmsg.NewFetchResponseTopicPartition()
			empty.Partition, empty.HighWatermark, empty.LastStableOffset, empty.LogStartOffset = p.Partition, end, end, 0
			answered.Partitions = append(answered.Partitions, empty)
		}
		response.Topics = append(response.Topics, answered)
	}
	return response
}

func TestAStartThatMovesPastTheReaderDoesNotHang(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, _ := openLog(t, cluster, nil)
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("1")))
	require.NoError(t, log.ReadToEnd(soon(t)))
	fault := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.NotLeaderForPartition, Count: -1})
	require.NoError(t, fault.Wait(soon(t), 1))
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("2")))
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("3")))
	deleteUpTo(t, cluster, 3)
	fault.Remove()
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Equal(t, int64(3), log.Position())
}

func deleteUpTo(t *testing.T, cluster *kfake.Cluster, offset int64) {
	t.Helper()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: 0, At: offset})
	answers, err := kadm.NewClient(newClient(t, cluster)).DeleteRecords(soon(t), offsets)
	require.NoError(t, err)
	require.NoError(t, answers.Error())
}

func TestACompactedLogIsReadFromItsNewStart(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	writer, _ := openLog(t, cluster, nil)
	for i := range 10 {
		require.NoError(t, writer.Put(soon(t), []byte("k"), fmt.Append(nil, i)))
	}
	require.NoError(t, writer.Put(soon(t), []byte("last"), []byte("x")))
	cluster.Compact()
	reader, tb := openLog(t, cluster, nil)
	assert.Equal(t, map[string]string{"k": "9", "last": "x"}, tb.all())
	assert.Equal(t, int64(11), reader.Position())
}

func TestKafkaGoneAndBackIsToldOnceEachAndNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	cluster := newCluster(t, kfake.DataDir(dir))
	port := portOf(t, cluster)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, nil)
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("1")))

	cluster.Close()
	require.False(t, receive(t, tb.states), "told that Kafka is gone")
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, log.ReadToEnd(short), context.DeadlineExceeded)
	written := make(chan error, 1)
	go func() { written <- log.Put(soon(t), []byte("b"), []byte("2")) }()

	newCluster(t, kfake.DataDir(dir), kfake.Ports(port))
	require.True(t, receive(t, tb.states), "told that Kafka is back")
	require.NoError(t, receive(t, written), "a write that began without Kafka ends with it")
	require.NoError(t, log.ReadToEnd(soon(t)))
	assert.Equal(t, map[string]string{"a": "1", "b": "2"}, tb.all())
	assert.Empty(t, tb.states, "told once each")
}

func TestADeletedTopicIsToldWithWhatToDo(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	_, tb := openLog(t, cluster, nil)
	_, err := kadm.NewClient(newClient(t, cluster)).DeleteTopic(soon(t), topic)
	require.NoError(t, err)
	assert.ErrorContains(t, receive(t, tb.fatal), "the topic was deleted or made anew")
}

func TestALogThatMayNotBeReadIsNotOpenedAndNobodyWaits(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, _ := openLog(t, cluster, nil)
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("1")))
	log.Close()
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := topiclog.Open(ctx, topiclog.Options{Topic: topic, Client: clientOpts(cluster), Apply: func(topiclog.Record) {}, Rights: rights})
	require.NoError(t, ctx.Err(), "it waited")
	require.ErrorIs(t, err, kerr.TopicAuthorizationFailed)
	require.ErrorContains(t, err, "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice")
}

func TestALostRightToReadIsToldWithWhatToDo(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, nil)
	fault := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	err := receive(t, tb.fatal)
	require.ErrorIs(t, err, kerr.TopicAuthorizationFailed)
	require.ErrorContains(t, err, "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Read --operation Write "+
		"--operation Describe --operation DescribeConfigs --operation Create --topic connect-configs")
	fault.Remove()
	require.NoError(t, log.Put(soon(t), []byte("a"), []byte("1")))
	require.NoError(t, log.ReadToEnd(soon(t)), "the log goes on by itself once it may")
	assert.Equal(t, "1", tb.get("a"))
	assert.Empty(t, tb.fatal, "told once")
}

func TestOpenEndsWithItsContextAndSaysWhatStoodInTheWay(t *testing.T) {
	cluster := newCluster(t)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := topiclog.Open(ctx, topiclog.Options{Topic: "missing", Client: clientOpts(cluster), Apply: func(topiclog.Record) {}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, kerr.UnknownTopicOrPartition)
}

func TestCloseEndsCallsThatWait(t *testing.T) {
	cluster := newCluster(t)
	ensure(t, cluster, spec())
	log, tb := openLog(t, cluster, nil)
	cluster.Close()
	require.False(t, receive(t, tb.states))
	ended := make(chan error, 1)
	go func() { ended <- log.Put(t.Context(), []byte("a"), []byte("1")) }()
	log.Close()
	require.Error(t, receive(t, ended))
	require.ErrorIs(t, log.ReadToEnd(t.Context()), topiclog.ErrClosed)
}

// murmurVectors were computed with org.apache.kafka.common.utils.Utils.murmur2 and BuiltInPartitioner.partitionForKey of kafka-clients 4.1.0.
var murmurVectors = []struct {
	key            string
	of5, of25, of7 int32
}{
	{"", 1, 6, 2},
	{"\x00", 3, 13, 0},
	{"a", 4, 24, 5},
	{"ab", 4, 9, 0},
	{"abc", 2, 7, 4},
	{"abcd", 0, 0, 5},
	{"connector-file-source", 1, 6, 5},
	{"task-file-source-0", 2, 22, 1},
	{"commit-file-source", 1, 1, 6},
	{"status-connector-file-source", 0, 0, 2},
	{"status-task-file-source-12", 1, 11, 4},
	{"status-topic-lines:connector-file-source", 2, 7, 5},
	{`["file-source",{"filename":"/tmp/in.txt"}]`, 3, 13, 5},
	{`["größe",{"ключ":"値"}]`, 4, 4, 3},
	{"\xff\xfe\x80\x7f\x81\x00\x01", 3, 18, 3},
	{"session-key", 2, 7, 0},
}

func TestThePartitionerIsJavas(t *testing.T) {
	partitioner := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
	for _, v := range murmurVectors {
		record := &kgo.Record{Key: []byte(v.key)}
		assert.EqualValues(t, v.of5, partitioner.Partition(record, 5), "%q of 5", v.key)
		assert.EqualValues(t, v.of25, partitioner.Partition(record, 25), "%q of 25", v.key)
		assert.EqualValues(t, v.of7, partitioner.Partition(record, 7), "%q of 7", v.key)
	}
}
