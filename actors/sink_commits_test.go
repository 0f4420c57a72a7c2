// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

// silent is a consumer whose commits are answered when a test says so.
type silent struct {
	consumer
	commits []int64
	answer  func(error)
}

func (s *silent) CommitOffsets(_ context.Context, offsets map[string]map[int32]kgo.EpochOffset,
	done func(*kgo.Client, *kmsg.OffsetCommitRequest, *kmsg.OffsetCommitResponse, error)) {
	s.commits = append(s.commits, offsets["t"][0].Offset)
	s.answer = func(err error) { done(nil, nil, kmsg.NewPtrOffsetCommitResponse(), err) }
}

// The pump commits each minute, and waits five seconds for an answer.
func committing(kafka consumer) (p *sinkPump, accept func(next int64)) {
	p = &sinkPump{consumer: kafka, gate: newGate(gateOpen, nil), clock: clock.System{}, meter: newMeter(), log: slog.New(slog.DiscardHandler),
		interval: time.Minute, patience: 5 * time.Second, flow: newSinkFlow(), offsets: newSinkOffsets(), assigned: map[connect.TopicPartition]bool{tpA: true}}
	p.commitAt = p.clock.Now().Add(p.interval)
	return p, func(next int64) {
		p.offsets.consume(tpA, 0, next)
		p.offsets.accept()
	}
}

// elapse passes time of the bubble.
func elapse(d time.Duration) { <-time.After(d) }

func TestACommitThatIsNotAnsweredInTimeIsCountedOnceAndNotFollowedByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kafka := &silent{}
		p, accept := committing(kafka)
		step := func() { require.NoError(t, p.commitIfDue(t.Context())) }
		accept(5)
		step()
		require.Empty(t, kafka.commits, "it is not due")
		elapse(time.Minute)
		step()
		require.Equal(t, []int64{5}, kafka.commits)
		require.Equal(t, 5*time.Second, p.wait(), "the time that an answer may take")

		elapse(5 * time.Second)
		step()
		step()
		require.EqualValues(t, 1, p.meter.failures.Load())
		require.Greater(t, p.wait(), 50*time.Second)
		accept(7)
		elapse(2 * time.Minute)
		step()
		require.Equal(t, []int64{5}, kafka.commits, "the client would only queue another")

		kafka.answer(nil)
		require.Zero(t, p.meter.commits.Load(), "the late answer is not counted again")
		elapse(time.Minute)
		step()
		require.Equal(t, []int64{5, 7}, kafka.commits)
		kafka.answer(nil)
		require.EqualValues(t, 1, p.meter.commits.Load())
		require.EqualValues(t, 1, p.meter.failures.Load())
	})
}

func TestACommitThatFailsLateIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kafka := &silent{}
		p, accept := committing(kafka)
		accept(5)
		elapse(time.Minute)
		require.NoError(t, p.commitIfDue(t.Context()))
		elapse(5 * time.Second)
		require.NoError(t, p.commitIfDue(t.Context()))
		kafka.answer(errors.New("no coordinator"))
		require.EqualValues(t, 1, p.meter.failures.Load())
		elapse(time.Minute)
		require.NoError(t, p.commitIfDue(t.Context()))
		require.Equal(t, []int64{5, 5}, kafka.commits)
	})
}

func TestACommitThatATaskAsksForWaitsForTheOneUnderWayAndFollowsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kafka := &silent{}
		p, accept := committing(kafka)
		accept(5)
		p.flow.RequestCommit()
		require.NoError(t, p.commitIfDue(t.Context()))
		accept(7)
		p.flow.RequestCommit()
		require.NoError(t, p.commitIfDue(t.Context()))
		require.Equal(t, []int64{5}, kafka.commits)
		poll, end := context.WithCancelCause(t.Context())
		p.endPoll.Store(&end)
		kafka.answer(nil)
		require.ErrorIs(t, context.Cause(poll), errInterrupted, "the poll ends, so that the commit need not wait for records")
		require.NoError(t, p.commitIfDue(t.Context()))
		require.Equal(t, []int64{5, 7}, kafka.commits)
	})
}

// failing is a sink task whose PreCommit does as a test says.
type failing struct {
	connect.SinkTask
	preCommit func() error
}

func (f failing) PreCommit(_ context.Context, current map[connect.TopicPartition]int64) (map[connect.TopicPartition]int64, error) {
	return current, f.preCommit()
}

func TestWhateverPreCommitFailsWithIsARewindAndAPanicAnEnd(t *testing.T) {
	refusal := errors.New("the disk is full")
	for name, err := range map[string]error{"retriable": connect.Retriable(refusal), "plain": refusal} {
		t.Run(name, func(t *testing.T) {
			p, accept := committing(&silent{})
			p.task = failing{preCommit: func() error { return err }}
			p.offsets.begin(tpA, 3)
			accept(5)
			require.NoError(t, p.commit(t.Context()))
			require.Equal(t, map[connect.TopicPartition]int64{tpA: 3}, p.flow.rewinds)
			require.EqualValues(t, 1, p.meter.failures.Load())
		})
	}
	p, accept := committing(&silent{})
	p.task = failing{preCommit: func() error { panic(refusal) }}
	accept(5)
	require.ErrorIs(t, p.commit(t.Context()), refusal)
}

func TestWhatATaskHasAskedForCountsMoreThanTheLastCommit(t *testing.T) {
	f := newSinkFlow()
	f.Rewind(map[connect.TopicPartition]int64{tpA: 9})
	f.goBack(map[connect.TopicPartition]int64{tpA: 3, tpB: 4})
	require.Equal(t, map[connect.TopicPartition]int64{tpA: 9, tpB: 4}, f.rewinds)
}
