// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestTheFirstGenerationSharesOutEverything(t *testing.T) {
	in := Input{Work: connectors{"db": 4, "s3": 3}, Members: members(a, b, c), Floor: 41}
	next, changed := checked(t, in)
	require.True(t, changed)
	require.Equal(t, int64(42), next.Number, "it is above the floor")
	require.Len(t, next.Grants, 9)
	listed(t, in, next)
	for name, kind := range map[string]func(generation.Unit) bool{"tasks": isTask, "instances": isInstance, "units": isUnit} {
		_, least, most := loads(in, next, kind)
		require.LessOrEqual(t, most-least, 1, name)
	}
	require.Zero(t, next.Version)
	require.Empty(t, next.Leader)
}

func TestTheNumberFollowsTheStatesIfThatIsAboveTheFloor(t *testing.T) {
	in := Input{State: settled(t, connectors{"db": 4}, a), Work: connectors{"db": 5}, Members: members(a), Floor: 3}
	next, changed := checked(t, in)
	require.True(t, changed)
	require.Equal(t, in.State.Number+1, next.Number)
}

func TestWhatTheLeaderSaysOfItselfStays(t *testing.T) {
	in := Input{Work: connectors{"db": 1}, Members: members(a)}
	in.State = generation.State{Version: 1, Term: 3, Leader: a, LeaderBoot: "a1", LeaderURL: "http://a/", Reason: "r"}
	next, changed := checked(t, in)
	require.True(t, changed)
	next.Number, next.Workers, next.Grants, next.Lost = 0, nil, nil, nil
	require.Equal(t, in.State, next)
}

func TestTheStateThatIsThereIsNotTouched(t *testing.T) {
	in := Input{State: settled(t, connectors{"db": 4}, a), Work: connectors{"s3": 3}, Members: members(a, b)}
	workers, grants := maps.Clone(in.State.Workers), maps.Clone(in.State.Grants)
	_, changed := Next(in)
	require.True(t, changed)
	require.Equal(t, workers, in.State.Workers)
	require.Equal(t, grants, in.State.Grants)
}

func TestAWorkerThatJoinsGetsItsShareAndNothingElseMoves(t *testing.T) {
	work := connectors{"db": 12}
	in := Input{State: settled(t, work, a, b), Work: work, Members: members(a, b, c)}
	next, _ := checked(t, in)
	require.Equal(t, generation.Worker{Boot: "c1", Generation: next.Number}, next.Workers[c], "a member without work is listed")

	end, moves := complete(t, in)
	require.Equal(t, 4, moves)
	_, least, most := loads(in, end, isTask)
	require.Equal(t, 4, least)
	require.Equal(t, 4, most)
	stayed := 0
	for unit, was := range in.State.Grants {
		if end.Grants[unit].Since == was.Since {
			stayed++
		}
	}
	require.Equal(t, 13-4, stayed)
}

func TestAWorkerThatJoinsGetsSomeOfEveryConnector(t *testing.T) {
	work := connectors{"c1": 4, "c2": 4, "c3": 4, "c4": 4}
	in := Input{State: settled(t, work, a), Work: work, Members: members(a, b)}
	end, _ := complete(t, in)
	of := map[string]int{}
	for unit, grant := range end.Grants {
		if isTask(unit) && grant.Worker == b {
			of[unit.Connector]++
		}
	}
	require.Equal(t, map[string]int{"c1": 2, "c2": 2, "c3": 2, "c4": 2}, of)
}

func TestRevocationsOnTheirWayAreNotDoubled(t *testing.T) {
	work := connectors{"db": 12}
	in := Input{State: settled(t, work, a), Work: work, Members: members(a, b)}
	in.State, _ = checked(t, in)
	require.Equal(t, 6, revoked(in.State))
	in.Members = members(a, b, c)
	in.State, _ = checked(t, in)
	require.Equal(t, 8, revoked(in.State), "of which two more are for the one that came later")
}

func revoked(s generation.State) int {
	n := 0
	for _, grant := range s.Grants {
		if grant.Revoked != 0 {
			n++
		}
	}
	return n
}

func TestTasksOnTheirWayToOneThatDiedGoToTheOthers(t *testing.T) {
	work := connectors{"db": 12}
	in := Input{State: settled(t, work, a), Work: work, Members: members(a, b)}
	in.State, _ = checked(t, in)
	in.Members, in.Dead = members(a), processes(b)
	end, moves := complete(t, in)
	require.Zero(t, moves-6, "nothing but what was revoked already")
	require.Len(t, shareOf(end, a), 13)
	require.NotContains(t, end.Workers, b)
}

