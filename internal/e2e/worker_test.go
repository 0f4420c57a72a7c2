// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// startLimit is how long a worker may take until its REST interface answers; it needs less than a second.
const startLimit = 30 * time.Second

// worker is a worker as its files describe it: it can be started again and again, and keeps its address.
type worker struct {
	api
	command string
	args    []string
	props   map[string]string
	*process
}

// distributed describes a worker with Kafka's sample file, edited as little as a broker and a machine that others use ask
// for: addresses, and names that no other test has. More edits win over these.
func distributed(t *testing.T, broker string, more map[string]string) *worker {
	t.Helper()
	group := kafkatest.Topic(t)
	return describe(t, "connect-distributed", kafkatest.DistributedSample, broker, map[string]string{
		"group.id": group, "config.storage.topic": group + ".configs", "offset.storage.topic": group + ".offsets",
		"status.storage.topic": group + ".status",
	}, more)
}

// standalone describes a worker with Kafka's sample file and connectors in files of their own.
func standalone(t *testing.T, broker string, more map[string]string, connectors ...string) *worker {
	t.Helper()
	w := describe(t, "connect-standalone", kafkatest.StandaloneSample, broker, nil, more)
	w.args = append(w.args, connectors...)
	return w
}

func describe(t *testing.T, command, sample, broker string, edits, more map[string]string) *worker {
	t.Helper()
	address := kafkatest.FreeAddress(t)
	props := map[string]string{"bootstrap.servers": broker, "listeners": "http://" + address}
	maps.Copy(props, edits)
	maps.Copy(props, more)
	return &worker{api: api{t, "http://" + address}, command: command, args: []string{kafkatest.SampleFile(t, sample, props)}, props: props}
}

// launch starts the worker and returns at once.
func (w *worker) launch() {
	if w.command == ownCommand {
		w.process = launchAs(w.api.t, w.command, own(w.args...))
		return
	}
	w.process = launch(w.api.t, w.command, w.args...)
}

// start starts the worker and returns when it answers.
func (w *worker) start() {
	w.api.t.Helper()
	w.launch()
	w.awaited = true
	eventually(w.api.t, startLimit, func() error {
		require.True(w.api.t, w.running(), "the worker has ended")
		_, err := w.get("/connectors")
		return err
	})
	w.awaited = false
}
