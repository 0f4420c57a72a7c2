// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// ownTopics are the offset stores of those source connectors that name an offsets topic of their own. One is opened when it
// is first used, shared by all of the connector on this worker, and closed when nobody uses it any more. The zero value is
// ready.
type ownTopics struct {
	mu   sync.Mutex
	open map[string][]*ownTopic // by connector; more than one while its configuration changes
}

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

// offsetsOf returns the store of a source connector's offsets: the worker's, or that of the connector's own topic, which may
// have to be opened. release gives it back; it may be called more than once.
func (e *environment) offsetsOf(ctx context.Context, connector string, props map[string]string) (store offsetStore, release func(), err error) {
	topic := strings.TrimSpace(props[validate.OffsetsTopic])
	worker, ok := e.store.(*offsets.TopicStore)
	if topic == "" || !ok { // a standalone worker has a file, as in Kafka Connect
		return e.store, func() {}, nil
	}
	of := ownTopicSpec{topic: topic,
		producer: kafkaconfig.OffsetsProducer(e.config.Raw, props, connector),
		consumer: kafkaconfig.OffsetsConsumer(e.config.Raw, props, connector),
		admin:    kafkaconfig.OffsetsAdmin(e.config.Raw, props, connector),
	}
	if topic == e.config.OffsetTopic.Name && sameServers(of.producer["bootstrap.servers"], e.config.BootstrapServers) {
		return e.store, func() {}, nil
	}
	own, release, err := e.own.use(ctx, e, worker, connector, of)
	if err != nil {
		return nil, nil, err
	}
	return own, release, nil
}

func sameServers(list string, others []string) bool {
	sorted := func(servers []string) []string {
		out := make([]string, 0, len(servers))
		for _, s := range servers {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(sorted(strings.Split(list, ",")), sorted(others))
}

// use opens a store, or waits for the one that is open or being opened.
func (o *ownTopics) use(ctx context.Context, env *environment, worker *offsets.TopicStore, connector string, of ownTopicSpec) (*offsets.Layered, func(), error) {
	for {
		t, wait := o.join(env, worker, connector, of)
		if t == nil {
			select {
			case <-wait:
				continue
			case <-ctx.Done():
				return nil, nil, context.Cause(ctx)
			}
		}
		release := sync.OnceFunc(func() { o.leave(env, t) })
		select {
		case <-t.ready:
		case <-ctx.Done():
			release()
			return nil, nil, context.Cause(ctx)
		}
		if t.err != nil {
			release()
			return nil, nil, t.err
		}
		return t.store, release, nil
	}
}

// join returns the store with one user more. While one of the same connector is being closed it returns what to wait for:
// what that one has not written yet must not come after what the next one writes.
func (o *ownTopics) join(env *environment, worker *offsets.TopicStore, connector string, of ownTopicSpec) (*ownTopic, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range o.open[connector] {
		if t.closing {
			return nil, t.gone
		}
	}
	for _, t := range o.open[connector] {
		if t.of.equal(of) {
			t.users++
			return t, nil
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	t := &ownTopic{connector: connector, of: of, cancel: cancel, ready: make(chan struct{}), gone: make(chan struct{}), users: 1}
	if o.open == nil {
		o.open = map[string][]*ownTopic{}
	}
	o.open[connector] = append(o.open[connector], t)
	go func() {
		defer close(t.ready)
		t.err = t.begin(ctx, env, worker)
	}()
	return t, nil
}

// leave closes the store behind its last user; one that could not be opened is tried anew by the next.
func (o *ownTopics) leave(env *environment, t *ownTopic) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t.users--; t.users > 0 {
		return
	}
	t.closing = true
	t.cancel()
	go func() {
		t.end(env)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.open[t.connector] = slices.DeleteFunc(o.open[t.connector], func(x *ownTopic) bool { return x == t })
		if len(o.open[t.connector]) == 0 {
			delete(o.open, t.connector)
		}
		close(t.gone)
	}()
}

// begin makes and checks the topic, and reads it to its end.
func (t *ownTopic) begin(ctx context.Context, env *environment, worker *offsets.TopicStore) error {
	if err := t.ensure(ctx, env); err != nil {
		return fmt.Errorf("prepare the offsets topic %s of connector %s (offsets.storage.topic): %w", t.of.topic, t.connector, err)
	}
	own, err := offsets.OpenTopicOf(t.connector, env.log, func(apply func(topiclog.Record)) (offsets.Log, error) {
		var err error
		t.log, err = t.follow(ctx, env, apply)
		return t.log, err
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
		Topic: t.of.topic, Client: reader, Writer: writer, ReadCommitted: true, Apply: apply, Log: env.log, Rights: settings.Rights(),
		OnFatal: func(err error) {
			env.log.Error("a connector's offsets topic cannot be followed any more", "connector", t.connector, "error", err)
		},
	})
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
