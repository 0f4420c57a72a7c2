// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"
)

// measured are the times until all connectors run, of all rounds.
type measured struct {
	created, started, follower, leader []time.Duration
}

// measure does all rounds.
func (c *cluster) measure(ctx context.Context, rounds int) (m measured, err error) {
	if err := c.start(); err != nil {
		return m, err
	}
	if _, _, err := c.settle(ctx); err != nil {
		return m, err
	}
	if err := c.time(ctx, "created", &m.created, func() error { return c.create(ctx) }); err != nil {
		return m, err
	}
	for range rounds {
		if err := c.round(ctx, &m); err != nil {
			return m, err
		}
	}
	return m, c.stop()
}

func (c *cluster) round(ctx context.Context, m *measured) error {
	if _, _, err := c.settle(ctx); err != nil {
		return err
	}
	if err := c.stop(); err != nil {
		return err
	}
	if err := c.time(ctx, "started", &m.started, c.start); err != nil {
		return err
	}
	_, follower, err := c.settle(ctx)
	if err != nil {
		return err
	}
	if err := c.replace(ctx, "a worker that does not lead was killed", &m.follower, follower); err != nil {
		return err
	}
	leader, _, err := c.settle(ctx)
	if err != nil {
		return err
	}
	return c.replace(ctx, "the leader was killed", &m.leader, leader)
}

// replace kills a worker, and starts it again when all that it had runs elsewhere.
func (c *cluster) replace(ctx context.Context, what string, times *[]time.Duration, w *worker) error {
	err := c.time(ctx, what, times, func() error {
		peak, err := w.end(syscall.SIGKILL)
		c.peak = max(c.peak, peak)
		return err
	})
	if err != nil {
		return err
	}
	if err := w.start(); err != nil {
		return err
	}
	if err := until(ctx, func() error { return w.call(ctx, "GET", "/connectors", nil, nil) }); err != nil {
		return err
	}
	if _, _, err := c.settle(ctx); err != nil {
		return err
	}
	return c.awaitAll(ctx)
}

// time does something and notes after how long all connectors run.
func (c *cluster) time(ctx context.Context, what string, times *[]time.Duration, do func() error) error {
	began := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := c.awaitAll(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	took := time.Since(began)
	*times = append(*times, took)
	now, peak, err := c.memory()
	fmt.Fprintf(os.Stderr, "%s: all run after %.2f s; a worker has up to %d MiB, and has had up to %d MiB\n", what, took.Seconds(), now>>20, peak>>20)
	return err
}

// print prints the medians of all rounds, and the smallest and largest time of each.
func (m measured) print(w io.Writer, measuredOn string, c *cluster) {
	fmt.Fprintf(w, "%d connectors with a task each on %d workers, medians of %d rounds (smallest to largest), %s\n\n%s\n\n",
		c.connectors, len(c.workers), len(m.started), time.Now().Format(time.DateOnly), measuredOn)
	fmt.Fprintf(w, "| until all run | seconds |\n|---|---:|\n")
	for _, row := range []struct {
		name  string
		times []time.Duration
	}{
		{"since the first of them was created", m.created},
		{"since the workers were started", m.started},
		{"since a worker that does not lead was killed", m.follower},
		{"since the leader was killed", m.leader},
	} {
		sorted := slices.Sorted(slices.Values(row.times))
		if len(sorted) > 0 {
			n := len(sorted)
			median := (sorted[(n-1)/2] + sorted[n/2]) / 2
			fmt.Fprintf(w, "| %s | %.2f (%.2f to %.2f) |\n", row.name, median.Seconds(), sorted[0].Seconds(), sorted[n-1].Seconds())
		}
	}
	fmt.Fprintf(w, "\nLargest resident set of a worker: %d MiB\n", c.peak>>20)
}
