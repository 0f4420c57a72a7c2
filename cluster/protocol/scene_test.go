// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"iter"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

const ms = time.Millisecond

// works is what there is to run.
type works map[string]int

func (w works) All() iter.Seq2[string, int] { return maps.All(w) }

// scene is one node and a Kafka that it is played.
type scene struct {
	t    *testing.T
	node *Node
	now  Instant
	// kafka answers questions for the end of the config topic at once.
	kafka bool
	log   generation.State
	end   int64
	work  works
}

// self and the others. The node of a scene is b, so that there is somebody before and after it.
const (
	a = "a:8083"
	b = "b:8083"
	c = "c:8083"
)

// bootOf is the process that a worker of a scene has when nothing else is said.
func bootOf(worker string) generation.Boot {
	if worker == "" {
		return ""
	}
	return generation.Boot(worker[:1] + "1")
}

func processOf(worker string) plan.Process { return plan.Process{Worker: worker, Boot: bootOf(worker)} }

func task(connector string, n int) generation.Unit {
	return generation.Unit{Connector: connector, Task: n}
}

func newScene(t *testing.T) *scene { return newSceneWith(t, Defaults()) }

func newSceneWith(t *testing.T, settings Settings) *scene {
	settings.Self = presenceOf(b)
	settings.Self.REST = "http://b:8083/"
	settings.Random = func() float64 { return 0.5 }
	return &scene{t: t, node: New(settings), now: time.Hour, kafka: true, work: works{}}
}

func presenceOf(worker string) generation.Presence {
	return generation.Presence{
		Worker: worker, Boot: bootOf(worker), RPC: worker[:1] + ":7947", State: generation.Up, Oldest: Oldest, Newest: Newest, Seq: 1,
	}
}

// do gives the node an event. What Kafka is asked for is answered at once, and what follows is returned too.
func (s *scene) do(event Event) []Action {
	s.t.Helper()
	actions := s.node.Step(s.now, event)
	s.checkOrder(actions)
	for _, action := range actions {
		if _, asks := action.(AskEnd); asks && s.kafka {
			actions = append(actions, s.do(EndAnswered{Asked: s.now, End: s.end})...)
		}
	}
	return actions
}

// checkOrder checks what holds of every step: gates are closed before anything else, and opened after everything else.
func (s *scene) checkOrder(actions []Action) {
	s.t.Helper()
	others := false
	for i, action := range actions {
		switch act := action.(type) {
		case Stop:
			require.False(s.t, others, "a stop comes first: %v", actions)
		case Lease:
			if act.Until > s.now {
				require.Equal(s.t, len(actions)-1, i, "a lease comes last: %v", actions)
			} else {
				require.Zero(s.t, i, "closing comes first: %v", actions)
			}
		default:
			others = true
		}
	}
}

// pass lets time go by, with its Ticks.
func (s *scene) pass(d time.Duration) []Action {
	s.t.Helper()
	var actions []Action
	for end := s.now + d; s.now < end; {
		s.now += min(s.node.settings.Tick, end-s.now)
		actions = append(actions, s.do(Tick{})...)
	}
	return actions
}

// read has the node read a generation that follows the last one.
func (s *scene) read(change func(next *generation.State)) []Action {
	s.t.Helper()
	next := s.log
	next.Number++
	next.Version = 1
	next.Workers, next.Grants, next.Lost = maps.Clone(s.log.Workers), maps.Clone(s.log.Grants), maps.Clone(s.log.Lost)
	if s.log.Number == 0 {
		next.Workers, next.Grants = map[string]generation.Worker{}, map[generation.Unit]generation.Grant{}
		next.Lost = map[generation.Unit][]string{}
	}
	change(&next)
	for id, worker := range next.Workers {
		worker.Generation = next.Number
		next.Workers[id] = worker
	}
	records := generation.Encode(s.log, next)
	s.log = next
	return s.readRecords(records)
}

func (s *scene) readRecords(records []generation.Record) []Action {
	s.t.Helper()
	s.end += int64(len(records)) + 1
	return s.do(Read{Records: records, Position: s.end, Work: s.work})
}

