// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// counting is a source whose tasks count, from what is stored, to a total, so many at a time. With boundaries of its own it commits
// each batch, but aborts those that begin with a multiple of 20.
type counting struct{ props map[string]string }

func (*counting) Version() string           { return "1" }
func (*counting) Config() connect.ConfigDef { return nil }
func (c *counting) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}
func (*counting) Stop(context.Context) error { return nil }
func (c *counting) TaskConfigs(_ context.Context, n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	for i := range configs {
		configs[i] = map[string]string{"task": strconv.Itoa(i), "topic": c.props["topic"], "total": c.props["total"]}
	}
	return configs, nil
}
func (*counting) NewTask() connect.SourceTask                      { return &countingTask{} }
func (*counting) SupportsExactlyOnce(map[string]string) bool       { return true }
func (*counting) DefinesTransactions(props map[string]string) bool { return props["topic"] != "" }

type countingTask struct {
	props     map[string]string
	partition *connect.Partition
	next      int
	total     int
	asked     connect.TransactionContext
}

const countedAtOnce = 10

func (c *countingTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	c.props, c.asked, c.partition = props, tc.Transactions(), connect.MustPartition(map[string]any{"task": props["task"]})
	c.total, _ = strconv.Atoi(props["total"])
	stored, err := tc.Offsets().Offset(ctx, c.partition)
	if n, ok := stored["n"].(int64); ok {
		c.next = int(n) + 1
	}
	return err
}

func (c *countingTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if c.next >= c.total {
		<-ctx.Done()
		return nil, nil
	}
	var records []connect.SourceRecord
	for ; len(records) < countedAtOnce && c.next < c.total; c.next++ {
		records = append(records, connect.SourceRecord{
			Record:          connect.Record{Topic: c.props["topic"], ValueSchema: connect.String, Value: c.props["task"] + "-" + strconv.Itoa(c.next)},
			SourcePartition: c.partition, SourceOffset: connect.OffsetMap{"n": int64(c.next)}})
	}
	switch {
	case c.asked == nil:
	case (c.next-len(records))%20 == 0:
		c.asked.Abort()
	default:
		c.asked.CommitAfter(&records[len(records)-1])
	}
	return records, nil
}

func (*countingTask) Stop(context.Context) error { return nil }

func exactly(t *testing.T, broker string, more map[string]string) *cluster {
	p := plugins()
	p.AddSource("test.CountingSourceConnector", func() connect.SourceConnector { return &counting{} })
	props := map[string]string{"exactly.once.source.support": "enabled", "offset.storage.partitions": "3"}
	for key, value := range more {
		props[key] = value
	}
	return startWorkerAt(t, broker, p, props)
}

// committedValues reads what read-committed readers see of a topic, up to its end.
func committedValues(t *testing.T, broker, topic string) []string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MetadataMinAge(10*time.Millisecond))
	require.NoError(t, err)
	defer client.Close()
	ends, err := kadm.NewClient(client).ListCommittedOffsets(t.Context(), topic)
	require.NoError(t, err)
	left := map[int32]int64{}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset > 0 {
			left[o.Partition] = o.Offset
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var values []string
	for len(left) > 0 {
		fetches := client.PollFetches(ctx)
		require.NoError(t, ctx.Err(), "read %s", topic)
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			for _, r := range p.Records {
				if !r.Attrs.IsControl() {
					require.True(t, r.Attrs.IsTransactional(), "record %d", r.Offset)
					values = append(values, string(r.Value))
				}
			}
			if n := len(p.Records); n > 0 && p.Records[n-1].Offset+1 >= left[p.Partition] || p.LastStableOffset >= 0 && p.LogStartOffset >= left[p.Partition] {
				delete(left, p.Partition)
			}
		})
	}
	return values
}

func untilCommitted(t *testing.T, broker, topic string, want []string) {
	t.Helper()
	var got []string
	require.Eventually(t, func() bool {
		got = committedValues(t, broker, topic)
		return len(got) >= len(want)
	}, 20*time.Second, 20*time.Millisecond)
	require.Equal(t, want, got)
}

func counted(from, to int) []string {
	var out []string
	for n := from; n < to; n++ {
		out = append(out, "0-"+strconv.Itoa(n))
	}
	return out
}

