// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	connect "github.com/longshore-io/connect"
)

// Call has the worker at an address handle a request, and returns its answer. The earlier one of the envelope's deadline and that
// of ctx is told to the other side, which does not begin afterwards. An error is a [*Failure], which is the other worker's, with
// its class and text; an [*Unreachable]; or says why the request was not sent.
func (g *Gateway) Call(ctx context.Context, address string, e Envelope) (json.RawMessage, error) {
	if size := len(e.Body); size > g.options.MaxMessage {
		return nil, fmt.Errorf("the request of kind %q to worker %s has %d bytes, and may have %d", e.Kind, e.To, size, g.options.MaxMessage)
	}
	ctx, cancel := g.during(ctx, e.Deadline)
	defer cancel()
	l, err := g.links.take(address)
	if err != nil {
		return nil, &Unreachable{Address: address, Err: err}
	}
	defer g.links.release(l)
	request, err := g.sealed(ctx, l, e)
	if err != nil {
		return nil, err
	}
	return g.exchange(ctx, l, request)
}

// during bounds a call by an envelope's deadline, if it has one, and by the life of the gateway.
func (g *Gateway) during(ctx context.Context, deadline int64) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(g.closing, func() { cancel(errClosing) })
	stop := func() bool { return true }
	if deadline != 0 {
		at := time.UnixMilli(deadline)
		stop = g.options.Clock.AfterFunc(at.Sub(g.options.Clock.Now()), func() { cancel(context.DeadlineExceeded) })
		if earlier, has := ctx.Deadline(); !has || at.Before(earlier) {
			ctx = until{ctx, at}
		}
	}
	return ctx, func() {
		stop()
		unhook()
		cancel(context.Canceled)
	}
}

// until is a context that tells its deadline; what it wraps ends then.
type until struct {
	context.Context
	at time.Time
}

// Deadline implements context.Context.
func (u until) Deadline() (time.Time, bool) { return u.at, true }

// sealed is a request as it is sent.
func (g *Gateway) sealed(ctx context.Context, l *link, e Envelope) (frame, error) {
	o := g.options
	if e.V == 0 {
		e.V = Version
	}
	if e.From == "" {
		e.From, e.FromBoot = o.Worker, o.Boot
	}
	s := sent{Envelope: e}
	if deadline, has := ctx.Deadline(); has {
		now := o.Clock.Now()
		if s.Left = deadline.Sub(now).Milliseconds(); s.Left <= 0 {
			return nil, &Unreachable{Address: l.address, Err: &gaveUp{context.DeadlineExceeded}}
		}
		s.Until = l.theirs(deadline, now)
	}
	return encode(s)
}

func (g *Gateway) exchange(ctx context.Context, l *link, request frame) (json.RawMessage, error) {
	began := g.options.Clock.Now()
	var delivered atomic.Bool
	var text frame
	if err := l.conn.Invoke(context.WithValue(ctx, trackerKey{}, &delivered), method, &request, &text); err != nil {
		return nil, g.failure(ctx, l, err, delivered.Load())
	}
	var answer Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("read the answer of the worker at %s: %w", l.address, err)
	}
	l.observe(began, g.options.Clock.Now(), answer.Clock)
	switch {
	case answer.V != Version:
		return nil, fmt.Errorf("the worker at %s has answered in version %d, and this one knows %d", l.address, answer.V, Version)
	case answer.Error != nil:
		return nil, answer.Error
	}
	return answer.Body, nil
}

// failure says what has become of a request that has no answer.
func (g *Gateway) failure(ctx context.Context, l *link, err error, sent bool) error {
	lost := &Unreachable{Address: l.address, Err: err}
	if sent {
		lost.Delivered = MaybeDelivered
	}
	switch code := status.Code(err); {
	case ctx.Err() != nil:
		lost.Err = &gaveUp{context.Cause(ctx)}
	case code == codes.DeadlineExceeded: // grpc's timer was faster than that of ctx
		lost.Err = &gaveUp{context.DeadlineExceeded}
	case code == codes.ResourceExhausted:
		return connect.Errorf(connect.Fatal, "a message to or from the worker at %s is too large: %s", l.address, status.Convert(err).Message())
	case code == codes.Unimplemented:
		return connect.Errorf(connect.Fatal, "whoever listens at %s is no worker of Longshore: %s", l.address, status.Convert(err).Message())
	default:
		g.links.retire(l)
		lost.Err = l.why(errors.New(status.Convert(err).Message()), lost.Delivered)
	}
	return lost
}

// Knock says whether an address refuses connections: nobody listens there, at none of the addresses that its name has. Silence,
// within ctx, and whatever else happens is no refusal.
func (g *Gateway) Knock(ctx context.Context, address string) (refused bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ips, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil || len(ips) == 0 {
		return false
	}
	for _, ip := range ips {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(ip, port))
		if err == nil {
			_ = conn.Close()
		}
		if !errors.Is(err, errRefused) {
			return false
		}
	}
	return true
}

// trackerKey is where a call's context has whether anything of it was sent.
type trackerKey struct{}

// tracker notes which calls have left for a connection: all others were certainly not delivered.
type tracker struct{}

// TagRPC implements stats.Handler.
func (tracker) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements stats.Handler.
func (tracker) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, leaves := event.(*stats.OutHeader); !leaves {
		return
	}
	if delivered, ours := ctx.Value(trackerKey{}).(*atomic.Bool); ours {
		delivered.Store(true)
	}
}

// TagConn implements stats.Handler.
func (tracker) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (tracker) HandleConn(context.Context, stats.ConnStats) {}
