// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/offsets"
)

// scripted is a source task that polls prepared batches of numbered records and then waits.
type scripted struct {
	batches [][]connect.SourceRecord
	polled  chan struct{} // closed when the batches are used up
	err     error         // returned then, if there is one
}

func numbered(partitions int, sizes ...int) *scripted {
	s, n := &scripted{polled: make(chan struct{})}, 0
	for _, size := range sizes {
		batch := make([]connect.SourceRecord, size)
		for i := range batch {
			batch[i] = connect.SourceRecord{
				Record:          connect.Record{Topic: "t", Value: fmt.Sprint(n), ValueSchema: connect.String},
				SourcePartition: connect.MustPartition(map[string]any{"p": n % partitions}),
				SourceOffset:    connect.OffsetMap{"n": int64(n)},
			}
			n++
		}
		s.batches = append(s.batches, batch)
	}
	return s
}

func (s *scripted) Start(context.Context, connect.SourceTaskContext, map[string]string) error {
	return nil
}
func (s *scripted) Stop(context.Context) error { return nil }
func (s *scripted) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if len(s.batches) > 0 {
		batch := s.batches[0]
		s.batches = s.batches[1:]
		return batch, nil
	}
	select {
	case <-s.polled:
	default:
		close(s.polled)
	}
	if s.err != nil {
		return nil, s.err
	}
	<-ctx.Done()
	return nil, nil
}

// mailbag is a producer that keeps its records until the test acknowledges them.
type mailbag struct {
	mu      sync.Mutex
	flights []func(error)
	last    *kgo.Record
}

func (b *mailbag) Produce(_ context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = r
	b.flights = append(b.flights, func(err error) { promise(r, err) })
}

func (*mailbag) Flush(context.Context) error { return nil }

func stringStage(t require.TestingT) *stage.Source {
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringconverter.Class, stringconverter.New)
	plugins.AddHeaderConverter(header.Class, header.NewHeader)
	text := stage.ConverterConfig{Class: stringconverter.Class}
	s, err := stage.NewSource(stage.Config{Plugins: plugins, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Worker: stage.Converters{Key: text, Value: text, Header: stage.ConverterConfig{Class: header.Class}}})
	require.NoError(t, err)
	return s
}

func startPump(t require.TestingT, task connect.SourceTask, to producer) (*sourcePump, context.CancelCauseFunc, chan error) {
	return startPumpBehind(t, task, to, plenty())
}

func startPumpBehind(t require.TestingT, task connect.SourceTask, to producer, of *budget.Task) (*sourcePump, context.CancelCauseFunc, chan error) {
	ctx, end := context.WithCancelCause(context.Background())
	p := &sourcePump{task: task, stage: stringStage(t), producer: to, ledger: offsets.NewLedger(), budget: of, gate: newGate(gateOpen, nil),
		meter: newMeter(), fail: end, clock: clock.System{}, random: func() float64 { return 0 }, log: slog.New(slog.DiscardHandler)}
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	return p, end, done
}

func TestAStoredOffsetNeverPrecedesARecordThatKafkaHasNotAcknowledged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partitions := rapid.IntRange(1, 3).Draw(t, "source partitions")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 6), 1, 6).Draw(t, "batches")
		task, bag := numbered(partitions, sizes...), &mailbag{}
		p, end, done := startPump(t, task, bag)
		<-task.polled

		acked := map[int]bool{}
		for _, n := range rapid.Permutation(sequence(len(bag.flights))).Draw(t, "acknowledgements") {
			bag.flights[n](nil)
			acked[n] = true
			for _, offset := range p.ledger.Committable() {
				stored := int(offset.Fields()["n"].(int64))
				for earlier := stored % partitions; earlier <= stored; earlier += partitions {
					require.True(t, acked[earlier], "offset %d is stored, record %d is not acknowledged", stored, earlier)
				}
			}
		}
		require.Zero(t, p.ledger.Pending())
		end(errEnded)
		require.ErrorIs(t, <-done, errEnded)
	})
}

func sequence(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestARecordThatKafkaRefusesFailsTheTaskAndHoldsItsOffsetBack(t *testing.T) {
	task, bag := numbered(1, 3), &mailbag{}
	p, _, done := startPump(t, task, bag)
	<-task.polled
	refusal := errors.New("too large")
	bag.flights[0](nil)
	bag.flights[1](refusal)
	bag.flights[2](nil)
	require.ErrorIs(t, <-done, refusal)
	for _, offset := range p.ledger.Committable() {
		require.EqualValues(t, 0, offset.Fields()["n"], "the offset of the last record before the refused one")
	}
}

func TestATopicIsInUseOnceItHasTakenARecord(t *testing.T) {
	task, bag := numbered(1, 2), &mailbag{}
	p, _, done := startPump(t, task, bag)
	<-task.polled
	p.topics = &topicUse{of: unitID{"c", 0}, root: actor.NewActorSystem().Root, to: &actor.PID{}, statuses: &statusCache{}, seen: map[string]bool{}}
	refusal := errors.New("no such topic")
	bag.flights[0](refusal)
	require.Empty(t, p.topics.seen)
	bag.flights[1](nil)
	require.Len(t, p.topics.seen, 1)
	require.ErrorIs(t, <-done, refusal)
}

func TestAPauseEndsThePollAndHoldsBackWhatItReturns(t *testing.T) {
	task, bag := numbered(1), &mailbag{}
	p, end, done := startPump(t, task, bag)
	<-task.polled
	p.gate.turn(gatePaused)
	p.interrupt()
	time.AfterFunc(10*time.Millisecond, func() {
		p.gate.turn(gateOpen)
		end(errEnded)
	})
	require.ErrorIs(t, <-done, errEnded)
	require.Empty(t, bag.flights)
}

func TestSlabsAreUsedAgainAndKeepNoRecordAlive(t *testing.T) {
	var s slabs
	first := s.take(4)
	first.flights[2].record.Value = []byte("x")
	s.put(first)
	require.Same(t, first, s.take(3))
	require.Nil(t, first.flights[2].record.Value)
	require.NotSame(t, first, s.take(3), "it is taken")
}

func BenchmarkSourcePump(b *testing.B) {
	b.ReportAllocs()
	const size = 2000
	batch := numbered(1, size).batches[0]
	p := &sourcePump{stage: stringStage(b), producer: instant{}, ledger: offsets.NewLedger(), budget: plenty(), gate: newGate(gateOpen, nil), meter: newMeter()}
	p.slabs.pump, p.slabs.life = p, b.Context()
	for b.Loop() {
		if err := p.send(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		p.ledger.Committable()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/record")
}

// instant acknowledges at once.
type instant struct{}

func (instant) Produce(_ context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	promise(r, nil)
}
func (instant) Flush(context.Context) error { return nil }
