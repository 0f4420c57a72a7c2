// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// ownTopic is one open store. Fields without a lock are set before ready is closed.
type ownTopic struct {
	connector string
	of        ownTopicSpec
	cancel    context.CancelFunc
	ready     chan struct{}
	store     *offsets.Layered
	log       *topiclog.Log
	err       error
	gone      chan struct{} // closed when the store is

	users   int  // guarded by ownTopics.mu
	closing bool // guarded by ownTopics.mu
}

// ownTopicSpec is what a store is opened with: users with the same share it.
type ownTopicSpec struct {
	topic                     string
	producer, consumer, admin map[string]string
}

func (s ownTopicSpec) equal(o ownTopicSpec) bool {
	return s.topic == o.topic && maps.Equal(s.producer, o.producer) && maps.Equal(s.consumer, o.consumer) && maps.Equal(s.admin, o.admin)
}

// begin makes and checks the topic, and reads it to its end.
func (t *ownTopic) begin(ctx context.Context, env *environment, worker *offsets.TopicStore) error {
	if err := t.ensure(ctx, env); err != nil {
		return fmt.Errorf("prepare the offsets topic %s of connector %s (offsets.storage.topic): %w", t.of.topic, t.connector, err)
	}
	own, err := offsets.OpenTopicOf(t.connector, env.log, func(apply func(topiclog.Record)) (offsets.Log, error) {
		var err error
		if t.log, err = t.follow(ctx, env, apply); err != nil {
			return nil, err
		}
		return t.written(env), nil
	})
	if err != nil {
		return fmt.Errorf("follow the offsets topic %s of connector %s: %w", t.of.topic, t.connector, err)
	}
	t.store = offsets.NewLayered(own, worker, env.log, func() (context.Context, context.CancelFunc) {
		return within(context.Background(), env.runtime.Clock, writeLimit)
	})
	return nil
}

// ensure makes the topic as the worker's offsets topic would be made, as Kafka Connect does.
func (t *ownTopic) ensure(ctx context.Context, env *environment) error {
	admin, err := env.pool.Plain(t.of.admin)
	if err != nil {
		return err
	}
	defer admin.Close()
	specs := topicSpecs(env.config, admin.Settings.Rights())
	spec := specs[slices.IndexFunc(specs, func(s topiclog.Spec) bool { return s.Topic == env.config.OffsetTopic.Name })]
	spec.Topic, spec.Bootstrap = t.of.topic, strings.Join(admin.Settings.Brokers, ",")
	return topiclog.Ensure(ctx, kadm.NewClient(admin.Client), spec, env.log)
}

func (t *ownTopic) follow(ctx context.Context, env *environment, apply func(topiclog.Record)) (*topiclog.Log, error) {
	reader, settings, readerErr := env.pool.Options(kafkaconfig.Consumer, t.of.consumer)
	writer, _, writerErr := env.pool.Options(kafkaconfig.Producer, t.of.producer)
	if err := errors.Join(readerErr, writerErr); err != nil {
		return nil, err
	}
	return topiclog.Open(ctx, topiclog.Options{
		Topic: t.of.topic, Client: reader, Writer: writer, ReadCommitted: true, PastOpen: env.taskTransactions(), Apply: apply, Log: env.log, Rights: settings.Rights(),
		OnFatal: func(err error) {
			env.log.Error("a connector's offsets topic cannot be followed any more", "connector", t.connector, "error", err)
		},
	})
}

// written has the worker's group write the topic, too, where the worker may do that. In another Kafka, or as another user, a plain producer
// does: late offsets of a worker that was declared dead are not kept out of such a topic.
func (t *ownTopic) written(env *environment) offsets.Log {
	if env.fencing == nil || !env.sharesKafka(t.of.producer) {
		return t.log
	}
	return env.fencing.group.On(t.of.topic, t.log)
}

// end lets what is under way to the worker's topic arrive, within the time of a flush, and closes the log.
func (t *ownTopic) end(env *environment) {
	<-t.ready
	if t.store != nil {
		ctx, cancel := within(context.Background(), env.runtime.Clock, env.config.OffsetFlushTimeout)
		defer cancel()
		if err := t.store.Settle(ctx); err != nil {
			env.log.Warn("offsets of a connector's own topic were not copied to the worker's in time", "connector", t.connector, "error", err)
		}
	}
	if t.log != nil {
		t.log.Close()
	}
}
