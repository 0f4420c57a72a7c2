// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/connectors/file"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/embeddedkafka"
)

// cluster is one worker, on an embedded broker.
type cluster struct {
	system *actor.ActorSystem
	worker *actor.PID
	*actors.Client
}

func plugins() *connect.Plugins {
	p := &connect.Plugins{}
	p.AddSource(file.SourceClass, file.NewSource)
	p.AddSink(file.SinkClass, file.NewSink)
	p.AddConverter(stringconverter.Class, stringconverter.New)
	p.AddHeaderConverter(header.Class, header.NewHeader)
	return p
}

func workerProps(broker string, more map[string]string) map[string]string {
	props := map[string]string{
		"bootstrap.servers": broker, "group.id": "longshore", "config.storage.topic": "connect-configs",
		"offset.storage.topic": "connect-offsets", "status.storage.topic": "connect-status",
		"config.storage.replication.factor": "1", "offset.storage.replication.factor": "1", "status.storage.replication.factor": "1",
		"key.converter": stringconverter.Class, "value.converter": stringconverter.Class, "offset.flush.interval.ms": "100",
	}
	for k, v := range more {
		props[k] = v
	}
	return props
}

func testLog(t *testing.T) *slog.Logger {
	level := slog.LevelWarn
	if testing.Verbose() {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
}

func startWorker(t *testing.T, broker *embeddedkafka.Broker, p *connect.Plugins, more map[string]string) *cluster {
	t.Helper()
	return startWorkerAt(t, broker.Addr(), p, more)
}

func startWorkerAt(t *testing.T, broker string, p *connect.Plugins, more map[string]string) *cluster {
	t.Helper()
	config, errs := actors.ConfigFrom(workerProps(broker, more))
	require.Empty(t, errs)
	props, err := actors.WorkerProps(config, p, actors.WithRuntime(actors.Runtime{Log: testLog(t), WorkerID: "localhost:8083"}))
	require.NoError(t, err)
	return spawnCluster(t, props)
}

// spawnCluster has a system count dead letters for a moment only: protoactor does so on a goroutine that sleeps meanwhile.
func spawnCluster(t *testing.T, worker *actor.Props) *cluster {
	t.Helper()
	system := actor.NewActorSystem(actor.WithDeadLetterThrottleInterval(time.Millisecond), actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return testLog(t) }))
	pid, err := system.Root.SpawnNamed(worker, "worker")
	require.NoError(t, err)
	c := &cluster{system: system, worker: pid, Client: actors.NewClient(system.Root, pid)}
	t.Cleanup(func() { c.stop(t) })
	return c
}

func (c *cluster) stop(t *testing.T) {
	if c.worker == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	require.NoError(t, c.Drain(ctx))
	require.NoError(t, c.system.Root.StopFuture(c.worker).Wait())
	c.worker = nil
}

func startBroker(t *testing.T) *embeddedkafka.Broker {
	t.Helper()
	broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: testLog(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	return broker
}

func lines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.Bytes()
}

// requireArrival waits for a file to have as many bytes as wanted, and holds that they are the same.
func requireArrival(t *testing.T, file string, want []byte) {
	t.Helper()
	require.Eventually(t, func() bool {
		got, _ := os.ReadFile(file)
		return len(got) >= len(want)
	}, 20*time.Second, 10*time.Millisecond)
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "%d bytes arrived, wanted %d: lines were lost or repeated", len(got), len(want))
}

func TestLinesOfAFileGoThroughKafkaIntoAnotherFile(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	want := lines(10_000)
	require.NoError(t, os.WriteFile(in, want, 0o600))
	c := startWorker(t, startBroker(t), plugins(), nil)
	ctx := t.Context()

	_, err := c.CreateConnector(ctx, connect.CreateRequest{Name: "in", Config: connect.Raw(map[string]string{
		"name": "in", "connector.class": "FileStreamSource", "file": in, "topic": "lines"})})
	require.NoError(t, err)
	_, err = c.CreateConnector(ctx, connect.CreateRequest{Name: "out", Config: connect.Raw(map[string]string{
		"name": "out", "connector.class": "FileStreamSink", "file": out, "topics": "lines"})})
	require.NoError(t, err)

	requireArrival(t, out, want)

	status, err := c.ConnectorStatus(ctx, "in")
	require.NoError(t, err)
	require.Equal(t, connect.Running, status.Connector.State)
	require.Len(t, status.Tasks, 1)
	require.Equal(t, connect.Running, status.Tasks[0].State)
}

func TestAWorkerWaitsForAKafkaThatStartsAfterIt(t *testing.T) {
	first, err := embeddedkafka.Open(embeddedkafka.Config{Log: testLog(t)})
	require.NoError(t, err)
	address := first.Addr()
	require.NoError(t, first.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)

	c := startWorkerAt(t, address, plugins(), nil)
	health, _, err := c.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, connect.Starting, health)

	broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: testLog(t), Port: number})
	require.NoError(t, err)
	t.Cleanup(func() {
		c.stop(t)
		require.NoError(t, broker.Close())
	})
	require.Equal(t, address, broker.Addr(), "the port was taken by somebody else meanwhile")
	names, err := c.ConnectorNames(t.Context())
	require.NoError(t, err)
	require.Empty(t, names)
}