func TestARestartedWorkerGetsBackWhatItHad(t *testing.T) {
	work := connectors{"db": 7, "s3": 2}
	before := settled(t, work, a, b, c)
	in := Input{State: before, Work: work, Members: members(a, b, c), Dead: processes(b)}
	in.Members[b] = "b2"
	next, changed := checked(t, in)
	require.True(t, changed)
	followed(t, in, next)
	listed(t, in, next)
	require.Zero(t, revoked(next))
	for unit, was := range before.Grants {
		if was.Worker == b {
			was = generation.Grant{Worker: b, Boot: "b2", Since: next.Number, Fence: []string{b}}
		}
		require.Equal(t, was, next.Grants[unit])
	}
	require.Equal(t, before.Workers[a], next.Workers[a], "others are not written anew")
}

func TestWorkersThatRestartTogetherGetBackWhatEachOfThemHad(t *testing.T) {
	work := connectors{"db": 9, "s3": 3}
	in := Input{State: settled(t, work, a, b, c), Work: work, Dead: processes(a, b, c)}
	in.Members = map[string]generation.Boot{a: "a2", b: "b2", c: "c2"}
	next, _ := checked(t, in)
	for unit, was := range in.State.Grants {
		require.Equal(t, was.Worker, next.Grants[unit].Worker, "of %s", unit)
	}

	// Even if, one of them had everything.
	in.State.Grants = maps.Clone(in.State.Grants)
	for unit, grant := range in.State.Grants {
		grant.Worker, grant.Boot = b, "b1"
		in.State.Grants[unit] = grant
	}
	next, _ = checked(t, in)
	_, least, most := loads(in, next, isTask)
	require.Equal(t, []int{4, 4}, []int{least, most}, "balance comes first, since all of it starts anew anyway")
}

func TestAnotherProcessOfAWorkerGetsNothingWhileOneOwnsSomething(t *testing.T) {
	work := connectors{"db": 2}
	in := Input{State: settled(t, work, a), Work: connectors{"db": 2, "s3": 1}, Members: map[string]generation.Boot{a: "a2"}}
	_, changed := checked(t, in)
	require.False(t, changed, "it is not known yet that the former one has ended")
	in.Dead = processes(a)
	end, _ := complete(t, in)
	require.Len(t, end.Owned(a, "a2"), 5)
}

func TestAWorkerWithoutWorkGoesWhenItIsNoMember(t *testing.T) {
	work := connectors{"db": 0}
	in := Input{State: settled(t, work, a, b), Work: work, Members: members(a, b)}
	owner := in.State.Grants[instance("db")].Worker
	for _, id := range []string{a, b} {
		if id != owner {
			delete(in.Members, id)
		}
	}
	next, changed := checked(t, in)
	require.True(t, changed)
	require.Equal(t, []string{owner}, next.Members())
}

func TestAWorkerThatLeavesHandsOverEverything(t *testing.T) {
	work := connectors{"db": 6, "s3": 3}
	in := Input{State: settled(t, work, a, b), Work: work, Members: members(b), Leaving: processes(a)}
	had := len(shareOf(in.State, a))
	end, moves := complete(t, in)
	require.Equal(t, had, moves)
	require.Len(t, shareOf(end, b), 11)
	require.NotContains(t, end.Workers, a)
}

func TestTheLastWorkerThatLeavesLeavesEverythingToNobody(t *testing.T) {
	work := connectors{"db": 6}
	in := Input{State: settled(t, work, a), Work: work, Leaving: processes(a)}
	end, _ := complete(t, in)
	require.Empty(t, end.Grants)
	require.Empty(t, end.Workers)
	require.Len(t, end.Lost, 7)

	in = Input{State: end, Work: work, Members: members(b)}
	end, _ = complete(t, in)
	require.Len(t, end.Owned(b, "b1"), 7)
	require.Empty(t, end.Lost)
}

func TestFewerTasksAreTakenAwayAndTheRestIsBalanced(t *testing.T) {
	in := Input{State: settled(t, connectors{"db": 9}, a, b, c), Work: connectors{"db": 3}, Members: members(a, b, c)}
	end, _ := complete(t, in)
	require.Len(t, end.Grants, 4)
	_, least, most := loads(in, end, isTask)
	require.Equal(t, 1, least)
	require.Equal(t, 1, most)
}

func TestAConnectorOfWhichNothingIsKnownGetsItsInstanceOnly(t *testing.T) {
	end, _ := complete(t, Input{Work: connectors{"db": Unknown}, Members: members(a)})
	require.Equal(t, []generation.Unit{instance("db")}, end.Units())
}

func TestAThousandWaysToStartAreBalancedInAll(t *testing.T) {
	for workers := 1; workers <= 10; workers++ {
		for n := range 100 {
			work := connectors{}
			for i := range n % 13 {
				work[fmt.Sprint("c", i)] = (n*7 + i) % 5
			}
			in := Input{Work: work, Members: map[string]generation.Boot{}}
			for i := range workers {
				in.Members[fmt.Sprint("w", i)] = "1"
			}
			next, _ := Next(in)
			_, least, most := loads(in, next, isUnit)
			require.LessOrEqual(t, most-least, 1, "of %v on %d", work, workers)
		}
	}
}
