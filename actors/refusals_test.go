// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/offsets"
)

// noting is a scripted task that notes which of its records are done with.
type noting struct {
	*scripted
	mu   sync.Mutex
	done map[string]bool // by value; false for a record that is nowhere
}

func (n *noting) CommitRecord(_ context.Context, record *connect.SourceRecord, metadata *connect.RecordMetadata) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done[record.Value.(string)] = metadata != nil
	return nil
}

// picky does not convert what is bad.
type picky struct{ connect.Converter }

func (p picky) FromConnectData(ctx context.Context, topic string, headers connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	if value == "bad" {
		return nil, &connect.DataError{Reason: "it is bad"}
	}
	return p.Converter.FromConnectData(ctx, topic, headers, schema, value)
}

// tolerantPump runs a task under errors.tolerance=all.
func tolerantPump(t *testing.T, task connect.SourceTask, to producer, letters *deadLetters) (*sourcePump, context.CancelCauseFunc, chan error) {
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringconverter.Class, func() connect.Converter { return picky{stringconverter.New()} })
	plugins.AddHeaderConverter(header.Class, header.NewHeader)
	text := stage.ConverterConfig{Class: stringconverter.Class}
	converts, err := stage.NewSource(withLetters(stage.Config{Plugins: plugins, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Props:  map[string]string{"errors.tolerance": "all"},
		Worker: stage.Converters{Key: text, Value: text, Header: stage.ConverterConfig{Class: header.Class}}}, letters))
	require.NoError(t, err)
	ctx, end := context.WithCancelCause(context.Background())
	p := &sourcePump{task: task, stage: converts, producer: to, ledger: offsets.NewLedger(), budget: plenty(), gate: newGate(gateOpen, nil),
		meter: newMeter(), fail: end, clock: clock.System{}, random: func() float64 { return 0 }, log: slog.New(slog.DiscardHandler)}
	p.commits = newRecordCommits(task, p.log)
	p.provide(letters, nil)
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	return p, end, done
}

func (p *sourcePump) storable() int64 {
	for _, offset := range p.ledger.Committable() {
		return offset.Fields()["n"].(int64)
	}
	return -1
}

func TestARefusedRecordIsReportedAndThenSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, bag, box := &noting{scripted: numbered(1, 3), done: map[string]bool{}}, &mailbag{}, newLetterbox(t, true)
		p, end, done := tolerantPump(t, task, bag, box.deadLetters)
		synctest.Wait()
		bag.flights[0](nil)
		bag.flights[1](fmt.Errorf("no right: %w", kerr.TopicAuthorizationFailed))
		bag.flights[2](nil)
		synctest.Wait()
		require.EqualValues(t, 0, p.storable(), "the refused record is not in the queue yet")
		require.Len(t, box.bag.flights, 1)
		require.Positive(t, p.budget.Held(), "it is still there")
		box.bag.flights[0](nil)
		synctest.Wait()
		require.Zero(t, p.budget.Held())
		require.EqualValues(t, 2, p.storable())
		require.EqualValues(t, 1, p.stage.Operator().Counters.Skipped.Load())
		require.EqualValues(t, 2, p.meter.counts().Out)
		end(errEnded)
		require.ErrorIs(t, <-done, errEnded)
		p.commits.close()
		require.Equal(t, map[string]bool{"0": true, "1": false, "2": true}, task.done)
	})
}

func TestARecordThatWasRefusedTogetherWithOthersIsTriedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, bag := &noting{scripted: numbered(1, 2), done: map[string]bool{}}, &mailbag{}
		p, end, done := tolerantPump(t, task, bag, nil)
		synctest.Wait()
		bag.flights[0](kerr.MessageTooLarge)
		bag.flights[1](kerr.MessageTooLarge)
		synctest.Wait()
		require.Len(t, bag.flights, 3, "the first one again")
		bag.flights[2](nil)
		synctest.Wait()
		bag.flights[3](kerr.MessageTooLarge)
		synctest.Wait()
		require.EqualValues(t, 1, p.storable())
		end(errEnded)
		require.ErrorIs(t, <-done, errEnded)
		p.commits.close()
		require.Equal(t, map[string]bool{"0": true, "1": false}, task.done)
		require.EqualValues(t, 1, p.stage.Operator().Counters.Skipped.Load())
	})
}

