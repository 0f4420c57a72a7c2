// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestJavasDefaultsHoldWhereNothingIsSet(t *testing.T) {
	producer := client(t, kafkaconfig.Producer, with())
	assert.Equal(t, 5*time.Millisecond, producer.OptValue(kgo.ProducerLinger))
	assert.Equal(t, []kgo.CompressionCodec{kgo.NoCompression()}, producer.OptValue(kgo.ProducerBatchCompression))
	assert.EqualValues(t, 1048576, producer.OptValue(kgo.ProducerBatchMaxBytes))
	assert.EqualValues(t, 33554432, producer.OptValue(kgo.MaxBufferedBytes))
	assert.Equal(t, false, producer.OptValue(kgo.DisableIdempotentWrite))
	assert.Equal(t, 120*time.Second, producer.OptValue(kgo.RecordDeliveryTimeout))

	consumer := client(t, kafkaconfig.Consumer, with("group.id", "g"))
	assert.Equal(t, 45*time.Second, consumer.OptValue(kgo.SessionTimeout))
	assert.Equal(t, 300*time.Second, consumer.OptValue(kgo.RebalanceTimeout))
	assert.Equal(t, 500*time.Millisecond, consumer.OptValue(kgo.FetchMaxWait))
	assert.Equal(t, int8(0), consumer.OptValue(kgo.FetchIsolationLevel))
	assert.Equal(t, true, consumer.OptValue(kgo.DisableAutoCommit))
	assert.Len(t, consumer.OptValue(kgo.Balancers), 2)
}

func TestProducerProperties(t *testing.T) {
	cl := client(t, kafkaconfig.Producer, with("linger.ms", "50", "compression.type", "zstd", "compression.zstd.level", "7",
		"max.request.size", "209715200", "buffer.memory", "1000000", "delivery.timeout.ms", "2147483647", "retries", "3",
		"client.id", "me", "metadata.max.age.ms", "60000", "request.timeout.ms", "7000", "allow.auto.create.topics", "false"))
	assert.Equal(t, 50*time.Millisecond, cl.OptValue(kgo.ProducerLinger))
	assert.Equal(t, []kgo.CompressionCodec{kgo.ZstdCompression().WithLevel(3)}, cl.OptValue(kgo.ProducerBatchCompression))
	assert.EqualValues(t, 209715200, cl.OptValue(kgo.ProducerBatchMaxBytes))
	assert.EqualValues(t, 209715200, cl.OptValue(kgo.BrokerMaxWriteBytes), "the request must hold the batch")
	assert.EqualValues(t, 1000000, cl.OptValue(kgo.MaxBufferedBytes))
	assert.Zero(t, cl.OptValue(kgo.RecordDeliveryTimeout), "Java's largest number means without end")
	assert.EqualValues(t, 3, cl.OptValue(kgo.RecordRetries))
	assert.Equal(t, "me", cl.OptValue(kgo.ClientID))
	assert.Equal(t, time.Minute, cl.OptValue(kgo.MetadataMaxAge))
	assert.Equal(t, 7*time.Second, cl.OptValue(kgo.ProduceRequestTimeout))
	assert.Equal(t, false, cl.OptValue(kgo.AllowAutoTopicCreation))
}

