// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// startLimit is how long a worker may take until it answers.
	startLimit = 60 * time.Second
	// busyLimit is how long a worker may answer that it rebalances.
	busyLimit = 30 * time.Second
	// pollEvery is how often something that will come true is looked at.
	pollEvery = 200 * time.Millisecond
)

// side is one of the two workers. The names of what it makes begin with its token, and both have the same length: no size depends
// on whose record it is.
type side struct {
	name, token, dir, url string
	log                   func() (string, error)
}

// startSides starts the real Kafka Connect and Longshore on a broker with the same properties.
func startSides(t *testing.T, broker, plugins string) (java, ours *side) {
	t.Helper()
	java = &side{name: "Kafka Connect", token: "dpj-", dir: t.TempDir()}
	ours = &side{name: "Longshore", token: "dpo-", dir: t.TempDir()}
	file := workerFile(t, broker, java, map[string]string{"plugin.path": plugins})
	worker := kafkatest.StartConnect(t, kafkatest.ConnectConfig{Mode: kafkatest.Distributed, File: file, MaxHeap: "1g"})
	java.url, java.log = worker.URL(), worker.Log
	ours.launch(t, broker)
	return java, ours
}

func workerFile(t *testing.T, broker string, of *side, more map[string]string) string {
	overrides := map[string]string{"bootstrap.servers": broker, "group.id": of.token + "group", "config.storage.topic": of.token + "configs",
		"offset.storage.topic": of.token + "offsets", "status.storage.topic": of.token + "status",
		"offset.storage.partitions": "1", "status.storage.partitions": "1", "offset.flush.interval.ms": "500"}
	for k, v := range more {
		overrides[k] = v
	}
	return kafkatest.SampleFile(t, kafkatest.DistributedSample, overrides)
}

// launch starts this test binary as a worker of Longshore that lives as long as the test.
func (s *side) launch(t *testing.T, broker string) {
	t.Helper()
	address := kafkatest.FreeAddress(t)
	s.url = "http://" + address
	log := filepath.Join(t.TempDir(), "log")
	s.log = func() (string, error) {
		said, err := os.ReadFile(log)
		return string(said), err
	}
	out, err := os.Create(log)
	require.NoError(t, err)
	defer out.Close()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, workerFile(t, broker, s, map[string]string{"listeners": s.url}))
	cmd.Env = append(os.Environ(), workerVariable+"=1")
	cmd.Stdout, cmd.Stderr = out, out
	exited, err := kafkatest.StartTied(cmd)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the only error is that it has ended
		<-exited
	})
	err = kafkatest.Eventually(startLimit, pollEvery, func() error { return s.get(t.Context(), "/connectors", nil) })
	said, _ := s.log()
	require.NoError(t, err, "the worker said:\n%s", said)
}

var errBusy = errors.New("the worker rebalances")

// call sends a request, again while the worker rebalances, and reads the answer into a value.
func (s *side) call(ctx context.Context, method, path string, body, into any) error {
	var final error
	busy := kafkatest.Eventually(busyLimit, pollEvery, func() error {
		if final = s.once(ctx, method, path, body, into); errors.Is(final, errBusy) {
			return final
		}
		return nil
	})
	if busy != nil {
		return busy
	}
	return final
}

func (s *side) get(ctx context.Context, path string, into any) error {
	return s.once(ctx, http.MethodGet, path, nil, into)
}

func (s *side) once(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	// A client of its own leaves no idle connection behind for a leak check to find.
	client := http.Client{Timeout: 100 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == http.StatusConflict && !strings.Contains(string(said), "already exists"):
		return errBusy
	case resp.StatusCode >= 400:
		return fmt.Errorf("%s: %s %s answers %d: %s", s.name, method, path, resp.StatusCode, said)
	case into == nil:
		return nil
	}
	return json.Unmarshal(said, into)
}

// unit is a connector or a task in a status.
type unit struct {
	State string `json:"state"`
	Trace string `json:"trace"`
}

// status is that of a connector.
type status struct {
	Connector unit   `json:"connector"`
	Tasks     []unit `json:"tasks"`
}

// failed says whether the connector or one of its tasks is.
func (s status) failed() bool {
	for _, task := range s.Tasks {
		if task.State == "FAILED" {
			return true
		}
	}
	return s.Connector.State == "FAILED"
}

// statuses asks for those of all connectors.
func (s *side) statuses(ctx context.Context) (map[string]status, error) {
	var all map[string]struct {
		Status status `json:"status"`
	}
	if err := s.get(ctx, "/connectors?expand=status", &all); err != nil {
		return nil, err
	}
	out := map[string]status{}
	for name, of := range all {
		out[name] = of.Status
	}
	return out, nil
}
