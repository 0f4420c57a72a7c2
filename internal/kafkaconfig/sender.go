// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Sender is what one at-least-once source task writes to Kafka with, on clients that others may use, too. Whatever becomes of its
// records, those of others are neither failed nor held up by it: see the package comment.
//
// It bounds nothing: who uses it bounds the bytes that it has under way. Its methods may be called by several goroutines.
type Sender struct {
	// Settings are what its clients are made from. ClientID is that of the clients, not of the task.
	Settings Settings

	group *group
	life  context.Context // ended by Close; no client writes a record whose life is over
	end   context.CancelFunc
	done  chan struct{} // closed when Close has nothing left to do
	once  sync.Once

	// Records handed to clients, and those whose promise was called. One goroutine counts the former and another the latter, for each
	// record: they are kept apart, so that the processors do not take their line of memory from each other.
	sent   atomic.Int64
	_      [64]byte
	landed atomic.Int64
	_      [64]byte
	// idle is closed by the landing of the last record under way, where somebody waits for that.
	idle atomic.Pointer[chan struct{}]
	// leaves says that it waits until no record is under way, to leave a client that was given up.
	leaves atomic.Bool
	// latest is the lane of the record before; nil when that is to be looked up anew.
	latest atomic.Pointer[lane]

	mu    sync.Mutex
	lanes map[string]*lane // by topic
	uses  []*shared        // in the order in which it has come to them
}

// lane is the way of one sender to one topic. It stays the same while records are on it, so that they keep their order.
type lane struct {
	topic string
	by    *shared
}

func newSender(g *group) *Sender {
	life, end := context.WithCancel(context.Background())
	return &Sender{Settings: g.settings, group: g, life: life, end: end, done: make(chan struct{}), lanes: map[string]*lane{}}
}

// Produce hands a record to a client. ctx counts until a client has the record, the record's own context, which is ctx where it has
// none, after that. The promise is called once, as by kgo.Client, and calls [Sender.Landed] as the last thing that it does.
func (s *Sender) Produce(ctx context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	s.sent.Add(1) // before its way is looked up: who waits to leave a client waits for this one, too, or has taken that way from it
	l := s.latest.Load()
	if l == nil || l.topic != r.Topic {
		s.sent.Add(-1)
		s.wake()
		var err error
		if l, err = s.lane(ctx, r.Topic); err != nil {
			s.sent.Add(1)
			promise(r, err)
			return
		}
	}
	if s.Settings.smallBuffer && ContentOf(r) > s.Settings.BufferMemory {
		promise(r, fmt.Errorf("%w (the record is larger than buffer.memory)", kerr.MessageTooLarge))
		return
	}
	if r.Context == nil {
		r.Context = ctx
	}
	l.by.client.Produce(s.life, r, promise)
}

// ContentOf is how many bytes a record's key, value and headers have.
func ContentOf(r *kgo.Record) int64 {
	n := len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		n += len(h.Key) + len(h.Value)
	}
	return int64(n)
}

// Landed is called by the promise of each record, with its error. On nil it does nothing.
func (s *Sender) Landed(err error) {
	if s == nil {
		return
	}
	if err != nil && damages(err) {
		s.group.retire(s)
	}
	s.landed.Add(1)
	s.wake()
}

// wake lets those go on who wait until no record is under way, where none is.
func (s *Sender) wake() {
	if idle := s.idle.Load(); idle != nil && s.flying() == 0 && s.idle.CompareAndSwap(idle, nil) {
		close(*idle)
	}
}

// flying is how many records are under way; it may count one too many.
func (s *Sender) flying() int64 {
	landed := s.landed.Load()
	return s.sent.Load() - landed
}

