// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// javaStream is how Java begins what it serializes: Kafka Connect's offsets file is a serialized java.util.HashMap.
const javaStream = "\xac\xed\x00\x05"

func TestAStandaloneWorkerCopiesAFileAndGoesOnAfterSIGTERM(t *testing.T) {
	const first, all = 50_000, 60_000
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	in, out, offsets := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt"), filepath.Join(dir, "connect.offsets")
	addLines(t, in, 0, first)

	w := standalone(t, broker.Addr(), map[string]string{"offset.storage.file.filename": offsets}, sampleConnectors(t, in, topic, out)...)
	w.start()
	w.await("in-"+topic, running)
	w.await("out-"+topic, running)
	awaitSize(t, out, first*lineBytes, settleLimit)
	requireSameBytes(t, in, out)
	w.terminate()
	stored, err := os.ReadFile(offsets)
	require.NoError(t, err)
	require.Equal(t, javaStream, string(stored[:len(javaStream)]))
	require.Contains(t, string(stored), `{"position":4900000}`)

	addLines(t, in, first, all)
	w.start()
	awaitSize(t, out, all*lineBytes, settleLimit)
	requireSameBytes(t, in, out)
	require.EqualValues(t, all, lookInto(t, broker.Addr()).end(topic), "records in the topic: a line was produced twice")
	w.terminate()
}
