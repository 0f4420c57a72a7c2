// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// handedOver are the states of the connectors that go from our worker to the real Kafka Connect and back.
var handedOver = map[string]string{"in": running, "out": running, "paused": "PAUSED [PAUSED]", "stopped": "STOPPED []"}

// takeover is a file that is copied by two workers in turn.
type takeover struct {
	t       *testing.T
	k       *kafka
	w       *worker
	topic   string
	in, out string
	states  map[string]string // that the connectors are in
}

func TestTheRealKafkaConnectGoesOnFromOurTopicsAndWeFromIts(t *testing.T) {
	const first, second, third = 20_000, 40_000, 60_000
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	h := &takeover{t: t, k: lookInto(t, broker.Addr()), topic: topic, in: filepath.Join(dir, "in.txt"), out: filepath.Join(dir, "out.txt"),
		states: handedOver, w: distributed(t, broker.Addr(), map[string]string{"offset.flush.interval.ms": "500"})}

	addLines(t, h.in, 0, first)
	h.addText(appendLine(nil, first)[:lineBytes/2])
	h.w.start()
	h.createOn(h.w.api, dir)
	h.awaitCopied(first)
	before := h.snapshot(h.w.api)
	h.w.terminate()

	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: h.w.args[0]})
	theirs := api{t, java.URL()}
	h.awaitStates(theirs)
	require.Equal(t, before, h.snapshot(theirs), "what the real Kafka Connect answers")
	h.requireOffsets(theirs, first)
	h.addText(appendLine(nil, first)[lineBytes/2:])
	addLines(t, h.in, first+1, second)
	h.awaitCopied(second)
	require.NoError(t, java.Stop())

	addLines(t, h.in, second, third)
	h.w.start()
	h.awaitStates(h.w.api)
	require.Equal(t, before, h.snapshot(h.w.api), "what we answer after the real Kafka Connect has run")
	h.awaitCopied(third)
	require.EqualValues(t, third, h.k.end(topic), "records in the topic: a line was produced twice")
	h.w.terminate()
}

func (h *takeover) addText(text []byte) {
	h.t.Helper()
	f, err := os.OpenFile(h.in, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(h.t, err)
	defer f.Close()
	_, err = f.Write(text)
	require.NoError(h.t, err)
}

func (h *takeover) createOn(a api, dir string) {
	h.t.Helper()
	a.source("in", h.in, h.topic)
	a.sink("out", h.topic, h.out)
	for _, name := range []string{"paused", "stopped"} {
		a.source(name, filepath.Join(dir, name), h.topic)
		a.await(name, running)
	}
	a.must(http.MethodPut, "/connectors/paused/pause", nil)
	a.must(http.MethodPut, "/connectors/stopped/stop", nil)
	h.awaitStates(a)
}

func (h *takeover) awaitStates(a api) {
	h.t.Helper()
	for name, states := range h.states {
		a.await(name, states)
	}
}

// awaitCopied waits for so many lines in the output and requires that they are those of the input, each once; the input may
// have half a line more.
func (h *takeover) awaitCopied(lines int64) {
	h.t.Helper()
	began := time.Now()
	awaitSize(h.t, h.out, lines*lineBytes, catchUpLimit)
	h.t.Logf("%d lines were there after %s", lines, time.Since(began).Round(time.Millisecond))
	for i, n := range readNumbers(h.t, h.out) {
		require.Equal(h.t, i, n, "line %d of the output", i+1)
	}
	require.Equal(h.t, lines*lineBytes, fileSize(h.out))
}

// snapshot is what a worker answers about its connectors, by path.
func (h *takeover) snapshot(a api) map[string]any {
	h.t.Helper()
	answers := map[string]any{}
	var names []string
	require.NoError(h.t, json.Unmarshal(a.must(http.MethodGet, "/connectors", nil), &names))
	require.GreaterOrEqual(h.t, len(names), len(h.states))
	for _, name := range names {
		for _, path := range []string{"/connectors/" + name, "/connectors/" + name + "/config", "/connectors/" + name + "/tasks"} {
			var answer any
			require.NoError(h.t, json.Unmarshal(a.must(http.MethodGet, path, nil), &answer))
			answers[path] = answer
		}
	}
	return answers
}

// requireOffsets compares what the real Kafka Connect says about offsets with what we have left in the topics.
func (h *takeover) requireOffsets(a api, lines int64) {
	h.t.Helper()
	stored := h.k.stored(h.w.props["offset.storage.topic"], "in", h.in)
	require.Equal(h.t, lines*lineBytes, stored)
	require.Equal(h.t, lines, h.k.committed("out", h.topic))
	require.JSONEq(h.t, fmt.Sprintf(`{"offsets":[{"partition":{"filename":%q},"offset":{"position":%d}}]}`, h.in, stored),
		string(a.must(http.MethodGet, "/connectors/in/offsets", nil)))
	// Other tests on the broker have a sink of this name, and so of this group.
	require.Contains(h.t, string(a.must(http.MethodGet, "/connectors/out/offsets", nil)),
		fmt.Sprintf(`{"partition":{"kafka_partition":0,"kafka_topic":%q},"offset":{"kafka_offset":%d}}`, h.topic, lines))
}
