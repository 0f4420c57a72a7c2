// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// sinkRun is the pump of one life of a sink task, from making the task to its Stop.
type sinkRun struct {
	lifeOf
	spec taskSpec

	mu       sync.Mutex
	pump     *sinkPump // nil until everything is made
	consumer *kafkaconfig.Lease
	leave    func() // nil until changes of the connector's offsets let this life begin
	letters  *deadLetters
	cut      bool
}

func newSinkRun(of lifeOf, spec taskSpec) *sinkRun { return &sinkRun{lifeOf: of, spec: spec} }

// run implements pump.
func (r *sinkRun) run(ctx context.Context, started func()) (err error) {
	task, err := newTask[connect.SinkConnector](r.env.plugins, r.spec.class(), connect.SinkConnector.NewTask)
	if err != nil {
		return err
	}
	if err := r.enter(ctx); err != nil {
		return err
	}
	defer r.leave()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	if err := r.openLetters(ctx); err != nil {
		return err
	}
	defer r.letters.close()
	converts, err := stage.NewSink(withLetters(r.env.stageConfig(r.id.taskID(), r.spec.connector, r.log), r.letters))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, converts.Close()) }()
	buffer, err := r.budget(r.spec.connector)
	if err != nil {
		return err
	}
	pump := &sinkPump{task: task, prefetch: newPrefetch(buffer), stage: converts, gate: r.gate, clock: r.env.runtime.Clock, random: r.env.runtime.Random,
		meter: r.env.meters.of(r.id.taskID()), topics: r.topicUse(), log: r.log, fail: fail, interval: r.env.config.OffsetFlushInterval,
		patience: r.env.config.OffsetFlushTimeout, flow: newSinkFlow(), assigned: map[connect.TopicPartition]bool{},
		lags: map[connect.TopicPartition]int64{}, offsets: newSinkOffsets(), life: ctx,
		turn: make(chan struct{}, 1), ended: make(chan struct{})}
	pump.letters, pump.errant = r.letters, newErrant(converts)
	pump.turn <- struct{}{} // the client calls back as soon as it is made
	err = connect.Guard(func() error { return task.Start(ctx, sinkContext{r, pump}, r.spec.task) })
	if err == nil && ctx.Err() == nil {
		err = r.live(ctx, pump, started)
	}
	if !ended(err) {
		r.tell(lifecycle.Event{Kind: lifecycle.RunFailed}, err)
	}
	r.finish(ctx, pump)
	return err
}

// enter waits for changes of the connector's offsets to end, unless the life was cut off meanwhile.
func (r *sinkRun) enter(ctx context.Context) error {
	leave, err := r.env.turns.enter(ctx, r.id.connector)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leave = leave
	if r.cut {
		leave()
		return connect.ErrFenced
	}
	return nil
}

// openLetters makes the dead letter queue, unless the life was cut off meanwhile.
func (r *sinkRun) openLetters(ctx context.Context) error {
	letters, err := r.openDeadLetters(ctx, r.spec.connector, false)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = letters
	if r.cut {
		letters.close()
		return connect.ErrFenced
	}
	return nil
}

// live joins the group and pumps.
func (r *sinkRun) live(ctx context.Context, pump *sinkPump, started func()) error {
	if err := r.gate.enter(ctx); err != nil {
		return err // to join is to take the place of another worker's member
	}
	if err := r.open(pump); err != nil {
		return err
	}
	if err := r.consumer.LogIn(ctx); err != nil {
		return err
	}
	started()
	return pump.run(ctx)
}