// aSourceIsRestartedAgainAndAgain requires that nobody sees a record twice, with each kind of boundary.
func aSourceIsRestartedAgainAndAgain(t *testing.T, c *cluster, broker, boundary string) {
	topic := "counted-" + boundary
	create := func(total int) {
		t.Helper()
		_, _, err := c.PutConnectorConfig(t.Context(), topic, connect.Raw(map[string]string{"name": topic, "connector.class": "CountingSource", "tasks.max": "1", "topic": topic,
			"total": strconv.Itoa(total), "transaction.boundary": boundary, "transaction.boundary.interval.ms": "50", "exactly.once.support": "required"}))
		require.NoError(t, err)
	}
	createTopic(t, broker, topic)
	for _, total := range []int{100, 250, 251, 400} {
		create(total)
		var want []string
		for from := 0; from < total; from += countedAtOnce {
			if boundary != "connector" || from%20 != 0 {
				want = append(want, counted(from, min(from+countedAtOnce, total))...)
			}
		}
		if boundary == "connector" && total > 251 {
			want = append(append([]string{}, want[:120]...), connectorTail()...) // a batch of one was aborted in between
		}
		untilCommitted(t, broker, topic, want)
		c.untilOffsets(t, topic, offset(map[string]any{"task": "0"}, map[string]any{"n": int64(total - 1)}))
	}
}

// connectorTail is what is seen from 250 on when 250 was counted alone and its batch committed, and batches go on from 251.
func connectorTail() []string {
	out := counted(250, 251)
	for from := 251; from < 400; from += countedAtOnce {
		if from%20 != 0 {
			out = append(out, counted(from, min(from+countedAtOnce, 400))...)
		}
	}
	return out
}

func createTopic(t *testing.T, broker, topic string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	_, err = kadm.NewClient(client).CreateTopic(t.Context(), 1, 1, nil, topic)
	require.NoError(t, err)
}

// fencingRecords are those of a connector in the config topic, in their order; not compacted yet.
func fencingRecords(t *testing.T, broker, connector string) []string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"connect-configs": {0: kgo.NewOffset().AtStart()}}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	require.NoError(t, err)
	defer client.Close()
	ends, err := kadm.NewClient(client).ListCommittedOffsets(t.Context(), "connect-configs")
	require.NoError(t, err)
	end, _ := ends.Lookup("connect-configs", 0)
	var found []string
	for at := int64(0); at < end.Offset; {
		for _, r := range client.PollFetches(t.Context()).Records() {
			at = r.Offset + 1
			if strings.HasPrefix(string(r.Key), "tasks-fencing-"+connector) {
				found = append(found, string(r.Value))
			}
		}
	}
	return found
}

// tasksOfAnEarlierConfigurationAreFenced lets a client that is nobody's take the id of a task that the connector will not have any more.
func tasksOfAnEarlierConfigurationAreFenced(t *testing.T, c *cluster, broker string) {
	const topic = "fenced"
	createTopic(t, broker, topic)
	config := func(tasks string) map[string]string {
		return map[string]string{"connector.class": "CountingSource", "tasks.max": tasks, "topic": topic, "total": "0"}
	}
	c.create(t, "f", config("3"))
	c.untilAll(t, "f", 3, connect.Running, connect.Running)
	require.Equal(t, []string{`{"task-count":3}`}, fencingRecords(t, broker, "f"))

	zombie, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.TransactionalID("longshore-f-2"), kgo.DefaultProduceTopic(topic))
	require.NoError(t, err)
	defer zombie.Close()
	require.NoError(t, zombie.BeginTransaction())
	require.NoError(t, zombie.ProduceSync(t.Context(), kgo.StringRecord("late")).FirstErr())

	put := config("1")
	put["name"] = "f"
	_, _, err = c.PutConnectorConfig(t.Context(), "f", connect.Raw(put))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return fmt.Sprint(fencingRecords(t, broker, "f")) == `[{"task-count":3} {"task-count":1}]`
	}, 20*time.Second, 50*time.Millisecond)
	c.untilAll(t, "f", 1, connect.Running, connect.Running)
	err = zombie.ProduceSync(t.Context(), kgo.StringRecord("later")).FirstErr()
	if err == nil {
		err = zombie.EndTransaction(t.Context(), kgo.TryCommit)
	}
	require.True(t, isFenced(err), "%v", err)
	require.Empty(t, committedValues(t, broker, topic))

	require.NoError(t, c.StopConnector(t.Context(), "f"))
	c.untilStopped(t, "f")
	_, err = c.ResetConnectorOffsets(t.Context(), "f")
	require.NoError(t, err)
	require.Equal(t, []string{`{"task-count":3}`, `{"task-count":1}`, `{"task-count":0}`}, fencingRecords(t, broker, "f"))
}

