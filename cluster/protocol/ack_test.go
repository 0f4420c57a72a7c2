// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestARevocationIsAcknowledgedOnceTheUnitHasStoppedAndNotBefore(t *testing.T) {
	x, y := task("x", 0), task("y", 0)
	s := follows(t, give(x, b), give(y, b))
	none[Tell](t, s.read(revoke(x)))
	none[Tell](t, s.pass(5*time.Second))
	told := only[Tell](t, s.do(Stopped{Holding: generation.Holding{Unit: x, Since: 1}}))
	require.Equal(t, a, told.Worker)
	require.EqualValues(t, 2, told.Presence.Applied)
	require.Equal(t, bootOf(b), told.Presence.Boot)
	require.Equal(t, []generation.Holding{{Unit: y, Since: 1}}, told.Presence.Holding)
}

func TestAnAcknowledgementIsRepeatedUntilTheLogTakesItUpAndGoesThroughKafkaToo(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.read(revoke(unit))
	only[Tell](t, s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}}))
	none[Publish](t, s.pass(900*ms))
	actions := s.pass(3 * time.Second)
	require.Len(t, of[Tell](actions), 3)
	require.EqualValues(t, 2, only[Publish](t, actions).Presence.Applied)

	s.read(give(unit, c))
	none[Tell](t, s.pass(5*time.Second))
}

func TestAnAcknowledgementGoesToWhoeverLeadsNow(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.read(revoke(unit))
	s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}})
	s.read(ledBy(c))
	require.Equal(t, c, only[Tell](t, s.pass(time.Second)).Worker)
}

func TestEachUnitThatHasStoppedIsAcknowledgedAtOnce(t *testing.T) {
	x, y := task("x", 0), task("y", 0)
	s := follows(t, give(x, b), give(y, b))
	s.read(revoke(x, y))
	only[Tell](t, s.do(Stopped{Holding: generation.Holding{Unit: x, Since: 1}}))
	require.Empty(t, only[Tell](t, s.do(Stopped{Holding: generation.Holding{Unit: y, Since: 1}})).Presence.Holding)
}

func TestAGrantThatWasRevokedBeforeItRanIsFencedBeforeItIsAcknowledged(t *testing.T) {
	unit := task("x", 0)
	s := newScene(t)
	s.kafka = false
	s.meet(a, c)
	s.read(all(ledBy(a, a, b, c), give(unit, b, "dead:8083")))
	s.do(Ready{})
	actions := s.read(revoke(unit))
	require.Equal(t, Fence{Holding: generation.Holding{Unit: unit, Since: 1}, Workers: []string{"dead:8083"}}, only[Fence](t, actions))
	none[Tell](t, actions)
	later := s.pass(2 * time.Second)
	none[Fence](t, later)
	none[Tell](t, later)

	called := s.do(EndAnswered{Asked: s.now, End: s.end})
	none[Start](t, called)
	answer := only[Publish](t, s.do(Called{Call: generation.RollCall{Nonce: "n", By: a, Asks: []string{b}}}))
	require.Equal(t, []generation.Holding{{Unit: unit, Since: 1}}, answer.Presence.Holding, "an answer is no acknowledgement before")
	require.Empty(t, only[Tell](t, s.do(Fenced{Holding: generation.Holding{Unit: unit, Since: 1}})).Presence.Holding)
}

func TestAUnitWhoseStartHasFencedIsNotFencedAgainWhenItIsRevoked(t *testing.T) {
	unit := task("x", 0)
	for name, fenced := range map[string]bool{"it has": true, "it is not known": false} {
		t.Run(name, func(t *testing.T) {
			s := follows(t, give(unit, b, "dead:8083"))
			if fenced {
				s.do(Fenced{Holding: generation.Holding{Unit: unit, Since: 1}})
			}
			s.read(revoke(unit))
			actions := s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}})
			require.Equal(t, fenced, len(of[Tell](actions)) == 1)
			require.Equal(t, !fenced, len(of[Fence](actions)) == 1)
		})
	}
}

func TestALeaderNeedsNobodyToTellItWhatItHasStopped(t *testing.T) {
	s := leads(t, works{"x": 3})
	unit := s.node.Holding()[0].Unit
	revoked := s.do(Mutation{ID: 1, Records: []generation.Record{{Key: "target"}}, Work: works{}})
	s.work = works{}
	s.written(only[Commit](t, revoked))
	actions := s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: s.log.Grants[unit].Since}})
	none[Tell](t, actions)
	for _, held := range s.node.Holding() {
		s.do(Stopped{Holding: held})
	}
	next := s.written(only[Commit](t, s.pass(200*ms)))
	none[Stop](t, next)
	for _, grant := range s.node.State().Grants {
		require.NotEqual(t, b, grant.Worker)
	}
}
