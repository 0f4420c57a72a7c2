// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

var worker = map[string]string{
	"bootstrap.servers": "kafka:9092", "group.id": "cluster", "client.id": "w1", "security.protocol": "SASL_SSL", "session.timeout.ms": "10000",
	"key.converter": "x", "producer.linger.ms": "1", "producer.acks": "1", "consumer.max.poll.records": "5", "consumer.auto.offset.reset": "latest",
	"admin.retries": "9",
}

var connector = map[string]string{
	"name": "c", "producer.override.acks": "all", "consumer.override.group.id": "mine", "admin.override.retries": "1", "linger.ms": "7",
}

func TestCompositionLetsLaterSourcesWin(t *testing.T) {
	for name, c := range map[string]struct{ got, want map[string]string }{
		"source producer": {kafkaconfig.SourceProducer(worker, connector, "c", 2), map[string]string{
			"bootstrap.servers": "kafka:9092", "client.id": "connector-producer-c-2", "acks": "all", "linger.ms": "1",
			"max.in.flight.requests.per.connection": "1", "max.block.ms": "9223372036854775807", "delivery.timeout.ms": "2147483647"}},
		"exactly-once producer": {kafkaconfig.ExactlyOnceProducer(worker, map[string]string{"producer.override.transactional.id": "mine", "producer.override.enable.idempotence": "false"}, "c", 2), map[string]string{
			"bootstrap.servers": "kafka:9092", "client.id": "connector-producer-c-2", "acks": "1", "linger.ms": "1",
			"max.in.flight.requests.per.connection": "1", "max.block.ms": "9223372036854775807", "delivery.timeout.ms": "2147483647",
			"enable.idempotence": "true", "transactional.id": "cluster-c-2"}},
		"sink consumer": {kafkaconfig.SinkConsumer(worker, connector, "c", 0), map[string]string{
			"bootstrap.servers": "kafka:9092", "client.id": "connector-consumer-c-0", "group.id": "mine", "group.instance.id": "connector-consumer-c-0",
			"enable.auto.commit": "false", "auto.offset.reset": "latest", "max.poll.records": "5"}},
		"sink consumer without anything set": {kafkaconfig.SinkConsumer(nil, nil, "c", 0), map[string]string{
			"bootstrap.servers": "localhost:9092", "client.id": "connector-consumer-c-0", "group.id": "connect-c", "group.instance.id": "connector-consumer-c-0",
			"enable.auto.commit": "false", "auto.offset.reset": "earliest"}},
		"admin": {kafkaconfig.Admin(worker, connector, "c", 1), map[string]string{
			"bootstrap.servers": "kafka:9092", "group.id": "cluster", "client.id": "connector-adminclient-c-1", "security.protocol": "SASL_SSL",
			"session.timeout.ms": "10000", "retries": "1"}},
		"internal": {kafkaconfig.Internal(worker, "configs"), map[string]string{
			"bootstrap.servers": "kafka:9092", "client.id": "cluster-w1-configs", "security.protocol": "SASL_SSL", "acks": "all",
			"delivery.timeout.ms": "2147483647", "auto.offset.reset": "earliest", "allow.auto.create.topics": "false"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, c.got) })
	}
}

func TestCompositionChangesNoInput(t *testing.T) {
	w, c := maps.Clone(worker), maps.Clone(connector)
	kafkaconfig.SourceProducer(w, c, "c", 0)
	kafkaconfig.SinkConsumer(w, c, "c", 0)
	kafkaconfig.Admin(w, c, "c", 0)
	kafkaconfig.Leader(w)
	assert.Equal(t, worker, w)
	assert.Equal(t, connector, c)
}

func TestTheUsersInstanceIDWins(t *testing.T) {
	props := kafkaconfig.SinkConsumer(worker, map[string]string{"consumer.override.group.instance.id": "theirs"}, "c", 0)
	assert.Equal(t, "theirs", props["group.instance.id"])
}

func TestClientIDsAreKafkas(t *testing.T) {
	for want, props := range map[string]map[string]string{
		"connector-dlq-producer-c-1":     kafkaconfig.DeadLetterProducer(worker, nil, "c", 1),
		"connector-dlq-adminclient-c-1":  kafkaconfig.DeadLetterAdmin(worker, nil, "c", 1),
		"connector-worker-adminclient-c": kafkaconfig.WorkerAdmin(worker, nil, "c"),
		"cluster-w1-configs-leader":      kafkaconfig.Leader(worker),
		"cluster-offsets":                kafkaconfig.Internal(map[string]string{"group.id": "cluster"}, "offsets"),
	} {
		assert.Equal(t, want, props["client.id"])
	}
}

func TestTheLeaderTakesKafkaConnectsTransactionalID(t *testing.T) {
	props := kafkaconfig.Leader(map[string]string{"group.id": "cluster", "enable.idempotence": "false"})
	settings := parse(t, kafkaconfig.Producer, props)
	assert.Equal(t, "connect-cluster-cluster", settings.TransactionalID)
	assert.Equal(t, "10000", props["transaction.timeout.ms"])
	props = kafkaconfig.Leader(map[string]string{"group.id": "cluster", "transaction.timeout.ms": "20000"})
	assert.Equal(t, "20000", props["transaction.timeout.ms"])
}

func TestPolicies(t *testing.T) {
	overrides := map[string]string{"acks": "1", "sasl.jaas.config": "secret", "sasl.mechanism": "PLAIN", "security.protocol": "SSL", "linger.ms": "1"}
	for name, want := range map[string][]string{
		"": nil, "All": nil,
		"org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy": nil,
		"Principal": {
			"The 'Principal' policy does not allow 'acks' to be overridden in the connector configuration.",
			"The 'Principal' policy does not allow 'linger.ms' to be overridden in the connector configuration."},
		"org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy": {
			"The 'None' policy does not allow 'acks' to be overridden in the connector configuration.",
			"The 'None' policy does not allow 'linger.ms' to be overridden in the connector configuration.",
			"The 'None' policy does not allow 'sasl.jaas.config' to be overridden in the connector configuration.",
			"The 'None' policy does not allow 'sasl.mechanism' to be overridden in the connector configuration.",
			"The 'None' policy does not allow 'security.protocol' to be overridden in the connector configuration."},
	} {
		policy, err := kafkaconfig.ParsePolicy(name)
		require.NoError(t, err)
		var got []string
		for _, e := range policy.Check(overrides) {
			got = append(got, e.Error())
		}
		assert.Equal(t, want, got, name)
	}
	_, err := kafkaconfig.ParsePolicy("com.acme.Policy")
	assert.ErrorContains(t, err, "use All, None or Principal")
}
