// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
)

func TestWhatWasPolledAheadComesInOrderAndOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ahead sinkAhead
		polled, taken, held := map[connect.TopicPartition]int64{}, map[connect.TopicPartition]int64{}, map[connect.TopicPartition]bool{}
		partition := rapid.Custom(func(t *rapid.T) connect.TopicPartition {
			return connect.TopicPartition{Topic: "t", Partition: rapid.Int32Range(0, 3).Draw(t, "partition")}
		})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			tp := partition.Draw(t, "of")
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				var records []*kgo.Record
				for range rapid.IntRange(1, 5).Draw(t, "records") {
					records = append(records, &kgo.Record{Offset: polled[tp], Value: make([]byte, polled[tp]%7)})
					polled[tp]++
				}
				ahead.add(polledPart{tp: tp, records: records})
			case 1:
				most := rapid.IntRange(1, 7).Draw(t, "most")
				waits := ahead.has(held)
				part := ahead.take(most, held)
				require.Equal(t, waits, len(part.records) > 0)
				require.LessOrEqual(t, len(part.records), most)
				require.False(t, waits && held[part.tp])
				for _, r := range part.records {
					require.Equal(t, taken[part.tp], r.Offset)
					taken[part.tp]++
				}
			case 2:
				held[tp] = !held[tp]
			case 3:
				ahead.drop(map[connect.TopicPartition]bool{tp: true})
				taken[tp] = polled[tp]
			}
		}
		for part := ahead.take(100, nil); len(part.records) > 0; part = ahead.take(100, nil) {
			taken[part.tp] += int64(len(part.records))
		}
		maps.DeleteFunc(taken, func(_ connect.TopicPartition, n int64) bool { return n == 0 })
		require.Equal(t, polled, taken, "all")
		require.Zero(t, ahead.bytes)
		require.Empty(t, ahead.parts)
	})
}

func TestNothingThatWasTakenStaysBehindAPartitionThatIsHeldBack(t *testing.T) {
	var ahead sinkAhead
	held := map[connect.TopicPartition]bool{tpA: true}
	one := []*kgo.Record{{}}
	ahead.add(polledPart{tp: tpA, records: one})
	for range 100 {
		ahead.add(polledPart{tp: tpB, records: one})
		require.Equal(t, tpB, ahead.take(1, held).tp)
		require.False(t, ahead.has(held))
	}
	require.Len(t, ahead.parts, 1)
	require.Nil(t, ahead.parts[:2][1].records, "nor what it leads to")
	ahead.add(polledPart{tp: tpB, records: one})
	ahead.drop(held)
	require.Equal(t, tpB, ahead.take(1, nil).tp)
	require.Zero(t, ahead.bytes)
	require.Empty(t, ahead.parts)
}

func TestWhatWasPolledOfAPartitionThatGoesElsewhereIsNotPut(t *testing.T) {
	kafka := newEndless(2, 6, 12)
	kafka.records, kafka.bytes = 12, 12*97
	p, task := benchPump(t, kafka, 2)
	p.maxRecords = 2
	require.NoError(t, p.step(t.Context()))
	require.Equal(t, 2, task.records)
	p.giveUp(t.Context(), []connect.TopicPartition{tpA}, false)
	for range 3 {
		require.NoError(t, p.step(t.Context()))
	}
	require.Equal(t, 8, task.records, "the other six")
	require.Equal(t, map[connect.TopicPartition]int64{tpB: 6}, p.offsets.accepted)
	require.Zero(t, p.ahead.bytes)
}
