// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"sync"
)

// outbox hands batches from the run to Poll. It has room for one, which the run may take back to add to it as long as Poll has not come: so
// batches are as large as Poll is slow, and none waits for another record.
type outbox struct {
	mu      sync.Mutex
	ready   *batch
	failure error
	news    chan struct{} // has one where there may be something for Poll
	taken   chan struct{} // has one where Poll may have taken the batch
	// midway says that the last batch that Poll has had ends in the midst of a transaction of the database.
	midway bool
}

func newOutbox() *outbox {
	return &outbox{news: make(chan struct{}, 1), taken: make(chan struct{}, 1)}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// offer lets Poll have a batch. There must be none that was offered and neither taken nor reclaimed.
func (o *outbox) offer(b *batch) {
	o.mu.Lock()
	o.ready = b
	o.mu.Unlock()
	poke(o.news)
}

// ended says whether no transaction of the database goes on behind the last batch that Poll has had.
func (o *outbox) ended() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.midway
}

// reclaim takes the offered batch back, nil where Poll has it.
func (o *outbox) reclaim() *batch {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.ready
	o.ready = nil
	return b
}

// put offers a batch and waits until Poll has taken it.
func (o *outbox) put(ctx context.Context, b *batch) error {
	o.offer(b)
	for {
		o.mu.Lock()
		gone := o.ready == nil
		o.mu.Unlock()
		if gone {
			return nil
		}
		select {
		case <-o.taken:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// fail has Poll return an error when it has taken what was offered before.
func (o *outbox) fail(err error) {
	o.mu.Lock()
	o.failure = err
	o.mu.Unlock()
	poke(o.news)
}

// take waits for a batch or a failure; both are nil where ctx ended first. A failure is told again each time: an answer to a Poll that
// is interrupted just then is thrown away.
func (o *outbox) take(ctx context.Context) (*batch, error) {
	for {
		o.mu.Lock()
		b, failure := o.ready, o.failure
		o.ready = nil
		if b != nil {
			if b.end == 0 && !o.midway {
				b.end = -1 // what has ended was told before
			}
			o.midway = b.end < len(b.records)
		}
		o.mu.Unlock()
		switch {
		case b != nil:
			poke(o.taken)
			return b, nil
		case failure != nil:
			return nil, failure
		}
		select {
		case <-o.news:
		case <-ctx.Done():
			return nil, nil
		}
	}
}
