// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/file"
	"github.com/longshore-io/connect/converters/header"
	"github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/converters/number"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/embeddedkafka"
	"github.com/longshore-io/connect/internal/kafkatest"
)

func letterPlugins() *connect.Plugins {
	p := &connect.Plugins{}
	p.AddSource(file.SourceClass, file.NewSource)
	p.AddSink(file.SinkClass, file.NewSink)
	p.AddConverter(stringconverter.Class, stringconverter.New)
	p.AddConverter(json.Class, json.New)
	p.AddConverter(number.IntegerClass, number.NewInteger)
	p.AddHeaderConverter(header.Class, header.NewHeader)
	return p
}

// jsonSink reads JSON of a topic, and has a dead letter queue.
func jsonSink(name, topic, out, queue string, more map[string]string) map[string]string {
	config := map[string]string{"name": name, "connector.class": "FileStreamSink", "file": out, "topics": topic,
		"value.converter": json.Class, "value.converter.schemas.enable": "false",
		"errors.deadletterqueue.topic.name": queue, "errors.deadletterqueue.topic.replication.factor": "1",
		"errors.deadletterqueue.context.headers.enable": "true"}
	maps.Copy(config, more)
	return config
}

// lettersFor produces what a JSON sink can read, and between it what it cannot.
func lettersFor(t *testing.T, broker, topic string) {
	kafkatest.Produce(t, broker, &kgo.Record{Topic: topic, Value: []byte(`"one"`)},
		&kgo.Record{Topic: topic, Key: []byte("k"), Value: []byte(`{bad`), Timestamp: time.UnixMilli(1234567),
			Headers: []kgo.RecordHeader{{Key: "h", Value: []byte("1")}, {Key: "none"}}},
		&kgo.Record{Topic: topic, Value: []byte(`"two"`)})
}

func headersOf(r *kgo.Record) (names []string, values map[string]string) {
	values = map[string]string{}
	for _, h := range r.Headers {
		names = append(names, h.Key)
		values[h.Key] = string(h.Value)
	}
	return names, values
}

// badRecordsOfASinkGoToItsQueue is told on any Kafka. Names begin with prefix.
func badRecordsOfASinkGoToItsQueue(t *testing.T, c *cluster, broker, prefix string) *kgo.Record {
	topic, queue, out := prefix+"-in", prefix+"-dead", filepath.Join(t.TempDir(), "out.txt")
	createTopics(t, broker, topic)
	lettersFor(t, broker, topic)
	c.create(t, prefix, jsonSink(prefix, topic, out, queue, map[string]string{"errors.tolerance": "all"}))
	requireArrival(t, out, []byte("one\ntwo\n"))
	letters := kafkatest.ConsumeAll(t, broker, queue, 1)
	letter := letters[0]
	assert.Equal(t, "k", string(letter.Key))
	assert.Equal(t, "{bad", string(letter.Value))
	assert.Equal(t, int64(1234567), letter.Timestamp.UnixMilli())
	names, values := headersOf(letter)
	assert.Equal(t, []string{"h", "none", "__connect.errors.topic", "__connect.errors.partition", "__connect.errors.offset", "__connect.errors.connector.name",
		"__connect.errors.task.id", "__connect.errors.stage", "__connect.errors.class.name", "__connect.errors.exception.class.name",
		"__connect.errors.exception.message", "__connect.errors.exception.stacktrace"}, names)
	assert.Nil(t, letter.Headers[1].Value)
	assert.Equal(t, topic, values["__connect.errors.topic"])
	assert.Equal(t, "1", values["__connect.errors.offset"])
	assert.Equal(t, json.Class, values["__connect.errors.class.name"])
	assert.Equal(t, "Converting byte[] to Kafka Connect data failed due to serialization error: ", values["__connect.errors.exception.message"])
	require.NoError(t, c.DeleteConnector(t.Context(), prefix))
	return letter
}

