// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestALeaseRunsFromTheQuestionAndNotFromTheAnswer(t *testing.T) {
	s := newScene(t)
	s.kafka = false
	only[AskEnd](t, s.do(Ready{}))
	asked := s.now
	s.pass(300 * ms)
	renewed := only[Lease](t, s.do(EndAnswered{Asked: asked, End: 0}))
	require.Equal(t, asked+15*time.Second, renewed.Until)
	require.False(t, s.node.Suspended())
}

func TestALeaseIsNotRenewedBeforeTheEndWasReadUpTo(t *testing.T) {
	s := newScene(t)
	s.kafka = false
	s.do(Ready{})
	asked := s.now
	none[Lease](t, s.do(EndAnswered{Asked: asked, End: 7}))
	s.now += 100 * ms
	none[Lease](t, s.do(Read{Position: 6}))
	require.Equal(t, asked+15*time.Second, only[Lease](t, s.do(Read{Position: 7})).Until)
}

func TestAnAnswerToAQuestionOfBeforeReadyDoesNotCount(t *testing.T) {
	s := newScene(t)
	s.kafka = false
	asked := s.now
	s.now += 10 * ms
	s.do(Ready{})
	none[Lease](t, s.do(EndAnswered{Asked: asked, End: 0}))
}

func TestTheEndIsAskedForTenTimesALease(t *testing.T) {
	s := follows(t)
	require.Len(t, of[AskEnd](s.pass(15*time.Second)), 10)
}

func TestAStallClosesTheGatesAtTheFirstEventAfterIt(t *testing.T) {
	for name, event := range map[string]Event{
		"a tick": Tick{}, "a read": Read{Position: 1}, "gossip": Gossiped{}, "an old answer": EndAnswered{Asked: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := follows(t, give(task("x", 0), b))
			s.pass(time.Second)
			s.kafka = false
			before := s.now
			s.now += 1001 * ms
			actions := s.do(event)
			require.Equal(t, Lease{}, only[Lease](t, actions))
			only[AskEnd](t, actions)
			none[Announce](t, actions)
			require.True(t, s.node.Suspended())

			none[Lease](t, s.do(EndAnswered{Asked: before, End: s.end}))
			again := s.now
			actions = s.do(EndAnswered{Asked: again, End: s.end})
			require.Equal(t, again+15*time.Second, only[Lease](t, actions).Until)
			none[Start](t, actions)
		})
	}
}

func TestAStallOfALeaderDoesNotEndItsLead(t *testing.T) {
	s := leads(t, works{})
	s.kafka = false
	s.now += 5 * time.Second
	none[Resign](t, s.do(Tick{}))
	require.True(t, s.node.Leads())
	require.False(t, s.node.Free(), "it cannot confirm what it believes")
	s.do(EndAnswered{Asked: s.now, End: s.end})
	require.True(t, s.node.Free())
}

func TestALeaseThatIsOverClosesTheGatesAndSaysSoInGossip(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	s.kafka = false
	actions := s.pass(16 * time.Second)
	require.Equal(t, Lease{}, only[Lease](t, actions))
	require.Equal(t, generation.NoKafka, only[Announce](t, actions).State)
	none[Stop](t, actions)

	s.kafka = true
	actions = s.pass(2 * time.Second)
	require.Equal(t, generation.Up, only[Announce](t, actions).State)
	none[Start](t, actions)
	none[Stop](t, actions)
}

func TestWorkThatWaitedForAnotherLeaseIsStoppedAndStartedAgainUnderTheSameGrant(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	held := generation.Holding{Unit: unit, Since: 1}
	s.work = works{"x": 1}
	s.readRecords(nil)
	s.kafka = false
	stop := only[Stop](t, s.pass(31*time.Second))
	require.Equal(t, Stop{Holding: held, Moves: true}, stop)
	none[Start](t, s.do(Stopped{Holding: held}))

	s.kafka = true
	start := only[Start](t, s.pass(2*time.Second))
	require.Equal(t, unit, start.Unit)
	require.EqualValues(t, 1, start.Grant.Since)
}

func TestWorkThatIsStillStoppingWhenKafkaIsBackIsStartedOnceItHasStopped(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.kafka = false
	only[Stop](t, s.pass(31*time.Second))
	s.kafka = true
	none[Start](t, s.pass(2*time.Second))
	only[Start](t, s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}}))
}

func TestALeaderWithoutALeaseStepsDown(t *testing.T) {
	s := leads(t, works{})
	s.kafka = false
	only[Resign](t, s.pass(16*time.Second))
	require.False(t, s.node.Leads())
	s.kafka = true
	only[Claim](t, s.pass(3*time.Second))
}

func TestALeaseIsNotRenewedWhileTheLatestHeadCannotBeInstalled(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	before := s.log
	next := before
	next.Number, next.Workers = 2, map[string]generation.Worker{
		a: {Boot: "a1", Generation: 2}, b: {Boot: "b1", Generation: 2}, c: {Boot: "c1", Generation: 2},
	}
	records := generation.Encode(before, next)
	actions := s.readRecords(records[1:])
	require.True(t, only[Tale](t, actions).Warn)
	require.EqualValues(t, 1, s.node.State().Number)
	require.NotEmpty(t, of[Announce](s.pass(16*time.Second)))

	next.Number = 3
	for id := range next.Workers {
		next.Workers[id] = generation.Worker{Boot: bootOf(id), Generation: 3}
	}
	s.readRecords(generation.Encode(before, next))
	s.pass(2 * time.Second)
	require.False(t, s.node.Suspended())
}
