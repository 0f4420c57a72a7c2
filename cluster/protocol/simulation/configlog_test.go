// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"strings"

	"github.com/longshore-io/connect/cluster/generation"
)

// entry is one offset of the config topic. One that belongs to no transaction is there at once for everybody.
type entry struct {
	record generation.Record
	txn    *transaction
	// hidden is one that readers skip: a control record, or one that was compacted away.
	hidden bool
}

type transaction struct {
	token   int64
	first   int64
	records []generation.Record
	state   transactionState
	by      string
}

type transactionState int

const (
	open transactionState = iota
	committed
	aborted
)

// configLog is the partition of the config topic, together with the transaction coordinator of the id that leaders write under.
// Tokens stand for epochs: the newest is the holder's.
type configLog struct {
	world   *world
	entries []entry
	// token is that of the newest claim. Which the coordinator itself has put an end to, is barred.
	token  int64
	barred int64
	open   []*transaction
}

func (l *configLog) end() int64 { return int64(len(l.entries)) }

// stable is the last stable offset: an open transaction holds back every reader.
func (l *configLog) stable() int64 {
	end := l.end()
	for _, t := range l.open {
		end = min(end, t.first)
	}
	return end
}

// claim is an InitProducerID of a leader: it ends the transaction of the one before.
func (l *configLog) claim() int64 {
	l.token++
	if !l.world.off(leaderFencing) {
		for len(l.open) > 0 {
			l.decide(l.open[0], aborted)
		}
	}
	l.wake()
	return l.token
}

func (l *configLog) fenced(token int64) bool {
	return (token != l.token || token == l.barred) && !l.world.off(leaderFencing)
}

// produce appends the records of a transaction, which it begins; nil stands for a writer that was fenced.
func (l *configLog) produce(by string, token int64, records []generation.Record) *transaction {
	if l.fenced(token) {
		return nil
	}
	t := &transaction{token: token, first: l.end(), records: records, by: by}
	l.open = append(l.open, t)
	for _, r := range records {
		l.entries = append(l.entries, entry{record: r, txn: t})
	}
	l.world.after(transactionTimeout, func() {
		if t.state == open {
			l.barred = token
			l.decide(t, aborted)
			l.wake()
		}
	})
	return t
}

const transactionTimeout = 10 * s

// finish ends a transaction as its writer wants; false stands for a writer that was fenced.
func (l *configLog) finish(t *transaction, state transactionState) bool {
	if t.state != open || l.fenced(t.token) {
		return t.state == state
	}
	l.decide(t, state)
	if state == committed {
		l.world.judge.transaction(t)
	}
	l.wake()
	return true
}

func (l *configLog) decide(t *transaction, state transactionState) {
	t.state = state
	for i, o := range l.open {
		if o == t {
			l.open = append(l.open[:i], l.open[i+1:]...)
			break
		}
	}
	l.entries = append(l.entries, entry{hidden: true})
}

// plain appends a record of another writer than a leader.
func (l *configLog) plain(r generation.Record) {
	l.entries = append(l.entries, entry{record: r})
	l.wake()
}

func (l *configLog) wake() {
	for _, worker := range l.world.workers {
		for _, p := range worker.processes {
			p.config.wake()
		}
	}
}

// read returns what a reader sees from an offset on, of at most so many offsets, and where it is then.
func (l *configLog) read(from, most int64) ([]generation.Record, int64) {
	end := min(from+most, l.stable())
	if end <= from {
		return nil, from
	}
	var records []generation.Record
	for _, e := range l.entries[from:end] {
		if !e.hidden && (e.txn == nil || e.txn.state == committed) {
			records = append(records, e.record)
		}
	}
	return records, end
}

// compact removes what was overwritten below a point that chance chooses. It sees committed records alone.
func (l *configLog) compact() {
	point := l.world.chance.Int64N(l.stable() + 1)
	seen := map[string]bool{}
	for i := point - 1; i >= 0; i-- {
		e := &l.entries[i]
		if e.hidden || e.txn != nil && e.txn.state != committed {
			continue
		}
		e.hidden = seen[e.record.Key]
		seen[e.record.Key] = true
	}
	l.world.tell("kafka: config topic compacted below %d", point)
}

// reader follows the config topic for one process.
type reader struct {
	process  *process
	position int64
	work     work
	fetching bool
	waiting  []waiter
}

// waiter wants to know when the topic was read up to an offset.
type waiter struct {
	end  int64
	then func()
}

// until calls back when the topic was read up to an offset.
func (r *reader) until(end int64, then func()) {
	if r.position >= end {
		r.process.after(0, then)
		return
	}
	r.waiting = append(r.waiting, waiter{end, then})
	r.wake()
}

func (r *reader) wake() {
	if !r.fetching && r.process.alive && r.position < r.process.world.log.stable() {
		r.fetching = true
		r.process.after(r.process.world.latency(), r.fetch)
	}
}

func (r *reader) fetch() {
	p := r.process
	if p.lost[fetchConfig] {
		p.after(150*ms, r.fetch)
		return
	}
	r.fetching = false
	records, position := p.world.log.read(r.position, 1+p.world.chance.Int64N(200))
	if position == r.position {
		return
	}
	var ours []generation.Record
	for _, record := range records {
		if strings.HasPrefix(record.Key, "longshore-") {
			ours = append(ours, record)
		} else {
			r.work = r.work.with(record)
		}
	}
	r.position = position
	p.readOn(ours)
	p.after(0, r.release)
	r.wake()
}

// release calls back who has waited for what was read.
func (r *reader) release() {
	var still []waiter
	due := r.waiting
	r.waiting = nil
	for _, w := range due {
		if w.end > r.position {
			still = append(still, w)
			continue
		}
		w.then()
	}
	r.waiting = append(still, r.waiting...)
}
