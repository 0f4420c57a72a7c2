// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// join has another member in the connector's group, whose name comes before the sink's: the first partition is its. It returns what that is
// given.
func (b *sinkBed) join() (given <-chan string) {
	b.t.Helper()
	assigned, records := make(chan map[string][]int32, 1), make(chan string, 100)
	other, err := kgo.NewClient(kgo.SeedBrokers(b.broker), kgo.ConsumerGroup("connect-"+b.name()), kgo.InstanceID("a"),
		kgo.ConsumeTopics(b.topic), kgo.Balancers(kgo.RangeBalancer()), kgo.DisableAutoCommit(), kgo.HeartbeatInterval(100*time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, added map[string][]int32) { assigned <- added }))
	require.NoError(b.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	b.t.Cleanup(func() { cancel(); <-done; other.Close() })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			other.PollFetches(ctx).EachRecord(func(r *kgo.Record) { records <- string(r.Value) })
		}
	}()
	select {
	case added := <-assigned:
		require.Equal(b.t, map[string][]int32{b.topic: {0}}, added)
	case <-time.After(seenLimit):
		require.FailNow(b.t, "the other member is given nothing")
	}
	return records
}

func dropsWhatIsAnothers(t *testing.T, b *sinkBed) {
	b.sink.put = func(records []connect.SinkRecord) error {
		if slices.ContainsFunc(records, func(r connect.SinkRecord) bool { return r.Original.Partition == 0 }) {
			return connect.Retriable(errors.New("not now"))
		}
		return nil
	}
	b.feed(b.topic, 0, 0, 5)
	b.run(nil)
	b.soon(b.sink.look(func() bool { return len(b.sink.puts) > 1 }), "the same put again")
	others := b.join()
	require.Equal(t, "0/0", <-others)
	b.feed(b.topic, 1, 0, 5)
	b.soon(b.holds(numbers(1, 0, 5)...), "records of the partition that it has kept")
	puts := 0
	b.sink.look(func() bool { puts = len(b.sink.puts); return true })()
	b.feed(b.topic, 1, 5, 6)
	b.soon(b.holds(numbers(1, 0, 6)...), "the next record")
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	for _, values := range b.sink.puts[puts:] {
		require.Subset(t, numbers(1, 0, 6), values, "nothing of the other partition")
	}
	require.Contains(t, b.sink.closed, b.at(0))
	require.EqualValues(t, -1, b.committed(0), "it was never accepted")
}

func TestPartitionsThatWereLostAreClosedWithoutACommit(t *testing.T) {
	b := hermeticBed(t, map[string]string{"offset.flush.interval.ms": "3600000"})
	b.feed(b.topic, 0, 0, 3)
	b.run(nil)
	b.soon(b.holds(numbers(0, 0, 3)...), "the records")
	member := kadm.LeaveGroup("connect-" + b.name()).InstanceIDs("connector-consumer-" + b.name() + "-0")
	left, err := b.admin.LeaveGroup(t.Context(), member)
	require.NoError(t, err)
	require.NoError(t, left.Error())
	b.soon(b.holds(append(numbers(0, 0, 3), numbers(0, 0, 3)...)...), "the same records, since nothing was committed")
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	require.ElementsMatch(t, []connect.TopicPartition{b.at(0), b.at(1)}, b.sink.closed)
	require.Nil(t, b.sink.committable, "the task was not asked for what to commit")
	require.EqualValues(t, -1, b.committed(0))
}

func TestPartitionsThatAreRevokedAreCommittedFirst(t *testing.T) {
	b := hermeticBed(t, map[string]string{"offset.flush.interval.ms": "3600000"})
	b.feed(b.topic, 0, 0, 3)
	b.run(nil)
	b.soon(b.holds(numbers(0, 0, 3)...), "the records")
	b.feed(b.topic, 1, 0, 3)
	b.soon(b.holds(append(numbers(0, 0, 3), numbers(1, 0, 3)...)...), "the records")
	others := b.join()
	b.soon(func() bool { return b.committed(0) == 3 && b.committed(1) == 3 }, "a commit")
	b.feed(b.topic, 0, 3, 4)
	require.Equal(t, "0/3", <-others, "nothing from before the commit")
	require.Len(t, b.sink.values(), 6, "nothing is given twice")
}

func readsCommitted(t *testing.T, b *sinkBed) {
	producer, err := kgo.NewClient(kgo.SeedBrokers(b.broker), kgo.TransactionalID("of-"+b.topic), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	require.NoError(t, err)
	t.Cleanup(producer.Close)
	for value, end := range map[string]kgo.TransactionEndTry{"kept": kgo.TryCommit, "undone": kgo.TryAbort} { // in any order
		require.NoError(t, producer.BeginTransaction())
		require.NoError(t, producer.ProduceSync(t.Context(), &kgo.Record{Topic: b.topic, Value: []byte(value)}).FirstErr())
		require.NoError(t, producer.EndTransaction(t.Context(), end))
	}
	b.feed(b.topic, 0, 0, 1)
	b.run(map[string]string{"consumer.override.isolation.level": "read_committed"})
	b.soon(b.holds("kept", "0/0"), "what was committed")
	b.create(t, b.name()+"-all", map[string]string{"connector.class": "ToldSink", "topics": b.topic})
	b.soon(b.holds("kept", "0/0", "kept", "undone", "0/0"), "everything, where nothing is configured")
}

func readsTheLatest(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 3)
	b.run(map[string]string{"consumer.override.auto.offset.reset": "latest"})
	next := 3
	b.soon(func() bool {
		b.feed(b.topic, 0, next, next+1)
		next++
		return len(b.sink.values()) > 0
	}, "records from when it has begun")
	require.NotSubset(t, b.sink.values(), numbers(0, 0, 1))
	require.NotContains(t, b.sink.values(), "0/2")
}

func putsAFew(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 7)
	b.run(map[string]string{"consumer.override.max.poll.records": "2"})
	b.soon(b.holds(numbers(0, 0, 7)...), "all records")
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	sizes := make([]string, len(b.sink.puts))
	for i, put := range b.sink.puts {
		sizes[i] = fmt.Sprint(len(put))
	}
	require.Subset(t, []string{"1", "2"}, sizes)
	require.GreaterOrEqual(t, len(sizes), 4)
}

func isTheMember(t *testing.T, b *sinkBed) {
	b.run(map[string]string{"consumer.override.group.instance.id": "mine"})
	b.feed(b.topic, 0, 0, 1)
	b.soon(b.holds(numbers(0, 0, 1)...), "the record")
	groups, err := b.admin.DescribeGroups(t.Context(), "connect-"+b.name())
	require.NoError(t, err)
	members := groups["connect-"+b.name()].Members
	require.Len(t, members, 1)
	require.Equal(t, "mine", *members[0].InstanceID)
}
