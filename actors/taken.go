// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

// takenError is the failure of a life that was fenced although its worker still has the right to it: another one that was
// mistaken about its right has taken its place, or somebody who has nothing to do with the cluster and uses the same name.
type takenError struct{ err error }

func (e *takenError) Error() string {
	return fmt.Sprintf("something else has taken the place of this task in Kafka, although the task is still this worker's; "+
		"is its group.instance.id or transactional.id used anywhere else? %v", e.err)
}

// confirmLimit bounds how long a life that was fenced waits for the config topic to tell whose its work is.
const confirmLimit = writeLimit

// taken is what a life fails with that was fenced: nothing where the work is known to be another worker's by now.
func (l *life) taken(err error) error {
	ctx, cancel := within(l.ctx, l.env.runtime.Clock, confirmLimit)
	defer cancel()
	// Where the topic cannot be read the next life waits at its gate, for the lease and the right: nothing runs twice.
	unknown := l.env.confirmed(ctx)
	if l.gate.at() >= gateStopping || l.ctx.Err() != nil {
		l.tell(lifecycle.Event{Kind: lifecycle.Fenced}, nil)
		return nil
	}
	var expired *expiredError
	if errors.As(err, &expired) {
		return connect.Classed(connect.Fatal, expired) // nobody else is in its place, and another life would take as long
	}
	return &takenError{errors.Join(err, unknown)}
}

// A unit takes its place again so often in so long, and then gives up: whoever else wants it does not yield.
const (
	takenMost   = 5
	takenWithin = time.Minute
)

// takeAgain arms another life for a unit whose place was taken, or that has to find out what it has written, and says whether it did. The
// first comes soon: who was mistaken has seen that by then.
func (u *unit) takeAgain(c actor.Context, failure error, generation int) bool {
	var taken *takenError
	var unsettled *unsettledError
	if !errors.As(failure, &taken) && !errors.As(failure, &unsettled) || !u.state.Working(generation) {
		return false
	}
	now := u.env.runtime.Clock.Now()
	for len(u.taken) > 0 && now.Sub(u.taken[0]) > takenWithin {
		u.taken = u.taken[1:]
	}
	if len(u.taken) == takenMost {
		return false
	}
	u.taken = append(u.taken, now)
	pause := retryDelay(len(u.taken), u.env.runtime.Random())
	u.log.Warn("the task takes its place in Kafka anew", "after", pause, "reason", failure)
	after(c, u.ctx, u.env.runtime.Clock, pause, happened{Event: lifecycle.Event{Kind: lifecycle.RestartDue, Generation: generation}})
	return true
}
