// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/topiclog"
)

// topic is a compacted topic that this worker follows and writes: in Kafka, or in memory for a standalone worker.
type topic interface {
	PutBatch(ctx context.Context, records []topiclog.Record) error
	ReadToEnd(ctx context.Context) error
	Close()
}

// claimed is what has one writer at a time, who has claimed it.
type claimed interface {
	Claim(ctx context.Context) error
	MayClaim(ctx context.Context) error
	Resign()
	PutTxn(ctx context.Context, records []topiclog.Record) error
}

// exclusiveTopic is such a topic.
type exclusiveTopic interface {
	topic
	claimed
	// ReadBack returns when what was committed here was applied.
	ReadBack(ctx context.Context) error
	// Position is the offset behind the last record or transaction marker that was applied.
	Position() int64
}

// configlog follows the config topic and writes it, as the herder says: it decides nothing.
type configlog struct {
	env  *environment
	open func(ctx context.Context, apply func(topiclog.Record)) (exclusiveTopic, error)

	follower *configFollower
	topic    exclusiveTopic
	waiting  []letter // questions that came before the topic was open
	lead     []letter // what a leader does: one at a time, in its order
	leading  bool     // one of them is under way
	busy     int      // pieces of work that are under way
	// finishing is who waits for the end of those.
	finishing *actor.PID

	ctx    context.Context
	cancel context.CancelFunc
}

// The messages of configlog, sent by the herder, and what it sends to the herder. Each is answered with a Reply, whose value is
// a configRead: what the topic was read to afterwards.
type (
	// readConfig reads the topic to the end that it has now. It takes no longer than somebody waits.
	readConfig struct{ deadline time.Time }
	// claimLead takes the exclusive right to write, and reads the topic to its end.
	claimLead struct{}
	// resignLead gives that right up.
	resignLead struct{}
	// commitRecords writes records, all or none, and reads them back.
	commitRecords struct {
		records  []clusterlog.Record
		deadline time.Time
	}
	// configRead is a state of the config topic, and how far it was read for that.
	configRead struct {
		state    clusterlog.State
		position int64
	}
	// configChanged tells the herder that there is news of the config topic; the first one is of the whole topic. Where it was busy it
	// takes all that has come meanwhile at once, and finds nothing when it is told of that.
	configChanged struct{ follower *configFollower }
	// configNews is a new state and what led to it, the records of generations among them.
	configNews struct {
		state  clusterlog.State
		events []clusterlog.Event
		own    []generation.Record
	}
)

// Receive implements actor.Actor.
func (l *configlog) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		l.begin(c)
	case *actor.Stopping:
		l.cancel()
		if l.topic != nil {
			go l.topic.Close() // may wait for a broker
		}
	case readConfig:
		l.work(c, m, c.Sender(), nil)
	case claimLead, resignLead, commitRecords:
		l.lead = append(l.lead, letter{m, c.Sender()})
		l.nextOfLead(c)
	case finishLog:
		l.finish(c, c.Sender())
	case rebuildYourself:
		l.leading = false
		l.nextOfLead(c)
		if l.topic != nil {
			l.follower.tell()
		}
	case resumption:
		m(c)
	}
}

// finish lets what is under way end, and closes the topic.
func (l *configlog) finish(c actor.Context, asker *actor.PID) {
	switch {
	case l.topic == nil:
		c.Send(asker, Reply{})
	case l.busy > 0:
		l.finishing = asker
	default:
		topic := l.topic
		l.topic = nil
		closeTopic(c, l.ctx, topic, asker)
	}
}

func (l *configlog) begin(c actor.Context) {
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.follower = &configFollower{env: l.env, root: c.ActorSystem().Root, reader: clusterlog.NewReader()}
	opening(c, l.ctx, func(ctx context.Context) (exclusiveTopic, error) {
		begun := l.env.runtime.Clock.Now()
		topic, err := l.open(ctx, l.follower.apply)
		if err != nil {
			return nil, err
		}
		l.env.noteSlow("reading the config topic", begun)
		if err := l.prepare(ctx, topic); err != nil {
			topic.Close()
			return nil, err
		}
		return topic, nil
	}, exclusiveTopic.Close, l.opened)
}

