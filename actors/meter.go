// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync/atomic"
	"time"

	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/stage"
)

// meter counts what one task does, over all its lives. It is written by pumps and read by whoever shows progress.
type meter struct {
	in       atomic.Int64 // records polled from the source, or read from Kafka for a sink
	out      atomic.Int64 // records that Kafka has acknowledged, or that a sink has accepted
	records  atomic.Int64 // polled from the source, or accepted by the sink
	lag      atomic.Int64 // records in Kafka that a sink has not consumed; -1 for not known
	commits  atomic.Int64
	failures atomic.Int64 // of commits
	errors   stage.Counters
	waited   atomic.Int64 // nanoseconds, for room in a budget
	buffer   atomic.Pointer[budget.Task]
}

func newMeter() *meter {
	m := &meter{}
	m.lag.Store(-1)
	return m
}

func (m *meter) polled(n int) {
	m.in.Add(int64(n))
	m.records.Add(int64(n))
}

func (m *meter) acknowledged(n int) { m.out.Add(int64(n)) }

func (m *meter) consumed(n int) { m.in.Add(int64(n)) }

func (m *meter) put(n int) {
	m.out.Add(int64(n))
	m.records.Add(int64(n))
}

func (m *meter) committed(err error) {
	if err != nil {
		m.failures.Add(1)
		return
	}
	m.commits.Add(1)
}

// TaskCounts are what one task has done since this worker began to run it.
type TaskCounts struct {
	// In are the records that came in: polled from the source, or read from Kafka for a sink. Out are those that went out:
	// acknowledged by Kafka, or accepted by the sink.
	In, Out int64
	// Lag is how many records of its partitions a sink has not consumed yet; -1 for a source, and before the first records.
	Lag int64
	// Commits are those of offsets that were stored, FailedCommits those that were not.
	Commits, FailedCommits int64
	// Buffered are the bytes of records that the task holds: those of a source that Kafka has not acknowledged yet, or those of a sink
	// that were fetched and not accepted yet. BufferLimit is how many it may hold.
	Buffered, BufferLimit int64
	// BufferWait is how long the task has waited for room in its own budget or the worker's.
	BufferWait time.Duration
	// Errors are what transforms and converters could not handle.
	Errors ErrorCounts
}

// ErrorCounts are what the error handling of one task has done.
type ErrorCounts struct {
	// Failures are attempts that failed, Retries those that were made again.
	Failures, Retries int64
	// Records are those that could not be handled, Skipped those of them that errors.tolerance let pass, Logged those that errors.log.enable wrote.
	Records, Skipped, Logged int64
	// DeadLetters are the records that were to be written to the dead letter queue, FailedDeadLetters those that were not.
	DeadLetters, FailedDeadLetters int64
	// Last is when a record last could not be handled, in milliseconds since 1970; 0 for never.
	Last int64
}

func (m *meter) errorCounts() ErrorCounts {
	c := &m.errors
	return ErrorCounts{Failures: c.Failures.Load(), Retries: c.Retries.Load(), Records: c.Errors.Load(), Skipped: c.Skipped.Load(), Logged: c.Logged.Load(),
		DeadLetters: c.DeadLetters.Load(), FailedDeadLetters: c.FailedDeadLetters.Load(), Last: c.LastError.Load()}
}

func (m *meter) counts() TaskCounts {
	counts := TaskCounts{In: m.in.Load(), Out: m.out.Load(), Lag: m.lag.Load(), Commits: m.commits.Load(), FailedCommits: m.failures.Load(),
		BufferWait: time.Duration(m.waited.Load()), Errors: m.errorCounts()}
	if buffer := m.buffer.Load(); buffer != nil {
		counts.Buffered, counts.BufferLimit = buffer.Held(), buffer.Limit()
	}
	return counts
}
