// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package actors_test

import (
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestOffsetsAreChangedInKafka has the same stories as on the embedded broker, told by Kafka itself.
func TestOffsetsAreChangedInKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	for name, story := range map[string]func(t *testing.T, c *cluster){
		"a sink": func(t *testing.T, c *cluster) { sinkOffsetsAreChanged(t, c, broker, "in", "connect-c", nil) },
		"a sink with a group of its choice": func(t *testing.T, c *cluster) {
			sinkOffsetsAreChanged(t, c, broker, "in-2", "mine", map[string]string{"consumer.override.group.id": "mine"})
		},
		"a sink in a group of the new protocol": func(t *testing.T, c *cluster) {
			sinkOffsetsAreChanged(t, c, broker, "in-3", "new", map[string]string{"consumer.override.group.id": "new", "consumer.override.group.protocol": "consumer"})
		},
		"a source":             func(t *testing.T, c *cluster) { sourceOffsetsAreChanged(t, c, nil) },
		"keys that Java wrote": func(t *testing.T, c *cluster) { javaKeyIsWrittenAgain(t, c, broker) },
		"a topic of the source": func(t *testing.T, c *cluster) {
			sourceOffsetsAreChanged(t, c, map[string]string{"offsets.storage.topic": "c-offsets"})
			ownTopicHolds(t, c, broker)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := startWorkerAt(t, broker, plugins(), map[string]string{"offset.flush.timeout.ms": "500", "offset.storage.partitions": "3"})
			story(t, c)
			if err := c.DeleteConnector(t.Context(), "c"); err != nil {
				t.Log(err)
			}
		})
	}
}
