// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/topiclog"
)

// topic is a compacted topic that this worker follows and writes: in Kafka, or in memory for a standalone worker.
type topic interface {
	PutBatch(ctx context.Context, records []topiclog.Record) error
	ReadToEnd(ctx context.Context) error
	Close()
}

// exclusiveTopic has one writer at a time, who has claimed it.
type exclusiveTopic interface {
	topic
	Claim(ctx context.Context) error
	PutTxn(ctx context.Context, records []topiclog.Record) error
}

// configlog follows the config topic and writes it: one write at a time, in the order in which they were asked for.
type configlog struct {
	env  *environment
	open func(ctx context.Context, apply func(topiclog.Record)) (exclusiveTopic, error)

	follower *configFollower
	topic    exclusiveTopic
	queue    []queuedWrite
	writing  bool
	// finishing is who waits for the end of the write that is under way.
	finishing *actor.PID

	ctx    context.Context
	cancel context.CancelFunc
}

// The messages of configlog, sent by the herder, and what it sends to the herder.
type (
	// writeConfig writes records, all or none, and is answered with a Reply whose value is the state with them. Nothing is
	// written, and the answer is the error, where refuse has one for the state before.
	writeConfig struct {
		refuse   func(clusterlog.State) error
		records  []clusterlog.Record
		deadline time.Time
	}
	// configChanged tells the herder of a new state and what led to it; the first one is the state of the whole topic.
	configChanged struct {
		state  clusterlog.State
		events []clusterlog.Event
	}
)

type queuedWrite struct {
	writeConfig
	asker *actor.PID
}

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
	case writeConfig:
		l.queue = append(l.queue, queuedWrite{m, c.Sender()})
		l.next(c)
	case checkLead:
		l.checkLead(c)
	case finishLog:
		l.finish(c, c.Sender())
	case rebuildYourself:
		if l.topic != nil {
			l.writing = false
			l.follower.tell(nil)
			l.next(c)
		}
	case resumption:
		m(c)
	}
}

// finish begins no write any more, lets the one that is under way end, and closes the topic.
func (l *configlog) finish(c actor.Context, asker *actor.PID) {
	switch {
	case l.topic == nil:
		c.Send(asker, Reply{})
	case l.writing:
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
		topic, err := l.open(ctx, l.follower.apply)
		if err != nil {
			return nil, err
		}
		// Claim, read to the end, and only then act: whoever led before is fenced by now, and all that it wrote was read.
		if err := topic.Claim(ctx); err != nil {
			topic.Close()
			return nil, fmt.Errorf("take the lead of the group: %w", err)
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
	l.next(c)
	l.checkLeadLater(c)
}

// next begins the oldest write that somebody still waits for.
func (l *configlog) next(c actor.Context) {
	for !l.writing && l.topic != nil && len(l.queue) > 0 {
		write := l.queue[0]
		l.queue = l.queue[1:]
		if err := l.refusal(write); err != nil {
			c.Send(write.asker, Reply{Err: err})
			continue
		}
		l.writing = true
		topic := l.topic
		background(c, l.ctx, func(ctx context.Context) (clusterlog.State, error) { return l.write(ctx, topic, write) },
			func(c actor.Context, state clusterlog.State, err error) { l.written(c, write, state, err) })
	}
}

// refusal looks at the state right before a write: two requests for one name may both have been sound when they came.
func (l *configlog) refusal(write queuedWrite) error {
	if l.env.late(write.deadline) {
		return errTimedOut()
	}
	if write.refuse == nil {
		return nil
	}
	return write.refuse(l.follower.state())
}

// writeLimit bounds one write with reading it back, as Kafka Connect does.
const writeLimit = 30 * time.Second

func (l *configlog) write(ctx context.Context, topic exclusiveTopic, write queuedWrite) (clusterlog.State, error) {
	// No longer than somebody waits: who was told that it took too long must not see it done afterwards.
	clock := l.env.runtime.Clock
	ctx, cancel := within(ctx, clock, min(writeLimit, write.deadline.Sub(clock.Now())))
	defer cancel()
	records := make([]topiclog.Record, len(write.records))
	for i, r := range write.records {
		records[i] = topiclog.Record{Key: []byte(r.Key), Value: r.Value}
	}
	err := topic.PutTxn(ctx, records)
	if errors.Is(err, topiclog.ErrNotClaimed) {
		if err = topic.Claim(ctx); err == nil {
			err = topic.PutTxn(ctx, records)
		}
	}
	if err == nil {
		err = topic.ReadToEnd(ctx)
	}
	return l.follower.state(), err
}

func (l *configlog) written(c actor.Context, write queuedWrite, state clusterlog.State, err error) {
	l.writing = false
	if l.finishing != nil {
		l.finish(c, l.finishing)
	}
	if errors.Is(err, topiclog.ErrFenced) {
		l.resign(c, err)
	}
	if err != nil {
		err = fmt.Errorf("write the config topic: %w", err)
	}
	c.Send(write.asker, Reply{state, err})
	l.next(c)
}

// configFollower makes the state of what the topic's goroutine reads and tells the herder.
type configFollower struct {
	env  *environment
	root *actor.RootContext

	mu        sync.Mutex
	reader    *clusterlog.Reader
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
	if f.following && len(events) > 0 {
		f.root.Send(f.env.herder, configChanged{f.reader.State(), events})
	}
}

func (f *configFollower) endReplay() {
	f.mu.Lock()
	f.reader.EndReplay()
	f.following = true
	f.mu.Unlock()
	f.tell(nil)
}

func (f *configFollower) tell(events []clusterlog.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.root.Send(f.env.herder, configChanged{f.reader.State(), events})
}

func (f *configFollower) state() clusterlog.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader.State()
}