// topicsAreMadeAsTheirGroupsSay is told on any Kafka that makes no topics by itself.
func topicsAreMadeAsTheirGroupsSay(t *testing.T, c *cluster, broker, prefix string) {
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("a line\n"), 0o600))
	c.create(t, prefix, map[string]string{"name": prefix, "connector.class": "FileStreamSource", "file": in, "topic": prefix + "-wide",
		"topic.creation.groups": "wide", "topic.creation.default.partitions": "1", "topic.creation.default.replication.factor": "-1",
		"topic.creation.wide.include": ".*-w[a-z&&[^x]]de", "topic.creation.wide.partitions": "3", "topic.creation.wide.retention.ms": "123456"})
	require.Equal(t, "a line", string(kafkatest.ConsumeAll(t, broker, prefix+"-wide", 1)[0].Value))
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	admin := kadm.NewClient(client)
	topics, err := admin.ListTopics(t.Context(), prefix+"-wide")
	require.NoError(t, err)
	require.Len(t, topics[prefix+"-wide"].Partitions, 3)
	configs, err := admin.DescribeTopicConfigs(t.Context(), prefix+"-wide")
	require.NoError(t, err)
	var retention string
	for _, config := range configs[0].Configs {
		if config.Key == "retention.ms" {
			retention = config.MaybeValue()
		}
	}
	require.Equal(t, "123456", retention)
	require.NoError(t, c.DeleteConnector(t.Context(), prefix))
}

func strictBroker(t *testing.T) *embeddedkafka.Broker {
	broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: slog.New(slog.DiscardHandler), NoAutoCreate: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	return broker
}

func TestBadRecordsOfASinkGoToItsQueue(t *testing.T) {
	broker := strictBroker(t)
	badRecordsOfASinkGoToItsQueue(t, startWorker(t, broker, letterPlugins(), nil), broker.Addr(), "c")
}

func TestTopicsAreMadeAsTheirGroupsSay(t *testing.T) {
	broker := strictBroker(t)
	topicsAreMadeAsTheirGroupsSay(t, startWorker(t, broker, letterPlugins(), nil), broker.Addr(), "c")
}

func TestAWorkerMayLeaveAllTopicsToTheBrokers(t *testing.T) {
	broker := strictBroker(t)
	c := startWorker(t, broker, letterPlugins(), map[string]string{"topic.creation.enable": "false"})
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("a line\n"), 0o600))
	c.create(t, "c", map[string]string{"name": "c", "connector.class": "FileStreamSource", "file": in, "topic": "missing", "producer.override.max.block.ms": "1000",
		"topic.creation.default.partitions": "1", "topic.creation.default.replication.factor": "-1"})
	require.Contains(t, c.until(t, "c", connect.Running, connect.Failed).Tasks[0].Trace, "topic missing: UNKNOWN_TOPIC_OR_PARTITION")
}

func TestTheRecordThatASinkFailsOfIsInTheQueueWhenItHasFailed(t *testing.T) {
	broker := strictBroker(t)
	c := startWorker(t, broker, letterPlugins(), nil)
	createTopics(t, broker.Addr(), "in")
	lettersFor(t, broker.Addr(), "in")
	c.create(t, "c", jsonSink("c", "in", filepath.Join(t.TempDir(), "out.txt"), "dead", nil))
	trace := c.until(t, "c", connect.Running, connect.Failed).Tasks[0].Trace
	require.True(t, strings.HasPrefix(trace, "org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler"), trace)
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()))
	require.NoError(t, err)
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), "dead")
	require.NoError(t, err)
	end, _ := ends.Lookup("dead", 0)
	require.EqualValues(t, 1, end.Offset)
}

func TestBadRecordsOfASourceGoToItsQueue(t *testing.T) {
	broker := strictBroker(t)
	c := startWorker(t, broker, letterPlugins(), nil)
	createTopics(t, broker.Addr(), "numbers")
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("no number\nnor this\n"), 0o600))
	c.create(t, "c", map[string]string{"name": "c", "connector.class": "FileStreamSource", "file": in, "topic": "numbers",
		"value.converter": number.IntegerClass, "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead",
		"errors.deadletterqueue.topic.replication.factor": "1", "errors.deadletterqueue.context.headers.enable": "true"})
	letters := kafkatest.ConsumeAll(t, broker.Addr(), "dead", 2)
	require.Equal(t, `{"schema":{"type":"string","optional":false},"payload":"no number"}`, string(letters[0].Value))
	names, values := headersOf(letters[1])
	require.Equal(t, []string{"__connect.errors.topic", "__connect.errors.source.partition", "__connect.errors.source.offset", "__connect.errors.connector.name"}, names[:4])
	require.JSONEq(t, `{"position":19}`, values["__connect.errors.source.offset"])
	require.Equal(t, "VALUE_CONVERTER", values["__connect.errors.stage"])
	require.Equal(t, connect.Running, c.until(t, "c", connect.Running, connect.Running).Tasks[0].State)
}
