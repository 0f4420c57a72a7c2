// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

// exactlyOnce says whether the sources of this worker deliver exactly once. It is a matter of the worker alone, as in Kafka Connect.
func (e *environment) exactlyOnce() bool { return e.config.ExactlyOnce == "enabled" }

// taskTransactions says whether tasks of the cluster may write offsets in transactions of their own. One that is open may stand before
// others that are committed, and hide them: whoever reads offsets then waits for it.
func (e *environment) taskTransactions() bool {
	return e.exactlyOnce() || e.config.ExactlyOnce == "preparing"
}

func (r *sourceRun) exactly() bool { return r.env.exactlyOnce() }

func (r *sourceRun) producerProps() map[string]string {
	worker, connector := r.env.config.Raw, r.spec.connector
	if !r.exactly() {
		return kafkaconfig.SourceProducer(worker, connector, r.id.connector, r.id.task)
	}
	props := kafkaconfig.ExactlyOnceProducer(worker, connector, r.id.connector, r.id.task)
	for key, value := range kafkaconfig.SourceProducer(worker, connector, r.id.connector, r.id.task) {
		if props[key] != value {
			r.log.Warn("a property of the task's producer is not used: exactly-once delivery rests on another value", "property", key, "value", value, "used", props[key])
		}
	}
	return props
}

// makeExactly gives the pump its transactions.
func (r *sourceRun) makeExactly(task connect.SourceTask) error {
	boundaries, err := boundariesOf(r.spec.connector, r.env.config.OffsetFlushInterval)
	if err != nil {
		r.producer.Close()
		return err
	}
	store, ok := r.stay.store.(transactionalStore)
	if !ok {
		r.producer.Close()
		return errors.New("the store of source offsets takes no transactions; this is a bug")
	}
	r.pump.commits = newHeldCommits(task, r.log)
	r.pump.exactly = &transaction{id: r.id.taskID(), client: r.producer.Client, store: store, topic: r.env.offsetsTopic(r.spec.connector), boundaries: boundaries,
		timeout: r.producer.Settings.TransactionTimeout, clock: r.env.runtime.Clock, log: r.log, pump: r.pump}
	return nil
}

// offsetsTopic is where a source connector's offsets are.
func (e *environment) offsetsTopic(connector map[string]string) string {
	if topic := strings.TrimSpace(connector[validate.OffsetsTopic]); topic != "" {
		return topic
	}
	return e.config.OffsetTopic.Name
}

// claim takes the task's transactional id: when it returns nil, no earlier life of any task of the connector can write any more, nor can
// one of another number that the connector does not have now. And what those have committed is read. The order is that of every claim:
// to take the id, to read on, to look whether the right to it still stands.
func (r *sourceRun) claim(ctx context.Context) error {
	if !r.exactly() {
		return nil
	}
	if err := r.fenceZombies(ctx); err != nil {
		return err
	}
	// A life that has lost its right must not fence the next one.
	if err := r.gate.enter(ctx); err != nil {
		return err
	}
	if _, _, err := r.producer.Client.ProducerID(ctx); err != nil {
		return r.claimFailure(ctx, err)
	}
	if err := r.verify(ctx); err != nil {
		return err
	}
	defer r.env.runtime.Clock.AfterFunc(slowRead, func() {
		r.log.Warn("the start waits for the end of the offsets topic: is a transaction open there that nobody ends?", "topic", r.env.offsetsTopic(r.spec.connector), "for", slowRead)
	})()
	if err := r.stay.store.ReadToEnd(ctx); err != nil {
		return &unsettledError{fmt.Errorf("read offsets of %s: %w", r.id.connector, err)}
	}
	return nil
}

// slowRead is how long the offsets may take to be read before that is worth a word.
const slowRead = 10 * time.Second

// fenceZombies has the leader fence tasks of an earlier configuration. It waits out a change of leaders, and of configurations.
func (r *sourceRun) fenceZombies(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		deadline := r.env.runtime.Clock.Now().Add(patience)
		asking, cancel := within(ctx, r.env.runtime.Clock, patience)
		_, err := request(asking, r.root.ActorSystem(), r.env.herder, fenceZombies{r.id.connector, deadline})
		cancel()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil:
			return nil
		case !passes(err):
			return fmt.Errorf("Failed to perform round of zombie fencing: %w", err) //nolint:staticcheck // Kafka's text
		}
		r.log.Warn("tasks of earlier configurations could not be fenced, and the start waits for that", "attempt", attempt, "error", err)
		if r.env.runtime.Clock.Sleep(ctx, retryDelay(attempt, r.env.runtime.Random())) != nil {
			return context.Cause(ctx)
		}
	}
}

// passes says that the same may be asked again: of another leader, or when the configuration has settled.
func passes(err error) bool {
	switch connect.Classify(err) {
	case connect.TimedOut, connect.Conflict, connect.Transient:
		return true
	}
	return false
}

// verify reads the config topic to its end and looks whether the task is still this worker's, with the configuration that it starts with.
func (r *sourceRun) verify(ctx context.Context) error {
	if err := r.env.confirmed(ctx); err != nil {
		return &unsettledError{fmt.Errorf("read the config topic to its end: %w", err)}
	}
	if r.gate.at() >= gateStopping {
		return connect.Errorf(connect.Fenced, "Cannot start source task %s as it has already been revoked from this worker", nameOf(r.id.taskID()))
	}
	deadline := r.env.runtime.Clock.Now().Add(writeLimit)
	read, err := request(ctx, r.root.ActorSystem(), r.env.configlog, readConfig{deadline})
	if err != nil {
		return &unsettledError{fmt.Errorf("read the config topic to its end: %w", err)}
	}
	connector, exists := read.(configRead).state.Connector(r.id.connector)
	if !exists || version(connector.TaskGeneration) != r.spec.taskSet {
		return fmt.Errorf("Cannot start source task %s with exactly-once support as the connector has already generated a new set of task configs", nameOf(r.id.taskID())) //nolint:staticcheck // Kafka's text
	}
	return nil
}

// claimFailure tells what waiting does not mend from what the next life may not meet.
func (r *sourceRun) claimFailure(ctx context.Context, err error) error {
	id := r.producer.Settings.TransactionalID
	doing := fmt.Errorf("take the transactional id %s: %w", id, err)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, kerr.InvalidTransactionTimeout):
		return fmt.Errorf("%w (the brokers allow at most their transaction.max.timeout.ms: lower producer.override.transaction.timeout.ms of the connector, which is %s now)",
			doing, r.producer.Settings.TransactionTimeout)
	case topiclog.IsRefused(err):
		return fmt.Errorf("%w (%s)", doing, r.producer.Settings.Rights().ForTaskID(id, kafkaconfig.TaskIDPrefix(r.env.config.Raw)))
	case errors.Is(topiclog.FencedOr(err), topiclog.ErrFenced):
		return connect.Classed(connect.Fenced, doing)
	}
	return &unsettledError{doing}
}

// endTransaction commits what was sent to its end, unless the task has failed; then it is taken back.
func (r *sourceRun) endTransaction(ctx context.Context, why error) {
	exactly := r.pump.exactly
	if why == nil || errors.Is(why, errEnded) {
		r.awaitCommit(ctx)
		if why = exactly.finally(ctx); !ended(why) {
			r.log.Warn("the last transaction was not committed; its records are read again", "error", why)
		}
	}
	exactly.drop(why)
}
