// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// connectHeap is what connect-distributed.sh gives the worker.
	connectHeap = "2g"
	// startLimit is how long a worker may take to answer.
	startLimit = 2 * time.Minute
	// askEvery is how often a worker that starts is asked: each question costs it something, and Java a line of its log.
	askEvery   = 10 * time.Millisecond
	stringText = "org.apache.kafka.connect.storage.StringConverter"
)

// worker is a distributed Connect worker, whoever made it.
type worker struct {
	url, log string
	pid      int
	// began is when the process was started.
	began time.Time
	// stop ends the process gracefully, unless it has ended.
	stop func() error
}

// workerOptions say how a worker is started.
type workerOptions struct {
	// properties win over those of workerProperties.
	properties map[string]string
	// plugins gives it a plugin.path with the Java twins.
	plugins bool
}

// workerProperties are those of both workers. group makes the names of what they keep in Kafka.
func workerProperties(broker, group string) map[string]string {
	return map[string]string{
		"bootstrap.servers": broker, "group.id": group, "key.converter": stringText, "value.converter": stringText,
		"config.storage.topic": group + "-configs", "config.storage.replication.factor": "1",
		"offset.storage.topic": group + "-offsets", "offset.storage.replication.factor": "1",
		"status.storage.topic": group + "-status", "status.storage.replication.factor": "1",
	}
}

// startWorker starts the worker of this turn's contender and returns when it answers.
func (t *turn) startWorker(ctx context.Context, o workerOptions) (*worker, error) {
	w, err := t.launchWorker(ctx, o)
	if err != nil {
		return nil, err
	}
	_, err = w.await(ctx, func(ctx context.Context) error { return w.call(ctx, http.MethodGet, "/connectors", nil, nil) })
	return w, err
}

// launchWorker is startWorker that returns as soon as the process is there. All workers of a turn are of one group.
func (t *turn) launchWorker(ctx context.Context, o workerOptions) (*worker, error) {
	props := workerProperties(t.broker.Addr(), t.name("connect"))
	if o.plugins {
		props["plugin.path"] = t.plugins
	}
	maps.Copy(props, o.properties)
	dir := filepath.Join(t.dir, fmt.Sprintf("worker-%d", len(t.workers)))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	launch := t.launchLongshore
	if t.contender == kafkaConnect {
		launch = launchKafkaConnect
	}
	w, err := launch(ctx, dir, props)
	if err != nil {
		return nil, err
	}
	t.workers = append(t.workers, w)
	return w, nil
}

func launchKafkaConnect(ctx context.Context, dir string, props map[string]string) (*worker, error) {
	c, err := kafkatest.LaunchConnect(ctx, kafkatest.ConnectConfig{Dir: dir, Properties: props, MaxHeap: connectHeap, JVMArgs: kafkaJVM})
	if err != nil {
		return nil, err
	}
	return &worker{url: c.URL(), log: filepath.Join(dir, "connect.log"), pid: c.PID(), began: c.Began(), stop: c.Stop}, nil
}

func (t *turn) launchLongshore(_ context.Context, dir string, props map[string]string) (*worker, error) {
	address, err := machine.FreeAddress()
	if err != nil {
		return nil, err
	}
	w := &worker{url: "http://" + address, log: filepath.Join(dir, "connect.log")}
	props["listeners"] = w.url
	file := filepath.Join(dir, "worker.properties")
	if err := machine.WriteProperties(file, props); err != nil {
		return nil, err
	}
	out, err := os.Create(w.log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(t.binary, file)
	cmd.Stdout, cmd.Stderr = out, out
	w.began = time.Now()
	exited, err := kafkatest.StartTied(cmd)
	if err != nil {
		return nil, err
	}
	w.pid, w.stop = cmd.Process.Pid, func() error { return machine.End(cmd, exited) }
	return w, nil
}

// await returns as soon as ready returns nil, with the time since the process was started.
func (w *worker) await(ctx context.Context, ready func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	var last error
	err := pollEach(ctx, askEvery, func(ctx context.Context) (bool, error) {
		if last = ready(ctx); last == nil {
			return true, nil
		}
		_, err := machine.Memory(w.pid)
		return false, err
	})
	if err != nil {
		return 0, errors.Join(fmt.Errorf("wait for the worker: %w", err), last)
	}
	return time.Since(w.began), nil
}

// call is a REST call that has to go well; answer gets what is answered, unless it is nil.
func (w *worker) call(ctx context.Context, method, path string, body, answer any) error {
	return machine.Call(ctx, method, w.url+path, body, answer)
}

func (w *worker) create(ctx context.Context, name string, config map[string]string) error {
	return w.call(ctx, http.MethodPost, "/connectors", map[string]any{"name": name, "config": config}, nil)
}

func (w *worker) remove(ctx context.Context, name string) error {
	return w.call(ctx, http.MethodDelete, "/connectors/"+name, nil, nil)
}

func (w *worker) peak() (int64, error) { return machine.PeakMemory(w.pid) }
