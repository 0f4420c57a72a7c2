// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// history is all that has been produced to a topic with one partition: the numbers of the lines, by offset.
type history struct {
	t      *testing.T
	client *kgo.Client
	lines  []int
}

func follow(t *testing.T, k *kafka, topic string) *history {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(k.addr), kgo.MetadataMinAge(pollEvery),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return &history{t: t, client: client}
}

// readTo reads on until everything before offset end is in lines; there may be more.
func (h *history) readTo(end int64) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), catchUpLimit)
	defer cancel()
	for int64(len(h.lines)) < end {
		fetches := h.client.PollFetches(ctx)
		require.NoError(h.t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			require.EqualValues(h.t, len(h.lines), r.Offset, "an offset is missing")
			n, err := lineNumber(r.Value)
			require.NoError(h.t, err, "record at offset %d", r.Offset)
			h.lines = append(h.lines, n)
		})
	}
}
