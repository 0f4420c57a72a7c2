// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync"
	"sync/atomic"

	connect "github.com/longshore-io/connect"
)

// meter counts what one task does, over all its lives. It is written by pumps and read by whoever shows progress.
type meter struct {
	records      atomic.Int64 // polled from the source, or accepted by the sink
	lag          atomic.Int64 // records in Kafka that a sink has not consumed; -1 for not known
	commits      atomic.Int64
	failures     atomic.Int64 // of commits
	abandonments atomic.Int64
}

func newMeter() *meter {
	m := &meter{}
	m.lag.Store(-1)
	return m
}

func (m *meter) polled(n int) { m.records.Add(int64(n)) }

func (m *meter) put(n int) { m.records.Add(int64(n)) }

func (m *meter) committed(err error) {
	if err != nil {
		m.failures.Add(1)
		return
	}
	m.commits.Add(1)
}

// Progress is what one task has moved since the worker started.
type Progress struct {
	// Records polled from the source, or accepted by the sink.
	Records int64
	// Lag is how many records of its partitions a sink has not consumed yet; -1 for a source, and before the first records.
	Lag int64
}

// Meters are the counts of a worker's tasks. The zero value is ready; it is safe for concurrent use.
type Meters struct {
	mu    sync.Mutex
	tasks map[connect.TaskID]*meter
}

func (m *Meters) of(id connect.TaskID) *meter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tasks == nil {
		m.tasks = map[connect.TaskID]*meter{}
	}
	if m.tasks[id] == nil {
		m.tasks[id] = newMeter()
	}
	return m.tasks[id]
}

func (m *Meters) forget(id connect.TaskID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tasks, id)
}

// Progress returns the counts of all tasks that this worker runs.
func (m *Meters) Progress() map[connect.TaskID]Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[connect.TaskID]Progress, len(m.tasks))
	for id, meter := range m.tasks {
		out[id] = Progress{Records: meter.records.Load(), Lag: meter.lag.Load()}
	}
	return out
}
