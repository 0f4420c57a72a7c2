// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// elsewhere leads all clients of a connector to another Kafka.
func elsewhere(broker string) map[string]string {
	return map[string]string{"offsets.storage.topic": "own", "topic": "lines", "connector.class": "FileStreamSource",
		"producer.override.bootstrap.servers": broker, "consumer.override.bootstrap.servers": broker, "admin.override.bootstrap.servers": broker}
}

func TestAnOffsetsTopicMayBeInAnotherKafka(t *testing.T) {
	here, there := startBroker(t), startBroker(t)
	c := startWorker(t, here, plugins(), nil)
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("one\n"), 0o600))
	config := elsewhere(there.Addr())
	config["file"] = in
	c.create(t, "c", config)
	c.untilOffsets(t, "c", offset(map[string]any{"filename": in}, map[string]any{"position": int64(4)}))
	require.Len(t, liveRecords(t, there.Addr(), "own"), 1)
	require.Eventually(t, func() bool { return len(liveRecords(t, here.Addr(), "connect-offsets")) == 1 }, 10*time.Second, 20*time.Millisecond)

	require.NoError(t, c.StopConnector(t.Context(), "c"))
	_, err := c.ResetConnectorOffsets(t.Context(), "c")
	require.NoError(t, err)
	require.Empty(t, liveRecords(t, there.Addr(), "own"))
	require.Empty(t, liveRecords(t, here.Addr(), "connect-offsets"))
}

func TestTheWorkersOwnOffsetsTopicIsOneStore(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), nil)
	sourceOffsetsAreChanged(t, c, map[string]string{"offsets.storage.topic": "connect-offsets"})
}

func TestOffsetsFromBeforeATopicOfItsOwnCount(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), nil)
	in := filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("one\ntwo\n"), 0o600))
	config := map[string]string{"connector.class": "FileStreamSource", "file": in, "topic": "lines"}
	c.create(t, "c", config)
	at := func(n int64) []connect.PartitionOffset {
		return offset(map[string]any{"filename": in}, map[string]any{"position": n})
	}
	c.untilOffsets(t, "c", at(8))
	config["offsets.storage.topic"] = "own"
	_, _, err := c.PutConnectorConfig(t.Context(), "c", connect.Raw(config))
	require.NoError(t, err)
	c.requireOffsets(t, "c", at(8)...)
	require.NoError(t, os.WriteFile(in, []byte("one\ntwo\nthree\n"), 0o600))
	c.untilOffsets(t, "c", at(14))
	require.Len(t, liveRecords(t, broker.Addr(), "own"), 1)
	require.Equal(t, "one\ntwo\nthree\n", topicText(t, broker.Addr(), "lines"), "lines were repeated")
}

// TestAKafkaThatHangsDelaysItsOwnConnectorOnly leads a connector's offsets to an address that takes connections and never answers.
func TestAKafkaThatHangsDelaysItsOwnConnectorOnly(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	c := startWorker(t, startBroker(t), plugins(), nil)
	config := elsewhere(silent.Addr().String())
	config["file"] = "x"
	c.create(t, "hung", config)
	require.Eventually(t, func() bool {
		tasks, err := c.Tasks(t.Context(), "hung")
		return err == nil && len(tasks) == 1
	}, 10*time.Second, 10*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err = c.ConnectorOffsets(ctx, "hung")
	require.EqualError(t, err, "Request timed out")

	sourceOffsetsAreChanged(t, c, nil)
	require.NoError(t, c.StopConnector(t.Context(), "hung"))
	c.untilStopped(t, "hung")
	atOnce(t, "delete", func(ctx context.Context) error { return c.DeleteConnector(ctx, "hung") })
}
