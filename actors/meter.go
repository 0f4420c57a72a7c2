// SPDX-License-Identifier: Apache-2.0

package actors

import "sync/atomic"

// meter counts what one task does, over all its lives. It is written by pumps and read by whoever shows progress.
type meter struct {
	in       atomic.Int64 // records polled from the source, or read from Kafka for a sink
	out      atomic.Int64 // records that Kafka has acknowledged, or that a sink has accepted
	records  atomic.Int64 // polled from the source, or accepted by the sink
	lag      atomic.Int64 // records in Kafka that a sink has not consumed; -1 for not known
	commits  atomic.Int64
	failures atomic.Int64 // of commits
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
}

func (m *meter) counts() TaskCounts {
	return TaskCounts{In: m.in.Load(), Out: m.out.Load(), Lag: m.lag.Load(), Commits: m.commits.Load(), FailedCommits: m.failures.Load()}
}
