// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"sync"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Meters are the counts of a worker and its tasks. The zero value is ready; it is safe for concurrent use. What this worker runs no
// more is forgotten, so that they do not grow with what comes and goes.
//
// A connector instance is named by a TaskID whose Task is -1.
type Meters struct {
	mu       sync.Mutex
	tasks    map[connect.TaskID]*meter
	states   map[connect.TaskID]connect.State
	restarts map[connect.TaskID]int64
	worker   WorkerCounts
	buffers  *budget.Worker    // nil before the worker is there
	clients  *kafkaconfig.Pool // likewise
}

// WorkerCounts are those of the worker as such.
type WorkerCounts struct {
	// Clustered says that the worker has told of its cluster; one on its own never does.
	Clustered bool
	// Leads says that this worker leads, LeaseOpen that it may work: it has confirmed its share against Kafka not long ago.
	Leads, LeaseOpen bool
	// Generation is the number of what was agreed last.
	Generation int64
	// Rebalances are the generations that have changed this worker's share. RebalanceTime is what carrying them out has taken in
	// all, from the first stop or start to the last, LastRebalance what the last one has.
	Rebalances                   int64
	RebalanceTime, LastRebalance time.Duration
	// Abandoned are the lives of connectors and tasks that did not end when they were told to.
	Abandoned int64
	// Clients are the Kafka clients that are open for connectors and tasks.
	Clients int64
	// Buffered are the bytes of records that all tasks hold, and BufferLimit is how many they may hold together.
	Buffered, BufferLimit int64
}

// Snapshot is what Meters say at one time.
type Snapshot struct {
	Worker WorkerCounts
	// Tasks has the counts of all tasks that this worker runs.
	Tasks map[connect.TaskID]TaskCounts
	// States has the state of each of them, and of connector instances, as this worker has reported it last.
	States map[connect.TaskID]connect.State
	// Restarts is how often they were started again here; what never was is left out.
	Restarts map[connect.TaskID]int64
}

// Progress is what one task has moved since the worker started.
type Progress struct {
	// Records polled from the source, or accepted by the sink.
	Records int64
	// Lag is how many records of its partitions a sink has not consumed yet; -1 for a source, and before the first records.
	Lag int64
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
	delete(m.states, id)
	delete(m.restarts, id)
}

// tell changes the worker's counts.
func (m *Meters) tell(change func(*WorkerCounts)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.worker)
}

// buffer has the counts include what a worker's tasks hold.
func (m *Meters) buffer(worker *budget.Worker) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.buffers = worker
}

// pool has the counts include the clients of a worker's pool.
func (m *Meters) pool(pool *kafkaconfig.Pool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clients = pool
}

// Rebalanced counts a generation that has changed what this worker runs, and what carrying it out took: from the first unit that was
// stopped or started to the last.
func (m *Meters) Rebalanced(took time.Duration) {
	m.tell(func(w *WorkerCounts) {
		w.Rebalances++
		w.RebalanceTime += took
		w.LastRebalance = took
	})
}

// Lead notes whether this worker leads.
func (m *Meters) Lead(leads bool) {
	m.tell(func(w *WorkerCounts) { w.Clustered, w.Leads = true, leads })
}

// Generation notes what was agreed last.
func (m *Meters) Generation(number int64) {
	m.tell(func(w *WorkerCounts) { w.Clustered, w.Generation = true, number })
}

// Lease notes whether this worker may work.
func (m *Meters) Lease(open bool) {
	m.tell(func(w *WorkerCounts) { w.Clustered, w.LeaseOpen = true, open })
}

// Abandoned counts a life that did not end when it was told to.
func (m *Meters) Abandoned() { m.tell(func(w *WorkerCounts) { w.Abandoned++ }) }

// State notes the reported state of a task or connector instance.
func (m *Meters) State(id connect.TaskID, state connect.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.states == nil {
		m.states = map[connect.TaskID]connect.State{}
	}
	m.states[id] = state
}

// Restarted counts a life of a task or connector instance that is not its first here.
func (m *Meters) Restarted(id connect.TaskID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.restarts == nil {
		m.restarts = map[connect.TaskID]int64{}
	}
	m.restarts[id]++
}

// Snapshot returns all counts.
func (m *Meters) Snapshot() Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := Snapshot{Worker: m.worker, Tasks: make(map[connect.TaskID]TaskCounts, len(m.tasks)), States: maps.Clone(m.states), Restarts: maps.Clone(m.restarts)}
	for id, meter := range m.tasks {
		out.Tasks[id] = meter.counts()
	}
	if m.clients != nil {
		out.Worker.Clients = m.clients.Clients()
	}
	if m.buffers != nil {
		out.Worker.Buffered, out.Worker.BufferLimit = m.buffers.Held(), m.buffers.Limit()
	}
	return out
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
