// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"sync"
	"time"

	"github.com/longshore-io/connect"
)

// Bounds of what waits in a queue, in bytes: all of it, and what is handed over at once.
const (
	queueBytes = 16 << 20
	chunkBytes = 4 << 20
)

// queue is between the goroutine that reads and Poll. It is bounded in records and in bytes; what it hands over belongs to the taker until the next take.
type queue struct {
	mu     sync.Mutex
	chunks []chunk
	// lent is what was handed over last, free what may be filled again.
	lent, free  []connect.SourceRecord
	rows, bytes int
	maxRows     int
	chunkRows   int
	// ended says that nothing comes any more, err why.
	ended bool
	err   error
	// room and filled have a token after a change that the other side may wait for.
	room, filled chan struct{}
}

// chunk is what one Poll returns.
type chunk struct {
	records []connect.SourceRecord
	bytes   int
}

func newQueue(maxRows, chunkRows int) *queue {
	return &queue{maxRows: max(maxRows, 1), chunkRows: chunkRows, room: make(chan struct{}, 1), filled: make(chan struct{}, 1)}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put waits for room. It returns false when the context ends first.
func (q *queue) put(ctx context.Context, record *connect.SourceRecord, size int) bool {
	q.mu.Lock()
	for q.rows >= q.maxRows || q.bytes >= queueBytes {
		q.mu.Unlock()
		select {
		case <-q.room:
		case <-ctx.Done():
			return false
		}
		q.mu.Lock()
	}
	last := q.open()
	last.records = append(last.records, *record)
	last.bytes += size
	q.rows++
	q.bytes += size
	first := q.rows == 1
	q.mu.Unlock()
	if first {
		signal(q.filled)
	}
	return true
}

// open is the last chunk, with room for one more record.
func (q *queue) open() *chunk {
	if n := len(q.chunks); n > 0 {
		if last := &q.chunks[n-1]; len(last.records) < q.chunkRows && last.bytes < chunkBytes {
			return last
		}
	}
	q.chunks = append(q.chunks, chunk{records: q.free})
	q.free = nil
	return &q.chunks[len(q.chunks)-1]
}

// end says that nothing comes after what is there.
func (q *queue) end(err error) {
	q.mu.Lock()
	q.ended, q.err = true, err
	q.mu.Unlock()
	signal(q.filled)
}

// take returns what is there, waiting so long for a first record. After the end it returns its error.
func (q *queue) take(ctx context.Context, linger time.Duration) ([]connect.SourceRecord, error) {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for {
		if records, ended, err := q.takeNow(); records != nil || ended && err != nil {
			return records, err
		}
		select {
		case <-q.filled:
		case <-timer.C:
			return nil, nil
		case <-ctx.Done():
			return nil, nil
		}
	}
}

func (q *queue) takeNow() (records []connect.SourceRecord, ended bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lent != nil {
		clear(q.lent)
		q.free, q.lent = q.lent[:0], nil
	}
	if len(q.chunks) == 0 {
		return nil, q.ended, q.err
	}
	first := q.chunks[0]
	q.chunks = append(q.chunks[:0], q.chunks[1:]...)
	q.rows -= len(first.records)
	q.bytes -= first.bytes
	q.lent = first.records
	signal(q.room)
	return first.records, false, nil
}
