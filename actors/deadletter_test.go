// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

// letterbox is a queue whose letters wait in a mailbag.
type letterbox struct {
	*deadLetters
	bag mailbag
	log bytes.Buffer
}

func newLetterbox(t *testing.T, vital bool) *letterbox {
	b := &letterbox{}
	life, end := context.WithCancel(context.Background())
	b.deadLetters = &deadLetters{producer: &b.bag, counters: &stage.Counters{}, log: slog.New(slog.NewTextHandler(&b.log, nil)), vital: vital,
		life: life, end: end, free: func() {}, letters: stage.Letters{Topic: "dead"}}
	t.Cleanup(b.close)
	return b
}

func failureOf(value string) stage.Failure {
	return stage.Failure{Err: &connect.StageError{Stage: connect.StageValueConverter, Plugin: "p", Err: errors.New("bad")},
		Consumed: &stage.Consumed{Topic: "t", Value: []byte(value)}}
}

func TestSettlingWaitsForEveryLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newLetterbox(t, false)
		require.NoError(t, b.Settle(t.Context()), "there are none")
		require.NoError(t, b.Report(t.Context(), failureOf("1")))
		require.NoError(t, b.Report(t.Context(), failureOf("2")))
		settled := make(chan error, 1)
		go func() { settled <- b.Settle(context.Background()) }()
		synctest.Wait()
		b.bag.flights[1](nil)
		synctest.Wait()
		require.Empty(t, settled)
		b.bag.flights[0](nil)
		require.NoError(t, <-settled)
		require.EqualValues(t, 2, b.counters.DeadLetters.Load())
		require.Zero(t, b.counters.FailedDeadLetters.Load())
	})
}

func TestALetterOfASinkThatCannotBeWrittenIsLoggedAndCounted(t *testing.T) {
	b := newLetterbox(t, false)
	require.NoError(t, b.Report(t.Context(), failureOf("1")))
	b.bag.flights[0](errors.New("refused"))
	require.NoError(t, b.Settle(t.Context()))
	require.EqualValues(t, 1, b.counters.FailedDeadLetters.Load())
	require.Contains(t, b.log.String(), "Could not produce message to dead letter queue. topic=dead")
}

func TestALetterOfASourceThatCannotBeWrittenFailsWhoeverSettles(t *testing.T) {
	b := newLetterbox(t, true)
	require.NoError(t, b.Report(t.Context(), failureOf("1")))
	refusal := errors.New("refused")
	b.bag.flights[0](refusal)
	require.ErrorIs(t, b.Settle(t.Context()), refusal)
	require.ErrorContains(t, b.Settle(t.Context()), "dead letter queue dead", "for good: the record is not there")
}

func TestAFailureOfWhichNothingIsKnownIsCounted(t *testing.T) {
	b := newLetterbox(t, true)
	require.NoError(t, b.Report(t.Context(), stage.Failure{Err: &connect.StageError{}}))
	require.NoError(t, b.Settle(t.Context()))
	require.EqualValues(t, 1, b.counters.FailedDeadLetters.Load())
}

func TestATaskThatIsToldToStopDoesNotWaitForItsLetters(t *testing.T) {
	b := newLetterbox(t, true)
	require.NoError(t, b.Report(t.Context(), failureOf("1")))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnded)
	require.ErrorIs(t, b.Settle(ctx), errEnded)
	require.NoError(t, b.life.Err(), "the letter is still on its way")
}

func TestTooManyLettersUnderWayHoldUpTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newLetterbox(t, false)
		large := failureOf(string(make([]byte, letterBytes)))
		require.NoError(t, b.Report(t.Context(), large), "one is always taken")
		reported := make(chan error, 1)
		go func() { reported <- b.Report(context.Background(), failureOf("next")) }()
		synctest.Wait()
		require.Empty(t, reported)
		b.bag.flights[0](nil)
		require.NoError(t, <-reported)
		b.bag.flights[1](nil)
		require.NoError(t, b.Report(t.Context(), large))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, b.Report(ctx, large), context.Canceled)
		b.bag.flights[2](nil)
		require.NoError(t, b.Settle(t.Context()))
		require.EqualValues(t, 1, b.counters.FailedDeadLetters.Load(), "the one that found no room")
	})
}

func TestATaskWithoutAQueueHasNothingToSettle(t *testing.T) {
	var none *deadLetters
	require.NoError(t, none.Report(t.Context(), stage.Failure{}))
	require.NoError(t, none.Settle(t.Context()))
	none.close()
}

var _ letterProducer = (*kgo.Client)(nil)

func TestMetersTellOfErrors(t *testing.T) {
	var m Meters
	id := connect.TaskID{Connector: "in"}
	c := &m.of(id).errors
	c.Failures.Add(7)
	c.Retries.Add(6)
	c.Errors.Add(5)
	c.Skipped.Add(4)
	c.Logged.Add(3)
	c.DeadLetters.Add(2)
	c.FailedDeadLetters.Add(1)
	c.LastError.Store(1234)
	require.Equal(t, ErrorCounts{Failures: 7, Retries: 6, Records: 5, Skipped: 4, Logged: 3, DeadLetters: 2, FailedDeadLetters: 1, Last: 1234}, m.Snapshot().Tasks[id].Errors)
}
