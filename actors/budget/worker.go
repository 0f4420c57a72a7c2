// SPDX-License-Identifier: Apache-2.0

package budget

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Worker is the budget of all tasks of one worker. It is safe for concurrent use.
type Worker struct {
	limit int64
	held  atomic.Int64
	// holders are the tasks that hold something, waiting is how many requests are in the queue.
	holders, waiting atomic.Int64

	mu    sync.Mutex
	queue []*request // those that wait for room, in order
}

// request is one that waits for room in the worker's budget. granted is closed when it has been given.
type request struct {
	task    *Task
	bytes   int64
	granted chan struct{}
}

// New returns a budget of so many bytes.
func New(limit int64) *Worker { return &Worker{limit: limit} }

// Limit is how many bytes the tasks may hold together.
func (w *Worker) Limit() int64 { return w.limit }

// Held is how many bytes the tasks hold together.
func (w *Worker) Held() int64 { return w.held.Load() }

// take takes bytes if there is room for them and nobody has come before.
func (w *Worker) take(bytes int64) bool {
	if w.waiting.Load() > 0 {
		return false
	}
	if w.held.Add(bytes) <= w.limit {
		return true
	}
	w.give(bytes)
	return false
}

// give gives bytes back, and room to those who wait for it.
func (w *Worker) give(bytes int64) {
	w.held.Add(-bytes)
	if w.waiting.Load() > 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.serve()
	}
}

// enqueue lets a task wait for room. Room that was given back before the request could be seen is looked for here.
func (w *Worker) enqueue(task *Task, bytes int64) *request {
	r := &request{task: task, bytes: bytes, granted: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, r)
	w.waiting.Add(1)
	w.serve()
	return r
}

// leave takes a request back, and says whether it had been granted already.
func (w *Worker) leave(r *request) (granted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, r)
	if i < 0 {
		return true
	}
	w.queue = slices.Delete(w.queue, i, i+1)
	w.waiting.Add(-1)
	w.serve() // it may have kept those behind it
	return false
}

// serve grants what can be granted: in order, but for those who hold nothing and therefore need not wait.
func (w *Worker) serve() {
	full := false
	w.queue = slices.DeleteFunc(w.queue, func(r *request) bool {
		full = full || w.held.Load()+r.bytes > w.limit
		if full && r.task.held.Load() > 0 {
			return false
		}
		w.held.Add(r.bytes)
		r.task.add(r.bytes)
		w.waiting.Add(-1)
		close(r.granted)
		return true
	})
}
