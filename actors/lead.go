// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/longshore-io/connect/internal/topiclog"
)

// checkLead has configlog look whether this worker still leads. Without it only the next write would tell, and two workers
// would run everything until then.
type checkLead struct{}

// claimChecker is a topic of which several could hold the claim.
type claimChecker interface {
	CheckClaim(ctx context.Context) error
}

// checkLeadLater has the next look come in a heartbeat interval.
func (l *configlog) checkLeadLater(c actor.Context) {
	after(c, l.ctx, l.env.runtime.Clock, max(l.env.config.HeartbeatInterval, time.Second), checkLead{})
}

func (l *configlog) checkLead(c actor.Context) {
	topic, ok := l.topic.(claimChecker)
	if !ok {
		return
	}
	background(c, l.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, l.env.runtime.Clock, l.env.config.SessionTimeout)
		defer cancel()
		return struct{}{}, topic.CheckClaim(ctx)
	}, l.leadChecked)
}

// leadChecked takes no answer for a good one: Kafka may be away, and brokers before 3.0 do not know the question.
func (l *configlog) leadChecked(c actor.Context, _ struct{}, err error) {
	if errors.Is(err, topiclog.ErrFenced) {
		l.resign(c, err)
		return
	}
	if err != nil {
		l.env.log.Debug("whether this worker still leads is not known", "error", err)
	}
	l.checkLeadLater(c)
}

// resign ends the worker: another one runs everything by now.
func (l *configlog) resign(c actor.Context, err error) {
	c.Send(c.Parent(), cannotRun{fmt.Errorf("another worker has taken the lead of group %s, and this version runs one worker in a group: %w",
		l.env.config.GroupID, err)})
}
