// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
)

// callLimit is how long a call may take: a bit more than a worker takes to answer that it could not do it in time.
const callLimit = 100 * time.Second

// api calls the REST API of a worker, ours or Kafka Connect's.
type api struct {
	base string
	http http.Client
}

func newAPI(base string) (*api, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("--url %q: a URL such as http://localhost:8083 is expected", base)
	}
	return &api{base: strings.TrimRight(base, "/"), http: http.Client{Timeout: callLimit}}, nil
}

func connectorPath(name string, more ...string) string {
	return "/connectors/" + strings.Join(append([]string{url.PathEscape(name)}, more...), "/")
}

// call sends body as JSON, unless it is nil, and reads the answer into result, unless that is nil. An answer that is an
// error is returned with the worker's text.
func (a *api) call(method, path string, body, result any) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encode the request: %w", err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, a.base+path, content)
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := a.http.Do(request)
	if err != nil {
		return a.unreachable(err)
	}
	defer response.Body.Close()
	return a.read(response, result)
}

func (a *api) unreachable(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("no worker answers at %s (%w): start one, for example with `longshore run`, or name it with --url", a.base, op.Err)
	}
	return err
}

func (a *api) read(response *http.Response, result any) error {
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", a.base, err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		var refusal struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(content, &refusal) != nil || refusal.Message == "" {
			return fmt.Errorf("%s answered %s", response.Request.URL, response.Status)
		}
		return errors.New(refusal.Message)
	}
	if result == nil || len(content) == 0 {
		return nil
	}
	if err := json.Unmarshal(content, result); err != nil {
		return fmt.Errorf("%s does not answer as Kafka Connect does: %w", a.base, err)
	}
	return nil
}

// createBody is the body of POST /connectors.
type createBody struct {
	Name         string            `json:"name"`
	Config       connect.RawConfig `json:"config"`
	InitialState *initialState     `json:"initial_state,omitempty"`
}

// initialState is a target state in the words of that call.
type initialState connect.TargetState

// MarshalJSON writes RUNNING for the state that is stored as STARTED.
func (s initialState) MarshalJSON() ([]byte, error) {
	if connect.TargetState(s) == connect.TargetStarted {
		return json.Marshal(connect.Running)
	}
	return json.Marshal(string(s))
}
