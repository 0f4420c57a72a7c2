// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// brokerHeap is half of what Kafka's script gives the broker, for small machines; it lives from the page cache anyway.
	brokerHeap = "512m"
	// fewest is how many records a workload has at least, however small the scale is.
	fewest = 1000
)

// kafkaJVM is what Kafka's scripts run Java with (KAFKA_JVM_PERFORMANCE_OPTS of kafka-run-class.sh), with the first heap that
// connect-distributed.sh sets.
var kafkaJVM = []string{"-server", "-Xms256m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
	"-XX:+ExplicitGCInvokesConcurrent"}

// twins are the Java connectors that stand beside ours of the same name.
//
//go:embed all:testdata/java
var twins embed.FS

// rig is what all turns share: the broker, our binary, Java's plugins, the folder.
type rig struct {
	dir    string
	scale  float64
	broker *kafkatest.Broker
	topics *topics
	// binary is our worker, plugins a plugin.path with the Java twins.
	binary, plugins string
	turns           int
	postgres        *databasetest.Server // nil until it is asked for
}

func newRig(ctx context.Context, dir string, scale float64) (*rig, error) {
	r := &rig{dir: dir, scale: scale, plugins: filepath.Join(dir, "plugins")}
	var err error
	if r.binary, err = machine.BuildWorker(ctx, dir); err != nil {
		return nil, err
	}
	if err := r.compileTwins(ctx); err != nil {
		return nil, fmt.Errorf("compile the Java twins: %w", err)
	}
	brokerDir := filepath.Join(dir, "broker")
	if err := os.Mkdir(brokerDir, 0o700); err != nil {
		return nil, err
	}
	r.broker, err = kafkatest.NewBroker(ctx, kafkatest.BrokerConfig{Dir: brokerDir, MaxHeap: brokerHeap, JVMArgs: kafkaJVM,
		// What one turn has deleted should be gone from the disk before the next one needs it.
		Properties: map[string]string{"log.segment.delete.delay.ms": "1000"}})
	if err != nil {
		return nil, err
	}
	if r.topics, err = newTopics(r.broker.Addr()); err != nil {
		return nil, errors.Join(err, r.broker.Kill())
	}
	return r, nil
}

func (r *rig) compileTwins(ctx context.Context) error {
	source, err := fs.Sub(twins, "testdata/java")
	if err != nil {
		return err
	}
	folder := filepath.Join(r.plugins, "twins")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return kafkatest.CompilePlugin(ctx, source, filepath.Join(folder, "twins.jar"))
}

func (r *rig) close() error {
	r.topics.close()
	err := r.broker.Kill()
	if r.postgres != nil {
		err = errors.Join(err, r.postgres.End())
	}
	return err
}

// records is a number of records at the scale of this run.
func (r *rig) records(full int) int { return r.scaled(full, fewest) }

// warmUp is how many records a worker moves before that many are measured: a tenth of the full number whatever the scale is, so that
// Java has compiled its code, but never more than are measured.
func (r *rig) warmUp(full int) int { return min(max(full/10, fewest), r.records(full)) }

// scaled is a number at the scale of this run, but at least so many.
func (r *rig) scaled(full, least int) int { return max(int(float64(full)*r.scale), least) }
