// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestADistributedWorkerCopiesAFileAndGoesOnAfterSIGTERM(t *testing.T) {
	const first, all = 50_000, 60_000
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	addLines(t, in, 0, first)

	w := distributed(t, broker.Addr(), nil)
	w.start()
	w.source("in-"+topic, in, topic)
	w.sink("out-"+topic, topic, out)
	w.await("in-"+topic, running)
	w.await("out-"+topic, running)
	awaitSize(t, out, first*lineBytes, settleLimit)
	requireSameBytes(t, in, out)
	w.terminate()

	addLines(t, in, first, all)
	w.start()
	w.await("in-"+topic, running)
	w.await("out-"+topic, running)
	awaitSize(t, out, all*lineBytes, settleLimit)
	requireSameBytes(t, in, out)
	require.EqualValues(t, all, lookInto(t, broker.Addr()).end(topic), "records in the topic: a line was produced twice")
	w.terminate()
}
