// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

const (
	// seenLimit is how long what a test waits for may take, lookEvery how often it is looked at.
	seenLimit = 30 * time.Second
	lookEvery = 5 * time.Millisecond
	// quietTime is for what must not happen.
	quietTime = 300 * time.Millisecond
)

type partitionOffsets = map[connect.TopicPartition]int64

// told is a sink whose only task does as a test says, and notes what it is given. Its functions are called with the sink's lock held.
type told struct {
	mu   sync.Mutex
	flow connect.SinkFlow
	got  []connect.SinkRecord
	// puts are the values of each put that had any, committable what PreCommit was given.
	puts        [][]string
	empty       int
	opened      []connect.TopicPartition
	closed      []connect.TopicPartition
	committable partitionOffsets

	open      func()
	put       func(records []connect.SinkRecord) error
	preCommit func(partitionOffsets) (partitionOffsets, error)
}

func (*told) Version() string           { return "1" }
func (*told) Config() connect.ConfigDef { return nil }
func (*told) Start(context.Context, connect.ConnectorContext, map[string]string) error {
	return nil
}
func (*told) TaskConfigs(_ context.Context, most int) ([]map[string]string, error) {
	return make([]map[string]string, most), nil
}
func (*told) Stop(context.Context) error  { return nil }
func (s *told) NewTask() connect.SinkTask { return toldTask{s} }

type toldTask struct{ s *told }

func (t toldTask) Start(_ context.Context, c connect.SinkTaskContext, _ map[string]string) error {
	t.s.flow = c.Flow()
	return nil
}

func (t toldTask) Open(_ context.Context, partitions []connect.TopicPartition) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.opened = append(t.s.opened, partitions...)
	if t.s.open != nil {
		t.s.open()
	}
	return nil
}

func (t toldTask) Close(_ context.Context, partitions []connect.TopicPartition) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.closed = append(t.s.closed, partitions...)
	return nil
}

func (t toldTask) Put(_ context.Context, records []connect.SinkRecord) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if len(records) == 0 {
		t.s.empty++
	} else {
		values := make([]string, len(records))
		for i, r := range records {
			values[i] = fmt.Sprint(r.Value)
		}
		t.s.puts = append(t.s.puts, values)
	}
	if t.s.put != nil {
		if err := t.s.put(records); err != nil {
			return err
		}
	}
	t.s.got = append(t.s.got, records...)
	return nil
}

func (t toldTask) PreCommit(_ context.Context, current partitionOffsets) (partitionOffsets, error) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.committable = maps.Clone(current)
	if t.s.preCommit != nil {
		return t.s.preCommit(current)
	}
	return current, nil
}

func (toldTask) Stop(context.Context) error { return nil }

// values are those that the sink has accepted.
func (s *told) values() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := make([]string, len(s.got))
	for i, r := range s.got {
		values[i] = fmt.Sprint(r.Value)
	}
	return values
}

// look asks about what the sink has noted.
func (s *told) look(about func() bool) func() bool {
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return about()
	}
}

// sinkBed is a worker with a told sink, and a client beside it.
type sinkBed struct {
	*cluster
	t      *testing.T
	sink   *told
	broker string
	client *kgo.Client
	admin  *kadm.Client
	topic  string
}

func newSinkBed(t *testing.T, broker, topic string, more map[string]string) *sinkBed {
	b := &sinkBed{t: t, sink: &told{}, broker: broker, topic: topic}
	p := plugins()
	p.AddSink("test.ToldSinkConnector", func() connect.SinkConnector { return b.sink })
	var err error
	b.client, err = kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.MetadataMinAge(10*time.Millisecond), kgo.UnknownTopicRetries(-1)) // the topic was made just now
	require.NoError(t, err)
	t.Cleanup(b.client.Close)
	b.admin = kadm.NewClient(b.client)
	b.cluster = startWorkerAt(t, broker, p, more)
	return b
}

// hermeticBed is one on the embedded broker, with a topic of two partitions.
func hermeticBed(t *testing.T, more map[string]string) *sinkBed {
	b := newSinkBed(t, startBroker(t).Addr(), "told", more)
	b.make(b.topic)
	return b
}

func (b *sinkBed) at(partition int32) connect.TopicPartition {
	return connect.TopicPartition{Topic: b.topic, Partition: partition}
}

func (b *sinkBed) make(topic string) {
	b.t.Helper()
	_, err := b.admin.CreateTopic(b.t.Context(), 2, 1, nil, topic)
	require.NoError(b.t, err)
}

// run creates the connector; the properties win over those that it needs.
func (b *sinkBed) run(more map[string]string) {
	b.t.Helper()
	config := map[string]string{"connector.class": "ToldSink", "topics": b.topic, "consumer.override.metadata.max.age.ms": "300",
		"consumer.override.heartbeat.interval.ms": "100", "consumer.override.session.timeout.ms": "10000"}
	maps.Copy(config, more)
	if config["topics.regex"] != "" {
		delete(config, "topics")
	}
	b.create(b.t, b.name(), config)
	b.until(b.t, b.name(), connect.Running, connect.Running)
}

func (b *sinkBed) name() string { return "sink-" + b.topic }

// feed produces numbered records from one number to before another.
func (b *sinkBed) feed(topic string, partition int32, from, to int) {
	b.t.Helper()
	for n := from; n < to; n++ {
		b.produce(&kgo.Record{Topic: topic, Partition: partition, Value: fmt.Appendf(nil, "%d/%d", partition, n)})
	}
}

func (b *sinkBed) produce(r *kgo.Record) {
	b.t.Helper()
	require.NoError(b.t, b.client.ProduceSync(b.t.Context(), r).FirstErr())
}

// committed is what the connector's group has committed of a partition, -1 for nothing.
func (b *sinkBed) committed(partition int32) int64 {
	b.t.Helper()
	offsets, err := b.admin.FetchOffsets(b.t.Context(), "connect-"+b.name())
	if errors.Is(err, kerr.GroupIDNotFound) {
		return -1 // it runs, and has not joined yet
	}
	require.NoError(b.t, err)
	if o, ok := offsets.Lookup(b.topic, partition); ok {
		return o.At
	}
	return -1
}

func (b *sinkBed) soon(is func() bool, message string) {
	b.t.Helper()
	require.Eventually(b.t, is, seenLimit, lookEvery, message)
}

func (b *sinkBed) never(is func() bool, message string) {
	b.t.Helper()
	require.Never(b.t, is, quietTime, lookEvery, message)
}

// numbers are the values of a partition's records from one number to before another.
func numbers(partition, from, to int) (values []string) {
	for n := from; n < to; n++ {
		values = append(values, fmt.Sprintf("%d/%d", partition, n))
	}
	return values
}
