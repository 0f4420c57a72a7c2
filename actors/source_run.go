// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/offsets"
)

// taskSpec is what a task runs with: the connector's configuration and its own, both with variables resolved.
type taskSpec struct {
	connector map[string]string
	task      map[string]string
	taskSet   version // that the task is of
}

func (s taskSpec) class() string { return s.connector["connector.class"] }

// sourceRun is the pump of one life of a source task, from making the task to its Stop.
type sourceRun struct {
	lifeOf
	spec   taskSpec
	ledger *offsets.Ledger
	buffer *budget.Task

	mu       sync.Mutex
	pump     *sourcePump         // nil until everything is made
	commits  *committer          // nil for exactly-once delivery
	sender   *kafkaconfig.Sender // nil for exactly-once delivery
	producer *kafkaconfig.Lease  // nil for all other
	stay     stay
	cut      bool
}

func newSourceRun(of lifeOf, spec taskSpec) *sourceRun {
	return &sourceRun{lifeOf: of, spec: spec, ledger: offsets.NewLedger()}
}

// run implements pump.
func (r *sourceRun) run(ctx context.Context, started func()) (err error) {
	task, err := newTask[connect.SourceConnector](r.env.plugins, r.spec.class(), connect.SourceConnector.NewTask)
	if err != nil {
		return err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	letters, err := r.openDeadLetters(ctx, r.spec.connector, true)
	if err != nil {
		return err
	}
	defer letters.close()
	converts, err := stage.NewSource(withLetters(r.env.stageConfig(r.id.taskID(), r.spec.connector, r.log), letters))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, converts.Close()) }()
	if err := r.enter(ctx); err != nil {
		return err
	}
	defer r.stay.end()
	creation, err := r.openTopicCreation(r.spec.connector)
	if err != nil {
		return err
	}
	defer creation.close()
	if err := r.open(task, converts, fail); err != nil {
		return err
	}
	defer r.close()
	if err := r.logIn(ctx); err != nil {
		return err
	}
	r.pump.provide(letters, creation)
	if err := r.claim(ctx); err != nil {
		return err
	}
	return r.live(ctx, task, started)
}

// live is the task's life between its Start and its Stop. A failure is told before the task is stopped, which may take long.
func (r *sourceRun) live(ctx context.Context, task connect.SourceTask, started func()) error {
	err := connect.Guard(func() error { return task.Start(ctx, sourceContext{r}, r.spec.task) })
	if err == nil && ctx.Err() == nil {
		started()
		err = r.pump.run(ctx)
	}
	if !ended(err) {
		r.tell(lifecycle.Event{Kind: lifecycle.RunFailed}, err)
	}
	r.finish(ctx, task, err)
	return err
}

// finish stores what is acknowledged and stops the task, in the time that a shutdown has.
func (r *sourceRun) finish(ctx context.Context, task connect.SourceTask, why error) {
	ctx, cancel := within(context.WithoutCancel(ctx), r.env.runtime.Clock, r.farewellTime())
	defer cancel()
	if r.exactly() {
		r.endTransaction(ctx, why)
	} else {
		r.storeLast(ctx)
	}
	if err := settle(ctx, r.stay.store); err != nil {
		r.log.Warn("the last offsets are in the connector's own topic and were not all copied to the worker's", "error", err)
	}
	if err := connect.Guard(func() error { return task.Stop(ctx) }); err != nil {
		r.log.Warn("the task's Stop did not work", "error", err)
	}
}

// storeLast stores what is acknowledged by now, or soon.
func (r *sourceRun) storeLast(ctx context.Context) {
	if err := r.sender.Flush(ctx); err != nil {
		r.log.Warn("not all records were acknowledged before the end; those are read again", "error", err)
	}
	r.pump.refusals.await(ctx)
	r.pump.commits.close()
	r.awaitCommit(ctx)
	if err := r.commits.commit(ctx); err != nil {
		r.log.Warn("the last offsets were not stored; their records are read again", "error", err)
	}
}

// enter opens the offsets of the connector, unless the life was cut off meanwhile.
func (r *sourceRun) enter(ctx context.Context) error {
	stay, err := r.stayOf(ctx, r.spec.connector)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stay = stay
	if r.cut {
		stay.end()
		return connect.ErrFenced
	}
	return nil
}

