// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

// hearOwn has the node read what it has published.
func (s *scene) hearOwn(published Publish) []Action {
	s.t.Helper()
	return s.do(Heard(published))
}

func TestAWorkerThatLeavesSaysSoAndGoesOnUntilItsWorkIsTaken(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, b))
	actions := s.do(Leave{})
	require.Equal(t, generation.Leaving, only[Announce](t, actions).State)
	require.Equal(t, generation.Leaving, only[Publish](t, actions).Presence.State)
	none[Stop](t, append(actions, s.pass(20*time.Second)...))

	only[Stop](t, s.read(revoke(unit)))
	actions = s.do(Stopped{Holding: generation.Holding{Unit: unit, Since: 1}})
	left := only[Publish](t, actions)
	require.Equal(t, generation.Left, left.Presence.State)
	none[Gone](t, actions)
	actions = s.hearOwn(left)
	only[Gone](t, actions)
	require.Equal(t, Gone{}, actions[len(actions)-1])
	require.Empty(t, s.do(Tick{}))
	require.EqualValues(t, 4, only[Declined](t, s.do(Mutation{ID: 4})).ID)
}

func TestAWorkerThatLeavesStartsNothingNew(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	s.do(Leave{})
	none[Start](t, s.read(give(task("y", 0), b)))
}

func TestAWorkerWithoutWorkHasLeftAtOnce(t *testing.T) {
	s := follows(t)
	require.Equal(t, []generation.WorkerState{generation.Leaving, generation.Left}, states(s.do(Leave{})))
}

func TestAWorkerThatLeavesDoesNotWaitForWhatItHasCutOff(t *testing.T) {
	x, y := task("x", 0), task("y", 0)
	for name, c := range map[string]struct {
		scene func() *scene
		goes  func(*scene) []Action
	}{
		"another worker leads": {func() *scene { return follows(t, give(x, b), give(y, b)) }, func(s *scene) []Action {
			s.do(Leave{})
			return s.read(revoke(x, y))
		}},
		"it is the last": {func() *scene { return follows(t, give(x, b), give(y, b)) }, func(s *scene) []Action {
			s.gossip()
			s.hear(a, func(p *generation.Presence) { p.State = generation.Left })
			s.hear(c, func(p *generation.Presence) { p.State = generation.Left })
			return s.do(Leave{})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.scene()
			stops := of[Stop](c.goes(s))
			require.Len(t, stops, 2)
			require.Empty(t, states(s.do(Stopped{Holding: stops[0].Holding})))
			actions := s.do(Abandoned{Holding: stops[1].Holding})
			require.Contains(t, states(actions), generation.Left)
		})
	}
}

func states(actions []Action) []generation.WorkerState {
	var told []generation.WorkerState
	for _, published := range of[Publish](actions) {
		told = append(told, published.Presence.State)
	}
	return told
}

func TestAWorkerThatHasLeftGoesEvenIfItCannotReadThatItHas(t *testing.T) {
	s := follows(t)
	s.do(Leave{})
	none[Gone](t, s.pass(9*time.Second))
	only[Gone](t, s.pass(2*time.Second))
}

func TestALeaderThatLeavesResignsInTheLogAndRevokesItsWork(t *testing.T) {
	s := leads(t, works{"x": 6})
	commit := only[Commit](t, s.do(Leave{}))
	actions := s.written(commit)
	only[Resign](t, actions)
	require.NotEmpty(t, of[Stop](actions))
	state := s.node.State()
	require.Empty(t, state.Leader)
	for _, grant := range state.Grants {
		require.Equal(t, grant.Worker == b, grant.Revoked == state.Number)
	}
	none[Claim](t, s.pass(5*time.Second))
}

func TestALeaderThatLeavesWaitsForWhatIsUnderWay(t *testing.T) {
	s := leads(t, works{})
	s.do(Mutation{ID: 1, Work: works{"x": 1}})
	none[Commit](t, s.do(Leave{}))
	only[Commit](t, s.do(Written{Commit: 1}))
}

func TestALeaderThatLeavesTriesAgainToResign(t *testing.T) {
	s := leads(t, works{"x": 3})
	commit := only[Commit](t, s.do(Leave{}))
	none[Commit](t, s.do(WriteFailed{Commit: commit.ID, Err: errors.New("busy")}))
	only[Commit](t, s.pass(1100*ms))
}

func TestALeaderThatLeavesAndDoesNotKnowWhetherItHasResignedGoesOnAsAFollower(t *testing.T) {
	s := leads(t, works{"x": 3})
	commit := only[Commit](t, s.do(Leave{}))
	actions := s.do(WriteFailed{Commit: commit.ID, Unknown: true})
	only[Resign](t, actions)
	none[Claim](t, append(actions, s.pass(5*time.Second)...))
}

func TestTheLastWorkerStopsEverythingItself(t *testing.T) {
	s := newScene(t)
	s.work = works{"x": 1}
	s.gossip()
	s.readRecords(nil)
	s.do(Ready{})
	s.written(only[Commit](t, s.do(Claimed{})))
	actions := s.do(Leave{})
	none[Commit](t, actions)
	stops := of[Stop](actions)
	require.Len(t, stops, 2)
	for i, stop := range stops {
		require.False(t, stop.Moves, "nobody takes its place")
		actions = s.do(Stopped{Holding: stop.Holding})
		require.Equal(t, i == 1, len(of[Publish](actions)) == 1)
	}
	only[Resign](t, actions)
	only[Gone](t, s.hearOwn(only[Publish](t, actions)))
}

func TestAWorkerThatLeavesWithoutALeaderStopsEverythingAfterAWhile(t *testing.T) {
	s := newScene(t)
	s.work = works{"x": 1}
	s.meet(a, c)
	s.read(all(ledBy("", a, b, c), give(task("x", 0), b)))
	s.do(Ready{})
	s.do(Leave{})
	none[Stop](t, s.pass(9900*ms))
	stop := only[Stop](t, s.pass(200*ms))
	require.True(t, stop.Moves)
	actions := s.do(Stopped{Holding: stop.Holding})
	require.Equal(t, []generation.WorkerState{generation.Left}, states(actions))
}

func TestAWorkerThatLeavesDoesNotWaitForALeaderThatDoesNothingForEver(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	s.do(Leave{})
	none[Stop](t, s.pass(59*time.Second))
	only[Stop](t, s.pass(2*time.Second))
}

func TestWorkersThatAllLeaveDoNotWaitForEachOther(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	s.do(Leave{})
	var peers []Peer
	for _, id := range []string{a, c} {
		peers = append(peers, Peer{Worker: id, Boot: bootOf(id), State: generation.Leaving})
	}
	only[Stop](t, s.do(Gossiped{Peers: peers}))
}

func TestAWorkerThatIsToldToLeaveBeforeItIsReadyIsGone(t *testing.T) {
	s := newScene(t)
	actions := s.do(Leave{})
	none[Publish](t, actions)
	only[Gone](t, actions)
}

func TestTheWorkOfAWorkerThatLeavesIsRevokedByTheLeader(t *testing.T) {
	s := leads(t, works{"x": 6})
	s.hear(a, func(p *generation.Presence) { p.State = generation.Leaving })
	s.written(only[Commit](t, s.pass(100*ms)))
	state := s.node.State()
	require.Equal(t, "a:8083 leaves", state.Reason)
	for _, grant := range state.Grants {
		require.Equal(t, grant.Worker == a, grant.Revoked != 0)
	}
}
