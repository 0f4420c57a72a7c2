// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/configprovider"
	"github.com/longshore-io/connect/internal/embeddedkafka"
	"github.com/longshore-io/connect/offsets"
)

// holder is the part of a worker that runs what it was granted, on an embedded broker: the herder and the status log only listen.
type holder struct {
	env    *environment
	broker string
	system *actor.ActorSystem
	plugin *calmSource
	store  *countingStore
	clock  instants

	mu    sync.Mutex
	heard []any // by the herder
	told  []putStatus
	seen  []string // values of sink records that were accepted
}

// countingStore counts writes of offsets.
type countingStore struct {
	offsetStore
	writes atomic.Int64
}

func (s *countingStore) Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error {
	s.writes.Add(1)
	return s.offsetStore.Write(ctx, connector, offsets)
}

func startHolder(t *testing.T, more map[string]string) *holder {
	t.Helper()
	broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	props := map[string]string{"bootstrap.servers": broker.Addr(), "task.shutdown.graceful.timeout.ms": "5000", "offset.flush.interval.ms": "60000",
		"consumer.auto.offset.reset": "earliest"}
	for k, v := range more {
		props[k] = v
	}
	config, errs := ConfigFrom(memoryProps(props))
	require.Empty(t, errs)
	h := &holder{broker: broker.Addr(), plugin: newCalm(), system: quietSystem()}
	p := &connect.Plugins{}
	p.AddSource("org.example.HeldSourceConnector", func() connect.SourceConnector { return heldConnector{h} })
	p.AddSink("org.example.HeldSinkConnector", func() connect.SinkConnector { return heldSink{heldConnector{h}} })
	p.AddConverter(stringconverter.Class, stringconverter.New)
	p.AddHeaderConverter(header.Class, header.NewHeader)
	store, err := offsets.OpenFile(filepath.Join(t.TempDir(), "offsets"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	h.store = &countingStore{offsetStore: store}
	h.env = newEnvironment(config, p, Runtime{Log: slog.New(slog.DiscardHandler), WorkerID: "a:8083"}.withDefaults())
	h.env.store, h.env.lease = h.store, h.clock.lease(time.Second)
	h.env.providers, err = configprovider.Open(t.Context(), config.Raw, p)
	require.NoError(t, err)
	h.spawn(t)
	h.open()
	return h
}

func (h *holder) spawn(t *testing.T) {
	ready := make(chan struct{})
	root := probe(func(c actor.Context) {
		if _, ok := c.Message().(*actor.Started); ok {
			h.env.addresses(c)
			spawn(c, actor.PropsFromProducer(func() actor.Actor { return probe(h.hear) }), "herder")
			spawn(c, actor.PropsFromProducer(func() actor.Actor { return probe(h.take) }), "statuslog")
			spawn(c, props(func() actor.Actor { return newConnectors(h.env) }, rebuild{}), "connectors")
			close(ready)
		}
	})
	pid, err := h.system.Root.SpawnNamed(props(func() actor.Actor { return root }, rebuild{}), "worker")
	require.NoError(t, err)
	<-ready
	t.Cleanup(func() {
		h.drain(t, true)
		require.NoError(t, h.system.Root.StopFuture(pid).Wait())
	})
}

func (h *holder) hear(c actor.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch m := c.Message().(type) {
	case unitGone, unitEnded, unitCutOff:
		h.heard = append(h.heard, m)
	case putTaskConfigs:
		c.Respond(Reply{Err: errNothingToWrite})
	}
}

func (h *holder) take(c actor.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch m := c.Message().(type) {
	case putStatus:
		h.told = append(h.told, m)
	case confirm:
		c.Send(m.asker, m.reply)
	}
}

// ends are what the herder was told of ends, in order.
func (h *holder) ends() []any {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.heard)
}

// states are what was reported of a unit, with the generation.
func (h *holder) states(id unitID) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, m := range h.told {
		if m.id == id {
			out = append(out, fmt.Sprintf("%s/%d", m.state, m.generation))
		}
	}
	return out
}

func (h *holder) accepted() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.seen)
}

func (h *holder) open() { h.env.lease.set(h.clock.now() + time.Hour) }

func (h *holder) shut() { h.env.lease.set(0) }

// assign gives the worker units of connector c, which has tasks; none for a connector that is no more.
func (h *holder) assign(class string, tasks int, units map[int]int64) {
	wanted := map[string]*assignment{}
	if tasks >= 0 {
		config := connect.Raw(map[string]string{"name": "c", "connector.class": class, "topics": "held"})
		a := &assignment{name: "c", units: units, target: connect.TargetStarted, config: config, applied: config, instance: 1, taskSet: 1}
		for range tasks {
			a.tasks = append(a.tasks, connect.Raw(map[string]string{"task.class": "x"}))
		}
		wanted["c"] = a
	}
	h.system.Root.Send(h.env.connectors, assignAll{wanted})
}