// open makes the Kafka client, unless the life was cut off meanwhile.
func (r *sinkRun) open(pump *sinkPump) error {
	topics, err := subscription(r.spec.connector)
	if err != nil {
		return err
	}
	props := kafkaconfig.SinkConsumer(r.env.config.Raw, r.spec.connector, r.id.connector, r.id.task)
	lease, err := r.env.pool.Consumer(props, append(topics, kgo.BlockRebalanceOnPoll(), kgo.WithHooks(pump.prefetch),
		kgo.OnPartitionsAssigned(pump.onAssigned), kgo.AdjustFetchOffsetsFn(pump.onPositions), kgo.OnPartitionsRevoked(pump.onRevoked), kgo.OnPartitionsLost(pump.onLost))...)
	if err != nil {
		return noClient("consumer", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		lease.Close()
		return connect.ErrFenced
	}
	pump.consumer, pump.maxRecords = lease.Client, lease.Settings.MaxPollRecords
	pump.prefetch.begin(lease.Client, lease.Settings)
	r.consumer, r.pump = lease, pump
	return nil
}

// finish commits what the task has accepted and stops it, in the time that a shutdown has.
func (r *sinkRun) finish(ctx context.Context, pump *sinkPump) {
	ctx, cancel := within(context.WithoutCancel(ctx), r.env.runtime.Clock, r.farewellTime())
	defer cancel()
	if pump.consumer != nil {
		r.awaitCommit(ctx)
		pump.giveUp(ctx, pump.assignment(), true)
	}
	if err := connect.Guard(func() error { return pump.task.Stop(ctx) }); err != nil {
		r.log.Warn("the task's Stop did not work", "error", err)
	}
	if r.consumer != nil {
		pump.end()
		r.consumer.Close()
	}
	pump.prefetch.end()
}

// interrupt implements pump.
func (r *sinkRun) interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pump != nil {
		r.pump.interrupt()
	}
}

// abandon implements pump: without its client the task can commit nothing any more. A plugin that is stuck in a rebalance keeps the client
// from closing, which is not waited for without end: what it may still commit is refused by the gate.
func (r *sinkRun) abandon() {
	closed := make(chan struct{})
	if !r.cutOff(closed) {
		return
	}
	ctx, cancel := within(context.Background(), r.env.runtime.Clock, r.env.config.OffsetFlushTimeout)
	defer cancel()
	select {
	case <-closed:
	case <-ctx.Done():
	}
}

// cutOff begins to close what the life has, once.
func (r *sinkRun) cutOff(closed chan<- struct{}) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		return false
	}
	r.cut = true
	if r.leave != nil {
		defer r.leave() // its member is still in the group, and Kafka refuses changes by others until it has left
	}
	if r.consumer != nil {
		r.pump.end()
	}
	letters, consumer, pump := r.letters, r.consumer, r.pump
	go func() {
		defer close(closed)
		letters.close()
		if consumer != nil {
			consumer.Close()
			pump.prefetch.cutOff()
		}
	}()
	return true
}

// leaveGroup takes a sink task's static member out of its group. A client that closes does not, so that a successor takes
// the partitions over at once; when the work goes for good, the group must be empty: offsets can then be edited.
func leaveGroup(ctx context.Context, env *environment, spec taskSpec, id connect.TaskID) error {
	consumer, errs := kafkaconfig.Parse(kafkaconfig.Consumer, kafkaconfig.SinkConsumer(env.config.Raw, spec.connector, id.Connector, id.Task))
	if len(errs) > 0 || consumer.InstanceID == "" {
		return errors.Join(errs...)
	}
	lease, err := env.pool.Plain(kafkaconfig.Admin(env.config.Raw, spec.connector, id.Connector, id.Task))
	if err != nil {
		return err
	}
	defer lease.Close()
	member := kadm.LeaveGroup(consumer.GroupID).InstanceIDs(consumer.InstanceID).Reason("the connector was stopped, or its worker")
	left, err := kadm.NewClient(lease.Client).LeaveGroup(ctx, member)
	if err == nil {
		err = left.Error()
	}
	if errors.Is(err, kerr.UnknownMemberID) || errors.Is(err, kerr.GroupIDNotFound) {
		return nil // it never joined
	}
	if err != nil {
		return fmt.Errorf("leave group %s: %w", consumer.GroupID, err)
	}
	return nil
}

// sinkContext implements connect.SinkTaskContext.
type sinkContext struct {
	run  *sinkRun
	pump *sinkPump
}

func (c sinkContext) Assignment() []connect.TopicPartition { return c.pump.assignment() }

func (c sinkContext) Flow() connect.SinkFlow { return c.pump.flow }

func (c sinkContext) Errant() connect.ErrantRecordReporter {
	if c.pump.errant == nil {
		return nil // not a nil *errant, which would look like one
	}
	return c.pump.errant
}

func (c sinkContext) Logger() *slog.Logger { return c.run.log }
