// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
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
	address := kafkatest.FreeAddress(t)
	config := properties(broker, "longshore")
	config["listeners"] = "http://" + address
	launch(t, exec.Command(kafkatest.Command(t, "connect-distributed"), kafkatest.SampleFile(t, kafkatest.DistributedSample, config)))
	require.Eventually(t, func() bool {
		_, err := list("http://" + address)
		return err == nil
	}, startLimit, 50*time.Millisecond, "our worker does not answer")
	return "http://" + address
}

// launch starts a process that ends with the test. If the test has failed by then, its last words are shown.
func launch(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	exited, err := kafkatest.StartTied(cmd)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the only error is that it has ended
		<-exited
		if t.Failed() {
			t.Logf("our worker said at its end:\n%s", said)
		}
	})
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
