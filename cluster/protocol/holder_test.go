// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestAUnitIsStartedUnderItsGrantOnceTheWorkerIsReadyAndConfirmed(t *testing.T) {
	s := newScene(t)
	none[Start](t, s.read(all(ledBy(a, a, b), give(task("x", 0), b))))
	s.kafka = false
	none[Start](t, s.do(Ready{}))
	start := only[Start](t, s.do(EndAnswered{Asked: s.now, End: s.end}))
	require.Equal(t, Start{Unit: task("x", 0), Grant: s.log.Grants[task("x", 0)]}, start)
	require.Equal(t, []generation.Holding{{Unit: task("x", 0), Since: 1}}, s.node.Holding())
}

func TestAGrantOfAnotherProcessOfTheSameWorkerIsNotMine(t *testing.T) {
	s := follows(t)
	none[Start](t, s.read(func(next *generation.State) {
		next.Workers[b] = generation.Worker{Boot: "b0"}
		next.Grants[task("x", 0)] = generation.Grant{Worker: b, Boot: "b0", Since: next.Number}
	}))
}

func TestAUnitThatIsRevokedOrGoneStopsInTheStepThatReadsIt(t *testing.T) {
	unit := task("x", 0)
	for name, change := range map[string]func(*generation.State){
		"revoked":            revoke(unit),
		"given to another":   give(unit, c),
		"not there any more": func(next *generation.State) { delete(next.Grants, unit) },
		"given to the same under another grant": func(next *generation.State) {
			next.Grants[unit] = generation.Grant{Worker: b, Boot: "b1", Since: next.Number}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := follows(t, give(unit, b))
			actions := s.read(change)
			require.Equal(t, generation.Holding{Unit: unit, Since: 1}, only[Stop](t, actions).Holding)
			none[Start](t, actions)
		})
	}
}

func TestAUnitUnderAnotherGrantStartsOnlyWhenItsFormerLifeHasEnded(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.read(give(unit, b))
	none[Start](t, s.pass(time.Second))
	start := only[Start](t, s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}}))
	require.EqualValues(t, 2, start.Grant.Since)
}

func TestAGrantThatStaysIsTheSameLife(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	actions := s.read(give(task("y", 0), b))
	require.Equal(t, task("y", 0), only[Start](t, actions).Unit)
	none[Stop](t, actions)
}

func TestAUnitKeepsItsPlaceInItsGroupOnlyWhereSomebodyWillRunIt(t *testing.T) {
	s := newScene(t)
	s.work = works{"x": 2, "unknown": -1}
	s.meet(a)
	units := []generation.Unit{task("x", generation.Instance), task("x", 1), task("unknown", 5), task("x", 2), task("gone", 0)}
	s.read(all(ledBy(a, a, b), func(next *generation.State) {
		for _, unit := range units {
			give(unit, b)(next)
		}
	}))
	s.do(Ready{})
	moves := map[generation.Unit]bool{}
	for _, stop := range of[Stop](s.read(revoke(units...))) {
		moves[stop.Holding.Unit] = stop.Moves
	}
	require.Equal(t, map[generation.Unit]bool{units[0]: true, units[1]: true, units[2]: true, units[3]: false, units[4]: false}, moves)
}

func TestAUnitThatHasEndedByItselfIsNotStartedAgainUnderItsGrant(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	none[Start](t, s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}}))
	none[Start](t, s.pass(time.Second))
	require.Empty(t, s.node.Holding())
	only[Start](t, s.read(give(unit, b)))
}

func TestAUnitThatIgnoresItsStopIsHandedOverAndNotRunHereBeforeItHasEnded(t *testing.T) {
	unit := task("x", 0)
	holding := generation.Holding{Unit: unit, Since: 1}
	for name, c := range map[string]struct {
		abandon func(*scene) []Action
		warns   bool
	}{
		"it is cut off": {func(s *scene) []Action { return s.do(Abandoned{Holding: holding}) }, false},
		"nothing is heard of it": {func(s *scene) []Action {
			none[Tell](t, s.pass(54*time.Second))
			return s.pass(2 * time.Second)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := follows(t, give(unit, b))
			s.read(revoke(unit))
			none[Tell](t, s.pass(5*time.Second))
			actions := c.abandon(s)
			told := of[Tell](actions)
			require.NotEmpty(t, told)
			require.Empty(t, told[0].Presence.Holding)
			tales := of[Tale](actions)
			require.NotEmpty(t, tales)
			require.Equal(t, c.warns, tales[0].Warn)

			none[Start](t, s.read(give(unit, b)))
			require.EqualValues(t, 3, only[Start](t, s.do(Stopped{Holding: holding})).Grant.Since)
		})
	}
}

func TestAUnitThatIsCutOffAlthoughNobodyToldItToStopIsHeld(t *testing.T) {
	unit := task("x", 0)
	for name, holding := range map[string]generation.Holding{
		"it restarts in its place":   {Unit: unit, Since: 1},
		"it had it by another grant": {Unit: unit, Since: 7},
		"it does not have it":        {Unit: task("y", 0), Since: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := follows(t, give(unit, b))
			require.Empty(t, of[Tale](s.do(Abandoned{Holding: holding})))
			require.Len(t, s.node.Holding(), 1)
			none[Tell](t, s.read(revoke(unit)))
		})
	}
}

func TestAnAbandonedUnitIsStartedUnderTheSameGrantWhenItHasEnded(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.kafka = false
	stop := only[Stop](t, s.pass(time.Minute))
	s.do(Abandoned{Holding: stop.Holding})
	s.kafka = true
	none[Start](t, s.pass(10*time.Second))
	require.EqualValues(t, 1, only[Start](t, s.do(Stopped{Holding: stop.Holding})).Grant.Since)
}

func TestWhatStoppedUnderAFormerGrantDoesNotEndTheOneOfToday(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 7}})
	require.Len(t, s.node.Holding(), 1)
}
