// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestALeaderGivesWorkToThoseWhoAreThere(t *testing.T) {
	s := leads(t, works{"x": 6})
	owners := map[string]int{}
	for _, grant := range s.node.State().Grants {
		owners[grant.Worker]++
		require.Equal(t, bootOf(grant.Worker), grant.Boot)
	}
	require.Len(t, owners, 3)
	require.Len(t, s.node.State().Grants, 7)
}

func TestALeaderGrantsNothingThatWasRevokedBeforeItsOwnerSaidSo(t *testing.T) {
	s := leads(t, works{"x": 1})
	unit := task("x", 0)
	owner := s.node.State().Grants[unit].Worker
	require.NotEqual(t, b, owner)
	s.work = works{}
	s.written(only[Commit](t, s.do(Mutation{ID: 1, Work: works{}})))
	revoked := s.node.State()
	require.EqualValues(t, revoked.Number, revoked.Grants[unit].Revoked)

	holds := generation.Holding{Unit: unit, Since: revoked.Grants[unit].Since}
	for name, says := range map[string]func(*generation.Presence){
		"nothing of this generation yet": func(p *generation.Presence) { p.Applied = revoked.Number - 1 },
		"that it holds it":               func(p *generation.Presence) { p.Applied, p.Holding = revoked.Number, []generation.Holding{holds} },
		"as another process":             func(p *generation.Presence) { p.Applied, p.Boot = revoked.Number, "other" },
	} {
		s.hear(owner, says)
		for _, commit := range of[Commit](s.pass(300 * ms)) {
			s.written(commit)
		}
		require.Contains(t, s.node.State().Grants, unit, name)
	}
	s.do(Heard{Presence: generation.Presence{
		Worker: owner, Boot: bootOf(owner), State: generation.Up, Oldest: 1, Newest: 1, Seq: 99, Applied: revoked.Number,
	}})
	s.written(only[Commit](t, s.pass(300*ms)))
	require.NotContains(t, s.node.State().Grants, unit)
}

func TestPatientMutationsSoonAfterAGenerationShareTheNextOne(t *testing.T) {
	s := leads(t, works{})
	s.pass(time.Second)
	record := func(key string) []generation.Record { return []generation.Record{{Key: key, Value: []byte("{}")}} }
	first := only[Commit](t, s.do(Mutation{ID: 1, Records: record("connector-x"), Work: works{"x": 0}, Patient: true}))
	require.Greater(t, len(first.Records), 1, "nobody waits where nothing was written for a while")
	s.work = works{"x": 0}
	s.written(first)
	before := s.node.State().Number

	s.now += 10 * ms
	second := only[Commit](t, s.do(Mutation{ID: 2, Records: record("connector-y"), Work: works{"x": 0, "y": 0}, Patient: true}))
	require.Equal(t, record("connector-y"), second.Records)
	s.work = works{"x": 0, "y": 0}
	s.written(second)
	third := only[Commit](t, s.do(Mutation{ID: 3, Records: record("commit-x"), Work: works{"x": 1, "y": 0}, Patient: true}))
	require.Equal(t, record("commit-x"), third.Records)
	s.work = works{"x": 1, "y": 0}
	s.written(third)
	require.Equal(t, before, s.node.State().Number)

	s.written(only[Commit](t, s.pass(100*ms)))
	require.Equal(t, before+1, s.node.State().Number)
	require.Contains(t, s.node.State().Grants, task("x", 0))
	require.Contains(t, s.node.State().Grants, task("y", generation.Instance))

	s.now += 10 * ms
	fourth := only[Commit](t, s.do(Mutation{ID: 4, Records: record("commit-y"), Work: works{"x": 1, "y": 1}}))
	require.Greater(t, len(fourth.Records), 1, "one that is not patient never waits")
}

