// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// pollEvery is how often it is looked whether a copy is complete; it is also how far a time can be off.
	pollEvery = 5 * time.Millisecond
	// copyLimit is how long one copy may take.
	copyLimit = 5 * time.Minute
	// ticks is how many clock ticks a second has in /proc/PID/stat: USER_HZ, which is 100 on every Linux that Go runs on.
	ticks = 100
)

// span is how long a copy took, and how much CPU the process that copied used meanwhile.
type span struct{ wall, cpu time.Duration }

func (s span) String() string {
	return fmt.Sprintf("%.2f s (CPU %.2f s)", s.wall.Seconds(), s.cpu.Seconds())
}

// measureSpan starts a copy in another process and waits until it is complete.
func measureSpan(ctx context.Context, pid int, start func() error, complete func(context.Context) (bool, error)) (span, error) {
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	before, err := cpuTime(pid)
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
	after, err := cpuTime(pid)
	return span{wall, after - before}, err
}

func poll(ctx context.Context, complete func(context.Context) (bool, error)) error {
	tick := time.NewTicker(pollEvery)
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

// cpuTime is what a process has used in user and system mode: fields 14 and 15 of its stat file (proc(5)). Fields are counted
// behind the name of the command, which may hold spaces and ends with the last parenthesis.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var used int64
	for _, text := range fields[11:13] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the CPU time of process %d: %w", pid, err)
		}
		used += n
	}
	return time.Duration(used) * time.Second / ticks, nil
}