// drained waits until no record is under way.
func (s *Sender) drained(ctx context.Context) error {
	for s.flying() > 0 {
		idle := s.idle.Load()
		if idle == nil {
			fresh := make(chan struct{})
			if idle = &fresh; !s.idle.CompareAndSwap(nil, idle) {
				continue
			}
		}
		if s.flying() == 0 { // the last one may have landed before it could see that somebody waits
			return nil
		}
		select {
		case <-*idle:
		case <-s.life.Done():
			return kgo.ErrClientClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Flush sends what lingers, and waits until none of this sender's records is under way: those of others are not waited for.
func (s *Sender) Flush(ctx context.Context) error {
	sending, enough := context.WithCancel(ctx)
	var all sync.WaitGroup
	s.mu.Lock()
	for _, by := range s.uses {
		all.Go(func() { _ = by.client.Flush(sending) })
	}
	s.mu.Unlock()
	err := s.drained(ctx)
	enough()
	all.Wait()
	return err
}

// LogIn is [Lease.LogIn] for the client that the sender begins with.
func (s *Sender) LogIn(ctx context.Context) error {
	if !s.Settings.asksForLogin() {
		return nil
	}
	s.mu.Lock()
	by, err := s.home()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return greet(ctx, by.client, s.Settings)
}

// Close fails what is under way and refuses what still comes, and returns when nothing of this sender can reach Kafka any more, but for
// requests that were sent already. Nobody else's records are touched.
func (s *Sender) Close() {
	s.once.Do(func() {
		defer close(s.done)
		s.end() // before the lock, which somebody may hold who waits for room
		s.latest.Store(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		under := s.flying() > 0
		for _, by := range s.uses {
			s.leave(by, under)
		}
		s.uses, s.lanes = nil, nil
		s.group.left()
	})
	<-s.done
}

// leave has a client forget the topics of this sender; it waits for that where records of it may be with the client.
func (s *Sender) leave(by *shared, wait bool) {
	var topics []string
	for topic, l := range s.lanes {
		if l.by == by {
			topics = append(topics, topic)
		}
	}
	if !s.group.detach(by, s) {
		return
	}
	if wait {
		by.client.PurgeTopicsFromProducing(topics...)
		return
	}
	go by.client.PurgeTopicsFromProducing(topics...)
}

// mustLeave has a sender leave clients that were given up, with the next record.
func (s *Sender) mustLeave() {
	s.leaves.Store(true)
	s.latest.Store(nil)
}

// lane looks up the way to a topic, or makes one, and counts a record that takes it.
func (s *Sender) lane(ctx context.Context, topic string) (*lane, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		return nil, kgo.ErrClientClosed
	}
	if err := s.leaveRetired(ctx); err != nil {
		return nil, err
	}
	l := s.lanes[topic]
	if l == nil {
		by, err := s.group.place(s, s.uses, topic)
		if err != nil {
			return nil, err
		}
		s.use(by)
		l = &lane{topic, by}
		s.lanes[topic] = l
	}
	s.latest.Store(l)
	if l.by.retired.Load() || s.life.Err() != nil { // in the meantime: the next record looks again
		s.latest.Store(nil)
	}
	s.sent.Add(1)
	return l, nil
}

func (s *Sender) use(by *shared) {
	if !slices.Contains(s.uses, by) {
		s.uses = append(s.uses, by)
	}
}

// home is the client that a sender turns to first.
func (s *Sender) home() (*shared, error) {
	if s.life.Err() != nil {
		return nil, kgo.ErrClientClosed
	}
	if len(s.uses) > 0 {
		return s.uses[0], nil
	}
	by, err := s.group.place(s, nil, "")
	if err == nil {
		s.use(by)
	}
	return by, err
}

// leaveRetired leaves clients that were given up when no record of the sender is under way: those of a topic must not overtake each
// other. It waits for that where they land.
func (s *Sender) leaveRetired(ctx context.Context) error {
	if !slices.ContainsFunc(s.uses, (*shared).isRetired) || !s.leaves.Load() && s.flying() > 0 {
		return nil
	}
	s.latest.Store(nil) // nobody takes it any more who is not counted
	if err := s.drained(ctx); err != nil {
		return err
	}
	for _, by := range s.uses {
		if by.isRetired() {
			s.leave(by, false)
		}
	}
	for topic, l := range s.lanes {
		if l.by.isRetired() {
			delete(s.lanes, topic)
		}
	}
	s.uses = slices.DeleteFunc(s.uses, (*shared).isRetired)
	s.leaves.Store(false)
	return nil
}
