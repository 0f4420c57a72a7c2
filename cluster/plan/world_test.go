// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

// connectors are the work of tests: the number of tasks by name.
type connectors map[string]int

func (c connectors) All() iter.Seq2[string, int] { return maps.All(c) }

func task(connector string, number int) generation.Unit {
	return generation.Unit{Connector: connector, Task: number}
}

func instance(connector string) generation.Unit { return task(connector, generation.Instance) }

func held(unit generation.Unit, since int64) generation.Holding {
	return generation.Holding{Unit: unit, Since: since}
}

// checked is Next with what has to be true of every result.
func checked(t require.TestingT, in Input) (generation.State, bool) {
	next, changed := Next(in)
	again, changedAgain := Next(in)
	require.Equal(t, changed, changedAgain, "of the same input")
	require.Equal(t, next, again, "of the same input")

	in.State = next
	after, more := Next(in)
	require.False(t, more, "the next generation is followed by another: %+v and then %+v", next, after)
	require.Equal(t, next, after)
	return next, changed
}

// eligible are the members that may be given something.
func eligible(in Input) []Process {
	var out []Process
	for _, id := range slices.Sorted(maps.Keys(in.Members)) {
		p := Process{id, in.Members[id]}
		if !in.Dead[p] && !in.Left[p] && !in.Leaving[p] {
			out = append(out, p)
		}
	}
	return out
}

// followed checks one generation against the one before it, unit by unit, without knowing how it was made.
func followed(t require.TestingT, in Input, next generation.State) {
	want := wanted(in)
	for unit, was := range in.State.Grants {
		now, owned := next.Grants[unit]
		if owned && now.Since == was.Since {
			kept := was
			if was.Revoked == 0 && now.Revoked != 0 {
				kept.Revoked = next.Number
			}
			require.Equal(t, kept, now, "a right that stays is changed by a revocation only")
			continue
		}
		owner := Process{was.Worker, was.Boot}
		fence := was.Fence
		switch ack, heard := in.Acks[owner]; {
		case in.Left[owner] && was.Revoked != 0 && heard && ack.Applied >= was.Revoked && !ack.Holding[held(unit, was.Since)]:
			fence = nil
		case in.Left[owner]:
		case in.Dead[owner]:
			fence = with(was.Fence, was.Worker)
		default:
			require.True(t, heard && was.Revoked != 0 && ack.Applied >= was.Revoked && !ack.Holding[held(unit, was.Since)],
				"%s was taken from %v, which neither acknowledged, left, nor is dead", unit, owner)
			fence = nil
		}
		passedOn(t, in, next, unit, fence, want[unit])
	}
	for unit, fence := range in.State.Lost {
		passedOn(t, in, next, unit, fence, want[unit])
	}
	for unit := range want {
		if _, had := in.State.Grants[unit]; had {
			continue
		}
		if _, was := in.State.Lost[unit]; !was && len(in.Members) > 0 {
			if _, owned := next.Grants[unit]; owned {
				passedOn(t, in, next, unit, nil, true)
			}
		}
	}
	for unit := range next.Grants {
		_, had := in.State.Grants[unit]
		_, was := in.State.Lost[unit]
		require.True(t, had || was || want[unit], "%s was made up", unit)
	}
}

// passedOn checks what became of a unit that nobody owns any more.
func passedOn(t require.TestingT, in Input, next generation.State, unit generation.Unit, fence []string, wanted bool) {
	now, owned := next.Grants[unit]
	lost, isLost := next.Lost[unit]
	require.False(t, owned && isLost, "%s is owned and lost", unit)
	switch {
	case owned:
		require.Equal(t, next.Number, now.Since)
		require.Contains(t, eligible(in), Process{now.Worker, now.Boot}, "%s was given to somebody who may not have it", unit)
		require.Equal(t, len(fence), len(now.Fence), "of %s: %v, and not %v", unit, now.Fence, fence)
		require.Subset(t, now.Fence, fence)
		require.Equal(t, !wanted, now.Revoked == next.Number)
	case isLost:
		require.ElementsMatch(t, fence, lost)
	default:
		require.False(t, wanted, "%s is owned by nobody", unit)
		require.Empty(t, fence, "%s is forgotten, and its former owners were not fenced", unit)
	}
}

