// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// pollEvery is how often something that will come true is looked at.
	pollEvery = 25 * time.Millisecond
	// callLimit is how long one REST call may take. Changes wait for the config topic, on a machine that does other things too.
	callLimit = 10 * time.Second
	// settleLimit is how long something that needs a moment may take, such as the start of a connector.
	settleLimit = time.Minute
)

// eventually polls until check returns nil, and fails the test with its last error if that takes too long. Unlike
// require.Eventually it stays on the goroutine of the test, so that a check may fail the test at once.
func eventually(t *testing.T, limit time.Duration, check func() error) {
	t.Helper()
	require.NoError(t, kafkatest.Eventually(limit, pollEvery, check))
}

// api is the REST interface of a worker, ours or the real Kafka Connect's.
type api struct {
	t   *testing.T
	url string
}

// send makes a call and returns the body of an answer that says it went well.
func (a api) send(method, path string, body any) ([]byte, error) {
	status, answer, err := a.ask(callLimit, method, path, body)
	if err == nil && status >= 300 {
		err = fmt.Errorf("%s %s: %d %s: %s", method, path, status, http.StatusText(status), answer)
	}
	return answer, err
}

// ask makes a call and returns the status and the body of any answer.
func (a api) ask(limit time.Duration, method, path string, body any) (int, []byte, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, a.url+path, content)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	// A client of its own leaves no idle connection behind for a leak check to find.
	client := http.Client{Timeout: limit, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

func (a api) get(path string) ([]byte, error) { return a.send(http.MethodGet, path, nil) }

// must is send for a call that has to go well.
func (a api) must(method, path string, body any) []byte {
	a.t.Helper()
	answer, err := a.send(method, path, body)
	require.NoError(a.t, err)
	return answer
}

// create creates a connector; state is its initial_state.
func (a api) create(name, state string, config map[string]string) {
	a.t.Helper()
	a.must(http.MethodPost, "/connectors", map[string]any{"name": name, "config": config, "initial_state": state})
}

// source creates a FileStreamSource.
func (a api) source(name, file, topic string) {
	a.t.Helper()
	a.create(name, "RUNNING", map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": file, "topic": topic})
}

// sink creates a FileStreamSink.
func (a api) sink(name, topic, file string) {
	a.t.Helper()
	a.create(name, "RUNNING", map[string]string{"connector.class": "FileStreamSink", "tasks.max": "1", "file": file, "topics": topic})
}

// states is the state of a connector and of its tasks: "RUNNING [RUNNING]". A failure comes with its trace.
func (a api) states(name string) (string, error) {
	answer, err := a.get("/connectors/" + name + "/status")
	if err != nil {
		return "", err
	}
	var status struct {
		Connector struct{ State, Trace string }
		Tasks     []struct{ State, Trace string }
	}
	if err := json.Unmarshal(answer, &status); err != nil {
		return "", fmt.Errorf("status of %s: %w", name, err)
	}
	states := []string{}
	for _, task := range status.Tasks {
		states = append(states, task.State+task.Trace)
	}
	return fmt.Sprintf("%s%s %s", status.Connector.State, status.Connector.Trace, states), nil
}

// await returns when a connector and its tasks are in these states.
func (a api) await(name, want string) {
	a.t.Helper()
	eventually(a.t, settleLimit, func() error {
		got, err := a.states(name)
		if err == nil && got != want {
			err = fmt.Errorf("%s is %s and not %s", name, got, want)
		}
		return err
	})
}

// running is the states of a connector that runs with its one task.
const running = "RUNNING [RUNNING]"
