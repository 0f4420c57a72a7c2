// SPDX-License-Identifier: Apache-2.0

package offsets

import "iter"

// slabs hands out entries from blocks that are used again once all their entries were released. Blocks grow with the
// load: thousands of idle tasks cost next to nothing, a busy one allocates nothing.
type slabs struct {
	oldest, newest *slab // in use, linked in the order of their filling; newest is being filled
	turn           *slab // where the rotation goes on
	spare          *slab // linked by next
}

// slab is one block. It never leaves its ledger: a late Ack after Close changes nothing but the dead ledger's own memory.
type slab struct {
	entries    []entry
	used, live int // handed out since the block was last empty; and not released yet
	prev, next *slab
}

const (
	smallestSlab = 16
	largestSlab  = 512
)

// full says whether take needs grow first.
func (b *slabs) full() bool { return b.newest == nil || b.newest.used == len(b.newest.entries) }

func (b *slabs) take() *entry {
	s := b.newest
	e := &s.entries[s.used]
	s.used++
	s.live++
	return e
}

// release gives an entry back and with the last one its slab.
func (b *slabs) release(e *entry) {
	e.offset, e.of, e.next, e.withdrawn = nil, nil, nil, false
	s := e.home
	s.live--
	if s.live > 0 {
		return
	}
	if s == b.newest {
		s.used = 0
		return
	}
	b.unlink(s)
	s.used = 0
	s.next, b.spare = b.spare, s
}

// grow makes sure that there is an entry to take.
func (b *slabs) grow() {
	if !b.full() {
		return
	}
	s := b.spare
	if s != nil {
		b.spare = s.next
	} else {
		s = newSlab(b.nextSize())
	}
	s.prev, s.next = b.newest, nil
	if b.newest == nil {
		b.oldest = s
	} else {
		b.newest.next = s
	}
	b.newest = s
}

func (b *slabs) nextSize() int {
	if b.newest == nil {
		return smallestSlab
	}
	return min(2*len(b.newest.entries), largestSlab)
}

func newSlab(size int) *slab {
	s := &slab{entries: make([]entry, size)}
	for i := range s.entries {
		s.entries[i].home = s
	}
	return s
}

func (b *slabs) unlink(s *slab) {
	if b.turn == s {
		b.turn = s.next
	}
	if s.prev == nil {
		b.oldest = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		b.newest = s.prev
	} else {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
}

// rotate returns one slab after the other, round and round; nil where there is none.
func (b *slabs) rotate() *slab {
	if b.turn == nil {
		b.turn = b.oldest
	}
	s := b.turn
	if s != nil {
		b.turn = s.next
	}
	return s
}

// all ranges over the slabs in use, oldest first. The loop's body may release entries of any slab.
func (b *slabs) all() iter.Seq[*slab] {
	return func(yield func(*slab) bool) {
		// The rotation is borrowed as the cursor: unlink keeps it valid when the slab it stands on goes away.
		b.turn = b.oldest
		for b.turn != nil {
			s := b.turn
			b.turn = s.next
			if !yield(s) {
				return
			}
		}
	}
}

// trim lets go of all memory when nothing is in flight.
func (b *slabs) trim() {
	if b.newest == nil || (b.oldest == b.newest && b.newest.live == 0) {
		*b = slabs{}
	}
}