func TestAcksAndIdempotence(t *testing.T) {
	for name, c := range map[string]struct {
		props    map[string]string
		plain    bool // without idempotence
		inFlight int
		acks     kgo.Acks
	}{
		"acks all is idempotent":                          {with("acks", "all", "max.in.flight.requests.per.connection", "1"), false, 1, kgo.AllISRAcks()},
		"acks -1 is all":                                  {with("acks", "-1"), false, 1, kgo.AllISRAcks()},
		"idempotence off by the user is one at a time":    {with("enable.idempotence", "false", "max.in.flight.requests.per.connection", "1"), true, 1, kgo.AllISRAcks()},
		"idempotence off with the user's own concurrency": {with("enable.idempotence", "false", "max.in.flight.requests.per.connection", "3"), true, 3, kgo.AllISRAcks()},
		"acks 1 cannot be idempotent":                     {with("acks", "1", "max.in.flight.requests.per.connection", "2"), true, 2, kgo.LeaderAck()},
		"acks 0 cannot be idempotent":                     {with("acks", "0"), true, 5, kgo.NoAck()},
	} {
		t.Run(name, func(t *testing.T) {
			cl := client(t, kafkaconfig.Producer, c.props)
			assert.Equal(t, c.plain, cl.OptValue(kgo.DisableIdempotentWrite))
			assert.Equal(t, c.acks, cl.OptValue(kgo.RequiredAcks))
			assert.Equal(t, c.inFlight, cl.OptValue(kgo.MaxProduceRequestsInflightPerBroker))
		})
	}
}

func TestSourceProducersStayIdempotentUnlessTheUserSaysOtherwise(t *testing.T) {
	worker := map[string]string{"bootstrap.servers": bootstrap}
	ours := client(t, kafkaconfig.Producer, kafkaconfig.SourceProducer(worker, nil, "c", 0))
	assert.Equal(t, false, ours.OptValue(kgo.DisableIdempotentWrite))
	theirs := client(t, kafkaconfig.Producer, kafkaconfig.SourceProducer(worker, map[string]string{"producer.override.enable.idempotence": "false"}, "c", 0))
	assert.Equal(t, true, theirs.OptValue(kgo.DisableIdempotentWrite))
	assert.Equal(t, 1, theirs.OptValue(kgo.MaxProduceRequestsInflightPerBroker))
}

func TestConsumerProperties(t *testing.T) {
	props := with("group.id", "g", "group.instance.id", "i", "isolation.level", "read_committed", "fetch.min.bytes", "10",
		"fetch.max.bytes", "209715200", "max.partition.fetch.bytes", "2000000", "fetch.max.wait.ms", "250", "max.poll.records", "77",
		"session.timeout.ms", "10000", "heartbeat.interval.ms", "1000", "max.poll.interval.ms", "60000", "client.rack", "r1",
		"partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor", "check.crcs", "false")
	cl := client(t, kafkaconfig.Consumer, props)
	assert.Equal(t, int8(1), cl.OptValue(kgo.FetchIsolationLevel))
	assert.EqualValues(t, 10, cl.OptValue(kgo.FetchMinBytes))
	assert.EqualValues(t, 209715200, cl.OptValue(kgo.FetchMaxBytes))
	assert.EqualValues(t, 209715200, cl.OptValue(kgo.BrokerMaxReadBytes))
	assert.EqualValues(t, 2000000, cl.OptValue(kgo.FetchMaxPartitionBytes))
	assert.Equal(t, 250*time.Millisecond, cl.OptValue(kgo.FetchMaxWait))
	assert.Equal(t, 10*time.Second, cl.OptValue(kgo.SessionTimeout))
	assert.Equal(t, time.Second, cl.OptValue(kgo.HeartbeatInterval))
	assert.Equal(t, time.Minute, cl.OptValue(kgo.RebalanceTimeout))
	assert.Equal(t, "r1", cl.OptValue(kgo.Rack))
	assert.Equal(t, true, cl.OptValue(kgo.DisableFetchCRCValidation))
	balancers := cl.OptValue(kgo.Balancers).([]kgo.GroupBalancer)
	require.Len(t, balancers, 1)
	assert.Equal(t, "sticky", balancers[0].ProtocolName())

	settings := parse(t, kafkaconfig.Consumer, props)
	assert.Equal(t, 77, settings.MaxPollRecords)
	assert.Equal(t, "g", settings.GroupID)
	assert.Equal(t, "i", settings.InstanceID)
}

