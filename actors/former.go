// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"
	"time"
)

// longestFenceRetry bounds the pause between two attempts: a unit waits for them, and nothing else can be done for it.
const longestFenceRetry = 2 * time.Second

// formerOwners are workers that had a unit and were declared dead. They may live, and then they must not store offsets of it any
// more when its new owner reads them.
type formerOwners struct {
	mu      sync.Mutex
	workers []string // still to be fenced
}

// fence returns when all of them are fenced, which is tried until ctx ends. The lives of a unit follow each other: what one has
// done the next need not do.
func (f *formerOwners) fence(ctx context.Context, l lifeOf) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for attempt := 1; len(f.workers) > 0; attempt++ {
		err := l.env.beforeStart(ctx, f.workers)
		if err == nil {
			f.workers = nil
			l.root.Send(l.env.herder, unitFenced{l.id, l.since})
			return l.gate.enter(ctx) // what was read may have taken the unit away again
		}
		l.log.Warn("former owners could not be fenced, and the start waits for that", "workers", f.workers, "attempt", attempt, "error", err)
		if l.env.runtime.Clock.Sleep(ctx, min(retryDelay(attempt, l.env.runtime.Random()), longestFenceRetry)) != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}
