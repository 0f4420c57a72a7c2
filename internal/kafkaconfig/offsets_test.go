// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClientsOfAConnectorsOffsetsTopicAreThoseOfItsTasks(t *testing.T) {
	worker := map[string]string{
		"bootstrap.servers": "worker:9092", "group.id": "g", "offset.storage.topic": "o", "request.timeout.ms": "1000",
		"producer.linger.ms": "1", "consumer.client.rack": "r", "admin.retries": "3", "producer.bootstrap.servers": "ignored:1",
	}
	connector := map[string]string{
		"producer.override.bootstrap.servers": "p:1", "consumer.override.bootstrap.servers": "c:1", "admin.override.bootstrap.servers": "a:1",
		"producer.override.transactional.id": "x", "consumer.override.group.id": "y", "consumer.override.auto.offset.reset": "latest",
	}
	producer := OffsetsProducer(worker, connector, "n")
	assert.Equal(t, map[string]string{
		"bootstrap.servers": "p:1", "client.id": "connector-offset-producer-n", "acks": "all", "linger.ms": "1", "allow.auto.create.topics": "false",
		"max.in.flight.requests.per.connection": "1", "max.block.ms": "9223372036854775807", "delivery.timeout.ms": "2147483647",
	}, producer)
	consumer := OffsetsConsumer(worker, connector, "n")
	assert.Equal(t, map[string]string{
		"bootstrap.servers": "c:1", "client.id": "connector-consumer-n", "client.rack": "r", "auto.offset.reset": "earliest", "allow.auto.create.topics": "false",
	}, consumer)
	admin := OffsetsAdmin(worker, connector, "n")
	assert.Equal(t, "a:1", admin["bootstrap.servers"])
	assert.Equal(t, "connector-adminclient-n", admin["client.id"])
	assert.Equal(t, "3", admin["retries"])
	assert.Equal(t, "1000", admin["request.timeout.ms"])

	for role, props := range map[Role]map[string]string{Producer: producer, Consumer: consumer, Plain: admin} {
		_, errs := Parse(role, props)
		require.Empty(t, errs)
	}
}
