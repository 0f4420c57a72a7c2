// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/offsets"
)

// ownTopics are the offset stores of those source connectors that name an offsets topic of their own. One is opened when it
// is first used, shared by all of the connector on this worker, and closed when nobody uses it any more. The zero value is
// ready.
type ownTopics struct {
	mu   sync.Mutex
	open map[string][]*ownTopic // by connector; more than one while its configuration changes
}

// offsetsOf returns the store of a source connector's offsets: the worker's, or that of the connector's own topic, which may
// have to be opened. release gives it back; it may be called more than once.
func (e *environment) offsetsOf(ctx context.Context, connector string, props map[string]string) (store offsetStore, release func(), err error) {
	named := strings.TrimSpace(props[validate.OffsetsTopic]) != ""
	worker, ok := e.store.(*offsets.TopicStore)
	if !ok || !named && !e.exactlyOnce() { // a standalone worker has a file, as in Kafka Connect
		return e.store, func() {}, nil
	}
	// An exactly-once task writes its offsets where its records go. Where that is another Kafka it has a topic there, of the name that the
	// worker's has.
	topic := e.offsetsTopic(props)
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

// settle waits, within the time of a flush, until the stores that nobody uses any more are closed: they copy to the worker's
// topic, which is to be open for as long.
func (o *ownTopics) settle(ctx context.Context, env *environment) error {
	ctx, cancel := within(ctx, env.runtime.Clock, env.config.OffsetFlushTimeout)
	defer cancel()
	for _, t := range o.closing() {
		select {
		case <-t.gone:
		case <-ctx.Done():
			return fmt.Errorf("close the offsets topic %s of connector %s: %w", t.of.topic, t.connector, context.Cause(ctx))
		}
	}
	return nil
}

func (o *ownTopics) closing() []*ownTopic {
	o.mu.Lock()
	defer o.mu.Unlock()
	var closing []*ownTopic
	for _, topics := range o.open {
		for _, t := range topics {
			if t.closing {
				closing = append(closing, t)
			}
		}
	}
	return closing
}
