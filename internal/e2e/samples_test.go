// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// sampleConnectors are the files of Kafka's two sample connectors, edited to copy in to out through topic; they are called
// in-<topic> and out-<topic>.
func sampleConnectors(t *testing.T, in, topic, out string) []string {
	t.Helper()
	return []string{
		kafkatest.SampleFile(t, kafkatest.FileSourceSample, map[string]string{"name": "in-" + topic, "file": in, "topic": topic}),
		kafkatest.SampleFile(t, kafkatest.FileSinkSample, map[string]string{"name": "out-" + topic, "topics": topic, "file": out}),
	}
}
