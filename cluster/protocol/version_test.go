// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestAClusterSpeaksTheNewestVersionThatAllMembersDo(t *testing.T) {
	settings := Defaults()
	s := newSceneWith(t, settings)
	s.node.settings.Self.Newest = 3
	for id, newest := range map[string]int{a: 2, c: 3} {
		p := presenceOf(id)
		p.Newest = newest
		s.do(Heard{Presence: p})
	}
	s.gossip(a, c)
	s.do(Ready{})
	s.pass(settings.Stagger)
	s.do(Claimed{})
	require.Equal(t, 2, s.node.lead.flight.next.Version)
}

func TestAVersionThatAllMembersSpeakByNowIsAGenerationOfItsOwn(t *testing.T) {
	s := leads(t, works{})
	s.node.settings.Self.Newest = 2
	s.hear(a, func(p *generation.Presence) { p.Newest = 2 })
	none[Commit](t, s.pass(200*ms))
	s.hear(c, func(p *generation.Presence) { p.Newest = 2 })
	only[Commit](t, s.pass(200*ms))
	require.Equal(t, 2, s.node.lead.flight.next.Version)
	require.Equal(t, "all workers speak a newer version of the protocol", s.node.lead.flight.next.Reason)
}

func TestAWorkerThatDoesNotSpeakTheClustersVersionIsGivenNoWorkAndThatIsSaidOnce(t *testing.T) {
	s := leads(t, works{"x": 8})
	later := presenceOf("d:8083")
	later.Oldest, later.Newest = 2, 3
	s.do(Heard{Presence: later})
	var warnings []Tale
	for _, tale := range of[Tale](append(s.gossip(a, c, "d:8083"), s.pass(5*time.Second)...)) {
		if tale.Warn {
			warnings = append(warnings, tale)
		}
	}
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0].Pairs, "2 to 3")
	require.NotContains(t, s.node.State().Workers, "d:8083")
}

func TestAWorkerThatDoesNotSpeakTheClustersVersionHaltsAndSaysWhatToDo(t *testing.T) {
	s := newScene(t)
	s.node.settings.Self.Oldest, s.node.settings.Self.Newest = 2, 3
	actions := s.read(all(ledBy(a, a, b), give(task("x", 0), b)))
	require.EqualError(t, only[Halt](t, actions).Err, "this worker speaks versions 2 to 3 of the cluster protocol, "+
		"the cluster speaks version 1: bring the other workers to a newer release first, or run an older one of this")
	actions = append(s.do(Ready{}), s.pass(20*time.Second)...)
	none[Start](t, actions)
	none[Claim](t, actions)
	none[Halt](t, actions)
	require.True(t, s.node.Suspended())
}

func TestARecordOfALaterVersionStopsEverythingHere(t *testing.T) {
	s := follows(t, give(task("x", 0), b))
	actions := s.readRecords([]generation.Record{{Key: "longshore-generation", Value: []byte(`{"v":99,"generation":2}`)}})
	only[Stop](t, actions)
	require.ErrorContains(t, only[Halt](t, actions).Err, "version 99")
	require.Equal(t, Lease{}, only[Lease](t, actions))
	none[Lease](t, s.pass(5*time.Second))
}

func TestALeaderThatMeetsALaterVersionResigns(t *testing.T) {
	s := leads(t, works{})
	only[Resign](t, s.readRecords([]generation.Record{{Key: "longshore-generation", Value: []byte(`{"v":99,"generation":9}`)}}))
	require.False(t, s.node.Free())
}
