// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestAWorkerThatIsAloneClaimsTheLeadOfANewClusterAtOnce(t *testing.T) {
	s := newScene(t)
	s.gossip()
	only[Claim](t, s.do(Ready{}))
	none[Claim](t, s.pass(time.Minute))
}

func TestCandidatesWaitForThoseBeforeThem(t *testing.T) {
	for name, test := range map[string]struct {
		state   func(*generation.State)
		peers   []string
		waits   time.Duration
		already bool
	}{
		"no generation, one before it":     {peers: []string{a, c}, waits: 300 * ms},
		"two of the generation before it":  {peers: []string{a, c}, state: ledBy("", a, c), waits: 600 * ms},
		"one that gossip does not see":     {peers: []string{c}, state: ledBy("", a, b, c), waits: 0},
		"listed itself, and others listed": {peers: []string{a, c}, state: ledBy("", a, b, c), waits: 300 * ms},
		"listed itself, others not":        {peers: []string{a, c}, state: ledBy("", b), waits: 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.meet(test.peers...)
			if test.state != nil {
				s.read(test.state)
			}
			actions := s.do(Ready{})
			if test.waits > 0 {
				none[Claim](t, actions)
				none[Claim](t, s.pass(test.waits-ms))
				actions = s.pass(ms)
			}
			only[Claim](t, actions)
		})
	}
}

func TestAHeadWithANewTermEndsTheWait(t *testing.T) {
	s := newScene(t)
	s.meet(a, c)
	s.read(ledBy("", a, b, c))
	s.do(Ready{})
	s.pass(200 * ms)
	s.read(ledBy(a))
	none[Claim](t, s.pass(10*time.Second))
}

