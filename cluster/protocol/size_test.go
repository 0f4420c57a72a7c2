// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

// BenchmarkStepOfALeaderOfManyWorkers is one Tick of a leader of 100 workers that share 10,000 units.
func BenchmarkStepOfALeaderOfManyWorkers(b *testing.B) {
	node := bigLeader(b)
	now := 2 * time.Hour
	for b.Loop() {
		now += 100 * time.Millisecond
		node.Step(now, EndAnswered{Asked: now, End: 1000})
		node.Step(now, Tick{})
	}
}

// BenchmarkPlanOfALeaderOfManyWorkers is one acknowledgement that such a leader plans with.
func BenchmarkPlanOfALeaderOfManyWorkers(b *testing.B) {
	node := bigLeader(b)
	now := 2 * time.Hour
	for seq := int64(2); b.Loop(); seq++ {
		now += 100 * time.Millisecond
		node.Step(now, EndAnswered{Asked: now, End: 1000})
		node.Step(now, Heard{Presence: generation.Presence{
			Worker: "w007", Boot: "1", State: generation.Up, Oldest: 1, Newest: 1, Seq: seq, Applied: seq,
		}})
		now += 50 * time.Millisecond
		node.Step(now, Tick{})
	}
}

// BenchmarkCreationAmongAThousandConnectors is what a leader that runs a thousand connectors by itself does for one more: the generation
// that has it, and the one that has its task.
func BenchmarkCreationAmongAThousandConnectors(b *testing.B) {
	work := works{}
	for i := range 1000 {
		work[fmt.Sprintf("connector-%d", i)] = 1
	}
	node, now, position := soleLeader(b, work)
	write := func(id int64, work works) {
		now += time.Millisecond
		for _, action := range node.Step(now, Mutation{ID: id, Work: work}) {
			if commit, is := action.(Commit); is {
				position += int64(len(commit.Records))
				for _, record := range commit.Records {
					node.Step(now, Read{Position: position, Records: []generation.Record{record}, Work: work})
				}
				node.Step(now, Written{Commit: commit.ID})
			}
		}
		require.True(b, node.Free())
	}
	for id := int64(1); b.Loop(); id += 3 {
		more := maps.Clone(work)
		more["one-more"] = 0
		write(id, more)
		more["one-more"] = 1
		write(id+1, more)
		b.StopTimer()
		write(id+2, work)
		for _, task := range []int{0, generation.Instance} {
			unit := generation.Unit{Connector: "one-more", Task: task}
			node.Step(now, Stopped{Holding: generation.Holding{Unit: unit, Since: node.State().Grants[unit].Since}})
		}
		write(id+2, work)
		b.StartTimer()
	}
}

// soleLeader has all to itself.
func soleLeader(tb testing.TB, work works) (node *Node, now Instant, position int64) {
	settings := Defaults()
	settings.Lease = 1000 * time.Hour
	settings.Self = generation.Presence{Worker: "w000", Boot: "1"}
	node, now, position = New(settings), time.Hour, 1000
	node.Step(now, Read{Position: 1, Work: work})
	node.Step(now, Ready{})
	require.Len(tb, of[Claim](node.Step(now, EndAnswered{Asked: now, End: 1})), 1)
	for _, action := range node.Step(now, Claimed{}) {
		if commit, is := action.(Commit); is {
			node.Step(now, Read{Position: position, Records: commit.Records, Work: work})
			node.Step(now, Written{Commit: commit.ID})
		}
	}
	return node, now, position
}

func TestALeaderOfManyWorkersSharesOutManyUnits(t *testing.T) {
	node := bigLeader(t)
	require.True(t, node.Free())
	require.Len(t, node.State().Grants, 10_000)
	require.Len(t, node.State().Workers, 100)
	require.Len(t, node.Holding(), 100)
}

func bigLeader(tb testing.TB) *Node {
	settings := Defaults()
	settings.Self = generation.Presence{Worker: "w000", Boot: "1"}
	node := New(settings)
	now := time.Hour
	var peers []Peer
	for i := range 100 {
		id := fmt.Sprintf("w%03d", i)
		peers = append(peers, Peer{Worker: id, Boot: "1", State: generation.Up})
		node.Step(now, Heard{Presence: generation.Presence{Worker: id, Boot: "1", State: generation.Up, Oldest: 1, Newest: 1, Seq: 1}})
	}
	work := works{}
	for i := range 100 {
		work[fmt.Sprintf("connector-%d", i)] = 99
	}
	node.Step(now, Gossiped{Peers: peers})
	node.Step(now, Read{Position: 1, Work: work})
	node.Step(now, Ready{})
	require.Len(tb, of[Claim](node.Step(now, EndAnswered{Asked: now, End: 1})), 1)
	for _, action := range node.Step(now, Claimed{}) {
		if commit, is := action.(Commit); is {
			node.Step(now, Read{Position: 1000, Records: commit.Records, Work: work})
			node.Step(now, Written{Commit: commit.ID})
		}
	}
	return node
}
