// SPDX-License-Identifier: Apache-2.0

// Command embed hosts a Longshore worker inside a protoactor system of its own. The worker is one child actor among others
// of the host: the host spawns it from actors.WorkerProps, asks it with actors.NewClient, hears of its connectors on the
// system's event stream, and stops it. No REST API, no process of its own, and none of the system's settings are touched.
//
// Hosts whose workers have one group.id are a cluster and share its work. For that each worker needs a WorkerID of its own, whose
// host others can reach, and opens two ports there: one to gossip and one for messages of the others (cluster.* in docs/cluster.md).
//
// Kafka is the embedded one here, in memory. A host elsewhere names a Kafka of its own in bootstrap.servers.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/cmd/app"
	"github.com/longshore-io/connect/internal/embeddedkafka"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	kafka, err := embeddedkafka.Open(embeddedkafka.Config{})
	if err != nil {
		return err
	}
	return errors.Join(withKafka(ctx, out, kafka.Addr()), kafka.Close())
}

func withKafka(ctx context.Context, out io.Writer, bootstrap string) error {
	folder, err := os.MkdirTemp("", "longshore-embed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	input := filepath.Join(folder, "input.txt")
	if err := os.WriteFile(input, []byte("hello\nfrom inside\n"), 0o600); err != nil {
		return err
	}
	props, err := workerProps(bootstrap)
	if err != nil {
		return err
	}
	system := actor.NewActorSystem()
	defer system.Shutdown()
	running := runningTasks(system)
	parent := system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return &host{worker: props} }))
	reply, err := system.Root.RequestFuture(parent, whereIsTheWorker{}, time.Second).Result()
	if err != nil {
		return err
	}
	client := actors.NewClient(system.Root, reply.(*actor.PID))
	err = useWorker(ctx, out, client, running, input)
	// A stop of the host stops the worker too; the drain before it is what makes the end graceful.
	return errors.Join(err, client.Drain(ctx), system.Root.StopFuture(parent).Wait())
}

// host is an actor of somebody else's that has a worker as its child.
type host struct {
	worker *actor.Props
	child  *actor.PID
}

// whereIsTheWorker is answered with the PID of the worker.
type whereIsTheWorker struct{}

// Receive implements actor.Actor.
func (h *host) Receive(c actor.Context) {
	switch c.Message().(type) {
	case *actor.Started:
		h.child = c.SpawnPrefix(h.worker, "longshore")
	case whereIsTheWorker:
		c.Respond(h.child)
	case *actor.Terminated:
		// The worker has gone: a host that needs it spawns another one here.
	}
}

func workerProps(bootstrap string) (*actor.Props, error) {
	plugins := &connect.Plugins{}
	app.Bundled(plugins)
	config, wrong := actors.ConfigFrom(map[string]string{
		"bootstrap.servers":    bootstrap,
		"group.id":             "embedded",
		"key.converter":        "StringConverter",
		"value.converter":      "StringConverter",
		"config.storage.topic": "connect-configs", "config.storage.replication.factor": "1",
		"offset.storage.topic": "connect-offsets", "offset.storage.replication.factor": "1", "offset.storage.partitions": "1",
		"status.storage.topic": "connect-status", "status.storage.replication.factor": "1", "status.storage.partitions": "1",
	})
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	props, err := actors.WorkerProps(config, plugins, actors.WithRuntime(actors.Runtime{WorkerID: "embedded:0"}))
	return props, err
}

// runningTasks hears on the event stream of every task that begins to run.
func runningTasks(system *actor.ActorSystem) <-chan connect.TaskID {
	running := make(chan connect.TaskID, 1)
	system.EventStream.Subscribe(func(event any) {
		if changed, ok := event.(actors.StatusChanged); ok && changed.Task >= 0 && changed.State == connect.Running {
			select {
			case running <- connect.TaskID{Connector: changed.Connector, Task: changed.Task}:
			default: // one is enough for this example
			}
		}
	})
	return running
}

func useWorker(ctx context.Context, out io.Writer, client *actors.Client, running <-chan connect.TaskID, input string) error {
	_, err := client.CreateConnector(ctx, connect.CreateRequest{Name: "lines", Config: connect.Raw(map[string]string{
		"name": "lines", "connector.class": "FileStreamSource", "file": input, "topic": "lines",
	})})
	if err != nil {
		return err
	}
	select {
	case id := <-running:
		fmt.Fprintf(out, "task %d of %s runs\n", id.Task, id.Connector)
	case <-ctx.Done():
		return ctx.Err()
	}
	status, err := statusWithTasks(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "connector %s is %s on %s, with %d task\n", status.Name, status.Connector.State, status.Connector.WorkerID, len(status.Tasks))
	return nil
}

// statusWithTasks asks until the task is there: the event comes at once, the status by way of Kafka, a moment later.
func statusWithTasks(ctx context.Context, client *actors.Client) (connect.ConnectorStatus, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		status, err := client.ConnectorStatus(ctx, "lines")
		if err == nil && len(status.Tasks) > 0 || ctx.Err() != nil {
			return status, err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
}
