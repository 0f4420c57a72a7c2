// SPDX-License-Identifier: Apache-2.0

package simulation

import "github.com/longshore-io/connect/cluster/protocol"

// due is something that happens at an instant. Of two at the same one, that which was put in first happens first.
type due struct {
	at     protocol.Instant
	number uint64
	happen func()
}

func (d due) before(o due) bool {
	return d.at < o.at || d.at == o.at && d.number < o.number
}

// queue is a heap of what will happen.
type queue struct {
	heap   []due
	number uint64
}

func (q *queue) put(at protocol.Instant, happen func()) {
	q.number++
	q.heap = append(q.heap, due{at, q.number, happen})
	for i := len(q.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.heap[i].before(q.heap[parent]) {
			return
		}
		q.heap[i], q.heap[parent] = q.heap[parent], q.heap[i]
		i = parent
	}
}

func (q *queue) take() due {
	first, last := q.heap[0], len(q.heap)-1
	q.heap[0] = q.heap[last]
	q.heap[last] = due{}
	q.heap = q.heap[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first
		}
		if child+1 < last && q.heap[child+1].before(q.heap[child]) {
			child++
		}
		if !q.heap[child].before(q.heap[i]) {
			return first
		}
		q.heap[i], q.heap[child] = q.heap[child], q.heap[i]
		i = child
	}
}
