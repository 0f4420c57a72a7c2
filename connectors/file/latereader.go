// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"io"
	"os"
	"sync"
	"time"
)

// stdin is shared by all tasks of the process: a read that a stopped task has left behind is the next one's.
var stdin = newLateReader(os.Stdin)

// lateReader reads from what may never answer. The read itself happens on a goroutine, one at most; who waits for it can
// give up, and whoever asks next gets what it brings.
type lateReader struct {
	from io.Reader
	// answers has room for the one read, so that its goroutine never waits for anybody.
	answers chan answer

	mu sync.Mutex
	// asked says that a goroutine reads, or that its answer was not taken yet.
	asked bool
	// left is what a caller had no room for.
	left []byte
	// buffer belongs to the goroutine while asked.
	buffer []byte
}

type answer struct {
	data []byte
	err  error
}

func newLateReader(from io.Reader) *lateReader {
	return &lateReader{from: from, answers: make(chan answer, 1)}
}

// read waits for data until the time is over or ctx is cancelled, and then returns nothing and no error.
func (r *lateReader) read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	if n := r.ask(p); n > 0 {
		return n, nil
	}
	if wait <= 0 {
		select {
		case a := <-r.answers:
			return r.take(a, p)
		default:
			return 0, nil
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case a := <-r.answers:
		return r.take(a, p)
	case <-timer.C:
	case <-ctx.Done():
	}
	return 0, nil
}

// ask hands out what is left, or starts a read where none is under way.
func (r *lateReader) ask(p []byte) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.left) > 0 {
		return r.hand(p)
	}
	if !r.asked {
		r.asked = true
		if r.buffer == nil {
			r.buffer = make([]byte, 64<<10)
		}
		go r.readOnce(r.buffer)
	}
	return 0
}

func (r *lateReader) readOnce(buffer []byte) {
	n, err := r.from.Read(buffer)
	r.answers <- answer{data: buffer[:n], err: err}
}

func (r *lateReader) take(a answer, p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked, r.left = false, a.data
	return r.hand(p), a.err
}

func (r *lateReader) hand(p []byte) int {
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n
}
