// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	connect "github.com/longshore-io/connect"
)

// callsAtOnce bounds the calls of one provider that have not returned, among them those that nobody waits for any more.
const callsAtOnce = 64

// provider is one declared provider. It is user code: it may panic, and block whatever its context says.
type provider struct {
	connect.ConfigProvider
	name  string
	slots chan struct{} // has an element for each call that has not returned
}

// values are what a provider returned for one place.
type values struct {
	of  map[string]string
	ttl time.Duration
}

// get calls the provider and waits for as long as ctx lasts.
func (p *provider) get(ctx context.Context, path string, keys []string) (values, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return values{}, p.unanswered(ctx, path)
	}
	got, err := apart(ctx, func() (values, error) {
		defer func() { <-p.slots }()
		of, ttl, err := p.Get(ctx, path, keys)
		return values{maps.Clone(of), ttl}, err
	})
	var late *abandonedError
	switch {
	case errors.As(err, &late):
		return values{}, p.unanswered(ctx, path)
	case err != nil:
		return values{}, &Error{Provider: p.name, Path: path, Err: err}
	}
	return got, nil
}

func (p *provider) unanswered(ctx context.Context, path string) error {
	return &Error{Provider: p.name, Path: path,
		Err: fmt.Errorf("the config provider %s has not answered for the path %q: %w", p.name, path, context.Cause(ctx))}
}

// abandonedError says that a call was still running when nobody could wait for it any more.
type abandonedError struct{ cause error }

func (e *abandonedError) Error() string {
	return "still running when the wait ended: " + e.cause.Error()
}
func (e *abandonedError) Unwrap() error { return e.cause }

// apart runs user code on a goroutine of its own and waits for it or for the end of ctx. A panic comes back as an error.
func apart[T any](ctx context.Context, call func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.err = connect.Guard(func() (err error) {
			o.value, err = call()
			return err
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, &abandonedError{context.Cause(ctx)}
	}
}

// Error is the failure of a provider to return values. Its text is the provider's own, as Kafka Connect's REST API answers
// with it; its class is Fatal, whatever the provider's error is of.
type Error struct {
	// Provider is the name of the provider, and Path what it was asked for.
	Provider, Path string
	// Err is what the provider returned, or why it was not waited for.
	Err error
}

// Error returns the provider's text, and the provider's name for a panic.
func (e *Error) Error() string {
	var panicked *connect.PanicError
	if errors.As(e.Err, &panicked) {
		return fmt.Sprintf("the config provider %s has failed for the path %q: %v", e.Provider, e.Path, e.Err)
	}
	return e.Err.Error()
}

// Class is Fatal.
func (e *Error) Class() connect.Class { return connect.Fatal }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
