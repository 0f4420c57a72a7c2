// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
)

// call runs an endpoint for as long as its time allows. The endpoint has a goroutine of its own, so that a client gets its
// answer in time even if the Herder ignores the context; that goroutine ends when the Herder returns.
func (a *api) call(r *http.Request, rt route, req request) reply {
	patience, failed := a.cfg.OperationTimeout, errorReply
	if rt.probe != nil {
		patience, failed = a.cfg.HealthTimeout, rt.probe
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	answered := make(chan outcome, 1)
	go func() { answered <- a.run(ctx, rt, req) }()
	var done outcome
	select {
	case done = <-answered:
	case <-ctx.Done():
		done.err = connect.Errorf(connect.TimedOut, "Request timed out")
	}
	switch {
	case done.err == nil:
		return done.reply
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && connect.Classify(done.err) == connect.TimedOut:
		return failed(timedOut(done.err, r, patience))
	}
	return failed(done.err)
}

// timedOut says which operation was not answered, after what the Herder has to say about it.
func timedOut(err error, r *http.Request, patience time.Duration) error {
	text := strings.TrimSuffix(err.Error(), ".")
	if errors.Is(err, context.DeadlineExceeded) {
		text = "Request timed out"
	}
	return connect.Errorf(connect.TimedOut, "%s: %s %s was not answered within %s", text, r.Method, r.URL.EscapedPath(), patience)
}

// outcome is what an endpoint returned.
type outcome struct {
	reply reply
	err   error
}

// run calls the endpoint. A panic is answered, logged with its stack, and goes no further.
func (a *api) run(ctx context.Context, rt route, req request) (done outcome) {
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			done = outcome{err: fmt.Errorf("the worker failed to handle %s %s: %w", rt.method, rt.path, &connect.PanicError{Value: v, Stack: stack})}
			a.log.Error("request failed", "method", rt.method, "route", rt.path, "panic", v, "stack", string(stack))
		}
	}()
	answer, err := rt.endpoint(ctx, a.herder, req)
	return outcome{answer, err}
}
