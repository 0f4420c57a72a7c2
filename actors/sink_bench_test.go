// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// endless is a consumer that is always given the same records again, in polls as large as they may be.
type endless struct {
	fetching
	polls []kgo.Fetches
	next  int
}

// newEndless prepares the polls of so many partitions, which each has a broker's answer of recordsEach, as a client cuts them.
func newEndless(partitions, recordsEach, most int) *endless {
	e := &endless{fetching: fetching{brokers: 1}}
	value := make([]byte, 97)
	var poll []kgo.FetchPartition
	room := most
	flush := func() {
		if len(poll) > 0 {
			e.polls = append(e.polls, kgo.Fetches{{Topics: []kgo.FetchTopic{{Topic: "t", Partitions: poll}}}})
		}
		poll, room = nil, most
	}
	for p := range partitions {
		records := make([]*kgo.Record, recordsEach)
		for i := range records {
			records[i] = &kgo.Record{Topic: "t", Partition: int32(p), Offset: int64(i), Value: value, Timestamp: time.UnixMilli(1)}
		}
		for len(records) > 0 {
			n := min(room, len(records))
			poll = append(poll, kgo.FetchPartition{Partition: int32(p), HighWatermark: int64(recordsEach), Records: records[:n:n]})
			records = records[n:]
			if room -= n; room == 0 {
				flush()
			}
		}
	}
	flush()
	return e
}

func (e *endless) PollRecords(context.Context, int) kgo.Fetches {
	e.next = (e.next + 1) % len(e.polls)
	return e.polls[e.next]
}

func (*endless) AllowRebalance() {}

func (*endless) CommitOffsets(_ context.Context, _ map[string]map[int32]kgo.EpochOffset, done func(*kgo.Client, *kmsg.OffsetCommitRequest, *kmsg.OffsetCommitResponse, error)) {
	done(nil, nil, &kmsg.OffsetCommitResponse{}, nil)
}

func (*endless) PauseFetchPartitions(map[string][]int32) map[string][]int32 { return nil }
func (*endless) ResumeFetchPartitions(map[string][]int32)                   {}
func (*endless) SetOffsets(map[string]map[int32]kgo.EpochOffset)            {}

// tally is a sink that counts.
type tally struct{ records int }

func (*tally) Start(context.Context, connect.SinkTaskContext, map[string]string) error { return nil }
func (*tally) Stop(context.Context) error                                              { return nil }
func (t *tally) Put(_ context.Context, records []connect.SinkRecord) error {
	t.records += len(records)
	return nil
}

func benchPump(b testing.TB, c *endless, partitions int) (*sinkPump, *tally) {
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringconverter.Class, stringconverter.New)
	plugins.AddHeaderConverter(header.Class, header.NewHeader)
	text := stage.ConverterConfig{Class: stringconverter.Class}
	converts, err := stage.NewSink(stage.Config{Plugins: plugins, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Worker: stage.Converters{Key: text, Value: text, Header: stage.ConverterConfig{Class: header.Class}}})
	require.NoError(b, err)
	task := &tally{}
	lease := newLease(clock.SinceBoot, time.Hour)
	lease.set(clock.SinceBoot() + time.Hour)
	p := &sinkPump{task: task, stage: converts, consumer: c, gate: newGate(gateOpen, lease), clock: clock.System{}, random: func() float64 { return 0 },
		prefetch: newPrefetch(budget.New(1 << 30).Task(32 << 20)), meter: newMeter(), log: slog.New(slog.DiscardHandler), interval: time.Minute, patience: time.Second,
		flow: newSinkFlow(), assigned: map[connect.TopicPartition]bool{}, lags: map[connect.TopicPartition]int64{}, offsets: newSinkOffsets(),
		life: b.Context(), turn: make(chan struct{}, 1), ended: make(chan struct{}), maxRecords: 500}
	p.turn <- struct{}{}
	p.prefetch.begin(c, kafkaconfig.Settings{FetchMaxBytes: 50 << 20, FetchMaxPartitionBytes: 1 << 20})
	for i := range partitions {
		p.assigned[connect.TopicPartition{Topic: "t", Partition: int32(i)}] = true
	}
	p.commitAt = p.clock.Now().Add(p.interval)
	return p, task
}

// BenchmarkSinkPump takes records of 97 bytes from a client that has them to a task that counts them.
func BenchmarkSinkPump(b *testing.B) {
	for _, partitions := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("%d partitions", partitions), func(b *testing.B) {
			p, task := benchPump(b, newEndless(partitions, 10_000/partitions, 500), partitions)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				for task.records < (n+1)*10_000 {
					require.NoError(b, p.step(b.Context()))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(task.records), "ns/record")
		})
	}
}
