// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// manyLines of lineBytes are 294 MB.
	manyLines = 3_000_000
	// volumeLimit is how long they may take, in and out at the same time, with JSON converters; they take a few seconds.
	volumeLimit = 5 * time.Minute
)

func TestADistributedWorkerCopiesThreeMillionLines(t *testing.T) {
	copyMany(t, func(broker, _ string, in, topic, out string) *worker {
		w := distributed(t, broker, nil)
		w.start()
		w.source("in-"+topic, in, topic)
		w.sink("out-"+topic, topic, out)
		return w
	})
}

func TestAStandaloneWorkerCopiesThreeMillionLines(t *testing.T) {
	copyMany(t, func(broker, dir string, in, topic, out string) *worker {
		offsets := map[string]string{"offset.storage.file.filename": filepath.Join(dir, "connect.offsets")}
		w := standalone(t, broker, offsets, sampleConnectors(t, in, topic, out)...)
		w.start()
		return w
	})
}

// copyMany has a worker copy with Kafka's sample properties, JSON with schemas included.
func copyMany(t *testing.T, start func(broker, dir string, in, topic, out string) *worker) {
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	addLines(t, in, 0, manyLines)
	began := time.Now()
	w := start(broker.Addr(), dir, in, topic, out)
	awaitSize(t, out, manyLines*lineBytes, volumeLimit)
	t.Logf("%d lines in and out in %s, start of the worker included", manyLines, time.Since(began).Round(time.Millisecond))
	requireSameBytes(t, in, out)
	w.terminate()
	require.EqualValues(t, manyLines, lookInto(t, broker.Addr()).end(topic), "records in the topic: a line was produced twice")
}
