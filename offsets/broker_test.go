// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOffsetsOutliveTheWorkerOnABroker(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(25, "connect-offsets"))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	open := func() (*TopicStore, *topiclog.Log) {
		var log *topiclog.Log
		s, err := OpenTopic(quiet, func(apply func(topiclog.Record)) (Log, error) {
			log, err = topiclog.Open(t.Context(), topiclog.Options{
				Topic: "connect-offsets", Client: []kgo.Opt{kgo.SeedBrokers(cluster.ListenAddrs()...)}, Apply: apply,
			})
			return log, err
		})
		require.NoError(t, err)
		return s, log
	}

	s, log := open()
	kept, removed := partition(t, map[string]any{"f": "kept"}), partition(t, map[string]any{"f": "removed"})
	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{
		kept: connect.OffsetMap{"n": 1}, removed: connect.OffsetMap{"n": 2},
	}))
	assert.Equal(t, map[string]any{"n": int64(2)}, stored(t, s, "c", removed))
	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{removed: nil}))
	log.Close()

	s, log = open()
	defer log.Close()
	all, err := s.All("c")
	require.NoError(t, err)
	assert.Equal(t, []connect.PartitionOffset{{Partition: map[string]any{"f": "kept"}, Offset: map[string]any{"n": int64(1)}}}, all)
}
