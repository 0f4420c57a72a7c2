// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// TestTheInternalTopicsHoldKafkasRecords leads a connector through its life and looks at what is then in the three topics.
// The records that are expected are those that Kafka Connect 4.1 writes for the same calls.
func TestTheInternalTopicsHoldKafkasRecords(t *testing.T) {
	broker, file := kafkatest.SharedBroker(t), filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(file, []byte("l1\nl2\n"), 0o600))
	k, w := lookInto(t, broker.Addr()), distributed(t, broker.Addr(), map[string]string{"offset.flush.interval.ms": "100"})
	w.start()
	topic := kafkatest.Topic(t)
	w.source("src", file, topic)
	eventually(t, settleLimit, func() error {
		if got := k.stored(w.props["offset.storage.topic"], "src", file); got != 6 {
			return fmt.Errorf("stored position %d and not 6", got)
		}
		return nil
	})
	w.await("src", running)
	w.must(http.MethodPut, "/connectors/src/pause", nil)
	w.await("src", "PAUSED [PAUSED]")
	w.must(http.MethodPut, "/connectors/src/resume", nil)
	w.await("src", running)
	w.must(http.MethodPut, "/connectors/src/stop", nil)
	w.await("src", "STOPPED []")
	w.must(http.MethodDelete, "/connectors/src", nil)
	w.terminate()

	t.Run("config topic", func(t *testing.T) { requireConfigRecords(t, k.records(w.props["config.storage.topic"]), file, topic) })
	t.Run("status topic", func(t *testing.T) { requireStatusRecords(t, k.records(w.props["status.storage.topic"])) })
	t.Run("offsets topic", func(t *testing.T) { requireOffsetRecords(t, k.records(w.props["offset.storage.topic"]), file) })
	t.Run("the topics themselves", func(t *testing.T) {
		requireCompacted(t, k, map[string]int{w.props["config.storage.topic"]: 1, w.props["offset.storage.topic"]: 25, w.props["status.storage.topic"]: 5})
	})
}

// ofConnector leaves out the records that are not about the connector src and its task, such as the session key.
func ofConnector(records []*kgo.Record) []*kgo.Record {
	var own []*kgo.Record
	for _, r := range records {
		key := string(r.Key)
		if strings.HasPrefix(key, "status-topic-") {
			continue
		}
		if strings.HasSuffix(key, "-src") || strings.HasSuffix(key, "-src-0") {
			own = append(own, r)
		}
	}
	return own
}

func requireConfigRecords(t *testing.T, records []*kgo.Record, file, topic string) {
	config := fmt.Sprintf(`"connector.class":"FileStreamSource","file":%q,"name":"src","tasks.max":"1","topic":%q`, file, topic)
	want := []struct{ key, value string }{
		{"target-state-src", `{"state":"STARTED","state.v2":"STARTED"}`}, // asked for as initial_state
		{"connector-src", `{"properties":{` + config + `}}`},
		{"task-src-0", `{"properties":{` + config + `,"task.class":"org.apache.kafka.connect.file.FileStreamSourceTask"}}`},
		{"commit-src", `{"tasks":1}`},
		{"target-state-src", `{"state":"PAUSED","state.v2":"PAUSED"}`},
		{"target-state-src", `{"state":"STARTED","state.v2":"STARTED"}`},
		{"commit-src", `{"tasks":0}`},
		{"target-state-src", `{"state":"PAUSED","state.v2":"STOPPED"}`},
		{"connector-src", ""},
		{"target-state-src", ""},
	}
	var wantKeys, gotKeys []string
	for _, r := range want {
		wantKeys = append(wantKeys, r.key)
	}
	records = ofConnector(records)
	for _, r := range records {
		gotKeys = append(gotKeys, string(r.Key))
	}
	require.Equal(t, wantKeys, gotKeys)
	for i, r := range records {
		requireJSON(t, want[i].key, want[i].value, r)
	}
}

// requireJSON compares all but the order of fields, which Java's hash maps decide, and requires that nothing is between them.
func requireJSON(t *testing.T, key, want string, got *kgo.Record) {
	t.Helper()
	if want == "" {
		require.Nil(t, got.Value, "%s is no tombstone", key)
		return
	}
	require.JSONEq(t, want, string(got.Value), key)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, got.Value))
	require.Equal(t, compact.String(), string(got.Value), key)
}

var statusText = regexp.MustCompile(`^{"state":"([A-Z]+)","trace":null,"worker_id":"127\.0\.0\.1:\d+","generation":\d+,"version":(?:"4\.1\.0"|null)}$`)

func requireStatusRecords(t *testing.T, records []*kgo.Record) {
	states := map[string][]string{}
	for _, r := range ofConnector(records) {
		key, state := string(r.Key), "gone"
		if r.Value != nil {
			require.Regexp(t, statusText, string(r.Value), key)
			state = statusText.FindStringSubmatch(string(r.Value))[1]
		}
		states[key] = append(states[key], state)
		requirePartition(t, r, 5)
	}
	require.Equal(t, map[string][]string{
		"status-connector-src": {"RUNNING", "PAUSED", "RUNNING", "STOPPED", "UNASSIGNED", "gone"},
		"status-task-src-0":    {"RUNNING", "PAUSED", "RUNNING", "UNASSIGNED", "gone"},
	}, states)
}

func requireOffsetRecords(t *testing.T, records []*kgo.Record, file string) {
	require.NotEmpty(t, records)
	for _, r := range records {
		assert.Equal(t, offsetKey("src", file), string(r.Key))
		requirePartition(t, r, 25)
	}
	require.Equal(t, `{"position":6}`, string(records[len(records)-1].Value))
}

// requirePartition requires that a record is where Java's default partitioner puts its key.
func requirePartition(t *testing.T, r *kgo.Record, partitions int) {
	t.Helper()
	java := kgo.StickyKeyPartitioner(nil).ForTopic(r.Topic)
	require.EqualValues(t, java.Partition(&kgo.Record{Key: r.Key}, partitions), r.Partition, "partition of %s", r.Key)
}

func requireCompacted(t *testing.T, k *kafka, partitions map[string]int) {
	for topic, want := range partitions {
		require.Len(t, k.ends(topic), want, "partitions of %s", topic)
		configs, err := k.admin.DescribeTopicConfigs(t.Context(), topic)
		require.NoError(t, err)
		config, err := configs.On(topic, nil)
		require.NoError(t, err)
		for _, c := range config.Configs {
			if c.Key == "cleanup.policy" {
				require.Equal(t, "compact", c.MaybeValue(), topic)
			}
		}
	}
}