func (h *holder) awaitEnd(id unitID, since int64) {
	h.system.Root.Send(h.env.connectors, toShare{id.connector, endUnit{id, since}})
}

func (h *holder) drain(t *testing.T, leave bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeToSee)
	defer cancel()
	_, err := request(ctx, h.system, h.env.connectors, drain{leave: leave})
	require.NoError(t, err)
}

// admin asks the broker.
func (h *holder) admin(t *testing.T) *kadm.Client {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(h.broker))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return kadm.NewClient(client)
}

// produced is how many records there are in a topic.
func (h *holder) produced(t *testing.T, admin *kadm.Client) int {
	t.Helper()
	ends, err := admin.ListEndOffsets(t.Context(), "held")
	require.NoError(t, err)
	end, _ := ends.Lookup("held", 0)
	return int(end.Offset)
}

// committed is what the sink's group has committed, -1 for nothing.
func (h *holder) committed(t *testing.T, admin *kadm.Client) int {
	t.Helper()
	offsets, err := admin.FetchOffsets(t.Context(), "connect-c")
	require.NoError(t, err)
	if offset, found := offsets.Lookup("held", 0); found {
		return int(offset.At)
	}
	return -1
}

// members are the static members of the sink's group.
func (h *holder) members(t *testing.T, admin *kadm.Client) []string {
	t.Helper()
	groups, err := admin.DescribeGroups(t.Context(), "connect-c")
	require.NoError(t, err)
	var out []string
	for _, member := range groups["connect-c"].Members {
		if member.InstanceID != nil {
			out = append(out, *member.InstanceID)
		}
	}
	return out
}

// feed writes records for a sink.
func (h *holder) feed(t *testing.T, from, to int) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(h.broker), kgo.AllowAutoTopicCreation())
	require.NoError(t, err)
	defer client.Close()
	for i := from; i < to; i++ {
		require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: "held", Value: []byte(fmt.Sprint(i))}).FirstErr())
	}
}

type heldConnector struct{ h *holder }

func (heldConnector) Version() string           { return "1" }
func (heldConnector) Config() connect.ConfigDef { return nil }
func (c heldConnector) Start(ctx context.Context, _ connect.ConnectorContext, _ map[string]string) error {
	return c.h.plugin.do(ctx, "Connector.Start")
}

func (heldConnector) TaskConfigs(context.Context, int) ([]map[string]string, error) { return nil, nil }
func (heldConnector) Stop(context.Context) error                                    { return nil }
func (c heldConnector) NewTask() connect.SourceTask                                 { return &heldSourceTask{heldTask: heldTask(c)} }

type heldTask struct{ h *holder }

func (t heldTask) Stop(ctx context.Context) error { return t.h.plugin.do(ctx, "Stop") }

// heldSourceTask numbers its records.
type heldSourceTask struct {
	heldTask
	next int
}

func (t *heldSourceTask) Start(ctx context.Context, _ connect.SourceTaskContext, _ map[string]string) error {
	return t.h.plugin.do(ctx, "Start")
}

func (t *heldSourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if err := t.h.plugin.do(ctx, "Poll"); err != nil {
		return nil, err
	}
	t.next++
	return []connect.SourceRecord{{
		Record:          connect.Record{Topic: "held", ValueSchema: connect.String, Value: fmt.Sprint(t.next)},
		SourcePartition: connect.MustPartition(map[string]any{"p": 1}), SourceOffset: connect.OffsetMap{"o": t.next},
	}}, nil
}

type heldSink struct{ heldConnector }

func (s heldSink) NewTask() connect.SinkTask { return heldSinkTask{heldTask{s.h}} }

type heldSinkTask struct{ heldTask }

func (t heldSinkTask) Start(ctx context.Context, _ connect.SinkTaskContext, _ map[string]string) error {
	return t.h.plugin.do(ctx, "Start")
}

func (t heldSinkTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	if len(records) == 0 {
		return nil
	}
	if err := t.h.plugin.do(ctx, "Put"); err != nil {
		return err
	}
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	for _, r := range records {
		t.h.seen = append(t.h.seen, fmt.Sprint(r.Value))
	}
	return nil
}

func (t heldSinkTask) PreCommit(ctx context.Context, offsets map[connect.TopicPartition]int64) (map[connect.TopicPartition]int64, error) {
	return offsets, t.h.plugin.do(ctx, "PreCommit")
}
