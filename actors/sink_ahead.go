// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// sinkAhead are records that were polled and come with one of the next puts. A client asks a broker for more only when all that it has
// of it was polled: what waits here instead lets it fetch while the task is busy. It is pure.
type sinkAhead struct {
	parts []polledPart // in the order in which they were polled; those before first were taken, all others have records
	first int
	bytes int64
}

// polledPart are consecutive records of one partition, at least one.
type polledPart struct {
	tp            connect.TopicPartition
	highWatermark int64
	records       []*kgo.Record
}

// add takes what a poll has returned of a partition.
func (a *sinkAhead) add(part polledPart) {
	a.parts = append(a.parts, part)
	for _, r := range part.records {
		a.bytes += bytesOf(r)
	}
}

// has says whether there is something of a partition that is not held back.
func (a *sinkAhead) has(heldBack map[connect.TopicPartition]bool) bool {
	return a.next(heldBack) < len(a.parts)
}

// take returns up to so many records of the first partition that is not held back; none are left when those that it returns are empty.
func (a *sinkAhead) take(most int, heldBack map[connect.TopicPartition]bool) polledPart {
	i := a.next(heldBack)
	if i == len(a.parts) {
		return polledPart{}
	}
	taken := a.parts[i]
	n := min(most, len(taken.records))
	taken.records, a.parts[i].records = taken.records[:n], taken.records[n:]
	for _, r := range taken.records {
		a.bytes -= bytesOf(r)
	}
	if len(a.parts[i].records) == 0 {
		a.remove(i)
	}
	return taken
}

// next is the index of the first part that is not held back, behind all where there is none.
func (a *sinkAhead) next(heldBack map[connect.TopicPartition]bool) int {
	i := a.first
	for i < len(a.parts) && len(heldBack) > 0 && heldBack[a.parts[i].tp] {
		i++
	}
	return i
}

// remove lets the memory of a part go, and keeps the room that the parts have taken. Behind one that is held back, which may be for hours,
// what was taken must not add up.
func (a *sinkAhead) remove(i int) {
	if i > a.first {
		a.parts = slices.Delete(a.parts, i, i+1)
		return
	}
	a.parts[i] = polledPart{}
	a.first++
	a.beginAnew()
}

// beginAnew is for when nothing is left.
func (a *sinkAhead) beginAnew() {
	if a.first == len(a.parts) {
		a.parts, a.first = a.parts[:0], 0
	}
}

// drop lets go of what there is of some partitions: it is somebody else's, or is read again.
func (a *sinkAhead) drop(gone map[connect.TopicPartition]bool) {
	kept := slices.DeleteFunc(a.parts[a.first:], func(part polledPart) bool {
		if !gone[part.tp] {
			return false
		}
		for _, r := range part.records {
			a.bytes -= bytesOf(r)
		}
		return true
	})
	a.parts = a.parts[:a.first+len(kept)]
	a.beginAnew()
}
