// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestWorkOfAWorkerThatDoesNotAnswerIsGivenAwayWithItsEvidence(t *testing.T) {
	s := leads(t, works{"x": 6})
	call := only[Call](t, s.gossip(c))
	s.do(Called(call))
	none[Commit](t, s.pass(400*ms))
	actions := s.pass(200 * ms)
	commit := only[Commit](t, actions)
	tale := of[Tale](actions)[0]
	require.True(t, tale.Warn)
	require.Contains(t, tale.Pairs, call.Call.Nonce)
	s.written(commit)
	for _, grant := range s.node.State().Grants {
		require.NotEqual(t, a, grant.Worker)
	}
	require.NotContains(t, s.node.State().Workers, a)
}

func TestWorkersThatAreMissedTogetherAreCalledTogether(t *testing.T) {
	s := leads(t, works{"x": 6})
	require.Equal(t, []string{a, c}, only[Call](t, s.gossip()).Call.Asks)
}

func TestAWorkerWithoutKafkaIsCalled(t *testing.T) {
	s := leads(t, works{"x": 6})
	actions := s.do(Gossiped{Peers: []Peer{
		{Worker: a, Boot: "a1", State: generation.NoKafka}, {Worker: c, Boot: "c1", State: generation.Up},
	}})
	require.Equal(t, []string{a}, only[Call](t, actions).Call.Asks)
}

func TestAWorkerThatAnswersThroughKafkaStaysAMember(t *testing.T) {
	s := leads(t, works{"x": 6})
	before := s.node.State()
	actions := s.gossip(c)
	for range 5 {
		call := only[Call](t, actions)
		s.do(Called(call))
		none[Commit](t, s.hear(a, func(p *generation.Presence) { p.Answer = call.Call.Nonce }))
		actions = s.pass(5200 * ms)
	}
	require.Equal(t, before.Number, s.node.State().Number)
	s.work = works{"x": 6, "y": 3}
	s.readRecords(nil)
	s.written(only[Commit](t, s.pass(100*ms)))
	owners := map[string]bool{}
	for unit, grant := range s.node.State().Grants {
		if unit.Connector == "y" && unit.Task >= 0 {
			owners[grant.Worker] = true
		}
	}
	require.Len(t, owners, 3, "it is given work too")
}

func TestAnotherProcessOfAWorkerMakesTheFormerOneDeadAtOnce(t *testing.T) {
	s := leads(t, works{"x": 6})
	actions := s.do(Gossiped{Peers: []Peer{{Worker: a, Boot: "a2", State: generation.Up}, {Worker: c, Boot: "c1", State: generation.Up}}})
	none[Call](t, actions)
	s.written(only[Commit](t, actions))
	for _, grant := range s.node.State().Grants {
		require.NotEqual(t, a, grant.Worker)
	}
}

func TestAFormerProcessThatGossipStillShowsIsNotTakenForANewOne(t *testing.T) {
	s := newScene(t)
	s.meet(a, c)
	s.do(Heard{Presence: generation.Presence{Worker: a, Boot: "a2", State: generation.Up, Seq: 1}})
	s.read(all(ledBy(b, b, c), func(next *generation.State) {
		next.LeaderBoot = "b0"
		next.Workers[a] = generation.Worker{Boot: "a2"}
		next.Grants[task("x", 0)] = generation.Grant{Worker: a, Boot: "a2", Since: next.Number}
	}))
	s.do(Ready{})
	s.pass(time.Second)
	commit := only[Commit](t, s.do(Claimed{}))
	s.written(commit)
	require.Equal(t, a, s.node.State().Grants[task("x", 0)].Worker)
}

func TestAWorkerThatHasLeftNeedsNoVerdict(t *testing.T) {
	s := leads(t, works{"x": 6})
	s.hear(a, func(p *generation.Presence) { p.State = generation.Left })
	actions := append(s.gossip(c), s.pass(100*ms)...)
	none[Call](t, actions)
	s.written(only[Commit](t, actions))
	require.Equal(t, "a:8083 has left", s.node.State().Reason)
	for _, grant := range s.node.State().Grants {
		require.Empty(t, grant.Fence)
	}
}

