// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestATopicThatIsNotCompactedIsRefusedWithTheCommandThatMendsIt(t *testing.T) {
	for _, property := range []string{"config.storage.topic", "offset.storage.topic", "status.storage.topic"} {
		for _, policy := range []string{"delete", "compact,delete"} {
			t.Run(property+" with "+policy, func(t *testing.T) {
				broker := kafkatest.SharedBroker(t).Addr()
				w := distributed(t, broker, nil)
				topic := w.props[property]
				lookInto(t, broker).create(topic, 1, policy)
				w.launch()
				require.Equal(t, 1, w.exitCode())
				require.Contains(t, w.said(), "'cleanup.policy="+policy+"'")
				require.Contains(t, w.said(), "kafka-configs --bootstrap-server "+broker+
					" --alter --entity-type topics --entity-name "+topic+" --add-config cleanup.policy=compact")
			})
		}
	}
}

func TestAConfigTopicWithTwoPartitionsIsRefusedWithWhatToDo(t *testing.T) {
	broker := kafkatest.SharedBroker(t).Addr()
	w := distributed(t, broker, nil)
	topic := w.props["config.storage.topic"]
	lookInto(t, broker).create(topic, 2, "compact")
	w.launch()
	require.Equal(t, 1, w.exitCode())
	require.Contains(t, w.said(), "'config.storage.topic' property is required to have a single partition")
	require.Contains(t, w.said(), "but found 2 partitions")
	require.Contains(t, w.said(), "kafka-topics --bootstrap-server "+broker+" --delete --topic "+topic)
}

func TestEveryWrongKeyOfADistributedWorkerHasALineAndNothingIsStarted(t *testing.T) {
	broker := kafkatest.SharedBroker(t).Addr()
	k := lookInto(t, broker)
	before := k.topics()
	w := distributed(t, broker, map[string]string{
		"group.id": "", "offset.flush.interval.ms": "soon", "config.storage.replication.factor": "0",
		"key.converter": "com.example.NoConverter", "task.shutdown.graceful.timeout.ms": "later",
	})
	w.launch()
	require.Equal(t, 1, w.exitCode())
	requireLines(t, w.said(), "group.id", "offset.flush.interval.ms", "config.storage.replication.factor", "key.converter",
		"task.shutdown.graceful.timeout.ms")
	require.Equal(t, before, k.topics())
}

func TestEveryWrongKeyOfWorkerAndConnectorFilesHasALineAndNothingIsStarted(t *testing.T) {
	broker, dir, topic := kafkatest.SharedBroker(t).Addr(), t.TempDir(), kafkatest.Topic(t)
	k := lookInto(t, broker)
	before := k.topics()
	connectors := []string{
		kafkatest.SampleFile(t, kafkatest.FileSourceSample, map[string]string{"topic": topic, "file": dir + "/in", "batch.size": "many", "tasks.max": "0"}),
		kafkatest.SampleFile(t, kafkatest.FileSinkSample, map[string]string{"connector.class": "com.example.NoSink"}),
	}
	offsets := filepath.Join(dir, "offsets")
	w := standalone(t, broker, map[string]string{"offset.flush.interval.ms": "soon", "offset.storage.file.filename": offsets}, connectors...)
	w.launch()
	require.Equal(t, 1, w.exitCode())
	requireLines(t, w.said(), "offset.flush.interval.ms", "batch.size", "tasks.max", "com.example.NoSink")
	require.Equal(t, before, k.topics())
	_, err := os.Stat(offsets)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// requireLines requires one line for each of the keys, and no other.
func requireLines(t *testing.T, said string, keys ...string) {
	t.Helper()
	lines := strings.Split(said, "\n")
	require.Len(t, lines, len(keys), said)
	for _, key := range keys {
		require.True(t, slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, key) }), "no line names %s:\n%s", key, said)
	}
}
