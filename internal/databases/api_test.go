// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// busyLimit is how long a worker may answer that it rebalances, callLimit how long one call may take.
const (
	busyLimit = 30 * time.Second
	callLimit = 100 * time.Second
)

// api is the REST interface of a worker.
type api struct {
	t   *testing.T
	url string
}

// must sends a request, again while the worker rebalances, and fails the test when it is refused.
func (a api) must(method, path string, body any) {
	a.t.Helper()
	require.NoError(a.t, kafkatest.Eventually(busyLimit, pollEvery, func() error { return a.once(method, path, body, nil) }))
}

func (a api) get(path string, into any) error { return a.once(http.MethodGet, path, nil, into) }

func (a api) once(method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, sent)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	// A client of its own leaves no idle connection behind for a leak check to find.
	client := http.Client{Timeout: callLimit, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= 400:
		return fmt.Errorf("%s %s answers %d: %s", method, path, resp.StatusCode, said)
	case into == nil:
		return nil
	}
	return json.Unmarshal(said, into)
}

// create makes a connector or gives it another configuration.
func (a api) create(name string, config map[string]string) {
	a.t.Helper()
	a.must(http.MethodPut, "/connectors/"+name+"/config", config)
}

func (a api) delete(name string) {
	a.t.Helper()
	a.must(http.MethodDelete, "/connectors/"+name, nil)
}

// broken returns why a connector or one of its tasks has failed, nil when none has or the worker does not tell.
func (a api) broken(name string) error {
	type unit struct{ State, Trace string }
	var status struct {
		Connector unit
		Tasks     []unit
	}
	_ = a.get("/connectors/"+name+"/status", &status) // a worker that starts has none for a moment
	for _, u := range append(status.Tasks, status.Connector) {
		if u.State == "FAILED" {
			return fmt.Errorf("%s has failed: %s", name, u.Trace)
		}
	}
	return nil
}

// offsets are the stored offsets of a connector, as the worker writes them.
func (a api) offsets(name string) string {
	a.t.Helper()
	var all json.RawMessage
	require.NoError(a.t, a.get("/connectors/"+name+"/offsets", &all))
	return strings.TrimSpace(string(all))
}