func (l *configlog) opened(c actor.Context, topic exclusiveTopic, err error) {
	if err != nil {
		c.Send(c.Parent(), cannotRun{err})
		return
	}
	l.topic = topic
	l.follower.endReplay()
	for _, waiting := range l.waiting {
		l.work(c, waiting.message, waiting.sender, nil)
	}
	l.waiting = nil
	l.nextOfLead(c)
}

func (l *configlog) nextOfLead(c actor.Context) {
	if l.leading || l.topic == nil || len(l.lead) == 0 {
		return
	}
	next := l.lead[0]
	l.lead, l.leading = l.lead[1:], true
	l.work(c, next.message, next.sender, func(c actor.Context) {
		l.leading = false
		l.nextOfLead(c)
	})
}

// work does what may wait for a broker beside the actor.
func (l *configlog) work(c actor.Context, m any, asker *actor.PID, then func(actor.Context)) {
	if l.topic == nil {
		l.waiting = append(l.waiting, letter{m, asker})
		return
	}
	l.busy++
	topic := l.topic
	background(c, l.ctx, func(ctx context.Context) (configRead, error) {
		err := l.do(ctx, topic, m)
		return configRead{l.follower.state(), topic.Position()}, err
	}, func(c actor.Context, read configRead, err error) {
		l.busy--
		if asker != nil {
			c.Send(asker, Reply{read, err})
		}
		if then != nil {
			then(c)
		}
		if l.finishing != nil {
			l.finish(c, l.finishing)
		}
	})
}

// writeLimit bounds one write with reading it back, as Kafka Connect does.
const writeLimit = 30 * time.Second

func (l *configlog) do(ctx context.Context, topic exclusiveTopic, m any) error {
	clock := l.env.runtime.Clock
	limit := writeLimit
	switch m := m.(type) {
	case readConfig:
		limit = min(limit, m.deadline.Sub(clock.Now()))
	case commitRecords:
		// No longer than somebody waits: who was told that it took too long must not see it done afterwards.
		limit = min(limit, m.deadline.Sub(clock.Now()))
	}
	ctx, cancel := within(ctx, clock, limit)
	defer cancel()
	switch m := m.(type) {
	case claimLead:
		return topic.Claim(ctx)
	case resignLead:
		topic.Resign()
		return nil
	case commitRecords:
		if err := topic.PutTxn(ctx, toLog(m.records)); err != nil {
			return fmt.Errorf("write the config topic: %w", err)
		}
		return topic.ReadBack(ctx)
	}
	return topic.ReadToEnd(ctx)
}

func toLog(records []clusterlog.Record) []topiclog.Record {
	out := make([]topiclog.Record, len(records))
	for i, r := range records {
		out[i] = topiclog.Record{Key: []byte(r.Key), Value: r.Value}
	}
	return out
}

// configFollower makes the state of what the topic's goroutine reads and tells the herder.
type configFollower struct {
	env  *environment
	root *actor.RootContext

	mu     sync.Mutex
	reader *clusterlog.Reader
	// events and own are what was read since the herder took the news, own from the beginning; untold says that there is any.
	events    []clusterlog.Event
	own       []generation.Record
	untold    bool
	following bool
}

func (f *configFollower) apply(r topiclog.Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := f.reader.Apply(r.Offset, r.Key, r.Value)
	for _, event := range events {
		if problem, ok := event.(clusterlog.Problem); ok {
			f.env.log.Warn("a record of the config topic was skipped", "offset", r.Offset, "problem", problem.Text)
		}
	}
	own := generation.IsOwn(string(r.Key))
	if own {
		f.own = append(f.own, generation.Record{Key: string(r.Key), Value: r.Value})
	}
	if f.following && (own || len(events) > 0) {
		f.events = append(f.events, events...)
		f.announce()
	}
}

// announce tells the herder that there is news.
func (f *configFollower) announce() {
	f.untold = true
	f.root.Send(f.env.herder, configChanged{f})
}

// take returns the news, and false where it was taken before.
func (f *configFollower) take() (news configNews, untaken bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.untold {
		return configNews{}, false
	}
	news = configNews{f.reader.State(), f.events, f.own}
	f.events, f.own, f.untold = nil, nil, false
	return news, true
}

func (f *configFollower) endReplay() {
	f.mu.Lock()
	f.reader.EndReplay()
	f.following = true
	f.mu.Unlock()
	f.tell()
}

func (f *configFollower) tell() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.announce()
}

func (f *configFollower) state() clusterlog.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader.State()
}
