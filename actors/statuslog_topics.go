// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	clusterstatus "github.com/longshore-io/connect/cluster/statuslog"
	"github.com/longshore-io/connect/internal/topiclog"
)

// forget removes all that is said of connectors, and writes what is queued behind that: where many go at once, others must not
// wait for one after the other. What was written so far is read first: a topic that was noted just before its connector went
// would stay.
func (l *statuslog) forget(c actor.Context) {
	n, messages := l.remaining()
	l.write(c, n, func(ctx context.Context, topic topic) error {
		if err := topic.ReadToEnd(ctx); err != nil {
			return err
		}
		var records []topiclog.Record
		for _, m := range messages {
			records = append(records, l.records(m)...)
		}
		return topic.PutBatch(ctx, records)
	})
}

// remaining returns how many messages can be written together with the removal that is first, and those of them that no later
// removal makes void: what it could not see yet it would leave behind.
func (l *statuslog) remaining() (int, []any) {
	n := slices.IndexFunc(l.queue, func(m any) bool { _, removal := m.(deleteStatus); return alone(m) && !removal })
	if n < 0 {
		n = len(l.queue)
	}
	var messages []any
	removed := map[unitID]bool{} // later in the queue than what is looked at, with the topics of their connectors
	topicless := map[string]bool{}
	for _, m := range slices.Backward(l.queue[:n]) {
		of, topic := subjectOf(m)
		removal, removes := m.(deleteStatus)
		void := removed[of] || removed[unitID{of.connector, theConnector}]
		if topic || removal.topics {
			void = topicless[of.connector] && (topic || void)
		}
		if void {
			continue
		}
		if removes {
			removed[of] = true
			topicless[of.connector] = topicless[of.connector] || removal.topics
		}
		messages = append(messages, m)
	}
	slices.Reverse(messages)
	return n, messages
}

// subjectOf is whom a message is about that can be written together with others, and whether it is about a topic of theirs. A
// connector goes with its tasks, but a task does not take its connector along.
func subjectOf(m any) (of unitID, topic bool) {
	switch m := m.(type) {
	case putStatus:
		return m.id, false
	case deleteStatus:
		return m.id, false
	case putTopic:
		return unitID{m.id.Connector, m.id.Task}, true
	}
	return unitID{}, false
}

// reset reads what was written so far, so that no topic is missed, and afterwards what it has written itself, so that who
// looks after the answer sees it.
func (l *statuslog) reset(c actor.Context, m resetTopics) {
	clock := l.env.runtime.Clock
	if l.env.late(m.deadline) {
		c.Send(m.asker, Reply{Err: errTimedOut()})
		return
	}
	topic := l.topic
	l.writing = true
	background(c, l.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, clock, min(m.deadline.Sub(clock.Now()), writeLimit))
		defer cancel()
		if err := topic.ReadToEnd(ctx); err != nil {
			return struct{}{}, err
		}
		tombstones := l.topicTombstones(m.name)
		if len(tombstones) == 0 {
			return struct{}{}, nil
		}
		if err := topic.PutBatch(ctx, tombstones); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, topic.ReadToEnd(ctx)
	}, func(c actor.Context, _ struct{}, err error) {
		if err != nil {
			err = fmt.Errorf("write the status topic: %w", err)
		}
		c.Send(m.asker, Reply{Err: err})
		l.writing = false
		l.next(c)
	})
}

func (l *statuslog) topicTombstones(connector string) []topiclog.Record {
	var out []topiclog.Record
	for _, topic := range l.env.statuses.view().Topics(connector) {
		out = append(out, toTopic(clusterstatus.TopicTombstone(connector, topic.Name))...)
	}
	return out
}
