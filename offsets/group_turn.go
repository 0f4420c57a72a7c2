// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/longshore-io/connect/internal/topiclog"
)

// mostRecords is how many records one transaction holds: what would be longer is split.
const mostRecords = 5000

// mostTries is how many transactions a write may lose to the loss of the claim.
const mostTries = 2

// part is one record of a write in a transaction.
type part struct {
	write  *write
	record int
}

func (p part) place() place { return p.write.places[p.record] }

// put writes one transaction, if anything may be written.
func (g *Group) put() {
	parts := g.pick()
	if len(parts) == 0 {
		return
	}
	ctx, cancel := g.bound(g.life)
	defer cancel()
	records := make([]topiclog.Addressed, len(parts))
	for i, p := range parts {
		records[i] = topiclog.Addressed{Topic: p.write.log.topic, Record: p.write.records[p.record]}
	}
	ends, err := g.o.Claimant.Put(ctx, records)
	g.settle(parts, ends, err)
}

// pick chooses the records of the next transaction: those for partitions that take records, else those for the others, else those of one
// write that was refused among others.
func (g *Group) pick() []part {
	g.weed()
	if parts := g.choose(func(w *write, p place) bool { return !w.alone && !g.suspects[p] }); len(parts) > 0 {
		return parts
	}
	if g.hasSuspects() {
		return g.pickSuspects()
	}
	var only *write
	return g.choose(func(w *write, _ place) bool {
		if only == nil && w.alone {
			only = w
		}
		return w == only
	})
}

// weed finishes the writes that are not to be written here, or not any more. The claim stands, so no outcome is open.
func (g *Group) weed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range append([]*write{}, g.waiting...) {
		w.taken = false
		switch {
		case !w.mine():
			g.finish(w, ErrNotMine)
		case g.plain:
			w.plain = true
			g.finish(w, nil)
		case w.tries >= mostTries:
			g.finish(w, w.loss)
		}
	}
}

// choose takes records into the next transaction. The conditions of their writes were asked just before, and the claim is older than that.
func (g *Group) choose(fits func(*write, place) bool) []part {
	g.mu.Lock()
	defer g.mu.Unlock()
	var parts []part
	for _, w := range g.waiting {
		for i := range w.records {
			if len(parts) < mostRecords && w.left[i] && fits(w, w.places[i]) {
				parts = append(parts, part{w, i})
				w.taken = true
			}
		}
	}
	return parts
}

func (g *Group) hasSuspects() bool { return len(g.suspectsWanted()) > 0 }

// suspectsWanted are the partitions that did not take records and that somebody waits for.
func (g *Group) suspectsWanted() map[place]*grouped {
	g.mu.Lock()
	defer g.mu.Unlock()
	wanted := map[place]*grouped{}
	for _, w := range g.waiting {
		for i := range w.left {
			if g.suspects[w.places[i]] {
				wanted[w.places[i]] = w.log
			}
		}
	}
	return wanted
}

// pickSuspects tries partitions that did not take records again, those that have a leader. Without one a record would only hold the
// transaction up, and with it the offsets of all others.
func (g *Group) pickSuspects() []part {
	ctx, cancel := g.bound(g.life)
	defer cancel()
	led := map[place]bool{}
	for p, log := range g.suspectsWanted() {
		if led[p] = log.HasLeader(ctx, p.partition); !led[p] {
			g.giveUp(p, fmt.Errorf("partition %d of topic %s takes no offsets: %w", p.partition, p.topic, kerr.LeaderNotAvailable))
		}
	}
	return g.choose(func(_ *write, p place) bool { return led[p] })
}

// giveUp takes the records for a partition out of their writes.
func (g *Group) giveUp(at place, why error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range append([]*write{}, g.waiting...) {
		for i := range w.left {
			if w.places[i] == at {
				g.lose(part{w, i}, why)
			}
		}
	}
}

// lose gives a record up; its write fails when the others of it are written. The lock is held.
func (g *Group) lose(p part, why error) {
	p.write.why = why
	g.wrote(p)
}

// wrote takes a record off its write, which is finished with the last. The lock is held.
func (g *Group) wrote(p part) {
	if delete(p.write.left, p.record); len(p.write.left) == 0 {
		g.finish(p.write, p.write.why)
	}
}

// settle draws the conclusions of a transaction.
func (g *Group) settle(parts []part, ends topiclog.Ends, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var left *topiclog.LeftError
	switch {
	case err == nil:
		g.committed(parts, ends)
	case !g.o.Claimant.Claimed():
		g.claimLost(parts, err)
	case errors.As(err, &left):
		g.aborted(parts, left, err)
	default:
		for _, p := range parts {
			p.write.taken = false
			g.lose(p, err)
		}
	}
}

func (g *Group) committed(parts []part, ends topiclog.Ends) {
	for _, p := range parts {
		delete(g.suspects, p.place())
		at := p.place()
		p.write.ends[at.partition] = max(p.write.ends[at.partition], ends[at.topic][at.partition])
		p.write.taken = false
		g.wrote(p)
	}
}

// claimLost leaves the writes to the next claim, which settles the outcome, and to one more try. A fenced transaction has ended.
func (g *Group) claimLost(parts []part, err error) {
	g.confirmed = false
	fenced := errors.Is(err, topiclog.ErrFenced)
	if fenced {
		g.o.Log.Info("another worker has taken this worker for dead, or a process with its name has started: what is still this worker's is "+
			"confirmed before more offsets are written", "error", err)
	}
	for i, p := range parts {
		if i == 0 || parts[i-1].write != p.write {
			p.write.tries++
		}
		p.write.taken, p.write.loss = !fenced, err
	}
}

// aborted leaves the records that were acknowledged to the next transaction, without those that were not.
func (g *Group) aborted(parts []part, left *topiclog.LeftError, err error) {
	refused := g.refusedWrites(parts, left)
	for i, p := range parts {
		p.write.taken = false
		reason, bad := left.Records[i]
		switch {
		case !bad:
		case passing(reason):
			g.suspects[p.place()] = true
			g.lose(p, fmt.Errorf("partition %d of topic %s takes no offsets: %w", p.place().partition, p.place().topic, err))
		case len(refused) > 1:
			p.write.alone = true
		default:
			g.lose(p, err)
		}
	}
}

// refusedWrites are those with records that the brokers refuse: where there are several, one may have spoiled the others.
func (g *Group) refusedWrites(parts []part, left *topiclog.LeftError) map[*write]bool {
	refused := map[*write]bool{}
	for i, reason := range left.Records {
		if !passing(reason) {
			refused[parts[i].write] = true
		}
	}
	return refused
}

// passing says that a partition took no record, for now.
func passing(reason error) bool {
	return errors.Is(reason, context.DeadlineExceeded) || errors.Is(reason, context.Canceled) || kerr.IsRetriable(reason)
}
