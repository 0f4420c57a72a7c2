// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// callLimit is how long one call may take: a worker itself gives up after 90 s.
	callLimit = 100 * time.Second
	// settleLimit is how long workers may take to get to a state, and may answer that they rebalance.
	settleLimit = 20 * time.Second
	// calm is how long states have to stay before they count as settled, where they were the same before.
	calm = 400 * time.Millisecond
)

// session talks to both workers of a run.
type session struct {
	t          *testing.T
	java, ours side
	both       plugins
	report     *report
	// where names the case for the output.
	where string
}

// once sends a call and reads its answer. The path goes out as it is written, however odd.
func (s side) once(ctx context.Context, c call) (answer, error) {
	address := s.host
	if c.address != nil {
		address = c.address(s)
	}
	var body io.Reader
	if c.hasBody() {
		body = strings.NewReader(s.own(c.body))
	}
	r, err := http.NewRequestWithContext(ctx, c.method, "http://"+address, body)
	if err != nil {
		return answer{}, err
	}
	r.URL = &url.URL{Scheme: "http", Host: address, Opaque: s.own(c.path)}
	for name, value := range c.headers() {
		r.Header.Set(name, value)
	}
	// A client of its own leaves no idle connection behind for a leak check to find.
	client := http.Client{Timeout: callLimit, Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, body: s.plain(string(got))}
	if at := a.header.Get("Location"); at != "" {
		a.header.Set("Location", s.plain(at))
	}
	return a, err
}

// passing matches the errors of a worker that rebalances, or whose consumers are just leaving: asked again it will answer.
var passing = regexp.MustCompile(`Cannot complete request (momentarily|because of a conflicting operation)|` +
	`Request cannot be completed because a rebalance is expected|either because its tasks haven't stopped completely yet`)

// mayPass says whether an error may be a passing one. That of a HEAD has no text to tell it by.
func mayPass(c call, a answer) bool {
	return passing.MatchString(a.body) || c.method == http.MethodHead && a.status >= 500
}

var errPassing = errors.New("the worker rebalances")

// send is once, repeated while the worker is busy with itself.
func (s side) send(ctx context.Context, c call) answer {
	var a answer
	err := eventually(settleLimit, func() (err error) {
		if a, err = s.once(ctx, c); err == nil && a.status >= 400 && !c.final && mayPass(c, a) {
			return errPassing
		}
		if err != nil && !errors.Is(err, context.Canceled) { // no worker ends a connection without a word
			a, err = answer{body: "no answer: " + err.Error()}, nil
		}
		return err
	})
	if err != nil && a.status == 0 {
		a.body = "no answer: " + err.Error()
	}
	return a
}

// raw sends a call to both at once and does not compare.
func (s *session) raw(c call) (java, ours answer) {
	done := make(chan answer)
	go func() { done <- s.java.send(s.t.Context(), c) }()
	ours = s.ours.send(s.t.Context(), c)
	return <-done, ours
}

// do sends a call to both and compares.
func (s *session) do(c call) (java, ours answer) {
	java, ours = s.raw(c)
	s.report.compare(s.where, c, java, ours, s.both)
	return java, ours
}

// getSettled is get where Kafka Connect has confirmed a change before its own reader has seen it: a partition that is new may be
// missing for a moment. Both are asked again while their answers differ.
func (s *session) getSettled(path string) {
	c := call{method: http.MethodGet, path: path}
	var java, ours answer
	_ = eventually(settleLimit, func() error { // what still differs then is compared
		java, ours = s.raw(c)
		if len(differences(viewOf(c, java, s.both), viewOf(c, ours, s.both))) > 0 {
			return errPassing
		}
		return nil
	})
	s.report.compare(s.where, c, java, ours, s.both)
}

func (s *session) get(path string)       { s.do(call{method: http.MethodGet, path: path}) }
func (s *session) delete(path string)    { s.do(call{method: http.MethodDelete, path: path}) }
func (s *session) put(path, body string) { s.do(call{method: http.MethodPut, path: path, body: body}) }
func (s *session) post(path, body string) {
	s.do(call{method: http.MethodPost, path: path, body: body})
}
func (s *session) patch(path, body string) {
	s.do(call{method: http.MethodPatch, path: path, body: body})
}

// await polls a path of both until their answers are as wanted. If that takes too long it is noted as a difference.
func (s *session) await(what, path string, wanted func(answer) bool) bool {
	return s.hold(what, path, 0, wanted)
}

// hold is await for answers that have to stay as they are for a while.
func (s *session) hold(what, path string, stay time.Duration, wanted func(answer) bool) bool {
	done := make(chan error)
	go func() { done <- s.java.await(s.t.Context(), what, path, stay, wanted) }()
	err := s.ours.await(s.t.Context(), what, path, stay, wanted)
	if err = errors.Join(<-done, err); err != nil {
		s.report.note("%s: %v", s.where, err)
	}
	return err == nil
}

var errShort = errors.New("not for long enough")

func (s side) await(ctx context.Context, what, path string, stay time.Duration, wanted func(answer) bool) error {
	var since time.Time
	return eventually(settleLimit, func() error {
		a, err := s.once(ctx, call{method: http.MethodGet, path: path})
		switch {
		case err != nil:
			return err
		case !wanted(a):
			since = time.Time{}
			return fmt.Errorf("%s does not get to: %s; GET %s answers %s", s.name, what, path, cut(shown(a), 300))
		case since.IsZero():
			since = time.Now()
		}
		if time.Since(since) < stay {
			return errShort
		}
		return nil
	})
}

// states awaits the states of a connector and of its tasks. Who is stopped has no configurations of tasks either.
func (s *session) states(name string, want ...string) bool {
	escaped := url.PathEscape(name)
	ok := s.await(name+" "+strings.Join(want, " "), "/connectors/"+escaped+"/status", func(a answer) bool {
		return slices.Equal(statesOf(a), want)
	})
	return ok && s.await(name+" has configurations of its tasks", "/connectors/"+escaped+"/tasks", func(a answer) bool {
		tasks, is := a.json().([]any)
		return is && len(tasks) == len(want)-1
	})
}

// settled awaits states that may have been the same before, as after a restart: they have to stay for a moment.
func (s *session) settled(name string, want ...string) bool {
	return s.hold(name+" stays "+strings.Join(want, " "), "/connectors/"+url.PathEscape(name)+"/status", calm, func(a answer) bool {
		return slices.Equal(statesOf(a), want)
	}) && s.states(name, want...)
}

func statesOf(a answer) []string {
	body, _ := a.json().(map[string]any)
	connector, _ := body["connector"].(map[string]any)
	tasks, _ := body["tasks"].([]any)
	out := []string{}
	for _, unit := range append([]any{any(connector)}, tasks...) {
		fields, _ := unit.(map[string]any)
		state, _ := fields["state"].(string)
		out = append(out, state)
	}
	return out
}

// gone removes connectors, uncompared.
func (s *session) gone(names ...string) {
	for _, name := range names {
		s.raw(call{method: http.MethodDelete, path: "/connectors/" + url.PathEscape(name)})
	}
	s.await("removed", "/connectors", func(a answer) bool {
		left, is := a.json().([]any)
		return is && !slices.ContainsFunc(left, func(x any) bool { return slices.Contains(names, fmt.Sprint(x)) })
	})
}