// written has a Commit of the node read and confirmed.
func (s *scene) written(commit Commit) []Action {
	s.t.Helper()
	actions := s.readRecords(commit.Records)
	actions = append(actions, s.do(Written{Commit: commit.ID})...)
	s.log = s.node.State()
	return actions
}

// ledBy makes a generation one of a leader and its workers.
func ledBy(leader string, workers ...string) func(*generation.State) {
	return func(next *generation.State) {
		next.Leader, next.LeaderBoot, next.Term = leader, bootOf(leader), next.Term+1
		for _, id := range workers {
			next.Workers[id] = generation.Worker{Boot: bootOf(id)}
		}
	}
}

// give gives a unit to a worker in a generation.
func give(unit generation.Unit, worker string, fence ...string) func(*generation.State) {
	return func(next *generation.State) {
		next.Grants[unit] = generation.Grant{Worker: worker, Boot: bootOf(worker), Since: next.Number, Fence: fence}
	}
}

// revoke asks the owner of a unit to stop it.
func revoke(units ...generation.Unit) func(*generation.State) {
	return func(next *generation.State) {
		for _, unit := range units {
			grant := next.Grants[unit]
			grant.Revoked = next.Number
			next.Grants[unit] = grant
		}
	}
}

// all does one change after the other.
func all(changes ...func(*generation.State)) func(*generation.State) {
	return func(next *generation.State) {
		for _, change := range changes {
			change(next)
		}
	}
}

// gossip tells the node who seems alive, itself included.
func (s *scene) gossip(others ...string) []Action {
	s.t.Helper()
	peers := []Peer{{Worker: b, Boot: bootOf(b), State: generation.Up}}
	for _, id := range others {
		peers = append(peers, Peer{Worker: id, Boot: bootOf(id), State: generation.Up, RPC: id[:1] + ":7947"})
	}
	return s.do(Gossiped{Peers: peers})
}

// meet has the node hear of workers for the first time, in gossip and in the status topic.
func (s *scene) meet(others ...string) {
	s.t.Helper()
	for _, id := range others {
		s.do(Heard{Presence: presenceOf(id)})
	}
	s.gossip(others...)
}

// hear gives the node something that a worker tells, later than what it told before.
func (s *scene) hear(worker string, change func(*generation.Presence)) []Action {
	s.t.Helper()
	p, _ := s.node.Presence(worker)
	if p.Worker == "" {
		p = presenceOf(worker)
	}
	p.Seq++
	p.Answer = ""
	change(&p)
	return s.do(Heard{Presence: p})
}

// follows is a scene in which a leads, and b and c follow.
func follows(t *testing.T, changes ...func(*generation.State)) *scene {
	return followsWith(t, Defaults(), changes...)
}

func followsWith(t *testing.T, settings Settings, changes ...func(*generation.State)) *scene {
	s := newSceneWith(t, settings)
	s.meet(a, c)
	s.read(all(append([]func(*generation.State){ledBy(a, a, b, c)}, changes...)...))
	s.do(Ready{})
	return s
}

// leads is a scene in which b leads, and a and c follow, in the generation that b has written.
func leads(t *testing.T, work works) *scene { return leadsWith(t, Defaults(), work) }

func leadsWith(t *testing.T, settings Settings, work works) *scene {
	s := newSceneWith(t, settings)
	s.work = work
	s.meet(a, c)
	s.readRecords(nil)
	s.do(Ready{})
	s.pass(settings.Stagger)
	s.written(only[Commit](t, s.do(Claimed{})))
	s.pass(200 * ms)
	require.True(t, s.node.Free())
	return s
}

// of are the actions of one kind.
func of[A Action](actions []Action) []A {
	var found []A
	for _, action := range actions {
		if act, is := action.(A); is {
			found = append(found, act)
		}
	}
	return found
}

// only is the one action of a kind that there is.
func only[A Action](t *testing.T, actions []Action) A {
	t.Helper()
	found := of[A](actions)
	require.Len(t, found, 1, "%v", actions)
	return found[0]
}

// none checks that there is no action of a kind.
func none[A Action](t *testing.T, actions []Action) {
	t.Helper()
	require.Empty(t, of[A](actions), "%v", actions)
}
