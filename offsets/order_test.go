// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"math/rand/v2"
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
	got := append([]connect.PartitionOffset(nil), want...)
	rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	sortAsKafkaConnect(got)
	require.Equal(t, want, got)
	four := []connect.PartitionOffset{want[5], want[4], want[3], want[0]}
	sortAsKafkaConnect(four)
	require.Equal(t, []connect.PartitionOffset{want[0], want[3], want[4], want[5]}, four)
}
