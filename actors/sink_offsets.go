// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// sinkOffsets are the next offsets of a sink task's partitions: read, accepted by the task, and committed. It is pure.
//
// A committed offset never passes a record that the task has neither accepted nor reported: what may be committed is at
// most what was accepted, and an accept is of everything that was consumed before it.
type sinkOffsets struct {
	first               map[connect.TopicPartition]int64 // where reading began
	accepted, committed map[connect.TopicPartition]int64
	// consumed has those that were read since the last accept only: of many partitions, a put has records of few.
	consumed map[connect.TopicPartition]int64
}

func newSinkOffsets() sinkOffsets {
	offsets := func() map[connect.TopicPartition]int64 { return map[connect.TopicPartition]int64{} }
	return sinkOffsets{first: offsets(), accepted: offsets(), committed: offsets(), consumed: offsets()}
}

// begin is told where reading begins, as far as that is committed.
func (o sinkOffsets) begin(tp connect.TopicPartition, offset int64) {
	o.first[tp], o.accepted[tp], o.committed[tp] = offset, offset, offset
	delete(o.consumed, tp)
}

func (o sinkOffsets) consume(tp connect.TopicPartition, first, next int64) {
	if _, begun := o.first[tp]; !begun {
		o.first[tp] = first
	}
	o.consumed[tp] = next
}

// durable returns, for each partition, where to read again if what was accepted since is lost.
func (o sinkOffsets) durable() map[connect.TopicPartition]int64 {
	out := maps.Clone(o.first)
	maps.Copy(out, o.committed)
	return out
}

func (o sinkOffsets) accept() {
	maps.Copy(o.accepted, o.consumed)
	clear(o.consumed)
}

// rewind goes back: what lies behind is to be consumed and accepted anew.
func (o sinkOffsets) rewind(tp connect.TopicPartition, offset int64) {
	o.first[tp], o.accepted[tp] = offset, offset
	delete(o.consumed, tp)
	delete(o.committed, tp)
}

func (o sinkOffsets) forget(partitions []connect.TopicPartition) {
	for _, tp := range partitions {
		delete(o.first, tp)
		delete(o.consumed, tp)
		delete(o.accepted, tp)
		delete(o.committed, tp)
	}
}

// of returns what was accepted of some partitions.
func (o sinkOffsets) of(partitions []connect.TopicPartition) map[connect.TopicPartition]int64 {
	out := make(map[connect.TopicPartition]int64, len(partitions))
	for _, tp := range partitions {
		if next, ok := o.accepted[tp]; ok {
			out[tp] = next
		}
	}
	return out
}

// committable keeps of what a task wants committed what may be and is not yet, or not for sure where it is to be committed again; refused are partitions that are not its
// own and offsets beyond what it accepted.
func (o sinkOffsets) committable(wanted map[connect.TopicPartition]int64, again bool) (ok, refused map[connect.TopicPartition]int64) {
	ok, refused = map[connect.TopicPartition]int64{}, map[connect.TopicPartition]int64{}
	for tp, offset := range wanted {
		switch accepted, owned := o.accepted[tp]; {
		case !owned || offset > accepted:
			refused[tp] = offset
		case again || o.committed[tp] != offset:
			ok[tp] = offset
		}
	}
	return ok, refused
}

func epochOffsets(offsets map[connect.TopicPartition]int64) map[string]map[int32]kgo.EpochOffset {
	out := map[string]map[int32]kgo.EpochOffset{}
	for tp, offset := range offsets {
		if out[tp.Topic] == nil {
			out[tp.Topic] = map[int32]kgo.EpochOffset{}
		}
		out[tp.Topic][tp.Partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
	}
	return out
}
