// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// playLimit is how long a program may take; it needs up to half a minute. What it waits for it gives up earlier by itself.
const playLimit = 3 * time.Minute

// client is a client and how its program is run: the command line ends with the worker's URL, a prefix and a folder.
type client struct {
	name    string
	command []string
}

// allClients fetches the clients.
func allClients(t *testing.T) []client {
	t.Helper()
	program, py := goProgram(t), python(t)
	return []client{
		{"cloudhut", []string{program, "cloudhut"}},
		{"ricardo", []string{program, "ricardo"}},
		{"sourcelab", []string{javaTool("java"), "-XX:TieredStopAtLevel=1", "-cp", javaClasspath(t), "SourceLab"}},
		{"kafka-connect-py", []string{py, "-B", filepath.Join("python", "drive_kafka_connect_py.py")}},
		{"kafkaconnect", []string{py, "-B", filepath.Join("python", "drive_kafkaconnect.py")}},
		{"kafka-connect-healthcheck", []string{py, "-B", filepath.Join("python", "drive_healthcheck.py")}},
	}
}

func TestRealClientsMakeTheSameOfOurAnswersAsOfKafkaConnects(t *testing.T) {
	clients := allClients(t)
	broker := kafkatest.StartBroker(t)
	theirs, ours := startKafkaConnect(t, broker.Addr()), startLongshore(t, broker.Addr())
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			// One broker serves both workers, so names must differ: a sink's group of consumers is named for the connector.
			java := newPlay(t, c, theirs, "java-"+c.name)
			longshore := newPlay(t, c, ours, "ours-"+c.name)
			var wg sync.WaitGroup
			wg.Go(java.run)
			wg.Go(longshore.run)
			wg.Wait()
			requireSame(t, java.transcript(t), longshore.transcript(t))
		})
	}
}

// play is one run of a client's program.
type play struct {
	worker, prefix, folder string
	cmd                    *exec.Cmd
	stdout, stderr         strings.Builder
	err                    error
}

func newPlay(t *testing.T, c client, worker, prefix string) *play {
	t.Helper()
	p := &play{worker: worker, prefix: prefix, folder: t.TempDir()}
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, "in.txt"), []byte("one\ntwo\nthree\n"), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), playLimit)
	t.Cleanup(cancel)
	t.Cleanup(func() { clearConnectors(t, worker) })
	args := append(c.command[1:len(c.command):len(c.command)], worker, prefix, p.folder)
	p.cmd = exec.CommandContext(ctx, c.command[0], args...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	p.cmd.Env = append(p.cmd.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	p.cmd.WaitDelay = 5 * time.Second
	return p
}

func (p *play) run() { p.err = p.cmd.Run() }

// transcript requires that the client has met nothing that it did not expect.
func (p *play) transcript(t *testing.T) []step {
	t.Helper()
	steps := p.parse(t)
	for _, s := range steps {
		assert.Empty(t, s.Unexpected, "%s: %s", p.prefix, s.Call)
	}
	assert.NoError(t, p.err, "%s said: %s", p.prefix, p.stderr.String())
	return steps
}

func requireSame(t *testing.T, java, ours []step) {
	t.Helper()
	require.NotEmpty(t, java)
	require.Len(t, ours, len(java), "calls")
	for i, s := range java {
		if d, ok := deliberate[s.Call]; ok {
			assert.Contains(t, s.text(t), d.java, "Kafka Connect: %s", s.Call)
			assert.Contains(t, ours[i].text(t), d.ours, "Longshore: %s", s.Call)
			continue
		}
		assert.Equal(t, s, ours[i], "%s: expected is what the client made of Kafka Connect's answer", s.Call)
	}
}
