// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package actors_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestLettersAreThoseOfKafkaConnect has the same bad record dead-lettered by ours and by the real Kafka Connect.
func TestLettersAreThoseOfKafkaConnect(t *testing.T) {
	broker := kafkatest.StartBroker(t, kafkatest.WithoutAutoCreate()).Addr()
	c := startWorkerAt(t, broker, letterPlugins(), nil)
	topicsAreMadeAsTheirGroupsSay(t, c, broker, "made")
	ours := badRecordsOfASinkGoToItsQueue(t, c, broker, "letters")
	c.stop(t)

	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{Properties: workerProps(broker, map[string]string{"group.id": "java",
		"config.storage.topic": "java-configs", "offset.storage.topic": "java-offsets", "status.storage.topic": "java-status"})})
	config := jsonSink("letters", "letters-in", filepath.Join(t.TempDir(), "out.txt"), "java-dead",
		map[string]string{"errors.tolerance": "all", "consumer.override.group.id": "java-letters"})
	body, err := json.Marshal(map[string]any{"name": "letters", "config": config})
	require.NoError(t, err)
	answer, err := http.Post(java.URL()+"/connectors", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, answer.StatusCode, "%s", text)
	theirs := kafkatest.ConsumeAll(t, broker, "java-dead", 1)[0]

	require.Equal(t, theirs.Key, ours.Key)
	require.Equal(t, theirs.Value, ours.Value)
	require.Equal(t, theirs.Timestamp, ours.Timestamp)
	require.Equal(t, withoutTrace(theirs), withoutTrace(ours))
}

// withoutTrace leaves out the lines of Java's code.
func withoutTrace(r *kgo.Record) []kgo.RecordHeader {
	var out []kgo.RecordHeader
	for _, h := range r.Headers {
		if h.Key == "__connect.errors.exception.stacktrace" {
			h.Value, _, _ = bytes.Cut(h.Value, []byte("\n"))
		}
		out = append(out, h)
	}
	return out
}
