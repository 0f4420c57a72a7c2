// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/longshore-io/connect/bench/internal/machine"
)

const (
	// pollEvery is how often it is looked whether something is complete; it is also how far a time can be off.
	pollEvery = 5 * time.Millisecond
	// spanLimit is how long one measured span may take.
	spanLimit = 5 * time.Minute
)

// measureSpan starts something in another process and waits until it is complete.
func measureSpan(ctx context.Context, pid int, start func() error, complete func(context.Context) (bool, error)) (span, error) {
	return measureSpanWithin(ctx, spanLimit, pid, start, complete)
}

// measureSpanWithin is measureSpan with another limit.
func measureSpanWithin(ctx context.Context, limit time.Duration, pid int, start func() error, complete func(context.Context) (bool, error)) (span, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	before, err := machine.CPUTime(pid)
	if err != nil {
		return span{}, err
	}
	began := time.Now()
	if err := start(); err != nil {
		return span{}, err
	}
	if err := poll(ctx, complete); err != nil {
		return span{}, err
	}
	wall := time.Since(began)
	after, err := machine.CPUTime(pid)
	return span{wall, after - before}, err
}

// poll returns when complete says so.
func poll(ctx context.Context, complete func(context.Context) (bool, error)) error {
	return pollEach(ctx, pollEvery, complete)
}

func pollEach(ctx context.Context, every time.Duration, complete func(context.Context) (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if done, err := complete(ctx); err != nil || done {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hasSize says whether a file has so many bytes; more of them are an error.
func hasSize(path string, want int64) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) {
		info, err := os.Stat(path)
		switch {
		case os.IsNotExist(err):
			return false, nil
		case err == nil && info.Size() > want:
			return false, fmt.Errorf("%s has %d bytes, which is more than %d", path, info.Size(), want)
		}
		return err == nil && info.Size() == want, err
	}
}
