// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// The order was seen at a worker of Kafka Connect 4.1.
func TestOffsetsHaveKafkaConnectsOrder(t *testing.T) {
	const in = "/data/in.txt"
	want := []connect.PartitionOffset{
		{Partition: map[string]any{"filename": "/b"}},
		{Partition: map[string]any{"filename": int64(12345678901)}},
		{Partition: map[string]any{"filename": int64(-3)}},
		{Partition: map[string]any{"filename": "/other"}},
		{Partition: map[string]any{"filename": in, "x": int64(1)}},
		{Partition: map[string]any{"filename": in}},
	}
	// Those of one bucket keep the order in which they come, which is that of their texts.
	got := slices.Clone(want)
	slices.SortFunc(got, func(a, b connect.PartitionOffset) int { return cmp.Compare(keyOf(t, a), keyOf(t, b)) })
	require.NotEqual(t, want, got)
	sortAsKafkaConnect(got)
	require.Equal(t, want, got)
	four := []connect.PartitionOffset{want[5], want[4], want[3], want[0]}
	sortAsKafkaConnect(four)
	require.Equal(t, []connect.PartitionOffset{want[0], want[3], want[4], want[5]}, four)
}

func keyOf(t *testing.T, offset connect.PartitionOffset) string {
	t.Helper()
	partition, err := connect.NewPartition(offset.Partition)
	require.NoError(t, err)
	return partition.Key()
}
