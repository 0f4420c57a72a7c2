// SPDX-License-Identifier: Apache-2.0

package actors

import "github.com/asynkron/protoactor-go/actor"

// topicUse reports the topics that a task uses, each once in its life and once more after topics were reset. It is used by
// one goroutine at a time, that of a sink's pump or that of a source's acknowledgements; nil reports nothing.
type topicUse struct {
	of       unitID
	root     *actor.RootContext
	to       *actor.PID
	statuses *statusCache

	last   string // most records are of the topic of the one before
	seen   map[string]bool
	resets int64 // those that seen is from after
}

func (l lifeOf) topicUse() *topicUse {
	if !l.env.config.TopicTracking {
		return nil
	}
	return &topicUse{of: l.id, root: l.root, to: l.env.statuslog, statuses: l.env.statuses, seen: map[string]bool{}}
}

func (u *topicUse) note(topic string) {
	if u == nil {
		return
	}
	if resets := u.statuses.resets.Load(); resets != u.resets {
		u.resets, u.last = resets, ""
		clear(u.seen)
	}
	if topic == u.last {
		return
	}
	u.last = topic
	if u.seen[topic] {
		return
	}
	u.seen[topic] = true
	u.root.Send(u.to, putTopic{u.of.taskID(), topic})
}
