// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
)

const (
	// creators are how many connectors are created at the same time.
	creators = 8
	// lookEvery is how often it is looked whether all run; it is also how far a time can be off.
	lookEvery = 50 * time.Millisecond
	// settleLimit is how long it may take until all run.
	settleLimit = 3 * time.Minute
)

// cluster is workers that share connectors.
type cluster struct {
	workers    []*worker
	connectors int
	file       string
	// peak is the largest resident set that a worker has had, in bytes.
	peak int64
}

func newCluster(dir, binary, broker string, connectors, workers int) (*cluster, error) {
	c := &cluster{connectors: connectors, file: filepath.Join(dir, "lines.txt")}
	if err := os.WriteFile(c.file, []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		return nil, err
	}
	for i := range workers {
		w, err := newWorker(dir, binary, i, map[string]string{
			"bootstrap.servers": broker, "group.id": "bench",
			"key.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
			"config.storage.topic": "bench-configs", "config.storage.replication.factor": "1",
			"offset.storage.topic": "bench-offsets", "offset.storage.replication.factor": "1",
			"status.storage.topic": "bench-status", "status.storage.replication.factor": "1",
		})
		if err != nil {
			return nil, err
		}
		c.workers = append(c.workers, w)
	}
	return c, nil
}

// running are the workers that are there.
func (c *cluster) running() (there []*worker) {
	for _, w := range c.workers {
		if w.exited != nil {
			there = append(there, w)
		}
	}
	return there
}

func (c *cluster) start() error {
	for _, w := range c.workers {
		if err := w.start(); err != nil {
			return err
		}
	}
	return nil
}

// stop ends all workers gracefully, at the same time.
func (c *cluster) stop() error {
	var stopping sync.WaitGroup
	errs, peaks := make([]error, len(c.workers)), make([]int64, len(c.workers))
	for i, w := range c.workers {
		stopping.Go(func() { peaks[i], errs[i] = w.end(syscall.SIGTERM) })
	}
	stopping.Wait()
	for _, peak := range peaks {
		c.peak = max(c.peak, peak)
	}
	return errors.Join(errs...)
}

// memory is the largest resident set of the workers that run, now and ever.
func (c *cluster) memory() (now, peak int64, err error) {
	for _, w := range c.running() {
		n, err := machine.Memory(w.cmd.Process.Pid)
		if err != nil {
			return 0, 0, err
		}
		p, err := machine.PeakMemory(w.cmd.Process.Pid)
		if err != nil {
			return 0, 0, err
		}
		now, peak = max(now, n), max(peak, p)
	}
	return now, peak, nil
}

// kill ends all that still run.
func (c *cluster) kill() {
	for _, w := range c.running() {
		_, _ = w.end(syscall.SIGKILL) // the bench is over
	}
}

// create creates all connectors.
func (c *cluster) create(ctx context.Context) error {
	var creating sync.WaitGroup
	errs := make([]error, creators)
	for creator := range creators {
		creating.Go(func() {
			for i := creator; i < c.connectors && errs[creator] == nil; i += creators {
				errs[creator] = c.workers[i%len(c.workers)].call(ctx, http.MethodPost, "/connectors", map[string]any{
					"name":   fmt.Sprintf("source-%04d", i),
					"config": map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": c.file, "topic": "bench"},
				}, nil)
			}
		})
	}
	creating.Wait()
	return errors.Join(errs...)
}

// info is what is looked at of GET /cluster.
type info struct {
	Leader  string
	Members []struct {
		Worker, State     string
		Connectors, Tasks []any
	}
	Moving     []any
	Unassigned []any
}

// settled returns nil when so many workers are members with their share, and nothing is being moved.
func (i info) settled(workers int) error {
	up, tasks, least := 0, 0, -1
	for _, m := range i.Members {
		if m.State == "up" {
			up++
		}
		tasks += len(m.Tasks)
		if least < 0 || len(m.Tasks) < least {
			least = len(m.Tasks)
		}
	}
	if up != workers || len(i.Members) != workers || least < tasks/workers || len(i.Moving)+len(i.Unassigned) > 0 {
		return fmt.Errorf("%d members, one has %d of %d tasks, %d are being moved, %d have no worker", up, least, tasks, len(i.Moving), len(i.Unassigned))
	}
	return nil
}

// settle waits until all workers are members with their share, of the connectors that there are, and nothing is being moved.
func (c *cluster) settle(ctx context.Context) (leader, other *worker, err error) {
	err = until(ctx, func() error {
		var i info
		if err := c.running()[0].call(ctx, http.MethodGet, "/cluster", nil, &i); err != nil {
			return err
		}
		if err := i.settled(len(c.running())); err != nil {
			return err
		}
		leader = nil
		for _, w := range c.running() {
			if w.id == i.Leader {
				leader = w
			} else {
				other = w
			}
		}
		if leader == nil {
			return fmt.Errorf("worker %s leads, which is not there", i.Leader)
		}
		return nil
	})
	return leader, other, err
}

// unitStatus is what the status of a connector says of it or of one of its tasks.
type unitStatus struct {
	State  string
	Worker string `json:"worker_id"`
}

// awaitAll returns when all connectors and tasks run on workers that are there.
func (c *cluster) awaitAll(ctx context.Context) error {
	there := map[string]bool{}
	for _, w := range c.running() {
		there[w.id] = true
	}
	runs := func(u unitStatus) bool { return u.State == "RUNNING" && there[u.Worker] }
	return until(ctx, func() error {
		var all map[string]struct {
			Status struct {
				Connector unitStatus
				Tasks     []unitStatus
			}
		}
		if err := c.running()[0].call(ctx, http.MethodGet, "/connectors?expand=status", nil, &all); err != nil {
			return err
		}
		running := 0
		for _, one := range all {
			if runs(one.Status.Connector) && len(one.Status.Tasks) == 1 && runs(one.Status.Tasks[0]) {
				running++
			}
		}
		if running != c.connectors {
			return fmt.Errorf("%d of %d connectors run", running, c.connectors)
		}
		return nil
	})
}

// until returns when check returns nil, or its last error when that takes too long.
func until(ctx context.Context, check func() error) error {
	late, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-late.Done():
			return fmt.Errorf("waited for %s: %w", settleLimit, err)
		}
	}
}
