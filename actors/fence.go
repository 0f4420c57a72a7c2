// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

// fence takes the transactional ids under which workers write source offsets, all at once. When it returns nil nothing that they had
// under way can become visible any more, and what they committed is visible. For this worker's own name that is a process from before
// this one. Ids that this worker may not take are logged and left: late offsets of those workers are not kept out.
func (e *environment) fence(ctx context.Context, workers []string) error {
	if e.fencing == nil {
		return nil
	}
	return atOnceFor(workers, func(worker string) error {
		return e.fencing.fencer.fence(ctx, kafkaconfig.OffsetsID(e.config.Raw, worker))
	})
}

// beforeStart comes before the first life of a unit that was taken from workers which were declared dead: they are fenced first, and only
// then both topics are read to their ends, so that the life finds the last offsets and its own right as they are.
func (e *environment) beforeStart(ctx context.Context, fence []string) error {
	if len(fence) == 0 {
		return nil
	}
	if err := e.fence(ctx, fence); err != nil {
		return err
	}
	return e.readyToStart(ctx)
}

// readyToStart reads the config topic and the offsets topic to the ends that they have now. An exactly-once task reads the latter when it
// has ended what its predecessor had open there: before that it would wait for it.
func (e *environment) readyToStart(ctx context.Context) error {
	if e.exactlyOnce() {
		return e.confirmed(ctx)
	}
	reads := []func(context.Context) error{e.confirmed, e.store.ReadToEnd}
	return atOnceFor(reads, func(read func(context.Context) error) error { return read(ctx) })
}

// confirmed reads the config topic to its end, and returns when the gates of what this worker has lost are shut.
func (e *environment) confirmed(ctx context.Context) error {
	if e.confirm == nil {
		return nil
	}
	return e.confirm(ctx)
}

// atOnceFor does something for each of a few and waits for all.
func atOnceFor[T any](all []T, do func(T) error) error {
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i, one := range all {
		wait.Go(func() { errs[i] = do(one) })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// fencer takes transactional ids of others. Those who want the same id while it is being taken share the next turn: one that has begun
// before they came may be older than the verdict that they follow.
type fencer struct {
	client *kgo.Client
	clock  clock.Clock
	log    *slog.Logger
	rights kafkaconfig.Rights
	prefix string
	life   context.Context
	// own is this worker's id, which claim takes: another process of its name may have it, which stood still and came back.
	own   string
	claim func(context.Context) error

	mu sync.Mutex
	of map[string]*fencedID
}

type fencedID struct {
	next *fenceTurn // nil while nobody waits for one
}

// fenceTurn is one time that an id is taken.
type fenceTurn struct {
	done chan struct{}
	err  error
}

// fenceLimit bounds one turn; whoever has to have it comes again.
const fenceLimit = writeLimit

// fencePause is the time between two questions while the coordinator ends the transaction that was open, or is looked for.
const fencePause = 20 * time.Millisecond

func (f *fencer) fence(ctx context.Context, id string) error {
	turn := f.join(id)
	select {
	case <-turn.done:
		return turn.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (f *fencer) join(id string) *fenceTurn {
	f.mu.Lock()
	defer f.mu.Unlock()
	fenced := f.of[id]
	if fenced == nil {
		if f.of == nil {
			f.of = map[string]*fencedID{}
		}
		fenced = &fencedID{}
		f.of[id] = fenced
		go f.serve(id, fenced)
	}
	if fenced.next == nil {
		fenced.next = &fenceTurn{done: make(chan struct{})}
	}
	return fenced.next
}

// serve takes an id as long as somebody wants it.
func (f *fencer) serve(id string, fenced *fencedID) {
	for {
		turn := f.nextTurn(id, fenced)
		if turn == nil {
			return
		}
		turn.err = f.take(id)
		close(turn.done)
	}
}

func (f *fencer) nextTurn(id string, fenced *fencedID) *fenceTurn {
	f.mu.Lock()
	defer f.mu.Unlock()
	turn := fenced.next
	fenced.next = nil
	if turn == nil {
		delete(f.of, id)
	}
	return turn
}

// take initialises an id until that has worked or is refused.
func (f *fencer) take(id string) error {
	ctx, cancel := within(f.life, f.clock, fenceLimit)
	defer cancel()
	if id == f.own {
		return f.claim(ctx)
	}
	err := untilTaken(ctx, f.client, f.clock, id)
	switch {
	case err == nil:
		return nil
	case topiclog.IsRefused(err):
		f.log.Warn("late offsets of a worker that was declared dead cannot be kept out; if it lives, they may set its successors back, which then "+
			"repeat records", "id", id, "error", err, "remedy", f.rights.ForOffsetsIDs(f.prefix))
		return nil
	}
	return fmt.Errorf("take the transactional id %s: %w", id, err)
}

// untilTaken initialises an id until that has worked, or is refused, or ctx ends.
func untilTaken(ctx context.Context, client *kgo.Client, clock clock.Clock, id string) error {
	for {
		err := initialise(ctx, client, id)
		if err == nil || topiclog.IsRefused(err) || !fencePasses(err) || clock.Sleep(ctx, fencePause) != nil {
			return err
		}
	}
}

// fencePasses knows what a coordinator answers that is busy with the id, or that has just moved.
func fencePasses(err error) bool {
	return kerr.IsRetriable(err) || errors.Is(err, kerr.ConcurrentTransactions) || errors.Is(err, kerr.InvalidProducerEpoch) ||
		errors.Is(err, kerr.ProducerFenced)
}

// initialise asks once. Its answer is the epoch of a producer that is never used: what counts is that all others are older.
func initialise(ctx context.Context, client *kgo.Client, id string) error {
	request := kmsg.NewPtrInitProducerIDRequest()
	request.TransactionalID, request.ProducerID, request.ProducerEpoch = &id, -1, -1
	request.TransactionTimeoutMillis = int32(fencedTimeout.Milliseconds())
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(response.ErrorCode)
}

// fencedTimeout is the transaction timeout that goes with an id. Its holder brings its own with its next claim.
const fencedTimeout = 10 * time.Second