func TestGenerationsOfMuchWorkComeLessOften(t *testing.T) {
	for name, c := range map[string]struct {
		tasks int
		rest  time.Duration
	}{
		"a little":       {1, 50 * ms},
		"thousands":      {2999, 750 * ms},
		"more than that": {30_000, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := leads(t, works{"x": c.tasks})
			s.pass(2 * time.Second)
			more := works{"x": c.tasks, "y": 0}
			s.work = more
			s.written(only[Commit](t, s.do(Mutation{ID: 1, Work: more, Patient: true})))
			began, before := s.now, s.node.State().Number
			again := works{"x": c.tasks, "y": 0, "z": 0}
			s.work = again
			alone := only[Commit](t, s.do(Mutation{ID: 2, Records: []generation.Record{{Key: "connector-z", Value: []byte("{}")}}, Work: again, Patient: true}))
			require.Len(t, alone.Records, 1)
			s.written(alone)
			for s.node.State().Number == before {
				for _, commit := range of[Commit](s.pass(10 * ms)) {
					s.written(commit)
				}
			}
			require.InDelta(t, c.rest.Seconds(), (s.now - began).Seconds(), 0.13, "with the distance of two ticks")
		})
	}
}

func TestAMutationAndTheGenerationThatFollowsFromItAreOneTransaction(t *testing.T) {
	s := leads(t, works{})
	record := generation.Record{Key: "commit-x", Value: []byte(`{"tasks":1}`)}
	commit := only[Commit](t, s.do(Mutation{ID: 7, Records: []generation.Record{record}, Work: works{"x": 1}}))
	require.EqualValues(t, 7, commit.ID)
	require.Equal(t, record, commit.Records[0])
	require.Equal(t, "longshore-generation", commit.Records[len(commit.Records)-1].Key)
	s.work = works{"x": 1}
	s.written(commit)
	require.Contains(t, s.node.State().Grants, task("x", 0))
}

func TestAMutationThatChangesNoAssignmentIsItsRecordsAlone(t *testing.T) {
	s := leads(t, works{"x": 1})
	record := generation.Record{Key: "connector-x", Value: []byte(`{}`)}
	commit := only[Commit](t, s.do(Mutation{ID: 7, Records: []generation.Record{record}, Work: works{"x": 1}}))
	require.Equal(t, []generation.Record{record}, commit.Records)
	before := s.node.State().Number
	s.do(Written{Commit: 7})
	require.Equal(t, before, s.node.State().Number)
	require.True(t, s.node.Free())
}

func TestAMutationIsDeclinedByWhoeverCannotTakeIt(t *testing.T) {
	busy := leads(t, works{})
	busy.do(Mutation{ID: 1, Work: works{}})
	leaving := leads(t, works{})
	leaving.do(Leave{})
	for name, s := range map[string]*scene{"a follower": follows(t), "a leader that writes": busy, "a leader that leaves": leaving} {
		require.False(t, s.node.Free(), name)
		require.EqualValues(t, 2, only[Declined](t, s.do(Mutation{ID: 2, Work: works{}})).ID, name)
	}
}

func TestAtMostOneCommitIsUnderWay(t *testing.T) {
	s := leads(t, works{})
	s.do(Mutation{ID: 1, Work: works{}})
	s.work = works{"x": 1}
	s.readRecords(nil)
	none[Commit](t, s.pass(5*time.Second))
	commit := only[Commit](t, s.do(Written{Commit: 1}))
	require.Negative(t, commit.ID)
}

func TestChangesWithinAMomentAreOneGeneration(t *testing.T) {
	s := leads(t, works{})
	s.work = works{"x": 1}
	none[Commit](t, s.readRecords(nil))
	s.now += 20 * ms
	s.work = works{"x": 1, "y": 1}
	none[Commit](t, s.readRecords(nil))
	s.now += 30 * ms
	s.written(only[Commit](t, s.do(Tick{})))
	require.Len(t, s.node.State().Grants, 4)
	none[Commit](t, s.pass(time.Second))
}

