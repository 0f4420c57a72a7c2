// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// startLimit is how long our worker may take until its REST interface answers; it needs less than a second.
const startLimit = 30 * time.Second

// plain leaves no connection behind.
var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}

// properties are those of Kafka's sample file with names that no other worker on the broker has.
func properties(broker, group string) map[string]string {
	return map[string]string{
		"bootstrap.servers": broker, "group.id": group, "config.storage.topic": group + ".configs",
		"offset.storage.topic": group + ".offsets", "status.storage.topic": group + ".status",
		"offset.storage.partitions": "1", "status.storage.partitions": "1",
	}
}

// startKafkaConnect starts the real Kafka Connect and returns its URL.
func startKafkaConnect(t *testing.T, broker string) string {
	t.Helper()
	file := kafkatest.SampleFile(t, kafkatest.DistributedSample, properties(broker, "kafka-connect"))
	return kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: file}).URL()
}

// startLongshore builds our worker from the working tree, starts it and returns its URL.
func startLongshore(t *testing.T, broker string) string {
	t.Helper()
	worker := filepath.Join(t.TempDir(), "connect-distributed")
	tool(t, root, "is part of the project", "go", "build", "-o", worker, "./cmd/connect-distributed")
	address := freeAddress(t)
	config := properties(broker, "longshore")
	config["listeners"] = "http://" + address
	launch(t, exec.Command(worker, kafkatest.SampleFile(t, kafkatest.DistributedSample, config)))
	require.Eventually(t, func() bool {
		_, err := list("http://" + address)
		return err == nil
	}, startLimit, 50*time.Millisecond, "our worker does not answer")
	return "http://" + address
}

// launch starts a process that ends with the test. If the test has failed by then, its last words are shown.
func launch(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	said, exited := &tail{}, make(chan struct{})
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = said, said, procAttr()
	started := make(chan error)
	go func() {
		// Linux sends the death signal of the parent when the thread ends that started the child (see procAttr).
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
			close(exited)
		}
	}()
	require.NoError(t, <-started)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the only error is that it has ended
		<-exited
		if t.Failed() {
			t.Logf("our worker said at its end:\n%s", said)
		}
	})
}

// freeAddress asks the kernel for a port. Nobody holds it until the worker listens there.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// list asks a worker for its connectors.
func list(worker string) (names []string, err error) {
	resp, err := plain.Get(worker + "/connectors")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET /connectors answers %s", resp.Status)
	}
	return names, json.NewDecoder(resp.Body).Decode(&names)
}

// clearConnectors deletes what a client that stumbled has left behind, so that the next one finds what it expects.
func clearConnectors(t *testing.T, worker string) {
	t.Helper()
	names, err := list(worker)
	require.NoError(t, err)
	for _, name := range names {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, worker+"/connectors/"+url.PathEscape(name), nil)
		require.NoError(t, err)
		resp, err := plain.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
}
