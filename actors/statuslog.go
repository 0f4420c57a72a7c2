// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	clusterstatus "github.com/longshore-io/connect/cluster/statuslog"
	"github.com/longshore-io/connect/internal/topiclog"
)

// statuslog writes this worker's statuses to the status topic, in order and as long as it takes, and keeps what all
// workers have written in a cache that the herder reads.
type statuslog struct {
	env  *environment
	open func(ctx context.Context, apply func(topiclog.Record)) (topic, error)

	topic   topic
	queue   []any // putStatus, deleteStatus, putTopic, resetTopics, finishLog
	writing bool
	retries int
	own     ownRecords
	root    *actor.RootContext
	ctx     context.Context
	cancel  context.CancelFunc
}

// The messages of statuslog.
type (
	// putStatus reports the state of a unit. generation is the one that gave this worker the right to it.
	putStatus struct {
		id         unitID
		generation int64
		state      connect.State
		trace      string
		version    *string
		safe       bool // leave a newer owner's status alone
	}
	// deleteStatus removes the status of something that is no more; of a connector with all its tasks, and with the topics
	// that were noted where that is wanted. What is there again has a status of a later generation than upTo, and keeps it.
	deleteStatus struct {
		id     unitID
		upTo   int64
		topics bool
	}
	// resetTopics forgets the topics of a connector. It is answered with a Reply once they are forgotten, and not carried out
	// after its deadline.
	resetTopics struct {
		name     string
		deadline time.Time
		asker    *actor.PID
	}
	// putTopic notes that a task uses a topic, unless that is known.
	putTopic struct {
		id    connect.TaskID
		topic string
	}
	// confirm sends a reply once all that was reported before can be read.
	confirm struct {
		reply Reply
		asker *actor.PID
	}
	// finishLog is answered with a Reply when everything queued before it was written and the topic is closed.
	finishLog struct{ asker *actor.PID }
	// statusesRead tells the herder that the cache holds the whole topic.
	statusesRead struct{}
	// writeAgain ends the pause after a write that did not work.
	writeAgain struct{}
)

// Receive implements actor.Actor.
func (l *statuslog) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		l.begin(c)
	case *actor.Stopping:
		l.cancel()
		if l.topic != nil {
			go l.topic.Close() // may wait for a broker
		}
	case putStatus, deleteStatus, putTopic, resetTopics, confirm:
		l.enqueue(c, m)
	case putOwn:
		l.putOwn(c, m)
	case finishLog:
		l.enqueue(c, finishLog{c.Sender()})
	case writeOwnAgain:
		l.own.writing = false
		l.nextOwn(c)
	case writeAgain:
		l.writing = false
		l.next(c)
	case rebuildYourself:
		l.writing, l.own.writing = false, false
		l.nextOwn(c)
		l.next(c)
	case resumption:
		m(c)
	}
}

func (l *statuslog) begin(c actor.Context) {
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.root = c.ActorSystem().Root
	opening(c, l.ctx, func(ctx context.Context) (topic, error) {
		defer l.env.noteSlow("reading the status topic", l.env.runtime.Clock.Now())
		return l.open(ctx, l.apply)
	}, topic.Close, l.opened)
}

// apply runs on the topic's goroutine. What workers tell of themselves is for the herder: also what is there already, and then
// before statusesRead.
func (l *statuslog) apply(r topiclog.Record) {
	if generation.IsOwn(string(r.Key)) {
		l.root.Send(l.env.herder, statusOwn{string(r.Key), r.Value})
		return
	}
	if err := l.env.statuses.apply(r.Key, r.Value); err != nil {
		l.env.log.Warn("a record of the status topic was skipped", "partition", r.Partition, "offset", r.Offset, "error", err)
	}
}

func (l *statuslog) opened(c actor.Context, topic topic, err error) {
	if err != nil {
		c.Send(c.Parent(), cannotRun{err})
		return
	}
	l.topic = topic
	c.Send(l.env.herder, statusesRead{})
	l.nextOwn(c)
	l.next(c)
}

func (l *statuslog) enqueue(c actor.Context, m any) {
	l.queue = append(l.queue, m)
	l.next(c)
}

// next writes everything as one batch, up to what is to be done alone.
func (l *statuslog) next(c actor.Context) {
	for !l.writing && l.topic != nil && len(l.queue) > 0 {
		switch first := l.queue[0].(type) {
		case finishLog:
			if l.own.pending() {
				return // nextOwn comes back here
			}
			l.finish(c, first.asker)
			return
		case resetTopics:
			l.queue = l.queue[1:]
			l.reset(c, first)
			continue
		case confirm:
			l.queue = l.queue[1:]
			l.confirm(c, first)
			continue
		case deleteStatus:
			if first.topics {
				l.forget(c)
				return
			}
		}
		n, records := l.batch()
		if len(records) == 0 {
			l.queue = l.queue[n:]
			continue
		}
		l.write(c, n, func(ctx context.Context, topic topic) error { return topic.PutBatch(ctx, records) })
	}
}

// write does the first n messages of the queue, and again later where that did not work.
func (l *statuslog) write(c actor.Context, n int, do func(context.Context, topic) error) {
	topic := l.topic
	l.writing = true
	background(c, l.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, l.env.runtime.Clock, writeLimit)
		defer cancel()
		return struct{}{}, do(ctx, topic)
	}, func(c actor.Context, _ struct{}, err error) { l.written(c, n, err) })
}

