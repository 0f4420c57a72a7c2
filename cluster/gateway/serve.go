// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc"

	connect "github.com/longshore-io/connect"
)

// method is the only one, by its full name.
const method = "/longshore.Gateway/Deliver"

// deliverer is what the service is made of.
type deliverer interface {
	deliver(ctx context.Context, request frame) (frame, error)
}

// service describes longshore.Gateway to grpc: Deliver(Envelope) returns (Answer).
var service = grpc.ServiceDesc{
	ServiceName: "longshore.Gateway",
	HandlerType: (*deliverer)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Deliver",
		Handler: func(server any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			var request frame
			if err := decode(&request); err != nil {
				return nil, err
			}
			answer, err := server.(deliverer).deliver(ctx, request)
			return &answer, err
		},
	}},
}

// deliver answers a request, whatever it is.
func (g *Gateway) deliver(ctx context.Context, request frame) (frame, error) {
	body, err := g.handle(ctx, request)
	if size := len(body); err == nil && size > g.options.MaxMessage {
		err = fmt.Errorf("the answer of worker %s has %d bytes, and may have %d", g.options.Worker, size, g.options.MaxMessage)
	}
	answer := Answer{V: Version, Body: body, Clock: g.options.Clock.Now().UnixMilli()}
	if err != nil {
		answer.Body, answer.Error = nil, failureOf(err)
	}
	text, err := encode(answer)
	if err != nil { // what the handler returned is no JSON
		answer.Body, answer.Error = nil, failureOf(fmt.Errorf("answer of worker %s: %w", g.options.Worker, err))
		return encode(answer)
	}
	return text, nil
}

func (g *Gateway) handle(ctx context.Context, request frame) (json.RawMessage, error) {
	select {
	case g.handling <- struct{}{}:
		defer func() { <-g.handling }()
	default:
		return nil, refusal(Busy, connect.Transient, "worker %s is handling %d requests of other workers already: try again", g.options.Worker, cap(g.handling))
	}
	var s sent
	if err := json.Unmarshal(request, &s); err != nil {
		return nil, refusal(Malformed, connect.Fatal, "worker %s cannot read the request: %v", g.options.Worker, err)
	}
	now := g.options.Clock.Now()
	e := s.opened(now)
	if refused := g.check(ctx, e, now); refused != nil {
		return nil, refused
	}
	return g.guarded(ctx, e)
}

// check refuses what is not for this process, or not any more. An error of type *Failure would not compare with nil.
func (g *Gateway) check(ctx context.Context, e Envelope, now time.Time) error {
	o := g.options
	switch {
	case e.V != Version:
		return refusal(Unknown, connect.Fatal, "worker %s does not know version %d of requests between workers: it knows %d", o.Worker, e.V, Version)
	case e.To != o.Worker:
		return refusal(Elsewhere, connect.Transient, "worker %s got a request for worker %q", o.Worker, e.To)
	case e.ToBoot != "" && e.ToBoot != o.Boot:
		return refusal(Elsewhere, connect.Transient, "worker %s has been started again since it was asked", o.Worker)
	case o.Kinds != nil && !slices.Contains(o.Kinds, e.Kind):
		return UnknownKind(e)
	case ctx.Err() != nil, e.Deadline != 0 && e.Deadline <= now.UnixMilli():
		return refusal(Late, connect.TimedOut, "Request timed out")
	}
	return nil
}

// guarded makes an answer of a panic, and a line in the log, since nobody here is told of it otherwise.
func (g *Gateway) guarded(ctx context.Context, e Envelope) (body json.RawMessage, err error) {
	returned := false
	guard := connect.Guard(func() error {
		body, err = g.options.Handle(ctx, e)
		returned = true
		return nil
	})
	if returned {
		return body, err
	}
	var panicked *connect.PanicError
	if errors.As(guard, &panicked) {
		g.options.Log.Error("a request of another worker could not be handled", "kind", e.Kind, "from", e.From, "id", e.ID,
			"panic", panicked.Value, "stack", string(panicked.Stack))
	}
	return nil, fmt.Errorf("worker %s failed to handle a request of kind %q: %w", g.options.Worker, e.Kind, guard)
}