// open makes the producer and the pump, unless the life was cut off meanwhile.
func (r *sourceRun) open(task connect.SourceTask, converts *stage.Source, fail context.CancelCauseFunc) error {
	way, err := r.reach()
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		way.close()
		return connect.ErrFenced
	}
	r.sender, r.producer, r.buffer = way.sender, way.lease, way.buffer
	r.pump = &sourcePump{task: task, stage: converts, producer: way.producer(), sender: r.sender, ledger: r.ledger, budget: r.buffer, gate: r.gate,
		meter: r.env.meters.of(r.id.taskID()), topics: r.topicUse(), fail: fail,
		linger: r.farewellTime() / 2,
		clock:  r.env.runtime.Clock, random: r.env.runtime.Random, log: r.log}
	if r.exactly() {
		return r.makeExactly(task)
	}
	r.pump.commits = newRecordCommits(task, r.log)
	r.commits = &committer{connector: r.id.connector, ledger: r.ledger, store: r.stay.store, task: task, meter: r.env.meters.of(r.id.taskID()), may: r.gate.mayCommit}
	return nil
}

func (r *sourceRun) close() {
	if r.commits != nil {
		r.commits.close()
	}
	r.ledger.Close()
	wayToKafka{sender: r.sender, lease: r.producer}.close()
}

// tick implements ticker: it stores what is acknowledged.
func (r *sourceRun) tick(ctx context.Context) error {
	r.mu.Lock()
	commits := r.commits
	r.mu.Unlock()
	if commits == nil {
		return nil
	}
	return commits.commit(ctx)
}

// interrupt implements pump.
func (r *sourceRun) interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pump != nil {
		r.pump.interrupt()
	}
}

// abandon implements pump: what is acknowledged is stored, then records and offsets that still come are refused.
func (r *sourceRun) abandon() {
	if !r.cutOff() {
		return
	}
	ctx, cancel := within(context.Background(), r.env.runtime.Clock, r.env.config.OffsetFlushTimeout)
	defer cancel()
	var err error
	if r.commits != nil {
		err = r.commits.storeAcknowledged(ctx)
	}
	err = errors.Join(err, settle(ctx, r.stay.store))
	r.close()
	r.stay.end()
	if err != nil {
		r.log.Warn("the last offsets of a life that was cut off were not stored in time; their records are read again", "error", err)
		r.fenceYourself()
	}
}

// cutOff keeps a life from opening what it has not opened yet; false where there is nothing more to be done.
func (r *sourceRun) cutOff() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		return false
	}
	r.cut = true
	if r.pump != nil {
		return true
	}
	r.ledger.Close()
	if r.stay.end != nil {
		r.stay.end()
	}
	return false
}

// fenceYourself takes the transactional id of this worker's offsets again: a write whose end is not known cannot arrive after that, when a
// successor has read where it goes on.
func (r *sourceRun) fenceYourself() {
	ctx, cancel := within(context.Background(), r.env.runtime.Clock, writeLimit)
	defer cancel()
	for attempt := 1; r.env.fence(ctx, []string{r.env.runtime.WorkerID}) != nil; attempt++ {
		if r.env.runtime.Clock.Sleep(ctx, retryDelay(attempt, r.env.runtime.Random())) != nil {
			return
		}
	}
}

// ended says whether a life's error is only that it was told to end, or that somebody else has taken over.
func ended(err error) bool {
	return err == nil || errors.Is(err, errEnded) || connect.Classify(err) == connect.Fenced
}

// newTask makes a task of a connector class. C is the kind of connector that the task belongs to.
func newTask[C connect.Connector, T any](plugins *connect.Plugins, class string, make func(C) T) (T, error) {
	var task T
	connector, _, err := plugins.Connector(class)
	if err != nil {
		return task, err
	}
	of, ok := connector.(C)
	if !ok {
		return task, fmt.Errorf("class %s makes no %T", class, task)
	}
	err = connect.Guard(func() error {
		task = make(of)
		return nil
	})
	return task, err
}

// sourceContext implements connect.SourceTaskContext.
type sourceContext struct{ run *sourceRun }

func (c sourceContext) Offsets() connect.OffsetReader {
	return offsetReader{c.run.id.connector, c.run.stay.store}
}

func (c sourceContext) Transactions() connect.TransactionContext {
	if exactly := c.run.pump.exactly; exactly != nil && exactly.boundaries.asked != nil {
		return exactly.boundaries.asked
	}
	return nil
}

func (c sourceContext) Logger() *slog.Logger { return c.run.log }
