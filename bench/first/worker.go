// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/longshore-io/connect/bench/internal/machine"
)

// worker is a distributed Connect worker that answers, whoever made it.
type worker struct {
	rig  *rig
	url  string
	pid  int
	stop func() error
}

// workerProperties are those of both workers. group makes the names of what they keep in Kafka.
func workerProperties(broker, group string) map[string]string {
	const text = "org.apache.kafka.connect.storage.StringConverter"
	return map[string]string{
		"bootstrap.servers": broker, "group.id": group, "key.converter": text, "value.converter": text,
		"config.storage.topic": group + "-configs", "config.storage.replication.factor": "1",
		"offset.storage.topic": group + "-offsets", "offset.storage.replication.factor": "1",
		"status.storage.topic": group + "-status", "status.storage.replication.factor": "1",
	}
}

func (w *worker) source(ctx context.Context, file, topic string, lines int) (span, error) {
	config := map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": file, "topic": topic}
	return w.copy(ctx, "source-"+topic, config, w.rig.topics.hasRecords(topic, lines))
}

func (w *worker) sink(ctx context.Context, topic, file string, lines int) (span, error) {
	// Every sink of a topic is called after its file too, since its name is that of its consumer group.
	name := "sink-" + topic + "-" + strings.NewReplacer("/", "-", ".", "-").Replace(file)
	config := map[string]string{"connector.class": "FileStreamSink", "tasks.max": "1", "file": file, "topics": topic}
	return w.copy(ctx, name, config, hasSize(file, int64(lines)*lineBytes))
}

// copy creates a connector, waits until all has arrived, and deletes it.
func (w *worker) copy(ctx context.Context, name string, config map[string]string, complete func(context.Context) (bool, error)) (span, error) {
	create := func() error {
		return w.call(ctx, http.MethodPost, "/connectors", map[string]any{"name": name, "config": config})
	}
	took, err := measureSpan(ctx, w.pid, create, complete)
	if err != nil {
		return span{}, err
	}
	return took, w.call(ctx, http.MethodDelete, "/connectors/"+name, nil)
}

func (w *worker) peak() (int64, error) { return machine.PeakMemory(w.pid) }

func (w *worker) close() error { return w.stop() }

// call is a REST call that has to go well.
func (w *worker) call(ctx context.Context, method, path string, body any) error {
	return machine.Call(ctx, method, w.url+path, body, nil)
}
