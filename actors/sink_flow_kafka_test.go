// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package actors_test

import (
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestASinkSteersItsConsumerOfKafka has the same stories as on the embedded broker, each with a worker and topics of its own.
func TestASinkSteersItsConsumerOfKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	for name, story := range sinkStories() {
		t.Run(name, func(t *testing.T) {
			group := kafkatest.Topic(t)
			b := newSinkBed(t, broker, group, map[string]string{"group.id": group, "config.storage.topic": group + ".configs",
				"offset.storage.topic": group + ".offsets", "status.storage.topic": group + ".status"})
			b.make(group)
			story(t, b)
		})
	}
}
