// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
)

var tpA, tpB = connect.TopicPartition{Topic: "t"}, connect.TopicPartition{Topic: "t", Partition: 1}

func TestOnlyWhatTheTaskHasAcceptedCanBeCommitted(t *testing.T) {
	o := newSinkOffsets()
	o.consume(tpA, 0, 5)
	ok, refused := o.committable(map[connect.TopicPartition]int64{tpA: 5, tpB: 1})
	require.Empty(t, ok)
	require.Len(t, refused, 2, "nothing was accepted, and %v is not ours", tpB)

	o.accept()
	ok, refused = o.committable(map[connect.TopicPartition]int64{tpA: 6})
	require.Empty(t, ok)
	require.Len(t, refused, 1, "beyond what was accepted")

	ok, _ = o.committable(o.of([]connect.TopicPartition{tpA, tpB}))
	require.Equal(t, map[connect.TopicPartition]int64{tpA: 5}, ok)
	maps.Copy(o.committed, ok)
	ok, refused = o.committable(map[connect.TopicPartition]int64{tpA: 5})
	require.Empty(t, ok, "it is committed already")
	require.Empty(t, refused)
}

func TestWhatWasNotMadeDurableIsReadAgainFromTheLastCommit(t *testing.T) {
	o := newSinkOffsets()
	o.consume(tpA, 3, 5)
	o.consume(tpB, 7, 9)
	o.accept()
	o.committed[tpA] = 5
	o.consume(tpA, 5, 8)
	require.Equal(t, map[connect.TopicPartition]int64{tpA: 5, tpB: 7}, o.durable())
}

func TestACommittedOffsetNeverPassesARecordThatWasNotAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, accepted := newSinkOffsets(), map[connect.TopicPartition]int64{}
		consumed := map[connect.TopicPartition]int64{}
		partition := rapid.SampledFrom([]connect.TopicPartition{tpA, tpB})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			tp := partition.Draw(t, "partition")
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				from := consumed[tp]
				next := from + rapid.Int64Range(1, 5).Draw(t, "records")
				o.consume(tp, from, next)
				consumed[tp] = next
			case 1:
				o.accept()
				maps.Copy(accepted, consumed)
			case 2:
				if _, ours := consumed[tp]; ours {
					back := rapid.Int64Range(0, consumed[tp]).Draw(t, "back")
					o.rewind(tp, back)
					consumed[tp], accepted[tp] = back, back
				}
			case 3:
				o.forget([]connect.TopicPartition{tp})
				delete(consumed, tp)
				delete(accepted, tp)
			case 4:
				wanted := map[connect.TopicPartition]int64{tp: rapid.Int64Range(0, 200).Draw(t, "wanted")}
				ok, _ := o.committable(wanted)
				for tp, offset := range ok {
					limit, ours := accepted[tp]
					require.True(t, ours && offset <= limit, "commit of %d, accepted %d", offset, limit)
				}
				maps.Copy(o.committed, ok)
			}
		}
	})
}
