// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// brokerHeap is half of what Kafka's script gives the broker, for small machines; it lives from the page cache anyway.
	brokerHeap = "512m"
	// connectHeap is what connect-distributed.sh gives the worker.
	connectHeap = "2g"
	// startLimit is how long our worker may take to answer.
	startLimit = 30 * time.Second
)

// kafkaJVM is what Kafka's scripts run Java with (KAFKA_JVM_PERFORMANCE_OPTS of kafka-run-class.sh), with the first heap that
// connect-distributed.sh sets.
var kafkaJVM = []string{"-server", "-Xms256m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
	"-XX:+ExplicitGCInvokesConcurrent"}

func startKafkaConnect(ctx context.Context, r *rig, dir, group string) (*worker, error) {
	c, err := kafkatest.NewConnect(ctx, kafkatest.ConnectConfig{
		Dir: dir, Properties: workerProperties(r.broker.Addr(), group), MaxHeap: connectHeap, JVMArgs: kafkaJVM,
	})
	if err != nil {
		return nil, err
	}
	return &worker{rig: r, url: c.URL(), pid: c.PID(), stop: c.Stop}, nil
}

func startLongshore(ctx context.Context, r *rig, dir, group string) (*worker, error) {
	address, err := machine.FreeAddress()
	if err != nil {
		return nil, err
	}
	url := "http://" + address
	props := workerProperties(r.broker.Addr(), group)
	props["listeners"] = url
	file := filepath.Join(dir, "worker.properties")
	if err := machine.WriteProperties(file, props); err != nil {
		return nil, err
	}
	return launch(ctx, r, filepath.Join(dir, "worker.log"), url, r.binary, file)
}

// launch starts our worker and returns when it answers.
func launch(ctx context.Context, r *rig, log, url, binary, file string) (*worker, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(binary, file)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &worker{rig: r, url: url, pid: cmd.Process.Pid, stop: func() error { return machine.End(cmd) }}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	answers := func(ctx context.Context) (bool, error) {
		return w.call(ctx, http.MethodGet, "/connectors", nil) == nil, nil
	}
	if err := poll(ctx, answers); err != nil {
		said, _ := os.ReadFile(log)
		return nil, errors.Join(fmt.Errorf("the worker does not answer: %w; it said:\n%s", err, said), w.close())
	}
	return w, nil
}
