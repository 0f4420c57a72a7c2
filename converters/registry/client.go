// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/twmb/franz-go/pkg/sr"

	"github.com/longshore-io/connect"
)

// client asks the registries of a list, one after the other, until one answers.
type client struct {
	http      *http.Client
	endpoints []*sr.Client
	// current is the one that answered last, or the one after that which did not.
	current            int
	retries            int
	firstWait, maxWait time.Duration
	wait               func(context.Context, time.Duration) error
}

func newClient(s *settings, values connect.ConfigValues, props map[string]string) (*client, error) {
	transport, err := newTransport(s, values, props)
	if err != nil {
		return nil, err
	}
	limit := s.connectTimeout + s.readTimeout
	c := &client{
		http:    &http.Client{Transport: withHeaders{transport, requestHeaders(props)}, Timeout: limit},
		retries: s.retries, firstWait: s.firstWait, maxWait: s.longestWait, wait: connect.Sleep,
	}
	// Who issues tokens is not the registry, and the headers for that are none of its business.
	authorize, err := newAuthorizer(&http.Client{Transport: transport, Timeout: limit}, values, props)
	if err != nil {
		return nil, err
	}
	for _, e := range s.urls {
		one, err := sr.NewClient(sr.URLs(e.url), sr.HTTPClient(c.http), sr.UserAgent("longshore"), sr.PreReq(func(r *http.Request) error {
			return authorize(r, e.user)
		}))
		if err != nil {
			return nil, fmt.Errorf("make a client of the schema registry: %w", err)
		}
		c.endpoints = append(c.endpoints, one)
	}
	if s.randomize {
		c.current = rand.IntN(len(c.endpoints))
	}
	return c, nil
}

// do makes a request. Where it fails in a way that may pass, it is made to the next registry, and after the last of the list
// again to the first, with a wait in between, max.retries times in all. The error is the client's, with no credentials in it.
func (c *client) do(ctx context.Context, params func() []sr.Param, request func(context.Context, *sr.Client) error) error {
	if params != nil {
		ctx = sr.WithParams(ctx, params()...)
	}
	pause := c.firstWait
	for round := 0; ; round++ {
		err := c.once(ctx, request)
		if err == nil || !passes(err) || round >= c.retries {
			return err
		}
		if ended := c.wait(ctx, pause); ended != nil {
			return err
		}
		pause = min(2*pause, c.maxWait)
	}
}

// once asks each registry of the list at most once.
func (c *client) once(ctx context.Context, request func(context.Context, *sr.Client) error) error {
	var err error
	for range c.endpoints {
		if err = request(ctx, c.endpoints[c.current]); err == nil || !passes(err) || ctx.Err() != nil {
			return err
		}
		c.current = (c.current + 1) % len(c.endpoints)
	}
	return err
}

// passes says whether the same request may succeed somewhere else or later.
func passes(err error) bool {
	if answer := asResponse(err); answer != nil {
		return answer.passing()
	}
	return connect.Classify(err) != connect.BadRecord
}
