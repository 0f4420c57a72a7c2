// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// lacking is a connector of Kafka that Longshore does not have.
const lacking = "org.apache.kafka.connect.mirror.MirrorHeartbeatConnector"

// moved are the states that Kafka Connect's connectors are in, and in which we show them. Of "foreign" see requireForeign.
var moved = map[string]string{
	"in": running, "out": running, "paused": "PAUSED [PAUSED]", "stopped": "STOPPED []",
}

func TestMovingFromKafkaConnectAndBackIsARestart(t *testing.T) {
	const first, second, third = 20_000, 40_000, 60_000
	broker, dir, topic := kafkatest.SharedBroker(t), t.TempDir(), kafkatest.Topic(t)
	h := &takeover{t: t, k: lookInto(t, broker.Addr()), topic: topic, in: filepath.Join(dir, "in.txt"), out: filepath.Join(dir, "out.txt"),
		states: moved, w: distributed(t, broker.Addr(), map[string]string{"offset.flush.interval.ms": "500"})}

	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: h.w.args[0]})
	theirs := api{t, java.URL()}
	addLines(t, h.in, 0, first)
	h.addText(appendLine(nil, first)[:lineBytes/2])
	h.createOn(theirs, dir)
	h.createBroken(theirs, dir, broker.Addr())
	h.awaitCopied(first)
	before := h.snapshot(theirs)
	require.NoError(t, java.Stop())
	foreign := h.k.keyed(h.w.props["config.storage.topic"], "foreign")
	require.NotEmpty(t, foreign)

	h.w.start()
	h.awaitStates(h.w.api)
	h.awaitFailedTask(h.w.api)
	h.requireForeign()
	require.Equal(t, withoutTypes(before), withoutTypes(h.snapshot(h.w.api)), "what we answer after Kafka Connect")
	h.requireOffsets(h.w.api, first)
	h.addText(appendLine(nil, first)[lineBytes/2:])
	addLines(t, h.in, first+1, second)
	h.awaitCopied(second)
	h.w.terminate()
	require.Equal(t, foreign, h.k.keyed(h.w.props["config.storage.topic"], "foreign"), "a connector of a class that we lack is left alone")

	addLines(t, h.in, second, third)
	java = kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: h.w.args[0]})
	theirs = api{t, java.URL()}
	h.awaitStates(theirs)
	h.awaitFailedTask(theirs)
	theirs.await("foreign", running)
	require.Equal(t, before, h.snapshot(theirs), "what Kafka Connect answers after us")
	h.awaitCopied(third)
	require.EqualValues(t, third, h.k.end(topic), "records in the topic: a line was produced twice")
	require.NoError(t, java.Stop())
}

// createBroken creates a connector whose task fails, and one of a class that we lack.
func (h *takeover) createBroken(a api, dir, broker string) {
	h.t.Helper()
	a.sink("failed", h.topic, filepath.Join(dir, "no such folder", "out.txt"))
	h.awaitFailedTask(a)
	a.create("foreign", "RUNNING", map[string]string{
		"connector.class": lacking, "tasks.max": "1", "source.cluster.alias": "a", "target.cluster.alias": "b",
		"source.cluster.bootstrap.servers": broker, "target.cluster.bootstrap.servers": broker, "heartbeats.topic.replication.factor": "1",
	})
	a.await("foreign", running)
}

func (h *takeover) awaitFailedTask(a api) {
	h.t.Helper()
	eventually(h.t, settleLimit, func() error {
		states, err := a.states("failed")
		if err == nil && !strings.HasPrefix(states, "RUNNING [FAILEDorg.apache.kafka.connect.errors.ConnectException: ") {
			err = fmt.Errorf("failed is %s", states)
		}
		return err
	})
}

// requireForeign requires that the connector of a class that we lack is FAILED, with the class in its trace.
func (h *takeover) requireForeign() {
	h.t.Helper()
	eventually(h.t, settleLimit, func() error {
		states, err := h.w.states("foreign")
		connector, tasks, _ := strings.Cut(states, " [")
		told := strings.HasPrefix(connector, "FAILED") && strings.Contains(connector, lacking)
		if err == nil && (!told || !strings.HasPrefix(tasks, "FAILED")) {
			err = fmt.Errorf("foreign is %s", states)
		}
		return err
	})
	status := h.w.must(http.MethodGet, "/connectors/foreign/status", nil)
	require.Contains(h.t, string(status), `"type":"unknown"`)
}

// withoutTypes is a snapshot without the types of connectors: that of a class that is not there is not known.
func withoutTypes(snapshot map[string]any) map[string]any {
	out := map[string]any{}
	for path, answer := range snapshot {
		if info, ok := answer.(map[string]any); ok {
			answer = maps.Clone(info)
			delete(answer.(map[string]any), "type")
		}
		out[path] = answer
	}
	return out
}

// keyed are the records of a topic whose key has a name in it, as texts.
func (k *kafka) keyed(topic, name string) []string {
	k.t.Helper()
	var found []string
	for _, r := range k.records(topic) {
		if strings.Contains(string(r.Key), name) {
			found = append(found, string(r.Key)+" "+string(r.Value))
		}
	}
	return found
}