func TestWhereAConsumerStarts(t *testing.T) {
	for policy, want := range map[string]kgo.Offset{
		"earliest":               kgo.NewOffset().AtStart(),
		"latest":                 kgo.NewOffset().AtEnd(),
		"none":                   kgo.NoResetOffset(),
		"by_duration:P1DT2H3M4S": kgo.LookbackOffset(26*time.Hour + 3*time.Minute + 4*time.Second),
		"by_duration:PT0.5S":     kgo.LookbackOffset(500 * time.Millisecond),
	} {
		t.Run(policy, func(t *testing.T) {
			cl := client(t, kafkaconfig.Consumer, with("auto.offset.reset", policy))
			assert.Equal(t, want, cl.OptValue(kgo.ConsumeResetOffset))
		})
	}
}

func TestWrongValuesAreNamedOneByOne(t *testing.T) {
	for name, c := range map[string]struct {
		role  kafkaconfig.Role
		props map[string]string
		want  string
	}{
		"not a number":         {kafkaconfig.Producer, with("linger.ms", "soon"), "Invalid value soon for configuration linger.ms: Not a number of type LONG"},
		"too large for an int": {kafkaconfig.Producer, with("batch.size", "3000000000"), "Invalid value 3000000000 for configuration batch.size: Not a number of type INT"},
		"negative":             {kafkaconfig.Producer, with("linger.ms", "-1"), "Invalid value -1 for configuration linger.ms: Value must be at least 0"},
		"above its range":      {kafkaconfig.Producer, with("compression.gzip.level", "10"), "Invalid value 10 for configuration compression.gzip.level: Value must be no more than 9"},
		"not a boolean":        {kafkaconfig.Consumer, with("check.crcs", "yes"), "Invalid value yes for configuration check.crcs: Expected value to be either true or false"},
		"not a choice":         {kafkaconfig.Producer, with("acks", "two"), "Invalid value two for configuration acks: String must be one of: all, -1, 0, 1"},
		"case counts":          {kafkaconfig.Consumer, with("isolation.level", "READ_COMMITTED"), "Invalid value READ_COMMITTED for configuration isolation.level: String must be one of: read_committed, read_uncommitted"},
		"no brokers":           {kafkaconfig.Plain, map[string]string{}, "Invalid value  for configuration bootstrap.servers: No bootstrap urls given in bootstrap.servers"},
		"no port":              {kafkaconfig.Plain, map[string]string{"bootstrap.servers": "kafka"}, "Invalid value kafka for configuration bootstrap.servers: Invalid url in bootstrap.servers: kafka (expected host:port)"},
		"where to start":       {kafkaconfig.Consumer, with("auto.offset.reset", "begin"), "Invalid value begin for configuration auto.offset.reset: Invalid value `begin` for configuration auto.offset.reset. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."},
		"no time to go back":   {kafkaconfig.Consumer, with("auto.offset.reset", "by_duration:P"), "Invalid value by_duration:P for configuration auto.offset.reset: expected a duration such as by_duration:P1DT12H"},
		"acks of idempotence":  {kafkaconfig.Producer, with("acks", "1", "enable.idempotence", "true"), "Invalid value 1 for configuration acks: Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence."},
		"acks of transactions": {kafkaconfig.Producer, with("acks", "1", "transactional.id", "x"), "Invalid value x for configuration transactional.id: a transactional producer needs acks=all and enable.idempotence=true"},
		"a Java partitioner":   {kafkaconfig.Producer, with("partitioner.class", "com.acme.P"), "Invalid value com.acme.P for configuration partitioner.class: Java classes cannot be loaded. Remove the property for Kafka's default partitioner, or use org.apache.kafka.clients.producer.RoundRobinPartitioner"},
		"a Java assignor":      {kafkaconfig.Consumer, with("group.id", "g", "partition.assignment.strategy", "com.acme.A"), "Invalid value com.acme.A for configuration partition.assignment.strategy: Java classes cannot be loaded. Use Kafka's RangeAssignor, RoundRobinAssignor, StickyAssignor or CooperativeStickyAssignor"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := kafkaconfig.Parse(c.role, c.props)
			assert.Equal(t, []string{c.want}, texts(errs))
		})
	}
}