// listed checks the workers of a generation.
func listed(t require.TestingT, in Input, next generation.State) {
	ids := map[string]bool{}
	for _, p := range eligible(in) {
		ids[p.Worker] = true
	}
	for unit, grant := range next.Grants {
		ids[grant.Worker] = true
		require.Equal(t, next.Workers[grant.Worker].Boot, grant.Boot, "of the owner of %s", unit)
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(ids)), slices.Collect(maps.Keys(next.Workers)))
	for id, worker := range next.Workers {
		was, old := in.State.Workers[id]
		same := old && was.Boot == worker.Boot &&
			maps.EqualFunc(shareOf(in.State, id), shareOf(next, id), func(a, b generation.Grant) bool {
				return a.Since == b.Since && a.Revoked == b.Revoked
			})
		if same {
			require.Equal(t, was, worker, "the share of %s has not changed", id)
		} else {
			require.Equal(t, next.Number, worker.Generation, "the share of %s has changed", id)
		}
	}
}

func shareOf(s generation.State, id string) map[generation.Unit]generation.Grant {
	share := maps.Clone(s.Grants)
	maps.DeleteFunc(share, func(_ generation.Unit, g generation.Grant) bool { return g.Worker != id })
	return share
}

// complete has every process acknowledge at once what is revoked, until nothing changes any more. It returns the generation and how
// many revocations that took.
func complete(t require.TestingT, in Input) (generation.State, int) {
	for moves := 0; ; {
		var acked int
		in.Acks, acked = acknowledged(in.State)
		moves += acked
		next, changed := checked(t, in)
		if !changed {
			return in.State, moves
		}
		followed(t, in, next)
		listed(t, in, next)
		in.State = next
		require.Less(t, next.Number, int64(1000), "the generations do not come to an end")
	}
}

// acknowledged is what processes say that have done all they were asked to, and how many units they have given up so that these
// run elsewhere or no more.
func acknowledged(s generation.State) (acks map[Process]Ack, units int) {
	acks = map[Process]Ack{}
	for unit, grant := range s.Grants {
		p := Process{grant.Worker, grant.Boot}
		if _, heard := acks[p]; !heard {
			acks[p] = Ack{Applied: s.Number, Holding: map[generation.Holding]bool{}}
		}
		switch {
		case grant.Revoked == 0:
			acks[p].Holding[grant.Holding(unit)] = true
		case grant.Since != grant.Revoked:
			units++
		}
	}
	return acks, units
}

// loads are how many units of a kind each member runs, with the least and the most of them.
func loads(in Input, s generation.State, kind func(generation.Unit) bool) (byID map[string]int, least, most int) {
	byID = map[string]int{}
	for _, p := range eligible(in) {
		byID[p.Worker] = 0
	}
	for unit, grant := range s.Grants {
		if _, member := byID[grant.Worker]; member && kind(unit) {
			byID[grant.Worker]++
		}
	}
	counts := slices.Collect(maps.Values(byID))
	return byID, slices.Min(counts), slices.Max(counts)
}

func isTask(u generation.Unit) bool     { return u.Task != generation.Instance }
func isInstance(u generation.Unit) bool { return u.Task == generation.Instance }
func isUnit(generation.Unit) bool       { return true }

func members(ids ...string) map[string]generation.Boot {
	out := map[string]generation.Boot{}
	for _, id := range ids {
		out[id] = boot(id)
	}
	return out
}

func boot(id string) generation.Boot { return generation.Boot(id + "1") }

func process(id string) Process { return Process{id, boot(id)} }

func processes(ids ...string) map[Process]bool {
	out := map[Process]bool{}
	for _, id := range ids {
		out[process(id)] = true
	}
	return out
}

// settled is what a cluster of these members comes to by itself.
func settled(t testing.TB, work connectors, ids ...string) generation.State {
	s, _ := complete(t, Input{Work: work, Members: members(ids...), Floor: 10})
	return s
}
