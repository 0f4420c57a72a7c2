// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestTheFirstOfTwoWorkersInAGroupStopsByItself(t *testing.T) {
	broker, dir, topic := kafkatest.SharedBroker(t).Addr(), t.TempDir(), kafkatest.Topic(t)
	first := distributed(t, broker, map[string]string{"heartbeat.interval.ms": "1000"})
	second := distributed(t, broker, map[string]string{"group.id": first.props["group.id"],
		"config.storage.topic": first.props["config.storage.topic"], "offset.storage.topic": first.props["offset.storage.topic"],
		"status.storage.topic": first.props["status.storage.topic"]})
	first.start()
	in := filepath.Join(dir, "in.txt")
	addLines(t, in, 0, 10)
	first.source("in", in, topic)

	second.start()
	require.Equal(t, 1, first.exitCode(), "nobody has asked it for anything")
	require.Contains(t, first.said(), "another worker has taken the lead of group "+first.props["group.id"]+", and this version runs one worker in a group")
	second.await("in", running)
	second.terminate()
}
