// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
)

// topics lists the topics that a connector has used; one that is not there has used none.
func (h *herder) topics(name string) ([]string, error) {
	if !h.env.config.TopicTracking {
		return nil, errNoTracking()
	}
	out := []string{}
	for _, topic := range h.env.statuses.view().Topics(name) {
		out = append(out, topic.Name)
	}
	return out, nil
}

func errNoTracking() error { return connect.Errorf(connect.Forbidden, "Topic tracking is disabled.") }

func (h *herder) resetTopics(c actor.Context, m ResetTopics) {
	switch {
	case !h.env.config.TopicTracking:
		c.Respond(Reply{Err: errNoTracking()})
	case !h.env.config.TopicTrackingReset:
		c.Respond(Reply{Err: connect.Errorf(connect.Forbidden, "Topic tracking reset is disabled.")})
	default:
		c.RequestWithCustomSender(h.env.statuslog, resetTopics{m.Name, m.Deadline, c.Sender()}, c.Sender())
	}
}
