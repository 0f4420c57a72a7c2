// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

func sinkPartition(topic string, partition int) map[string]any {
	return map[string]any{"kafka_topic": topic, "kafka_partition": int64(partition)}
}

func sinkOffset(n int) map[string]any { return map[string]any{"kafka_offset": int64(n)} }

// sinkOffsetsAreChanged is what a sink goes through whose group is called group.
func sinkOffsetsAreChanged(t *testing.T, c *cluster, broker, topic, group string, more map[string]string) {
	ctx, out := t.Context(), filepath.Join(t.TempDir(), "out.txt")
	createTopics(t, broker, topic)
	for _, value := range []string{"a", "b", "c"} {
		produce(t, broker, topic, value)
	}
	config := map[string]string{"connector.class": "FileStreamSink", "file": out, "topics": topic}
	for k, v := range more {
		config[k] = v
	}
	c.create(t, "c", config)
	requireArrival(t, out, []byte("a\nb\nc\n"))
	at := func(n int) []connect.PartitionOffset { return offset(sinkPartition(topic, 0), sinkOffset(n)) }
	c.untilOffsets(t, "c", at(3))
	_, err := c.AlterConnectorOffsets(ctx, "c", at(1))
	require.EqualError(t, err, notStopped)

	require.NoError(t, c.StopConnector(ctx, "c"))
	message, err := c.AlterConnectorOffsets(ctx, "c", offset(map[string]any{"kafka_topic": topic, "kafka_partition": "0"}, map[string]any{"kafka_offset": "1"}))
	require.NoError(t, err)
	require.Equal(t, alteredText, message)
	c.requireOffsets(t, "c", at(1)...)
	require.NoError(t, c.ResumeConnector(ctx, "c"))
	requireArrival(t, out, []byte("a\nb\nc\nb\nc\n"))
	c.untilOffsets(t, "c", at(3))

	require.NoError(t, c.StopConnector(ctx, "c"))
	message, err = c.AlterConnectorOffsets(ctx, "c", offset(sinkPartition(topic, 0), nil))
	require.NoError(t, err)
	require.Equal(t, alteredText, message)
	c.requireOffsets(t, "c")
	_, err = c.AlterConnectorOffsets(ctx, "c", at(-1))
	require.EqualError(t, err, "Failed to modify offsets for sink connector c")
	require.Equal(t, connect.Fatal, connect.Classify(err))
	_, err = c.AlterConnectorOffsets(ctx, "c", at(2))
	require.NoError(t, err)
	for range 2 {
		message, err = c.ResetConnectorOffsets(ctx, "c")
		require.NoError(t, err)
		require.Equal(t, resetText, message)
		c.requireOffsets(t, "c")
	}
	requireNoGroup(t, broker, group)
	message, err = c.AlterConnectorOffsets(ctx, "c", offset(sinkPartition(topic, 0), nil))
	require.NoError(t, err, "there is nothing to remove in a group that is not there")
	require.Equal(t, alteredText, message)
	strangersAreToldOf(t, c, broker, topic, group)
}

func requireNoGroup(t *testing.T, broker, group string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	groups, err := kadm.NewClient(client).ListGroups(t.Context())
	require.NoError(t, err)
	require.NotContains(t, groups, group)
}

// strangersAreToldOf holds that nothing is changed while somebody else is in the group.
func strangersAreToldOf(t *testing.T, c *cluster, broker, topic, group string) {
	stranger, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	require.NoError(t, err)
	defer stranger.Close()
	require.NotEmpty(t, stranger.PollFetches(t.Context()).Records())
	_, err = c.AlterConnectorOffsets(t.Context(), "c", offset(sinkPartition(topic, 0), sinkOffset(1)))
	require.EqualError(t, err, "Failed to alter consumer group offsets for connector c either because its tasks haven't stopped completely yet or the "+
		"connector was resumed before the request to alter its offsets could be successfully completed. If the connector is in a stopped state, this operation "+
		"can be safely retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.")
	_, err = c.ResetConnectorOffsets(t.Context(), "c")
	require.EqualError(t, err, "Failed to reset consumer group offsets for connector c either because its tasks haven't stopped completely yet or the "+
		"connector was resumed before the request to reset its offsets could be successfully completed. If the connector is in a stopped state, this operation "+
		"can be safely retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.")
}

// hurried is a worker that waits for the members of a group only shortly.
var hurried = map[string]string{"offset.flush.timeout.ms": "500"}

func TestOffsetsOfASinkAreThoseOfItsGroup(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), hurried)
	sinkOffsetsAreChanged(t, c, broker.Addr(), "in", "connect-c", nil)
}

func TestOffsetsOfASinkWithAGroupOfItsChoice(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), hurried)
	sinkOffsetsAreChanged(t, c, broker.Addr(), "in", "mine", map[string]string{"consumer.override.group.id": "mine"})
}

func TestOffsetsOfASinkInTheWrongFormAreRefusedInKafkasWords(t *testing.T) {
	c := startWorker(t, startBroker(t), plugins(), nil)
	initial := connect.TargetStopped
	_, err := c.CreateConnector(t.Context(), connect.CreateRequest{Name: "c", InitialState: &initial,
		Config: connect.Raw(map[string]string{"name": "c", "connector.class": "FileStreamSink", "file": "x", "topics": "t"})})
	require.NoError(t, err)
	good := map[string]any{"kafka_topic": "t", "kafka_partition": int64(0)}
	with := func(topic, partition any) map[string]any {
		return map[string]any{"kafka_topic": topic, "kafka_partition": partition}
	}
	for _, refused := range []struct {
		partition, offset map[string]any
		text              string
	}{
		{nil, sinkOffset(1), "The partition for a sink connector offset cannot be null or missing"},
		{map[string]any{"kafka_topic": "t"}, nil, "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'"},
		{with(nil, 1), nil, "Kafka topic names must be valid strings and may not be null"},
		{with("t", nil), nil, "Kafka partitions must be valid numbers and may not be null"},
		{with("t", 1.0), nil, "Failed to parse the following Kafka partition value in the provided offsets: '1.0'. Partition values for sink connectors need to be integers."},
		{with("t", "x"), nil, "Failed to parse the following Kafka partition value in the provided offsets: 'x'. Partition values for sink connectors need to be integers."},
		{good, map[string]any{"offset": int64(1)}, "The offset for a sink connector should either be null or contain the key 'kafka_offset'"},
		{good, map[string]any{"kafka_offset": nil}, "Failed to parse the following Kafka offset value in the provided offsets: 'null'. Offset values for sink connectors need to be integers."},
		{good, map[string]any{"kafka_offset": true}, "Failed to parse the following Kafka offset value in the provided offsets: 'true'. Offset values for sink connectors need to be integers."},
	} {
		_, err := c.AlterConnectorOffsets(t.Context(), "c", offset(refused.partition, refused.offset))
		require.EqualError(t, err, refused.text)
		require.Equal(t, connect.BadConfig, connect.Classify(err))
	}
	before := time.Now()
	_, err = c.AlterConnectorOffsets(t.Context(), "c", offset(with("no-such-topic", 0), sinkOffset(1)))
	require.EqualError(t, err, "Failed to alter consumer group offsets for connector c")
	require.Less(t, time.Since(before), 10*time.Second)
}
