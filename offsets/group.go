// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/topiclog"
)

// Claimant writes transactions under the transactional id of this worker's offsets; *topiclog.Claimant is one.
type Claimant interface {
	// Claim takes the id; every earlier holder is fenced and has no transaction left.
	Claim(ctx context.Context) error
	// Claimed says whether the last claim stands, as far as is known.
	Claimed() bool
	// Put writes one transaction and returns the offsets behind the records.
	Put(ctx context.Context, records []topiclog.Addressed) (topiclog.Ends, error)
	// Close ends what is under way.
	Close()
}

// Followed is a log that a Group writes to; *topiclog.Log is one.
type Followed interface {
	Log
	// Await returns when what was committed up to these offsets, by partition, was applied.
	Await(ctx context.Context, ends map[int32]int64) error
	// PartitionOf is where a key goes.
	PartitionOf(key []byte) int32
	// HasLeader says whether a partition can take records now.
	HasLeader(ctx context.Context, partition int32) bool
}

// GroupOptions are what a Group works with.
type GroupOptions struct {
	Claimant Claimant
	// Timeout is how long the records of one transaction may take; claims have as long.
	Timeout time.Duration
	Clock   clock.Clock
	Log     *slog.Logger
}

// Group writes the source offsets of all tasks of a worker, in transactions of the worker's own transactional id: one at a time, each with
// all that has come while the one before was under way.
//
// Its invariant: records go into a transaction only under a claim after which the config topic was read to its end (Reconfirm), and only
// while the condition of their write (While) holds. And a write that was taken into a transaction returns only when that transaction is
// known to be committed or ended. Whoever takes over the work of a worker that was declared dead claims that worker's id before it reads
// offsets. So an offset of the old owner is either visible to the new one by then, or will never be: if the old owner has claimed before,
// its transactions are refused; if it claims after, it has read by whom it was replaced.
//
// Where the brokers refuse the transactional id for good, offsets are written without, which that invariant does not cover.
type Group struct {
	o      GroupOptions
	life   context.Context
	cancel context.CancelFunc
	turn   chan struct{} // held by who uses the claimant

	mu        sync.Mutex
	reconfirm func(ctx context.Context) error
	waiting   []*write // in their order; those under way included
	serving   chan struct{}
	suspects  map[place]bool // partitions that did not take a record in time
	confirmed bool           // the config topic was read to its end after the claim
	plain     bool           // the id is refused
	closed    bool
}

// place is a partition of a log.
type place struct {
	topic     string
	partition int32
}

// NewGroup makes a writer. It claims its id with the first Claim, or write.
func NewGroup(o GroupOptions) *Group {
	g := &Group{o: o, turn: make(chan struct{}, 1), suspects: map[place]bool{}}
	g.life, g.cancel = context.WithCancel(context.Background())
	return g
}

// Reconfirm sets what reads the config topic to its end, so that grants are current and the conditions of work that was lost say no when
// it returns. It is called after every claim but the one that a worker begins with, when it has no work yet, and after the id was lost.
func (g *Group) Reconfirm(read func(ctx context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reconfirm = read
}

// Claim claims the id, again where it was claimed: nothing that another process of this worker's name has under way arrives after that,
// also of one that has stood still and was taken for gone. An id that is refused is no error, see Group.
func (g *Group) Claim(ctx context.Context) error {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if !g.Fenced() {
		return nil
	}
	return g.claim(ctx)
}

// Fenced says whether offsets are written under the transactional id, so that a successor can keep late ones out.
func (g *Group) Fenced() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.plain
}

// Close ends the writes that wait, with an error. It waits for the transaction that is under way to be given up.
func (g *Group) Close() {
	g.mu.Lock()
	g.closed = true
	serving := g.serving
	g.mu.Unlock()
	g.cancel()
	g.o.Claimant.Close()
	if serving != nil {
		<-serving
	}
}

// On returns a log that is read as it is and written by the group.
func (g *Group) On(topic string, log Followed) Log { return &grouped{log, g, topic} }

// grouped is a log whose records a group writes.
type grouped struct {
	Followed
	group *Group
	topic string
}

// PutBatch returns once the records are committed, and read back as far as ctx allows: readers elsewhere then find them, too. While they
// wait for their turn the end of ctx takes them back; once they are in a transaction its outcome is waited for.
func (l *grouped) PutBatch(ctx context.Context, records []topiclog.Record) error {
	w := l.newWrite(ctx, records)
	l.group.add(w)
	select {
	case <-w.done:
	case <-ctx.Done():
		if l.group.takeBack(w) {
			return fmt.Errorf("wait for the offsets before these: %w", context.Cause(ctx))
		}
		<-w.done
	}
	switch {
	case w.plain && !w.mine():
		return ErrNotMine
	case w.plain:
		return l.Followed.PutBatch(ctx, records)
	case w.err != nil:
		return w.err
	}
	if err := l.Await(ctx, w.ends); err != nil {
		l.group.o.Log.Debug("offsets are committed and not read back yet", "topic", l.topic, "error", err)
	}
	return nil
}

// write is what one caller wants written. All but what it was made with is guarded by the group's lock until done is closed.
type write struct {
	log     *grouped
	records []topiclog.Record
	places  []place
	mine    func() bool

	left  map[int]bool // records that are still to be written
	taken bool         // in a transaction whose outcome is not known yet
	tries int          // transactions that ended with the claim
	alone bool         // the brokers refused it among others: it is tried without them
	why   error        // why records of it were given up
	loss  error        // how the claim was lost in its last try

	done  chan struct{}
	ends  map[int32]int64
	plain bool // to be written without a transaction
	err   error
}

func (l *grouped) newWrite(ctx context.Context, records []topiclog.Record) *write {
	w := &write{log: l, records: records, mine: mineOf(ctx), left: map[int]bool{}, ends: map[int32]int64{}, done: make(chan struct{})}
	for i, r := range records {
		w.left[i] = true
		w.places = append(w.places, place{l.topic, l.PartitionOf(r.Key)})
	}
	return w
}

// add has a write served, by a goroutine that ends when nothing waits.
func (g *Group) add(w *write) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, w)
	switch {
	case g.closed:
		g.finish(w, topiclog.ErrClosed)
	case g.serving == nil:
		g.serving = make(chan struct{})
		go g.serve()
	}
}

// takeBack removes a write unless it is under way.
func (g *Group) takeBack(w *write) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.taken || isClosed(w.done) {
		return false
	}
	g.remove(w)
	return true
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// finish tells a caller the outcome; the lock is held.
func (g *Group) finish(w *write, err error) {
	g.remove(w)
	if err != nil && g.closed {
		err = topiclog.ErrClosed
	}
	w.err = retriable(err)
	close(w.done)
}

func (g *Group) remove(w *write) {
	for i, other := range g.waiting {
		if other == w {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			return
		}
	}
}

// retriable marks what the next flush may mend. That the id was lost is not what ends a task: whether the task is still this worker's is
// told by its condition.
func retriable(err error) error {
	if err == nil || errors.Is(err, ErrNotMine) || errors.Is(err, topiclog.ErrClosed) {
		return err
	}
	return connect.Retriable(err)
}