func TestALeaderThatHasLeftOrWasStartedAnewIsFollowedWithoutARollCall(t *testing.T) {
	for name, happens := range map[string]func(s *scene) []Action{
		"left": func(s *scene) []Action {
			return s.hear(a, func(p *generation.Presence) { p.State = generation.Left })
		},
		"started anew": func(s *scene) []Action {
			return s.do(Gossiped{Peers: []Peer{{Worker: a, Boot: "a2", State: generation.Up}, {Worker: c, Boot: "c1", State: generation.Up}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := follows(t)
			actions := append(happens(s), s.pass(500*ms)...)
			none[Call](t, actions)
			only[Claim](t, actions)
		})
	}
}

func TestALeaderThatGossipDoesNotSeeIsCalledBeforeItIsFollowed(t *testing.T) {
	s := follows(t)
	actions := s.gossip(c)
	call := only[Call](t, actions)
	require.Equal(t, []string{a}, call.Call.Asks)
	require.Equal(t, Knock{Process: processOf(a), RPC: "a:7947"}, only[Knock](t, actions))
	s.do(Called(call))
	none[Claim](t, s.pass(400*ms))
	only[Claim](t, s.pass(200*ms))
}

func TestALeaderThatAnswersARollCallStays(t *testing.T) {
	s := follows(t)
	call := only[Call](t, s.gossip(c))
	s.do(Called(call))
	s.hear(a, func(p *generation.Presence) { p.Answer = call.Call.Nonce })
	actions := s.pass(4 * time.Second)
	none[Claim](t, actions)
	none[Call](t, actions)
	only[Call](t, s.pass(2*time.Second))
}

func TestALeaderWhosePortRefusesIsFollowedAtOnce(t *testing.T) {
	s := follows(t)
	s.gossip(c)
	only[Claim](t, s.do(Refused{Process: processOf(a)}))
}

func TestTheRollCallOfAnotherCandidateIsEnough(t *testing.T) {
	s := newScene(t)
	s.meet(a, c)
	s.read(ledBy(c, a, b, c))
	s.do(Ready{})
	s.gossip(a)
	s.do(Called{Call: generation.RollCall{Nonce: "of-a", By: a, Asks: []string{c}}})
	actions := s.pass(700 * ms)
	none[Call](t, actions)
	none[Claim](t, actions)
	only[Claim](t, s.pass(200*ms))
}

func TestNobodyIsDeclaredDeadForARollCallThatItsCallerHasNotReadItself(t *testing.T) {
	s := follows(t)
	first := only[Call](t, s.gossip(c))
	actions := s.pass(2100 * ms)
	none[Claim](t, actions)
	again := only[Call](t, actions)
	require.NotEqual(t, first.Call.Nonce, again.Call.Nonce)
}

func TestARollCallThatSpansAStallIsWaitedForAnew(t *testing.T) {
	s := follows(t)
	s.do(Called{Call: only[Call](t, s.gossip(c)).Call})
	s.now += 3 * time.Second
	actions := s.do(Tick{})
	none[Claim](t, append(actions, s.pass(400*ms)...))
}

func TestWhoHasClaimedWaitsBeforeItClaimsAgain(t *testing.T) {
	s := newScene(t)
	s.gossip()
	s.do(Ready{})
	none[Claim](t, s.do(ClaimFailed{Err: errors.New("no coordinator")}))
	none[Claim](t, s.pass(900*ms))
	only[Claim](t, s.pass(200*ms))
}

func TestAClaimWaitsLongerTheMoreClaimsTheLogHasUpToSomeSeconds(t *testing.T) {
	s := leads(t, works{})
	for range 3 {
		s.read(ledBy(c))
	}
	s.read(ledBy(""))
	// Five terms within a minute, the first that was read and its own included: doubled as often the pause would be half a minute.
	require.False(t, s.node.Leads())
	none[Claim](t, s.pass(3*time.Second))
	only[Claim](t, s.pass(2*time.Second))
}

func TestAWorkerThatCannotConfirmItsGenerationDoesNotClaim(t *testing.T) {
	s := newScene(t)
	s.kafka = false
	s.gossip()
	none[Claim](t, append(s.do(Ready{}), s.pass(time.Minute)...))
}

func TestAClaimThatEndsWhenTheLeaseIsOverIsGivenUp(t *testing.T) {
	s := newScene(t)
	s.gossip()
	s.do(Ready{})
	s.kafka = false
	s.pass(20 * time.Second)
	only[Resign](t, s.do(Claimed{}))
	require.False(t, s.node.Leads())
}

func TestTheFirstGenerationIsAboveAnyStatus(t *testing.T) {
	s := newScene(t)
	s.gossip()
	s.do(Ready{Floor: 41})
	s.written(only[Commit](t, s.do(Claimed{})))
	state := s.node.State()
	require.EqualValues(t, 42, state.Number)
	require.EqualValues(t, 1, state.Term)
	require.Equal(t, Newest, state.Version)
	require.Equal(t, b, state.Leader)
	require.Equal(t, bootOf(b), state.LeaderBoot)
	require.Equal(t, "http://b:8083/", state.LeaderURL)
}

func TestAClaimOfADeadLeaderGivesItsWorkAwayInTheSameTransaction(t *testing.T) {
	unit := task("x", 0)
	s := follows(t, give(unit, a))
	s.work = works{"x": 1}
	s.readRecords(nil)
	s.gossip(c)
	s.do(Refused{Process: processOf(a)})
	s.written(only[Commit](t, s.do(Claimed{})))
	state := s.node.State()
	require.EqualValues(t, 2, state.Number)
	require.EqualValues(t, 2, state.Term)
	grant := state.Grants[unit]
	require.NotEqual(t, a, grant.Worker)
	require.Equal(t, []string{a}, grant.Fence)
	require.EqualValues(t, 2, grant.Since)
	require.NotContains(t, state.Workers, a)
}

func TestALeaderThatLeavesUndoneWhatIsNeededIsFollowedInTheEnd(t *testing.T) {
	s := follows(t)
	s.work = works{"x": 1}
	s.readRecords(nil)
	none[Claim](t, s.pass(15*time.Second))
	only[Claim](t, s.pass(5*time.Second))
}

func TestALeaderThatHasDoneWhatIsNeededStays(t *testing.T) {
	s := follows(t)
	s.work = works{"x": 0}
	s.readRecords(nil)
	s.pass(10 * time.Second)
	s.read(give(task("x", generation.Instance), c))
	none[Claim](t, s.pass(time.Minute))
}

func TestALeaderThatWasRefusedWithoutANewHeadClaimsAgainAfterAWhile(t *testing.T) {
	s := leads(t, works{})
	commit := only[Commit](t, s.do(Mutation{ID: 1, Work: works{"x": 1}}))
	actions := s.do(WriteFailed{Commit: commit.ID, Fenced: true})
	only[Resign](t, actions)
	none[Claim](t, actions)
	none[Claim](t, s.pass(900*ms))
	only[Claim](t, s.pass(2*time.Second))
}
