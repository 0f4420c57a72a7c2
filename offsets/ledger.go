// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/longshore-io/connect"
)

// ErrClosed answers a Submit after Close: this life of the task is over and must not send records any more. Its class is
// Fenced.
var ErrClosed = connect.Classed(connect.Fenced, errors.New("the task's offsets are closed: it was stopped or abandoned"))

// Ledger knows which source offsets of one life of one task may be stored. A record is submitted before it is produced
// and acknowledged when Kafka has it; an offset becomes committable when its record and all earlier ones of the same
// source partition are acknowledged. So a stored offset never precedes an unacknowledged record, and a record that is
// stuck holds back its own partition only.
//
// Records that are never produced (dropped by a transform, skipped for an error before produce) are not submitted: their
// offsets are not stored, as in Kafka Connect. A record that fails for good is never acknowledged.
//
// Methods may be called from any goroutine. Ticket.Ack takes no lock; nothing is allocated per record, and memory is
// bounded by twice the records in flight plus one offset per partition that moved since the last Committable.
type Ledger struct {
	mu      sync.Mutex
	closed  bool
	queues  map[string]*queue // by Partition.Key; those with records in flight or an offset to store
	touched []*queue          // those that Committable has to look at
	slabs   slabs

	// The queue of the latest record: most batches are of one partition, and comparing a pointer beats hashing its key.
	recent      *queue
	recentAlias *connect.Partition
}

// Position is the part of a record that Submit needs.
type Position struct {
	// Partition is the record's source partition; nil is the null partition.
	Partition *connect.Partition
	// Offset is stored once the record is acknowledged; nil stores nothing for this record, but later offsets wait for it.
	Offset connect.Offset
}

// queue is the records in flight of one source partition, oldest first, and the offset that they leave behind.
type queue struct {
	partition  *connect.Partition
	head, tail *entry
	passed     connect.Offset // to be handed out by Committable; nil for none
	touched    bool
}

// entry is one record in flight. All fields but word are guarded by the ledger's lock.
type entry struct {
	offset connect.Offset
	of     *queue // nil: not in use
	next   *entry
	home   *slab
	// word counts the decisions (acknowledged or withdrawn) that this entry has seen in all its uses, and since is what it
	// was at Submit: the record is decided when they differ.
	word      atomic.Uint32
	since     uint32
	withdrawn bool
}

func (e *entry) decided() bool { return e.word.Load() != e.since }

// Ticket stands for one submitted record. The zero Ticket stands for none and can be acknowledged without effect.
type Ticket struct {
	entry *entry
	// since tells this use of the entry from later ones, so that a second Ack of one record cannot acknowledge another.
	since uint32
}

// NewLedger makes an empty ledger.
func NewLedger() *Ledger {
	return &Ledger{queues: make(map[string]*queue)}
}

// Submit enters one record before it is produced. Its only error is ErrClosed.
func (l *Ledger) Submit(partition *connect.Partition, offset connect.Offset) (Ticket, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return Ticket{}, ErrClosed
	}
	return l.submit(partition, offset), nil
}

// SubmitBatch enters records in their order, all before any is produced, and writes their tickets to the same places of
// tickets, which must be as long. Its only error is ErrClosed; nothing is entered then.
func (l *Ledger) SubmitBatch(positions []Position, tickets []Ticket) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	tickets = tickets[:len(positions)]
	for i := range positions {
		tickets[i] = l.submit(positions[i].Partition, positions[i].Offset)
	}
	return nil
}

func (l *Ledger) submit(partition *connect.Partition, offset connect.Offset) Ticket {
	if l.slabs.full() {
		l.makeRoom()
	}
	q := l.queueOf(partition)
	e := l.slabs.take()
	e.offset, e.of, e.since = offset, q, e.word.Load()
	if q.tail == nil {
		q.head = e
	} else {
		q.tail.next = e
	}
	q.tail = e
	return Ticket{entry: e, since: e.since}
}

// Ack says that Kafka has the record, or that its loss is tolerated. A second Ack and one after Close have no effect.
func (t Ticket) Ack() {
	if t.entry != nil {
		t.decide()
	}
}

// decide reports whether the record was pending until now.
func (t Ticket) decide() bool { return t.entry.word.CompareAndSwap(t.since, t.since+1) }

