// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/configprovider"
)

// getOffsets reads the offsets of a connector in any state.
func (h *herder) getOffsets(c actor.Context, m GetOffsets) {
	connector, exists := h.state.Connector(m.Name)
	if !exists {
		c.Respond(Reply{Err: notFound(m.Name)})
		return
	}
	h.answerOffsets(c, m.Name, m.Deadline, func(ctx context.Context) (any, error) {
		return h.env.readOffsets(ctx, m.Name, connector.Config)
	})
}

func (h *herder) alterOffsets(c actor.Context, m AlterOffsets) {
	h.changeOffsets(c, &offsetChange{connector: m.Name, offsets: m.Offsets, deadline: m.Deadline})
}

func (h *herder) resetOffsets(c actor.Context, m ResetOffsets) {
	h.changeOffsets(c, &offsetChange{connector: m.Name, reset: true, deadline: m.Deadline})
}

func (h *herder) changeOffsets(c actor.Context, change *offsetChange) {
	change.env, change.system = h.env, c.ActorSystem()
	h.answerOffsets(c, change.connector, change.deadline, func(ctx context.Context) (any, error) { return change.carryOut(ctx) })
}

// answerOffsets does what may block beside the herder, until the asker waits no longer.
func (h *herder) answerOffsets(c actor.Context, connector string, deadline time.Time, work func(context.Context) (any, error)) {
	asker := c.Sender()
	h.inTime(c, deadline, work, func(c actor.Context, value any, err error) {
		h.logRefusal(connector, err)
		c.Send(asker, Reply{Value: value, Err: err})
	})
}

// logRefusal logs what the answer does not tell: Kafka Connect's sentences have no room for a cause.
func (h *herder) logRefusal(connector string, err error) {
	var refused *offsetsError
	if errors.As(err, &refused) {
		h.env.log.Error("a request about offsets was refused", "connector", connector, "answer", refused.text, "error", hideIn(refused.cause, err))
	}
}

// hideIn returns the text of a cause of err as err itself would show it.
func hideIn(cause, err error) string {
	var hidden *configprovider.Hidden
	if errors.As(err, &hidden) {
		return hidden.Secrets.Hide(cause.Error())
	}
	return cause.Error()
}

// offsetsError has exactly the text that Kafka Connect answers with. Its cause is for the log.
type offsetsError struct {
	text  string
	cause error
}

func (e *offsetsError) Error() string { return e.text }

func (e *offsetsError) Unwrap() error { return e.cause }

// Class is Fatal whatever the cause is: Kafka Connect answers all of these with 500.
func (e *offsetsError) Class() connect.Class { return connect.Fatal }

func offsetsErrorf(cause error, format string, args ...any) error {
	return &offsetsError{fmt.Sprintf(format, args...), cause}
}
