// SPDX-License-Identifier: Apache-2.0

package offsets_test

import (
	"fmt"
	"testing"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/offsets"
)

// position is an Offset as a connector with a hot path makes it: a pointer into what it has read anyway.
type position struct{ at int64 }

func (p *position) Fields() map[string]any { return map[string]any{"position": p.at} }

const batchSize = 500

// BenchmarkLedger is the whole way of a record through the ledger: submit in batches, acknowledge one by one with 20,000
// records in flight, and what passing them costs. An operation is a record.
func BenchmarkLedger(b *testing.B) {
	for _, count := range []int{1, 16, 1000} {
		b.Run(fmt.Sprintf("partitions=%d", count), func(b *testing.B) {
			b.ReportAllocs()
			l := offsets.NewLedger()
			positions := interleaved(count)
			ring := make([]offsets.Ticket, 20_000)
			at := 0
			for range b.N / batchSize {
				tickets := ring[at : at+batchSize]
				for i := range tickets {
					tickets[i].Ack()
				}
				if err := l.SubmitBatch(positions, tickets); err != nil {
					b.Fatal(err)
				}
				at = (at + batchSize) % len(ring)
			}
			l.Committable()
		})
	}
}

// BenchmarkLedgerSingly enters records one at a time.
func BenchmarkLedgerSingly(b *testing.B) {
	b.ReportAllocs()
	l := offsets.NewLedger()
	p := interleaved(1)[0]
	ring := make([]offsets.Ticket, 20_000)
	for i := range b.N {
		at := i % len(ring)
		ring[at].Ack()
		ticket, err := l.Submit(p.Partition, p.Offset)
		if err != nil {
			b.Fatal(err)
		}
		ring[at] = ticket
	}
}

func interleaved(partitions int) []offsets.Position {
	named := make([]*connect.Partition, partitions)
	for i := range named {
		named[i] = connect.MustPartition(map[string]any{"filename": fmt.Sprintf("/data/logs/input-%d.log", i)})
	}
	positions := make([]offsets.Position, batchSize)
	for i := range positions {
		positions[i] = offsets.Position{Partition: named[i%partitions], Offset: &position{at: int64(i)}}
	}
	return positions
}
