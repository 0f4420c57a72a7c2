// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/internal/embeddedkafka"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// sharing is a worker with file sources that may share clients.
type sharing struct {
	*cluster
	meters *actors.Meters
	// hostile is in every HostileSource.
	hostile *hostile
	addr    string
	dir     string
	lines   map[string]int // that were written for each connector
}

func startSharing(t *testing.T, addr string, more map[string]string) *sharing {
	config, errs := actors.ConfigFrom(workerProps(addr, more))
	require.Empty(t, errs)
	s := &sharing{meters: &actors.Meters{}, hostile: newHostile(), addr: addr, dir: t.TempDir(), lines: map[string]int{}}
	p := plugins()
	p.AddSource("test.HostileSourceConnector", func() connect.SourceConnector { return hostileSource{s.hostile} })
	props, err := actors.WorkerProps(config, p, actors.WithRuntime(actors.Runtime{Log: testLog(t), WorkerID: "localhost:8083", Meters: s.meters}))
	require.NoError(t, err)
	s.cluster = spawnCluster(t, props)
	return s
}

// source runs a source that reads its file into the topic of its name, and waits for its first line to arrive.
func (s *sharing) source(t *testing.T, name string, more ...string) {
	t.Helper()
	s.begin(t, name, more...)
	s.arrives(t, name)
}

func (s *sharing) begin(t *testing.T, name string, more ...string) {
	t.Helper()
	s.write(t, name, "first line")
	config := map[string]string{"connector.class": "FileStreamSource", "file": s.file(name), "topic": name}
	for i := 0; i < len(more); i += 2 {
		config[more[i]] = more[i+1]
	}
	s.create(t, name, config)
}

func (s *sharing) file(name string) string { return filepath.Join(s.dir, name) }

func (s *sharing) write(t *testing.T, name, line string) {
	t.Helper()
	f, err := os.OpenFile(s.file(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = fmt.Fprintln(f, line)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	s.lines[name]++
}

// arrives waits until the topic of a connector has all of its lines, once each.
func (s *sharing) arrives(t *testing.T, name string) {
	t.Helper()
	kafkatest.ConsumeAll(t, s.addr, name, s.lines[name])
}

// goesOn holds that a source goes on at once.
func (s *sharing) goesOn(t *testing.T, name string) {
	t.Helper()
	begun := time.Now()
	s.write(t, name, "one more line")
	s.arrives(t, name)
	require.Less(t, time.Since(begun), 15*time.Second, "less than a blocked topic is waited for")
	status, err := s.ConnectorStatus(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, connect.Running, status.Tasks[0].State, status.Tasks[0].Trace)
}

func (s *sharing) clients() int64 { return s.meters.Snapshot().Worker.Clients }

func brokerWithoutAutoCreate(t *testing.T, topics ...string) string {
	broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: slog.New(slog.DiscardHandler), NoAutoCreate: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	createTopics(t, broker.Addr(), topics...)
	return broker.Addr()
}

func TestSourcesShareAClientAndNoTrouble(t *testing.T) {
	s := startSharing(t, brokerWithoutAutoCreate(t, "good", "too-large"), map[string]string{"task.shutdown.graceful.timeout.ms": "500"})
	s.source(t, "good")
	before := s.clients()

	s.begin(t, "blocked") // there is no such topic
	s.until(t, "blocked", connect.Running, connect.Running)
	s.goesOn(t, "good")
	require.Equal(t, before, s.clients(), "it is the same client")

	s.source(t, "too-large")
	s.write(t, "too-large", strings.Repeat("x", 2<<20))
	s.until(t, "too-large", connect.Running, connect.Failed)
	s.goesOn(t, "good")

	atOnce(t, "to stop", func(ctx context.Context) error { return s.StopConnector(ctx, "blocked") })
	s.goesOn(t, "good")
	require.NoError(t, s.DeleteConnector(t.Context(), "blocked"))
	s.goesOn(t, "good")
	require.Equal(t, before, s.clients())
}

func TestAnAbandonedSourceIsNoTroubleForThoseWithItsClient(t *testing.T) {
	s := startSharing(t, brokerWithoutAutoCreate(t, "good", "hostile"), map[string]string{"task.shutdown.graceful.timeout.ms": "300"})
	s.source(t, "good")
	s.create(t, "stuck", map[string]string{"connector.class": "HostileSource"})
	kafkatest.ConsumeAll(t, s.addr, "hostile", 3)
	before := s.clients()

	do, release := block()
	defer release()
	s.hostile.on("Poll", do)
	require.Eventually(t, func() bool { return s.hostile.inside.Load() > 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.StopConnector(t.Context(), "stuck"))
	require.Eventually(t, func() bool { return s.meters.Snapshot().Worker.Abandoned == 1 }, 10*time.Second, time.Millisecond)
	s.goesOn(t, "good")
	require.Equal(t, before, s.clients())

	s.hostile.on("Poll", nil)
	release()
	require.NoError(t, s.ResumeConnector(t.Context(), "stuck"))
	s.until(t, "stuck", connect.Running, connect.Running)
	s.goesOn(t, "good")
}

func TestClientsAreNotSharedWhereThatIsNotWanted(t *testing.T) {
	for name, c := range map[string]struct {
		worker    map[string]string
		connector []string
	}{
		"client.sharing":          {map[string]string{"client.sharing": "None"}, nil},
		"the worker's client.id":  {map[string]string{"producer.client.id": "mine"}, nil},
		"a connector's client.id": {nil, []string{"producer.override.client.id", "mine"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := startSharing(t, brokerWithoutAutoCreate(t, "a", "b"), c.worker)
			s.source(t, "a", c.connector...)
			before := s.clients()
			s.source(t, "b", c.connector...)
			require.Equal(t, before+1, s.clients())
		})
	}
}

func TestWhoSharesClientsIsOneOfTwo(t *testing.T) {
	_, errs := actors.ConfigFrom(workerProps("k:9092", map[string]string{"client.sharing": "some"}))
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "Invalid value some for configuration client.sharing: ")
	_, errs = actors.StandaloneConfigFrom(map[string]string{"client.sharing": "some", "key.converter": "c", "value.converter": "c", "offset.storage.file.filename": "f"})
	require.Len(t, errs, 1)
}

func TestTheBudgetOfASourceIsNoLargerThanBufferMemory(t *testing.T) {
	s := startSharing(t, brokerWithoutAutoCreate(t, "a"), nil)
	s.source(t, "a", "producer.override.buffer.memory", "2000000", "task.max.buffered.bytes", "5000000")
	require.Equal(t, int64(2000000), s.meters.Snapshot().Tasks[connect.TaskID{Connector: "a"}].BufferLimit)
}