// confirm waits until the worker has read what it has written. Nothing else waits for that; and where the topic cannot be read
// for now, the reply is as true as it was.
func (l *statuslog) confirm(c actor.Context, m confirm) {
	topic := l.topic
	background(c, l.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, l.env.runtime.Clock, writeLimit)
		defer cancel()
		return struct{}{}, topic.ReadToEnd(ctx)
	}, func(c actor.Context, _ struct{}, err error) {
		if err != nil {
			l.env.log.Debug("a reply does not wait for the status topic", "error", err)
		}
		c.Send(m.asker, m.reply)
	})
}

// confirmAll lets nobody wait for a Kafka that is away.
func (l *statuslog) confirmAll(c actor.Context) {
	l.queue = slices.DeleteFunc(l.queue, func(m any) bool {
		waiting, is := m.(confirm)
		if is {
			c.Send(waiting.asker, waiting.reply)
		}
		return is
	})
}

func (l *statuslog) finish(c actor.Context, asker *actor.PID) {
	topic := l.topic
	l.topic = nil
	closeTopic(c, l.ctx, topic, asker)
}

// closeTopic closes a topic beside the actor, since that may wait for a broker, and tells the asker.
func closeTopic(c actor.Context, ctx context.Context, topic topic, asker *actor.PID) {
	background(c, ctx, func(context.Context) (struct{}, error) {
		topic.Close()
		return struct{}{}, nil
	}, func(c actor.Context, _ struct{}, err error) { c.Send(asker, Reply{Err: err}) })
}

// batch returns how many queued messages the records stand for.
func (l *statuslog) batch() (int, []topiclog.Record) {
	var records []topiclog.Record
	for i, m := range l.queue {
		if alone(m) {
			return i, records
		}
		records = append(records, l.records(m)...)
	}
	return len(l.queue), records
}

// alone is what waits for all before it and what comes after it waits for.
func alone(m any) bool {
	switch m := m.(type) {
	case finishLog, resetTopics, confirm:
		return true
	case deleteStatus:
		return m.topics
	}
	return false
}

func (l *statuslog) records(m any) []topiclog.Record {
	switch m := m.(type) {
	case putStatus:
		return l.statusRecords(m)
	case deleteStatus:
		if cached, known := l.env.statuses.of(m.id); known && int64(cached.Generation) > m.upTo {
			return nil
		}
		out := l.tombstones(m)
		if m.topics {
			out = append(out, l.topicTombstones(m.id.connector)...)
		}
		return out
	case putTopic:
		if l.env.statuses.uses(m.id.Connector, m.topic) {
			return nil
		}
		return toTopic(clusterstatus.TopicRecord(clusterstatus.Topic{Name: m.topic, Connector: m.id.Connector, Task: m.id.Task, Discovered: l.env.runtime.Clock.Now()}))
	}
	return nil
}

func (l *statuslog) statusRecords(m putStatus) []topiclog.Record {
	status := clusterstatus.Status{State: m.state, Trace: m.trace, WorkerID: l.env.runtime.WorkerID, Generation: int(m.generation), Version: m.version}
	cached, known := l.env.statuses.of(m.id)
	if m.safe && known && !clusterstatus.MayWrite(cached, status) {
		return nil
	}
	if m.id.task == theConnector {
		return toTopic(clusterstatus.ConnectorRecord(m.id.connector, status))
	}
	return toTopic(clusterstatus.TaskRecord(m.id.taskID(), status))
}

func (l *statuslog) tombstones(m deleteStatus) []topiclog.Record {
	if m.id.task != theConnector {
		return toTopic(clusterstatus.TaskTombstone(m.id.taskID()))
	}
	out := toTopic(clusterstatus.ConnectorTombstone(m.id.connector))
	for _, task := range l.env.statuses.view().Tasks(m.id.connector) {
		if int64(task.Generation) <= m.upTo {
			out = append(out, toTopic(clusterstatus.TaskTombstone(connect.TaskID{Connector: m.id.connector, Task: task.Task}))...)
		}
	}
	return out
}

func toTopic(r clusterstatus.Record) []topiclog.Record {
	return []topiclog.Record{{Key: []byte(r.Key), Value: r.Value}}
}

// written drops what was written, or keeps it for another attempt: a status must not be lost while Kafka is away.
func (l *statuslog) written(c actor.Context, n int, err error) {
	if err == nil {
		l.queue, l.writing, l.retries = l.queue[n:], false, 0
		l.next(c)
		return
	}
	l.retries++
	if l.retries == 1 {
		l.env.log.Warn("statuses could not be written and are written later", "error", err)
	}
	l.confirmAll(c)
	l.coalesce()
	after(c, l.ctx, l.env.runtime.Clock, min(retryDelay(l.retries, l.env.runtime.Random()), 5*time.Second), writeAgain{})
}

// coalesce keeps the last status of each unit: while Kafka is away only what is true now is worth telling.
func (l *statuslog) coalesce() {
	last := map[unitID]int{}
	for i, m := range l.queue {
		if put, ok := m.(putStatus); ok {
			last[put.id] = i
		}
	}
	kept := l.queue[:0]
	for i, m := range l.queue {
		if put, ok := m.(putStatus); !ok || last[put.id] == i {
			kept = append(kept, m)
		}
	}
	l.queue = kept
}
