// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"slices"
	"time"

	connect "github.com/longshore-io/connect"
)

// sinkFlow collects what a sink task asks of its consumer; the pump carries it out when the task's method has returned.
// It is used by the pump and the task's own methods, which never run at the same time.
type sinkFlow struct {
	rewinds map[connect.TopicPartition]int64
	paused  map[connect.TopicPartition]bool // by the task, as opposed to a pause of the connector
	timeout time.Duration
	commit  bool
	changed bool
}

func newSinkFlow() *sinkFlow {
	return &sinkFlow{rewinds: map[connect.TopicPartition]int64{}, paused: map[connect.TopicPartition]bool{}}
}

// Rewind implements connect.SinkFlow.
func (f *sinkFlow) Rewind(offsets map[connect.TopicPartition]int64) {
	maps.Copy(f.rewinds, offsets)
	f.changed = true
}

// goBack is Rewind for offsets that the task has not asked for: what it has asked for counts.
func (f *sinkFlow) goBack(offsets map[connect.TopicPartition]int64) {
	for tp, offset := range offsets {
		if _, asked := f.rewinds[tp]; !asked {
			f.rewinds[tp] = offset
		}
	}
	f.changed = true
}

// Pause implements connect.SinkFlow.
func (f *sinkFlow) Pause(partitions ...connect.TopicPartition) {
	for _, tp := range partitions {
		f.paused[tp] = true
	}
	f.changed = true
}

// Resume implements connect.SinkFlow.
func (f *sinkFlow) Resume(partitions ...connect.TopicPartition) {
	for _, tp := range partitions {
		delete(f.paused, tp)
	}
	f.changed = true
}

// Timeout implements connect.SinkFlow.
func (f *sinkFlow) Timeout(d time.Duration) { f.timeout = d }

// RequestCommit implements connect.SinkFlow.
func (f *sinkFlow) RequestCommit() { f.commit = true }

// pausedOf are those of some partitions that the task has paused.
func (f *sinkFlow) pausedOf(partitions []connect.TopicPartition) []connect.TopicPartition {
	return slices.DeleteFunc(slices.Clone(partitions), func(tp connect.TopicPartition) bool { return !f.paused[tp] })
}

// forget drops what concerns partitions that went elsewhere.
func (f *sinkFlow) forget(partitions []connect.TopicPartition) {
	for _, tp := range partitions {
		delete(f.rewinds, tp)
		delete(f.paused, tp)
	}
}

// byTopic arranges partitions as the Kafka client wants them.
func byTopic(partitions []connect.TopicPartition) map[string][]int32 {
	out := map[string][]int32{}
	for _, tp := range partitions {
		out[tp.Topic] = append(out[tp.Topic], tp.Partition)
	}
	return out
}

// partitionsOf undoes byTopic, in order.
func partitionsOf(byTopic map[string][]int32) []connect.TopicPartition {
	var out []connect.TopicPartition
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		for _, partition := range byTopic[topic] {
			out = append(out, connect.TopicPartition{Topic: topic, Partition: partition})
		}
	}
	return out
}
