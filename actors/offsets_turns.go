// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"
)

// turns keep the tasks of a connector and the changes of its offsets apart, on this worker: an offset that a task still
// commits after a change would undo it, and a task that reads its offsets during one would read a half. The zero value is
// ready. Tasks of one connector do not exclude each other; changes do.
type turns struct {
	mu sync.Mutex
	of map[string]*turn // those where something is under way
}

type turn struct {
	lives    int  // tasks between their start and their last offset
	changing bool // a change is under way: lives that begin wait for it
	asking   bool // the connector's own code is called for a change, maybe for one that was given up
	moved    chan struct{}
}

// enter begins a life of a task, once no change is under way. leave ends it; it may be called more than once.
func (t *turns) enter(ctx context.Context, connector string) (leave func(), err error) {
	err = t.when(ctx, connector, func(n *turn) bool { return !n.changing }, func(n *turn) { n.lives++ })
	if err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { t.move(connector, func(n *turn) { n.lives-- }) }), nil
}

// change begins a change, once no other is under way and no code of the connector's is still called for one, and waits for
// the lives to end.
func (t *turns) change(ctx context.Context, connector string) (done func(), err error) {
	err = t.when(ctx, connector, func(n *turn) bool { return !n.changing && !n.asking }, func(n *turn) { n.changing = true })
	if err != nil {
		return nil, err
	}
	done = sync.OnceFunc(func() { t.move(connector, func(n *turn) { n.changing = false }) })
	if err := t.when(ctx, connector, func(n *turn) bool { return n.lives == 0 }, func(*turn) {}); err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// ask marks that the connector's own code is called; answered says that it has returned.
func (t *turns) ask(connector string) (answered func()) {
	t.move(connector, func(n *turn) { n.asking = true })
	return func() { t.move(connector, func(n *turn) { n.asking = false }) }
}

// when waits until a connector's turn is ready and takes it in the same step.
func (t *turns) when(ctx context.Context, connector string, ready func(*turn) bool, take func(*turn)) error {
	for ctx.Err() == nil {
		moved := t.tryTake(connector, ready, take)
		if moved == nil {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// tryTake returns what to wait for before the next try, nil if the turn was taken.
func (t *turns) tryTake(connector string, ready func(*turn) bool, take func(*turn)) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.get(connector)
	if !ready(n) {
		return n.moved
	}
	take(n)
	t.tidy(connector, n)
	return nil
}

func (t *turns) move(connector string, change func(*turn)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.get(connector)
	change(n)
	close(n.moved)
	n.moved = make(chan struct{})
	t.tidy(connector, n)
}

func (t *turns) get(connector string) *turn {
	n := t.of[connector]
	if n == nil {
		n = &turn{moved: make(chan struct{})}
		if t.of == nil {
			t.of = map[string]*turn{}
		}
		t.of[connector] = n
	}
	return n
}

// tidy forgets a turn that nobody has: names come and go.
func (t *turns) tidy(connector string, n *turn) {
	if n.lives == 0 && !n.changing && !n.asking {
		delete(t.of, connector)
	}
}