func TestAnErrorThatIsNotAboutTheRecordFailsTheTaskThoughAllAreTolerated(t *testing.T) {
	task, bag := numbered(1, 1), &mailbag{}
	p, _, done := tolerantPump(t, task, bag, nil)
	<-task.polled
	bag.flights[0](kerr.ClusterAuthorizationFailed)
	err := <-done
	require.ErrorIs(t, err, kerr.ClusterAuthorizationFailed)
	require.ErrorContains(t, err, "Unrecoverable exception from producer send callback")
	require.EqualValues(t, -1, p.storable())
}

func TestALetterThatIsLostFailsTheSourceAndHoldsItsOffsetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, bag, box := numbered(1, 1), &mailbag{}, newLetterbox(t, true)
		p, _, done := tolerantPump(t, task, bag, box.deadLetters)
		synctest.Wait()
		bag.flights[0](kerr.InvalidTopicException)
		synctest.Wait()
		box.bag.flights[0](kerr.TopicAuthorizationFailed)
		require.ErrorIs(t, <-done, kerr.TopicAuthorizationFailed)
		require.EqualValues(t, -1, p.storable())
		p.refusals.await(t.Context())
		require.Zero(t, p.budget.Held(), "other tasks can have the room")
	})
}

func TestARefusalThatCannotBeSettledGivesBackTheRoomOfThoseBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, bag := numbered(1, 3), &mailbag{}
		p, _, done := tolerantPump(t, task, bag, nil)
		synctest.Wait()
		for _, land := range bag.flights[:3] {
			land(kerr.MessageTooLarge)
		}
		synctest.Wait()
		bag.flights[3](kerr.ClusterAuthorizationFailed)
		require.ErrorIs(t, <-done, kerr.ClusterAuthorizationFailed)
		p.refusals.await(t.Context())
		for _, land := range bag.flights[4:] {
			land(kgo.ErrClientClosed)
		}
		synctest.Wait()
		require.Zero(t, p.budget.Held())
		require.EqualValues(t, -1, p.storable())
	})
}

func TestATaskThatNeverRanHasNobodyToTellOfItsRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
		task := &noting{scripted: numbered(1), done: map[string]bool{}}
		newRecordCommits(task, slog.New(slog.DiscardHandler))
		ended := newRecordCommits(task, slog.New(slog.DiscardHandler))
		ended.close()
		ended.dropped(&connect.SourceRecord{Record: connect.Record{Value: "late"}})
		synctest.Wait()
		require.Empty(t, task.done)
	})
}

func TestNothingBehindARecordInTheQueueIsProducedBeforeItIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, bag, box := numbered(1, 2), &mailbag{}, newLetterbox(t, true)
		task.batches[0][0].Value = "bad"
		p, end, done := tolerantPump(t, task, bag, box.deadLetters)
		synctest.Wait()
		require.Len(t, box.bag.flights, 1)
		require.Empty(t, bag.flights)
		box.bag.flights[0](nil)
		synctest.Wait()
		require.Len(t, bag.flights, 1)
		bag.flights[0](nil)
		require.EqualValues(t, 1, p.storable())
		end(errEnded)
		require.ErrorIs(t, <-done, errEnded)
	})
}

func TestRefusalsHaveTheNamesOfJava(t *testing.T) {
	require.Equal(t, "org.apache.kafka.common.errors.RecordTooLargeException", refusedByKafka{fmt.Errorf("x: %w", kerr.MessageTooLarge)}.JavaClass())
	require.Equal(t, "org.apache.kafka.common.KafkaException", refusedByKafka{kgo.ErrClientClosed}.JavaClass())
}
