// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"bytes"
	"fmt"
	"maps"
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
	// pollEvery is how often something that will come true is looked at.
	pollEvery = 30 * time.Millisecond
	// startLimit is how long a worker may take until its REST interface answers.
	startLimit = 30 * time.Second
)

// setup says how the two workers of a run are started.
type setup struct {
	mode   kafkatest.Mode
	broker string
	// props are added to the sample file of both.
	props map[string]string
	// adminListener gives both a listener of its own for what concerns the process.
	adminListener bool
}

// start starts the real Kafka Connect and Longshore with the same properties, each with its own group, topics and files.
func (s setup) start(t *testing.T, run string) (java, ours side) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "in.txt"), []byte("one\ntwo\nthree\n"), 0o600))
	java = side{name: "Kafka Connect", token: run + "java", dir: dir}
	ours = side{name: "Longshore", token: run + "ours", dir: dir}
	if s.adminListener {
		java.admin, ours.admin = kafkatest.FreeAddress(t), kafkatest.FreeAddress(t)
	}
	worker := kafkatest.StartConnect(t, kafkatest.ConnectConfig{Mode: s.mode, File: s.file(t, java)})
	java.host = strings.TrimPrefix(worker.URL(), "http://")
	ours.host = kafkatest.FreeAddress(t)
	launch(t, s.command(), s.file(t, ours), ours.host)
	return java, ours
}

func (s setup) command() string {
	if s.mode == kafkatest.Standalone {
		return "connect-standalone"
	}
	return "connect-distributed"
}

// file writes the properties of one of the workers.
func (s setup) file(t *testing.T, of side) string {
	props := map[string]string{"bootstrap.servers": s.broker}
	if s.mode == kafkatest.Standalone {
		props["offset.storage.file.filename"] = filepath.Join(t.TempDir(), "offsets")
	} else {
		maps.Copy(props, map[string]string{"group.id": of.token, "config.storage.topic": of.token + ".configs",
			"offset.storage.topic": of.token + ".offsets", "status.storage.topic": of.token + ".status",
			"offset.storage.partitions": "5", "status.storage.partitions": "1"})
	}
	props["offset.flush.interval.ms"] = "500"
	if of.host != "" {
		props["listeners"] = "http://" + of.host
	}
	if of.admin != "" {
		props["admin.listeners"] = "http://" + of.admin
	}
	maps.Copy(props, s.props)
	sample := kafkatest.DistributedSample
	if s.mode == kafkatest.Standalone {
		sample = kafkatest.StandaloneSample
	}
	return kafkatest.SampleFile(t, sample, props)
}

// launch starts a worker of ours and returns when it answers. It ends with the test; if that has failed by then to start it,
// its last words are shown.
func launch(t *testing.T, command, file, host string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	out, err := os.Create(log)
	require.NoError(t, err)
	defer out.Close()
	cmd := exec.Command(binary(t, command), file)
	cmd.Stdout, cmd.Stderr = out, out
	exited, err := kafkatest.StartTied(cmd)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the only error is that it has ended
		<-exited
	})
	err = eventually(startLimit, func() error {
		select {
		case <-exited:
			return nil
		default:
		}
		a, err := side{host: host}.once(t.Context(), call{method: http.MethodGet, path: "/connectors"})
		if err == nil && a.status != http.StatusOK {
			err = fmt.Errorf("GET /connectors answers %d", a.status)
		}
		return err
	})
	said, _ := os.ReadFile(log)
	said = bytes.TrimSpace(said)
	require.NoError(t, err, "%s said:\n%s", command, said)
	select {
	case <-exited:
		require.FailNow(t, "the worker has ended", "%s", said)
	default:
	}
}

// binary returns the path of a command of cmd/, built from the working tree unless LONGSHORE_COMPAT_BIN has it.
func binary(t *testing.T, command string) string {
	t.Helper()
	if dir := os.Getenv("LONGSHORE_COMPAT_BIN"); dir != "" {
		return filepath.Join(dir, command)
	}
	return kafkatest.Command(t, command)
}

// eventually polls until check returns nil; after the limit it returns check's last error.
func eventually(limit time.Duration, check func() error) error {
	return kafkatest.Eventually(limit, pollEvery, check)
}