func TestAnUnknownOutcomeIsReadAndNotRetried(t *testing.T) {
	for name, arrived := range map[string]bool{"it is in the log": true, "it is not": false} {
		t.Run(name, func(t *testing.T) {
			s := leads(t, works{})
			s.pass(2 * time.Second)
			commit := only[Commit](t, s.do(Mutation{ID: 1, Work: works{"x": 1}}))
			actions := s.do(WriteFailed{Commit: 1, Unknown: true, Err: errors.New("timed out")})
			only[Resign](t, actions)
			only[Claim](t, actions)
			if arrived {
				s.work = works{"x": 1}
				s.readRecords(commit.Records)
			}
			before := s.node.State()
			s.written(only[Commit](t, s.do(Claimed{})))
			require.Equal(t, before.Number+1, s.node.State().Number)
			require.Equal(t, before.Term+1, s.node.State().Term)
			require.Equal(t, arrived, len(s.node.State().Grants) == 2)
		})
	}
}

func TestAWriteThatIsKnownToHaveFailedIsTriedAgainLater(t *testing.T) {
	s := leads(t, works{})
	s.work = works{"x": 1}
	s.readRecords(nil)
	commit := only[Commit](t, s.pass(100*ms))
	actions := s.do(WriteFailed{Commit: commit.ID, Err: errors.New("broker busy")})
	none[Resign](t, actions)
	none[Commit](t, append(actions, s.pass(900*ms)...))
	only[Commit](t, s.pass(200*ms))
}

func TestALeaderThatReadsOfAnotherOneFollows(t *testing.T) {
	s := leads(t, works{})
	only[Resign](t, s.read(ledBy(c)))
	require.False(t, s.node.Leads())
}

func TestALateAnswerToAnotherCommitMeansNothing(t *testing.T) {
	s := leads(t, works{})
	s.do(Mutation{ID: 3, Work: works{}})
	s.do(Written{Commit: 2})
	s.do(WriteFailed{Commit: 2, Fenced: true})
	require.True(t, s.node.Leads())
	require.False(t, s.node.Free())
}

func TestALeaderWhoseGenerationCannotBeReadWritesAllRecordsAgain(t *testing.T) {
	s := leads(t, works{"x": 3})
	commit := only[Commit](t, s.do(Mutation{ID: 1, Work: works{"x": 2}}))
	s.work = works{"x": 2}
	s.readRecords([]generation.Record{{Key: "longshore-assignment-a:8083"}, {Key: "longshore-assignment-c:8083"}})
	s.readRecords(commit.Records)
	again := only[Commit](t, s.do(Written{Commit: 1}))
	s.written(again)
	require.Len(t, s.node.State().Workers, 3)
	require.True(t, s.node.Free())
	s.pass(2 * time.Second)
	require.False(t, s.node.Suspended())
}

func TestAGenerationTellsWhatItIsFor(t *testing.T) {
	s := leads(t, works{"x": 1})
	s.gossip(c)
	s.written(only[Commit](t, s.do(Refused{Process: processOf(a)})))
	require.Equal(t, "a:8083 is dead", s.node.State().Reason)
	s.do(Heard{Presence: generation.Presence{Worker: a, Boot: "a2", State: generation.Up, Seq: 1}})
	s.do(Gossiped{Peers: []Peer{{Worker: a, Boot: "a2", State: generation.Up}, {Worker: c, Boot: "c1", State: generation.Up}}})
	s.written(only[Commit](t, s.pass(100*ms)))
	require.Equal(t, "a:8083 joins", s.node.State().Reason)
}

func TestWhatAWorkerToldEarlierDoesNotTakeThePlaceOfWhatItToldLater(t *testing.T) {
	s := leads(t, works{"x": 6})
	early, _ := s.node.Presence(a)
	early.Seq, early.State = 5, generation.Leaving
	late := early
	late.Seq, late.State = 6, generation.Up
	s.do(Heard{Presence: late})
	none[Commit](t, append(s.do(Heard{Presence: early}), s.pass(time.Second)...))
	told, _ := s.node.Presence(a)
	require.Equal(t, late, told)
}
