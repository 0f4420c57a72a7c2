// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"sync"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/position"
)

// batch is what a Poll returns.
type batch struct {
	records []connect.SourceRecord
	// bytes is about how much the database sent for it.
	bytes int
	// end is how many of the records belong to transactions of the database that have ended, or to none; -1 where none has ended since the
	// batch before.
	end int

	offsets []position.Offset
}

// limits bound batches.
type limits struct {
	records, bytes int
}

// largestBatch bounds batches of large values where max.queue.size.in.bytes does not.
const largestBatch = 2 << 20

func (l limits) reached(b *batch) bool { return len(b.records) >= l.records || b.bytes >= l.bytes }

// exceeded says whether a batch must not wait for the end of what shares a place in the log either.
func (l limits) exceeded(b *batch) bool { return b.bytes >= 2*l.bytes }

// keep copies an offset to where the records of the batch can point at it. Offsets outlive the batch, so this memory is not used again.
func (b *batch) keep(o *position.Offset) *position.Offset {
	if len(b.offsets) == cap(b.offsets) {
		b.offsets = make([]position.Offset, 0, offsetsAtOnce)
	}
	b.offsets = append(b.offsets, *o)
	return &b.offsets[len(b.offsets)-1]
}

const offsetsAtOnce = 128

// batches keeps the memory of batches for the next ones.
type batches struct {
	mu   sync.Mutex
	free []*batch
}

func (p *batches) get() *batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		return b
	}
	return &batch{end: -1}
}

// put takes a batch back that nobody uses any more.
func (p *batches) put(b *batch) {
	clear(b.records)
	b.records, b.bytes, b.end = b.records[:0], 0, -1
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < 2 {
		p.free = append(p.free, b)
	}
}
