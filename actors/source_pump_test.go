// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
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
	task, bag := numbered(1, 4, 3), &mailbag{}
	p, end, done := startPump(t, task, bag)
	<-task.polled
	require.Len(t, bag.flights, 7)
	require.Equal(t, 2, p.slabs.out)
	for _, land := range bag.flights[:4] {
		land(nil)
	}
	first := p.slabs.free[0]
	require.Len(t, first.flights, 4)
	for i := range first.flights {
		require.Nil(t, first.flights[i].record.Value)
		require.Nil(t, first.flights[i].source)
	}
	require.Same(t, first, p.slabs.take(3))
	require.NotSame(t, first, p.slabs.take(3), "it is taken")
	end(errEnded)
	require.ErrorIs(t, <-done, errEnded)
}

func TestRecordsThatAreNotProducedAreKeptNoMore(t *testing.T) {
	var s slabs
	b := s.take(2)
	b.keep(0, &connect.SourceRecord{Record: connect.Record{Value: "x"}})
	b.flights[0].record.Value = []byte("x")
	s.discard(b, 1)
	require.Same(t, b, s.take(1))
	require.Nil(t, b.flights[0].record.Value)
	require.Nil(t, b.flights[0].source)
	require.Equal(t, connect.SourceRecord{}, b.sources[0])
}

func TestAPumpWithNothingInFlightKeepsOneSlab(t *testing.T) {
	var s slabs
	var taken []*slab
	for range 3 {
		taken = append(taken, s.take(10))
	}
	for _, b := range taken {
		s.put(b)
	}
	require.Equal(t, taken[2:], s.free)
	larger := s.take(11)
	require.Len(t, larger.flights, 11)
	require.Empty(t, s.free, "one that is too small makes way")
}

// BenchmarkSourcePump is the whole way of a record through the runtime without a Kafka client: convert, enter, hand over, acknowledge.
func BenchmarkSourcePump(b *testing.B) {
	for name, to := range map[string]producer{"acknowledged at once": instant{}, "20,000 in flight": &inFlight{ring: make([]sent, 20_000)}} {
		b.Run(name, func(b *testing.B) { benchmarkPump(b, to) })
	}
}

// linesOfAFile are records as the file source makes them.
func linesOfAFile(n int) []connect.SourceRecord {
	batch, file := make([]connect.SourceRecord, n), connect.MustPartition(map[string]any{"filename": "/data/lines.txt"})
	for i := range batch {
		batch[i] = connect.SourceRecord{Record: connect.Record{Topic: "t", Value: strings.Repeat("x", 98), ValueSchema: connect.String, Timestamp: time.Unix(1, 0)},
			SourcePartition: file, SourceOffset: connect.OffsetMap{"position": int64(i)}}
	}
	return batch
}

// An operation is a record.
func benchmarkPump(b *testing.B, to producer) {
	b.ReportAllocs()
	const size, recordsPerCommit = 2000, 1_000_000
	batch := linesOfAFile(size)
	p := &sourcePump{stage: stringStage(b), producer: to, ledger: offsets.NewLedger(), budget: plenty(), gate: newGate(gateOpen, nil), meter: newMeter()}
	p.slabs.pump, p.slabs.life = p, b.Context()
	b.ResetTimer()
	for n := 0; n < b.N; n += size {
		if err := p.send(b.Context(), batch[:min(size, b.N-n)]); err != nil {
			b.Fatal(err)
		}
		if n%recordsPerCommit == 0 {
			p.ledger.Committable()
		}
	}
}

// instant acknowledges at once.
type instant struct{}

func (instant) Produce(_ context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	promise(r, nil)
}
func (instant) Flush(context.Context) error { return nil }

// inFlight acknowledges in bursts, half of what it keeps at a time, as brokers do.
type inFlight struct {
	ring       []sent
	head, kept int
}

type sent struct {
	record  *kgo.Record
	promise func(*kgo.Record, error)
}

func (f *inFlight) Produce(_ context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	if f.kept == len(f.ring) {
		for range len(f.ring) / 2 {
			first := f.ring[f.head]
			f.head = (f.head + 1) % len(f.ring)
			f.kept--
			first.promise(first.record, nil)
		}
	}
	f.ring[(f.head+f.kept)%len(f.ring)] = sent{r, promise}
	f.kept++
}
func (*inFlight) Flush(context.Context) error { return nil }
