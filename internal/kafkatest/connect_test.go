// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package kafkatest

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADistributedWorkerStartsFromTheSampleFileAndAnswers(t *testing.T) {
	b := SharedBroker(t)
	c := StartConnect(t, ConnectConfig{
		File: SampleFile(t, DistributedSample, nil),
		Properties: map[string]string{
			"bootstrap.servers": b.Addr(), "group.id": Topic(t), "offset.storage.partitions": "1", "status.storage.partitions": "1",
		},
	})
	require.Equal(t, "4.1.0", root(t, c)["version"])
	require.NotZero(t, c.PID())
	require.NoError(t, c.Stop())
	_, err := http.Get(c.URL()) //nolint:bodyclose // nobody answers
	require.Error(t, err)
}

func TestAStandaloneWorkerRunsTheSampleConnectors(t *testing.T) {
	b, dir, topic := SharedBroker(t), t.TempDir(), Topic(t)
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	require.NoError(t, os.WriteFile(in, []byte("one\ntwo\n"), 0o600))
	c := StartConnect(t, ConnectConfig{
		Mode:       Standalone,
		File:       SampleFile(t, StandaloneSample, nil),
		Properties: map[string]string{"bootstrap.servers": b.Addr(), "offset.storage.file.filename": filepath.Join(dir, "offsets")},
		ConnectorFiles: []string{
			SampleFile(t, FileSourceSample, map[string]string{"file": in, "topic": topic}),
			SampleFile(t, FileSinkSample, map[string]string{"file": out, "topics": topic, "name": topic}),
		},
	})
	require.Equal(t, "4.1.0", root(t, c)["version"])
	require.Eventually(t, func() bool {
		got, err := os.ReadFile(out)
		return err == nil && string(got) == "one\ntwo\n"
	}, time.Minute, 50*time.Millisecond)
}

func TestAWorkerThatCannotStartSaysWhatItsLogSays(t *testing.T) {
	_, err := NewConnect(t.Context(), ConnectConfig{Dir: t.TempDir(), Properties: map[string]string{"bootstrap.servers": "x"}})
	require.ErrorContains(t, err, "the process has ended")
	require.ErrorContains(t, err, "ConfigException")
}

func root(t *testing.T, c *Connect) map[string]string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(c.URL() + "/")
	require.NoError(t, err)
	defer resp.Body.Close()
	var body map[string]string
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&body))
	return body
}
