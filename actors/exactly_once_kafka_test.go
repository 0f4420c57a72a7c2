// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package actors_test

import (
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestSourcesWriteExactlyOnceInKafka has the same stories as on the embedded broker, told by Kafka itself.
func TestSourcesWriteExactlyOnceInKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t).Addr()
	c := exactly(t, broker, nil)
	for name, story := range exactlyOnceStories() {
		t.Run(name, func(t *testing.T) { story(t, c, broker) })
	}
}