func isFenced(err error) bool {
	for _, code := range []error{kerr.InvalidProducerEpoch, kerr.ProducerFenced, kerr.OperationNotAttempted, kerr.InvalidTxnState} {
		if errors.Is(err, code) || strings.Contains(fmt.Sprint(err), code.Error()) {
			return true
		}
	}
	return false
}

// aTaskThatLostItsIDTakesItAgain has somebody else take the id of a task that is still this worker's.
func aTaskThatLostItsIDTakesItAgain(t *testing.T, c *cluster, broker string) {
	const topic = "taken"
	createTopic(t, broker, topic)
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("one\n"), 0o600))
	c.create(t, "k", map[string]string{"connector.class": "FileStreamSource", "file": in, "topic": topic})
	untilCommitted(t, broker, topic, []string{"one"})

	thief, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.TransactionalID("longshore-k-0"))
	require.NoError(t, err)
	defer thief.Close()
	_, _, err = thief.ProducerID(t.Context())
	require.NoError(t, err)
	f, err := os.OpenFile(in, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString("two\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	untilCommitted(t, broker, topic, []string{"one", "two"})
	c.until(t, "k", connect.Running, connect.Running)
}

// aTopicOfTheConnectorsOwnHasItsOffsets requires that the worker's has them, too.
func aTopicOfTheConnectorsOwnHasItsOffsets(t *testing.T, c *cluster, broker string) {
	createTopic(t, broker, "owned")
	c.create(t, "o", map[string]string{"connector.class": "CountingSource", "topic": "owned", "total": "35", "offsets.storage.topic": "o-offsets"})
	untilCommitted(t, broker, "owned", counted(0, 35))
	for _, topic := range []string{"o-offsets", "connect-offsets"} {
		require.Eventually(t, func() bool {
			return liveRecords(t, broker, topic)[`["o",{"task":"0"}]`] == `{"n":34}`
		}, 10*time.Second, 20*time.Millisecond, topic)
	}
}

// whatIsOpenInFrontOfItsOffsetsIsWaitedFor has somebody else write where the task goes on, in a transaction that ends after the task has
// begun to start.
func whatIsOpenInFrontOfItsOffsetsIsWaitedFor(t *testing.T, c *cluster, broker string) {
	const topic = "awaited"
	createTopic(t, broker, topic)
	other, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.TransactionalID("somebody"), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.BeginTransaction())
	position := &kgo.Record{Topic: "connect-offsets", Key: []byte(`["w",{"task":"0"}]`), Value: []byte(`{"n":9}`)}
	require.NoError(t, other.ProduceSync(t.Context(), position).FirstErr())
	c.create(t, "w", map[string]string{"connector.class": "CountingSource", "topic": topic, "total": "25"})
	require.Eventually(t, func() bool { return len(fencingRecords(t, broker, "w")) > 0 }, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, other.EndTransaction(t.Context(), kgo.TryCommit))
	untilCommitted(t, broker, topic, counted(10, 25))
}

func exactlyOnceStories() map[string]func(t *testing.T, c *cluster, broker string) {
	stories := map[string]func(t *testing.T, c *cluster, broker string){
		"tasks of an earlier configuration": tasksOfAnEarlierConfigurationAreFenced,
		"a task that lost its id":           aTaskThatLostItsIDTakesItAgain,
		"a topic of its own":                aTopicOfTheConnectorsOwnHasItsOffsets,
		"a transaction that is open":        whatIsOpenInFrontOfItsOffsetsIsWaitedFor,
	}
	for _, boundary := range []string{"poll", "interval", "connector"} {
		stories["boundary "+boundary] = func(t *testing.T, c *cluster, broker string) { aSourceIsRestartedAgainAndAgain(t, c, broker, boundary) }
	}
	return stories
}

func TestSourcesWriteExactlyOnce(t *testing.T) {
	for name, story := range exactlyOnceStories() {
		t.Run(name, func(t *testing.T) {
			broker := startBroker(t).Addr()
			story(t, exactly(t, broker, nil), broker)
		})
	}
}