func TestAllWrongValuesAreReportedTogether(t *testing.T) {
	_, errs := kafkaconfig.Parse(kafkaconfig.Producer, with("linger.ms", "x", "acks", "y", "retries", "-1"))
	var keys []string
	for _, err := range errs {
		keys = append(keys, keyOf(err))
	}
	assert.ElementsMatch(t, []string{"linger.ms", "acks", "retries"}, keys)
}

func TestValuesThatContradictEachOtherAreRefused(t *testing.T) {
	_, errs := kafkaconfig.Parse(kafkaconfig.Consumer, with("group.id", "g", "session.timeout.ms", "1000", "heartbeat.interval.ms", "2000"))
	require.Len(t, errs, 1)
	assert.ErrorContains(t, errs[0], "do not fit together")
}

func TestWarningsNameWhatHasNoEffect(t *testing.T) {
	settings := parse(t, kafkaconfig.Producer, with("send.buffer.bytes", "1", "interceptor.classes", "a.B", "connections.max.idle.ms", "3600000",
		"key.serializer", "x.Y", "metric.reporters", "z", "metrics.context.connect.group.id", "g", "nobody.knows", "this", "reconnect.backoff.ms", "50", "batch.size", "1"))
	assert.ElementsMatch(t, []string{
		"batch.size has no effect: a batch is sent when linger.ms ends or when it has max.request.size",
		"key.serializer has no effect: records are bytes already when they reach the client: key.converter and value.converter make them",
		"metric.reporters has no effect: the worker has its own metrics",
		"metrics.context.connect.group.id has no effect: the worker has its own metrics",
		"nobody.knows has no effect: no Kafka client has such a property",
		"interceptor.classes has no effect: it names a Java class",
		"connections.max.idle.ms=3600000 is outside what the client supports (100ms to 15m0s): using 15m0s",
	}, settings.Warnings)
}

func TestMaxBlockOfSourcesIsWithoutEnd(t *testing.T) {
	settings := parse(t, kafkaconfig.Producer, kafkaconfig.SourceProducer(map[string]string{}, nil, "c", 0))
	assert.Equal(t, time.Duration(math.MaxInt64), settings.MaxBlock)
	assert.Equal(t, 60*time.Second, parse(t, kafkaconfig.Producer, with()).MaxBlock)
}

func TestNoSetOfValuesPanicsOrBuildsAnUnusableClient(t *testing.T) {
	keys := []string{"linger.ms", "acks", "retries", "delivery.timeout.ms", "max.request.size", "buffer.memory", "fetch.max.bytes", "session.timeout.ms",
		"heartbeat.interval.ms", "group.id", "max.poll.interval.ms", "metadata.max.age.ms", "connections.max.idle.ms", "request.timeout.ms",
		"compression.type", "compression.lz4.level", "transactional.id", "enable.idempotence", "retry.backoff.ms", "group.protocol", "auto.offset.reset",
		"sasl.jaas.config", "security.protocol", "sasl.mechanism", "socket.connection.setup.timeout.ms", "fetch.max.wait.ms", "transaction.timeout.ms"}
	values := []string{"", "0", "1", "-1", "100", "2147483647", "9223372036854775807", "all", "lz4", "true", "false", "consumer", "none", "SASL_SSL", "PLAIN", "x;"}
	rapid.Check(t, func(t *rapid.T) {
		props := with()
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			props[rapid.SampledFrom(keys).Draw(t, "key")] = rapid.SampledFrom(values).Draw(t, "value")
		}
		role := rapid.SampledFrom([]kafkaconfig.Role{kafkaconfig.Producer, kafkaconfig.Consumer, kafkaconfig.Plain}).Draw(t, "role")
		settings, errs := kafkaconfig.Parse(role, props)
		if len(errs) == 0 {
			require.NoError(t, kgo.ValidateOpts(settings.Options(nil)...))
		}
	})
}
