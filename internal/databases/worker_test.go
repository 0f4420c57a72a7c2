// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// startLimit is how long a worker may take until it answers, stopLimit how long until it has ended.
const (
	startLimit = 60 * time.Second
	stopLimit  = 60 * time.Second
)

// worker is a worker of the real Kafka Connect or of Longshore, as its properties describe it: it can be started again and again.
type worker struct {
	api
	name string // for messages
	java bool
	file string // of properties

	theirs *kafkatest.Connect
	cmd    *exec.Cmd
	exited <-chan struct{}
	log    string
}

// workerProps are those of both kinds: names that begin with the group, and offsets that are stored soon.
func workerProps(broker, group string, more map[string]string) map[string]string {
	props := map[string]string{"bootstrap.servers": broker, "group.id": group, "config.storage.topic": group + ".configs",
		"offset.storage.topic": group + ".offsets", "status.storage.topic": group + ".status",
		"offset.storage.partitions": "1", "status.storage.partitions": "1", "offset.flush.interval.ms": "500"}
	maps.Copy(props, more)
	return props
}

// kafkaConnect describes a worker of the real Kafka Connect that has Debezium's connector.
func kafkaConnect(t *testing.T, props map[string]string) *worker {
	t.Helper()
	props = with(props, "plugin.path", databasetest.Plugin(t, databasetest.DebeziumPostgres)+","+databasetest.Plugin(t, databasetest.DebeziumJDBC))
	return &worker{api: api{t: t}, name: "Kafka Connect", java: true, file: kafkatest.SampleFile(t, kafkatest.DistributedSample, props)}
}

// longshore describes a worker of ours.
func longshore(t *testing.T, props map[string]string) *worker {
	t.Helper()
	url := "http://" + kafkatest.FreeAddress(t)
	return &worker{api: api{t, url}, name: "Longshore", file: kafkatest.SampleFile(t, kafkatest.DistributedSample, with(props, "listeners", url)),
		log: filepath.Join(t.TempDir(), "log")}
}

// start starts the worker and returns when it answers. It ends with the test; what it said is shown when that has failed.
func (w *worker) start() {
	w.t.Helper()
	if w.java {
		w.theirs = kafkatest.StartConnect(w.t, kafkatest.ConnectConfig{Mode: kafkatest.Distributed, File: w.file, MaxHeap: "1500m"})
		w.url = w.theirs.URL()
		return
	}
	out, err := os.OpenFile(w.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	require.NoError(w.t, err)
	defer out.Close()
	w.cmd = exec.Command(kafkatest.Command(w.t, "connect-distributed"), w.file)
	w.cmd.Stdout, w.cmd.Stderr = out, out
	w.exited, err = kafkatest.StartTied(w.cmd)
	require.NoError(w.t, err)
	w.t.Cleanup(w.kill)
	eventually(w.t, startLimit, func() error {
		select {
		case <-w.exited:
			require.FailNow(w.t, "the worker has ended", "it said:\n%s", w.said())
		default:
		}
		return w.get("/connectors", nil)
	})
}

// kill is kill -9. It returns when the worker is gone.
func (w *worker) kill() {
	if w.java {
		require.NoError(w.t, w.theirs.Kill())
		return
	}
	_ = w.cmd.Process.Kill() // the only error is that it has ended
	<-w.exited
}

// stop ends the worker gracefully.
func (w *worker) stop() {
	w.t.Helper()
	if w.java {
		require.NoError(w.t, w.theirs.Stop())
		return
	}
	require.NoError(w.t, w.cmd.Process.Signal(syscall.SIGTERM))
	late := time.NewTimer(stopLimit)
	defer late.Stop()
	select {
	case <-w.exited:
	case <-late.C:
		require.FailNow(w.t, "the worker does not end", "it said:\n%s", w.said())
	}
}

// said is the end of what the worker has said.
func (w *worker) said() string {
	const most = 8 << 10
	var text string
	if w.java {
		text, _ = w.theirs.Log() // no log, nothing said
	} else {
		b, _ := os.ReadFile(w.log)
		text = string(b)
	}
	return text[max(0, len(text)-most):]
}
