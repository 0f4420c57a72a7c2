// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/topiclog"
)

// listened is a status log whose herder only listens.
type listened struct {
	env    *environment
	system *actor.ActorSystem
	mu     sync.Mutex
	heard  []any
}

func startStatuslog(t *testing.T, open func(context.Context, func(topiclog.Record)) (topic, error)) *listened {
	t.Helper()
	config, errs := ConfigFrom(memoryProps(nil))
	require.Empty(t, errs)
	l := &listened{env: newEnvironment(config, &connect.Plugins{}, Runtime{Log: slog.New(slog.DiscardHandler)}.withDefaults()), system: quietSystem()}
	ready := make(chan struct{})
	root := probe(func(c actor.Context) {
		if _, ok := c.Message().(*actor.Started); ok {
			l.env.addresses(c)
			spawn(c, actor.PropsFromProducer(func() actor.Actor { return probe(l.hear) }), "herder")
			spawn(c, props(func() actor.Actor { return &statuslog{env: l.env, open: open} }, stopAndTell{}), "statuslog")
			close(ready)
		}
	})
	pid, err := l.system.Root.SpawnNamed(props(func() actor.Actor { return root }, rebuild{}), "worker")
	require.NoError(t, err)
	<-ready
	t.Cleanup(func() { require.NoError(t, l.system.Root.StopFuture(pid).Wait()) })
	return l
}

func (t *fakeTopic) asTopic(ctx context.Context, apply func(topiclog.Record)) (topic, error) {
	return t.open(ctx, apply)
}

func (l *listened) hear(c actor.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch m := c.Message().(type) {
	case statusOwn, statusesRead:
		l.heard = append(l.heard, m)
	}
}

func (l *listened) all() []any {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.heard)
}

func (l *listened) put(key, value string) {
	l.system.Root.Send(l.env.statuslog, putOwn{record(key, value)})
}

func TestWhatWorkersTellOfThemselvesIsForTheHerder(t *testing.T) {
	status := `{"state":"RUNNING","trace":null,"worker_id":"b:8083","generation":12,"version":null}`
	topic := &fakeTopic{before: []topiclog.Record{record("longshore-worker-b:8083", "{}"), record("status-task-c-0", status), {Key: []byte("longshore-worker-c:8083")}}}
	l := startStatuslog(t, topic.asTopic)
	read := []any{statusOwn{"longshore-worker-b:8083", []byte("{}")}, statusOwn{"longshore-worker-c:8083", nil}, statusesRead{}}
	require.Eventually(t, func() bool { return len(l.all()) == 3 }, timeToSee, tick)
	require.Equal(t, read, l.all(), "all of it is told before the topic counts as read")
	require.EqualValues(t, 12, l.env.statuses.highestGeneration())

	l.put("longshore-worker-a:8083", `{"seq":1}`)
	require.Eventually(t, func() bool { return len(l.all()) == 4 }, timeToSee, tick)
	require.Equal(t, statusOwn{"longshore-worker-a:8083", []byte(`{"seq":1}`)}, l.all()[3])
}

// slowTopic writes nothing before it is let, records of ours neither.
type slowTopic struct {
	fakeTopic
	goOn    chan struct{}
	waiting atomic.Int64
	mu      sync.Mutex
	lines   []string
}

func (s *slowTopic) open(ctx context.Context, apply func(topiclog.Record)) (topic, error) {
	_, err := s.fakeTopic.open(ctx, apply)
	return s, err
}

func (s *slowTopic) PutBatch(ctx context.Context, records []topiclog.Record) error {
	s.waiting.Add(1)
	select {
	case <-s.goOn:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		s.lines = append(s.lines, string(r.Key)+" => "+string(r.Value))
	}
	return nil
}

func (s *slowTopic) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}

func TestWhatAWorkerTellsOfItselfDoesNotWaitForStatuses(t *testing.T) {
	topic := &slowTopic{goOn: make(chan struct{})}
	l := startStatuslog(t, topic.open)
	require.Eventually(t, func() bool { return len(l.all()) == 1 }, timeToSee, tick)
	release := sync.OnceFunc(func() { close(topic.goOn) })
	defer release()
	l.system.Root.Send(l.env.statuslog, putStatus{id: unitID{"c", 0}, state: connect.Running, generation: 7})
	require.Eventually(t, func() bool { return topic.waiting.Load() == 1 }, timeToSee, tick)
	l.put("longshore-worker-a:8083", "1")
	require.Eventually(t, func() bool { return topic.waiting.Load() == 2 }, timeToSee, tick, "both are on their way")
	l.put("longshore-worker-a:8083", "2")
	l.put("longshore-rollcall", "x")
	l.put("longshore-worker-a:8083", "3")
	finished := make(chan error, 1)
	go func() {
		_, err := request(context.Background(), l.system, l.env.statuslog, finishLog{})
		finished <- err
	}()
	require.Never(t, func() bool { return len(finished) > 0 }, quiet, tick)
	release()
	require.NoError(t, <-finished)

	var own []string
	for _, line := range topic.all() {
		if generation.IsOwn(line) {
			own = append(own, line)
		}
	}
	require.Equal(t, []string{"longshore-worker-a:8083 => 1", "longshore-rollcall => x", "longshore-worker-a:8083 => 3"}, own, "the last word on each key, in order")
	require.Contains(t, topic.all(), `status-task-c-0 => {"state":"RUNNING","trace":null,"worker_id":"localhost:8083","generation":7,"version":null}`)
	require.True(t, topic.closed.Load())
}

func TestAnUnassignedIsNotWrittenOverTheStatusOfTheNextOwner(t *testing.T) {
	next := `{"state":"RUNNING","trace":null,"worker_id":"b:8083","generation":9,"version":null}`
	topic := &fakeTopic{before: []topiclog.Record{record("status-task-c-0", next), record("status-connector-c", next)}}
	l := startStatuslog(t, topic.asTopic)
	for _, id := range []unitID{{"c", 0}, {"c", theConnector}} {
		l.system.Root.Send(l.env.statuslog, putStatus{id: id, state: connect.Unassigned, generation: 7, safe: true})
	}
	l.system.Root.Send(l.env.statuslog, putStatus{id: unitID{"c", 1}, state: connect.Unassigned, generation: 7, safe: true})
	_, err := request(t.Context(), l.system, l.env.statuslog, finishLog{})
	require.NoError(t, err)
	require.Equal(t, []string{`status-task-c-1 => {"state":"UNASSIGNED","trace":null,"worker_id":"localhost:8083","generation":7,"version":null}`}, topic.log())
}