// Drop withdraws a record that was submitted but not produced, so that it can be submitted again. It must be the latest
// of its partition that still stands, since later offsets would pass it: otherwise, and where the record was already
// acknowledged or withdrawn, nothing changes and Drop returns false. Withdraw a batch from its end.
func (l *Ledger) Drop(t Ticket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || t.entry == nil || t.entry.of == nil || t.entry.since != t.since {
		return false
	}
	for e := t.entry.next; e != nil; e = e.next {
		if !e.withdrawn {
			return false
		}
	}
	if !t.decide() {
		return false
	}
	t.entry.withdrawn = true
	return true
}

// Committable returns, for each source partition whose acknowledged prefix has grown since the last call, the offset of
// its last record; nil where there is none. Whoever cannot store them gives them back with PutBack.
func (l *Ledger) Committable() map[*connect.Partition]connect.Offset {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.passAll()
	var offsets map[*connect.Partition]connect.Offset
	for _, q := range l.touched {
		if q.passed != nil {
			if offsets == nil {
				offsets = make(map[*connect.Partition]connect.Offset, len(l.touched))
			}
			offsets[q.partition] = q.passed
			q.passed = nil
		}
		q.touched = false
		l.forgetIdle(q)
	}
	clear(l.touched)
	l.touched = l.touched[:0]
	l.slabs.trim()
	return offsets
}

// PutBack gives back what Committable returned and could not be stored. The next Committable returns it again, except
// where a partition has moved on meanwhile: then the later offset.
func (l *Ledger) PutBack(offsets map[*connect.Partition]connect.Offset) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	for partition, offset := range offsets {
		q := l.queueOf(partition)
		if q.passed == nil {
			q.passed = offset
		}
		l.touch(q)
	}
}

// Pending returns how many records were submitted and neither acknowledged nor withdrawn. It walks all records in
// flight: fit for a metric or a stop, not for every record.
func (l *Ledger) Pending() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for s := range l.slabs.all() {
		for i := range s.entries[:s.used] {
			if e := &s.entries[i]; e.of != nil && !e.decided() {
				n++
			}
		}
	}
	return n
}

// Close ends the ledger: Submit is refused, late acknowledgements have no effect and nothing is committable any more.
// It is how an abandoned task is cut off; a task that stops in order calls Committable first.
func (l *Ledger) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.queues, l.touched, l.slabs = nil, nil, slabs{}
	l.recent, l.recentAlias = nil, nil
}

// nullPartition stands for records without a source partition.
var nullPartition = connect.MustPartition(nil)

func (l *Ledger) queueOf(partition *connect.Partition) *queue {
	if partition == nil {
		partition = nullPartition
	}
	if partition == l.recentAlias {
		return l.recent
	}
	q := l.queues[partition.Key()]
	if q == nil {
		q = &queue{partition: partition}
		l.queues[partition.Key()] = q
	}
	l.recent, l.recentAlias = q, partition
	return q
}

// forgetIdle keeps the map as small as what is in flight: connectors may have a partition per file for ever.
func (l *Ledger) forgetIdle(q *queue) {
	if q.head != nil {
		return
	}
	delete(l.queues, q.partition.Key())
	if l.recent == q {
		l.recent, l.recentAlias = nil, nil
	}
}

func (l *Ledger) touch(q *queue) {
	if !q.touched {
		q.touched = true
		l.touched = append(l.touched, q)
	}
}

// makeRoom frees entries before another slab is allocated. Most queues begin in the oldest slab; where a stuck record holds
// that one, two more are looked at in rotation: with one, a list that grows by one slab each time would never be gone
// round; with two it at most doubles in a round, at a constant cost per record.
func (l *Ledger) makeRoom() {
	oldest := l.slabs.oldest
	l.passIn(oldest)
	if l.slabs.oldest == oldest {
		l.passIn(l.slabs.rotate())
		l.passIn(l.slabs.rotate())
	}
	l.slabs.grow()
}

func (l *Ledger) passAll() {
	for s := range l.slabs.all() {
		l.passIn(s)
	}
}

// passIn advances each queue whose head lies in the slab.
func (l *Ledger) passIn(s *slab) {
	if s == nil {
		return
	}
	for i := range s.entries[:s.used] {
		if e := &s.entries[i]; e.of != nil && e.of.head == e {
			l.pass(e.of)
		}
	}
}

// pass takes the acknowledged prefix off the queue and keeps its last offset.
func (l *Ledger) pass(q *queue) {
	for e := q.head; e != nil && e.decided(); e = q.head {
		if e.offset != nil && !e.withdrawn {
			q.passed = e.offset
		}
		l.touch(q)
		q.head = e.next
		if q.head == nil {
			q.tail = nil
		}
		l.slabs.release(e)
	}
}
