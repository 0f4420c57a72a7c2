// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
)

// moving is something that moves records: a connector, or what the bare client does in its place.
type moving struct {
	// name is that of the connector.
	name   string
	config map[string]string
	bare   bareJob
	// complete says whether all has arrived at the far end.
	complete func(context.Context) (bool, error)
}

// mover is who moves records.
type mover interface {
	// move returns when all has arrived.
	move(ctx context.Context, m moving) (span, error)
	// peak is the largest resident set so far, in bytes.
	peak() (int64, error)
}

// startMover starts the contender of this turn.
func (t *turn) startMover(ctx context.Context, o workerOptions) (mover, error) {
	if t.contender == bareClient {
		return &bare{}, nil
	}
	return t.startWorker(ctx, o)
}

// move creates a connector, waits until all has arrived, and deletes it.
func (w *worker) move(ctx context.Context, m moving) (span, error) {
	create := func() error { return w.create(ctx, m.name, m.config) }
	took, err := measureSpan(ctx, w.pid, create, m.complete)
	if err != nil {
		return span{}, err
	}
	return took, w.remove(ctx, m.name)
}

// measure moves something after something smaller of the same kind, so that Java has compiled its code before time is taken.
func measure(ctx context.Context, m mover, warm, whole moving) (took span, peak int64, err error) {
	if _, err := m.move(ctx, warm); err != nil {
		return took, 0, fmt.Errorf("warm up: %w", err)
	}
	if took, err = m.move(ctx, whole); err != nil {
		return took, 0, err
	}
	peak, err = m.peak()
	return took, peak, err
}