func TestAWorkerThatWasDeclaredDeadAndLivesIsGivenWorkAgainLaterEachTime(t *testing.T) {
	s := leads(t, works{"x": 6})
	for _, delay := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
		s.gossip(c)
		s.written(only[Commit](t, s.do(Refused{Process: processOf(a)})))
		require.NotContains(t, s.node.State().Workers, a)
		s.gossip(a, c)
		if delay > 0 {
			none[Commit](t, s.pass(delay-200*ms))
		}
		s.written(only[Commit](t, s.pass(400*ms)))
		require.Contains(t, s.node.State().Workers, a)
		for _, commit := range of[Commit](s.pass(time.Second)) {
			s.written(commit)
		}
	}
}

func TestAVerdictThatWasNotWrittenIsTakenBackWhenTheWorkerIsHeard(t *testing.T) {
	s := leads(t, works{"x": 6})
	s.do(Mutation{ID: 1, Work: works{"x": 6}})
	s.gossip(c)
	none[Commit](t, s.do(Refused{Process: processOf(a)}))
	s.gossip(a, c)
	s.do(Written{Commit: 1})
	none[Commit](t, s.pass(time.Second))
}

func TestAWorkerThatOwesAnAcknowledgementForTooLongIsCalled(t *testing.T) {
	for name, answers := range map[string]bool{"it answers": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			s := leads(t, works{"x": 1})
			unit := task("x", 0)
			owner := s.node.State().Grants[unit].Worker
			s.work = works{}
			s.written(only[Commit](t, s.do(Mutation{ID: 1, Work: works{}})))
			none[Call](t, s.pass(59*time.Second))
			call := only[Call](t, s.pass(2*time.Second))
			require.Contains(t, call.Call.Asks, owner)
			s.do(Called(call))
			if answers {
				actions := s.hear(owner, func(p *generation.Presence) { p.Answer = call.Call.Nonce })
				require.True(t, of[Tale](actions)[0].Warn)
			}
			s.pass(time.Second)
			require.Equal(t, !answers, s.node.people.all[processOf(owner)].dead)
		})
	}
}

func TestWorkOfADeadWorkerWaitsForItsReturnIfThatIsWanted(t *testing.T) {
	settings := Defaults()
	settings.Return = 30 * time.Second
	s := leadsWith(t, settings, works{"x": 6})
	s.pass(settings.Return)
	s.gossip(c)
	s.written(only[Commit](t, s.do(Refused{Process: processOf(a)})))
	require.NotEmpty(t, s.node.State().Lost)
	none[Commit](t, s.pass(29*time.Second))
	s.written(only[Commit](t, s.pass(2*time.Second)))
	require.Empty(t, s.node.State().Lost)
}

func TestANewWorkerThatGossipDoesNotReachIsGivenNothing(t *testing.T) {
	s := leads(t, works{"x": 8})
	actions := s.do(Heard{Presence: presenceOf("d:8083")})
	call := only[Call](t, actions)
	s.do(Called(call))
	s.hear("d:8083", func(p *generation.Presence) { p.Answer = call.Call.Nonce })
	none[Commit](t, append(actions, s.pass(2*time.Second)...))
	require.NotContains(t, s.node.State().Workers, "d:8083", "it may be a stranger that can read the topics")
}

func TestAWorkerAnswersARollCallAtOnceOrAsSoonAsItCan(t *testing.T) {
	s := follows(t)
	call := generation.RollCall{Nonce: "n1", By: a, Asks: []string{b}}
	require.Equal(t, "n1", only[Publish](t, s.do(Called{Call: call})).Presence.Answer)
	none[Publish](t, s.do(Called{Call: generation.RollCall{Nonce: "n2", By: a, Asks: []string{c}}}))

	s.kafka = false
	s.pass(16 * time.Second)
	call.Nonce = "n3"
	none[Publish](t, s.do(Called{Call: call}))
	s.kafka = true
	var answers []string
	for _, published := range of[Publish](s.pass(2 * time.Second)) {
		answers = append(answers, published.Presence.Answer)
	}
	require.Contains(t, answers, "n3")
}

func TestASlowWorkerDeclaresNobodyDeadBeforeItHasHadTimeToHear(t *testing.T) {
	s := leads(t, works{"x": 6})
	s.do(Called{Call: only[Call](t, s.gossip(c)).Call})
	var dead []Tale
	ticks := 0
	for ; len(dead) == 0; ticks++ {
		s.now += 600 * ms
		dead = of[Tale](s.do(Tick{}))
		require.Less(t, ticks, 20)
	}
	require.GreaterOrEqual(t, ticks, 5)
}
