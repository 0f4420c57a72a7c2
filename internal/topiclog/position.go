// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"maps"
	"sync"
	"time"
)

// positions holds, for each partition, the offset behind what was applied or is known to hold nothing more.
type positions struct {
	mu      sync.Mutex
	next    map[int32]int64
	changed chan struct{} // closed and replaced at each change
}

func newPositions(starts map[int32]int64) *positions {
	return &positions{next: maps.Clone(starts), changed: make(chan struct{})}
}

func (p *positions) of(partition int32) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.next[partition]
}

// count is how many partitions there are.
func (p *positions) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.next)
}

// advance never steps back: after a loss on the broker the tail reads again what is older than what others were already told.
func (p *positions) advance(partition int32, next int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if next <= p.next[partition] {
		return
	}
	p.next[partition] = next
	close(p.changed)
	p.changed = make(chan struct{})
}

// raise lifts each end to the position where that is further.
func (p *positions) raise(ends map[int32]int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for partition, next := range p.next {
		ends[partition] = max(ends[partition], next)
	}
}

// behind returns the partitions that have not reached their end, with their positions, and a channel that is closed at the next change.
func (p *positions) behind(ends map[int32]int64) (map[int32]int64, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	late := map[int32]int64{}
	for partition, end := range ends {
		if next := p.next[partition]; next < end {
			late[partition] = next
		}
	}
	return late, p.changed
}

// await waits until every partition has reached its end. Where nothing arrives for a while, stalled is asked what stands there, one time
// after the other. Its answers are not waited for: the ends may be reached long before, and then its context ends.
func (p *positions) await(ctx context.Context, ends map[int32]int64, patience time.Duration, stalled func(ctx context.Context, late map[int32]int64)) error {
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	asked, answered := false, make(chan struct{}, 1)
	for {
		late, changed := p.behind(ends)
		if len(late) == 0 {
			return nil
		}
		if !asked {
			timer.Reset(patience)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		case <-answered:
			asked = false
		case <-timer.C:
			asked = true
			go func() {
				stalled(asking, late)
				answered <- struct{}{}
			}()
		}
	}
}
