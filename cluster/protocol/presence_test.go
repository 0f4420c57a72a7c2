// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

func TestAWorkerTellsOfItselfWhenItIsReady(t *testing.T) {
	s := newScene(t)
	s.read(ledBy(a, a))
	told := only[Publish](t, s.do(Ready{})).Presence
	require.Equal(t, generation.Up, told.State)
	require.EqualValues(t, 1, told.Applied)
	require.EqualValues(t, 1, told.Seq)
	require.Equal(t, "http://b:8083/", told.REST)
}

func TestAWorkerThatTheLogDoesNotNameTellsNowAndThenThatItIsThere(t *testing.T) {
	s := newScene(t)
	s.meet(a)
	s.read(ledBy(a, a))
	s.do(Ready{})
	require.Len(t, of[Publish](s.pass(31*time.Second)), 3)
	s.read(ledBy(a, a, b))
	none[Publish](t, s.pass(31*time.Second))
}

func TestAWorkerWhoseRecordWasRemovedTellsOfItselfAgain(t *testing.T) {
	s := follows(t)
	only[Publish](t, s.do(Forgotten{Worker: b}))
	none[Publish](t, s.do(Forgotten{Worker: a}))
}

func TestALeaderHasRecordsRemovedThatNobodyNeeds(t *testing.T) {
	s := leads(t, works{"x": 6})
	left := presenceOf("left:1")
	left.State = generation.Left
	s.do(Heard{Presence: left})
	s.do(Heard{Presence: presenceOf("gone:1")})
	s.hear(a, func(p *generation.Presence) { p.State = generation.Left })

	require.Equal(t, "left:1", only[Forget](t, s.pass(11*time.Second)).Worker)
	s.do(Forgotten{Worker: "left:1"})
	none[Forget](t, s.pass(10*time.Minute))
	s.now += 24*time.Hour - s.node.settings.Stall
	s.do(Tick{})
	require.Equal(t, "gone:1", only[Forget](t, s.pass(11*time.Second)).Worker)
}

func TestTheRecordOfAWorkerThatWasStartedAnewIsNotRemovedForItsFormerProcess(t *testing.T) {
	s := leads(t, works{})
	left := presenceOf("d:1")
	left.State = generation.Left
	s.do(Heard{Presence: left})
	again := presenceOf("d:1")
	again.Boot = "d2"
	s.do(Heard{Presence: again})
	none[Forget](t, s.pass(time.Minute))
}

func TestViewsShowWhatIsMoving(t *testing.T) {
	x, y := task("x", 0), task("x", 1)
	s := follows(t, give(x, b), give(y, c))
	s.now += time.Second
	s.read(revoke(x))
	at := s.now
	s.now += time.Second
	s.read(revoke(y))
	require.Equal(t, []Move{
		{Unit: x, From: processOf(b), Generation: 2, Since: at},
		{Unit: y, From: processOf(c), Generation: 3, Since: s.now},
	}, s.node.Moves())
	require.Len(t, s.node.Peers(), 3)
	told, known := s.node.Presence(c)
	require.True(t, known)
	require.Equal(t, bootOf(c), told.Boot)
	_, known = s.node.Presence("nobody")
	require.False(t, known)
	own, known := s.node.Presence(b)
	require.True(t, known)
	require.Equal(t, []generation.Holding{{Unit: x, Since: 1}}, own.Holding)
	for _, worker := range []string{b, c} {
		told, _ := s.node.Presence(worker)
		rpc, known := s.node.Gateway(worker)
		require.True(t, known)
		require.Equal(t, told.RPC, rpc)
	}
	_, known = s.node.Gateway("nobody")
	require.False(t, known)
}
