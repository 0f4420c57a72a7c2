// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// recordOverhead is about what a record takes beside its bytes, with the client's bookkeeping: of small records it is the larger part.
const recordOverhead = 256

// flightOverhead is that of a record on its way to Kafka: with its flight, and what the client and the ledger note of it.
const flightOverhead = 512

// bytesOf is how many bytes of a budget a record that was read takes.
func bytesOf(r *kgo.Record) int64 { return recordOverhead + kafkaconfig.ContentOf(r) }

// makeRoom takes bytes for the records of a batch that come next, and waits for room where there is none: the task is not polled
// meanwhile. It returns up to which flight there is room now: a look's worth of them, or fewer where the budget is small, but one at
// least.
func (p *sourcePump) makeRoom(ctx context.Context, batch *slab, next, kept int) (int, error) {
	bytes, end := int64(0), next
	for ; end < min(kept, next+recordsPerLook); end++ {
		size := batch.flights[end].bytes
		if end > next && bytes+size > p.budget.Limit() {
			break
		}
		bytes += size
	}
	if p.budget.TryAcquire(bytes) {
		return end, nil
	}
	begun := p.clock.Now()
	err := p.budget.Acquire(ctx, bytes)
	p.meter.waited.Add(int64(p.clock.Now().Sub(begun)))
	return end, err
}

// giveBack is for flights that had room and were not handed to the client.
func (p *sourcePump) giveBack(flights []flight) {
	for i := range flights {
		p.budget.Release(flights[i].bytes)
	}
}
