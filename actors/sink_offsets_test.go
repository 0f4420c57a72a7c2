// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

var tpA, tpB = connect.TopicPartition{Topic: "t"}, connect.TopicPartition{Topic: "t", Partition: 1}

func TestOnlyWhatTheTaskHasAcceptedCanBeCommitted(t *testing.T) {
	o := newSinkOffsets()
	o.consume(tpA, 0, 5)
	ok, refused := o.committable(map[connect.TopicPartition]int64{tpA: 5, tpB: 1}, false)
	require.Empty(t, ok)
	require.Len(t, refused, 2, "nothing was accepted, and %v is not ours", tpB)

	o.accept()
	ok, refused = o.committable(map[connect.TopicPartition]int64{tpA: 6}, false)
	require.Empty(t, ok)
	require.Len(t, refused, 1, "beyond what was accepted")

	ok, _ = o.committable(o.of([]connect.TopicPartition{tpA, tpB}), false)
	require.Equal(t, map[connect.TopicPartition]int64{tpA: 5}, ok)
	maps.Copy(o.committed, ok)
	ok, refused = o.committable(map[connect.TopicPartition]int64{tpA: 5}, false)
	require.Empty(t, ok, "it is committed already")
	require.Empty(t, refused)
	ok, _ = o.committable(map[connect.TopicPartition]int64{tpA: 5}, true)
	require.Equal(t, map[connect.TopicPartition]int64{tpA: 5}, ok, "that it is was not confirmed")
}

// answering is a consumer whose commits are answered as a test says.
type answering struct {
	consumer
	answers []error
	commits []int64
}

func (a *answering) CommitOffsets(_ context.Context, offsets map[string]map[int32]kgo.EpochOffset,
	done func(*kgo.Client, *kmsg.OffsetCommitRequest, *kmsg.OffsetCommitResponse, error)) {
	a.commits = append(a.commits, offsets["t"][0].Offset)
	answer := a.answers[0]
	a.answers = a.answers[1:]
	done(nil, nil, kmsg.NewPtrOffsetCommitResponse(), answer)
}

func TestACommitThatWasCutShortIsMadeAgainByTheLastOne(t *testing.T) {
	for name, last := range map[string]func(*sinkPump) error{
		"at the end":           func(p *sinkPump) error { return p.commitAndWait(t.Context(), []connect.TopicPartition{tpA}) },
		"by the next in order": func(p *sinkPump) error { return p.commitNow(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			kafka := &answering{answers: []error{context.Canceled, nil}}
			p := &sinkPump{consumer: kafka, gate: newGate(gateOpen, nil), clock: clock.System{}, meter: newMeter(), log: slog.New(slog.DiscardHandler),
				flow: newSinkFlow(), offsets: newSinkOffsets(), assigned: map[connect.TopicPartition]bool{tpA: true}}
			p.offsets.consume(tpA, 0, 5)
			p.offsets.accept()
			require.NoError(t, p.commitNow(t.Context()))
			require.NoError(t, last(p))
			require.Equal(t, []int64{5, 5}, kafka.commits)
		})
	}
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
				ok, _ := o.committable(wanted, false)
				for tp, offset := range ok {
					limit, ours := accepted[tp]
					require.True(t, ours && offset <= limit, "commit of %d, accepted %d", offset, limit)
				}
				maps.Copy(o.committed, ok)
			}
		}
	})
}
