// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/cluster/generation"
)

// world is a cluster to which things happen.
type world struct {
	t    *rapid.T
	in   Input
	work connectors
	// up has the process of each worker that runs, boots counts how many each had.
	up    map[string]generation.Boot
	boots map[string]int
	// waits are workers that are waited for.
	waits map[string]bool
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t, work: connectors{}, up: map[string]generation.Boot{}, boots: map[string]int{}, waits: map[string]bool{}}
	w.in = Input{
		Work: w.work, Members: map[string]generation.Boot{}, Leaving: map[Process]bool{}, Dead: map[Process]bool{},
		Left: map[Process]bool{}, Acks: map[Process]Ack{}, Wait: func(id string) bool { return w.waits[id] },
	}
	return w
}

func (w *world) worker() string {
	return rapid.SampledFrom([]string{a, b, c, "d", "e"}).Draw(w.t, "worker")
}

func (w *world) boot(id string) {
	if former, runs := w.up[id]; runs {
		w.in.Dead[Process{id, former}] = true
	}
	w.boots[id]++
	w.up[id] = generation.Boot(fmt.Sprint(id, w.boots[id]))
	w.in.Members[id] = w.up[id]
	delete(w.waits, id)
}

func (w *world) die(id string, waits bool) {
	if process, runs := w.up[id]; runs {
		w.in.Dead[Process{id, process}] = true
		w.waits[id] = waits
		delete(w.up, id)
		delete(w.in.Members, id)
	}
}

func (w *world) end(id string) {
	if process, runs := w.up[id]; runs {
		w.in.Left[Process{id, process}] = true
		delete(w.up, id)
		delete(w.in.Members, id)
	}
}

// ack has a process tell what it holds: of what is revoked, some still.
func (w *world) ack(id string) {
	process := Process{id, w.up[id]}
	ack := Ack{Applied: w.in.State.Number, Holding: map[generation.Holding]bool{}}
	for _, unit := range w.in.State.Units() {
		grant := w.in.State.Grants[unit]
		if grant.Worker == id && grant.Boot == process.Boot && (grant.Revoked == 0 || rapid.Bool().Draw(w.t, "holds")) {
			ack.Holding[grant.Holding(unit)] = true
		}
	}
	w.in.Acks[process] = ack
}

func (w *world) happen() {
	switch what := rapid.SampledFrom([]string{
		"boot", "boot", "die", "die and be waited for", "wait no more", "leave", "end", "go unseen", "come back", "ack", "ack", "ack",
		"configure", "delete", "lose sight of tasks", "claim",
	}).Draw(w.t, "what"); what {
	case "boot":
		w.boot(w.worker())
	case "die":
		w.die(w.worker(), false)
	case "die and be waited for":
		w.die(w.worker(), true)
	case "wait no more":
		clear(w.waits)
	case "leave":
		if id := w.worker(); w.up[id] != "" {
			w.in.Leaving[Process{id, w.up[id]}] = true
			delete(w.in.Members, id)
		}
	case "end":
		w.end(w.worker())
	case "go unseen":
		delete(w.in.Members, w.worker())
	case "come back":
		if id := w.worker(); w.up[id] != "" {
			w.in.Members[id] = w.up[id]
		}
	case "ack":
		w.ack(w.worker())
	case "configure":
		w.work[w.connector()] = rapid.IntRange(0, 9).Draw(w.t, "tasks")
	case "delete":
		delete(w.work, w.connector())
	case "lose sight of tasks":
		w.work[w.connector()] = Unknown
	case "claim":
		w.in.Floor = w.in.State.Number + int64(rapid.IntRange(0, 3).Draw(w.t, "floor"))
	}
}

func (w *world) connector() string {
	return rapid.SampledFrom([]string{"db", "s3", "jms", "http"}).Draw(w.t, "connector")
}

// step makes the next generation, and checks it.
func (w *world) step() {
	next, changed := checked(w.t, w.in)
	if !changed {
		require.Equal(w.t, w.in.State, next)
		return
	}
	require.Greater(w.t, next.Number, max(w.in.State.Number, w.in.Floor))
	followed(w.t, w.in, next)
	listed(w.t, w.in, next)
	w.moved(next)
	w.in.State = next
}

// moved checks that no more was taken from members than balance needs: the excess over the largest even shares.
func (w *world) moved(next generation.State) {
	want := wanted(w.in)
	able := eligible(w.in)
	if len(able) == 0 {
		return
	}
	for name, kind := range map[string]func(generation.Unit) bool{"tasks": isTask, "instances": isInstance} {
		sum, had, moves := 0, map[string]int{}, 0
		for unit, grant := range next.Grants {
			if !kind(unit) || !want[unit] {
				continue
			}
			member := slices.Contains(able, Process{grant.Worker, grant.Boot})
			if member || grant.Revoked != 0 {
				sum++
			}
			was, owned := w.in.State.Grants[unit]
			stayed := owned && was.Since == grant.Since && was.Revoked == 0
			if stayed && member {
				had[grant.Worker]++
				if grant.Revoked != 0 {
					moves++
				}
			}
		}
		even, more := sum/len(able), sum%len(able)
		least := 0
		for _, n := range had {
			if n > even {
				least += n - even
				if more > 0 {
					least--
					more--
				}
			}
		}
		require.Equal(w.t, least, moves, "%s that were taken from members", name)
	}
}

// settle has everybody heard of, and what is revoked acknowledged, until nothing changes any more.
func (w *world) settle() {
	for _, id := range []string{a, b, c, "d", "e"} {
		if process, runs := w.up[id]; runs && !w.in.Leaving[Process{id, process}] {
			w.in.Members[id] = process
		}
	}
	if len(eligible(w.in)) == 0 {
		w.boot(a)
	}
	clear(w.waits)
	end, _ := complete(w.t, w.in)
	require.Empty(w.t, end.Lost)
	require.Zero(w.t, revoked(end))
	require.Equal(w.t, wanted(w.in), ownedBy(end))
	for name, kind := range map[string]func(generation.Unit) bool{"tasks": isTask, "instances": isInstance} {
		byID, least, most := loads(w.in, end, kind)
		require.LessOrEqual(w.t, most-least, 1, "%s: %v", name, byID)
	}
	var ids []string
	for _, process := range eligible(w.in) {
		ids = append(ids, process.Worker)
	}
	require.Equal(w.t, ids, end.Members())
	w.in.State = end
}

func ownedBy(s generation.State) map[generation.Unit]bool {
	units := map[generation.Unit]bool{}
	for unit := range s.Grants {
		units[unit] = true
	}
	return units
}

func TestWhateverHappensEveryGenerationIsRightAndTheLastIsBalanced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			for range rapid.IntRange(1, 3).Draw(t, "happenings") {
				w.happen()
			}
			w.step()
		}
		w.settle()
	})
}

// A change among members of a cluster that is at rest moves no more than it must.
func TestAChangeOfMembersMovesTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := connectors{}
		for i := range rapid.IntRange(0, 6).Draw(t, "connectors") {
			work[fmt.Sprint("c", i)] = rapid.IntRange(0, 12).Draw(t, "tasks")
		}
		some := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{a, b, c, "d", "e", "f"}), 1, 6, rapid.ID)
		in := Input{Work: work, Members: members(some.Draw(t, "before")...)}
		in.State, _ = complete(t, in)
		next := members(some.Draw(t, "after")...)
		in.Leaving = map[Process]bool{}
		for id, boot := range in.Members {
			if next[id] == "" {
				in.Leaving[Process{id, boot}] = true
			}
		}
		in.Members = next

		least := 0
		for _, kind := range []func(generation.Unit) bool{isTask, isInstance} {
			least += leastMoves(in, kind)
		}
		end, moves := complete(t, in)
		require.Equal(t, least, moves)
		_, low, high := loads(in, end, isTask)
		require.LessOrEqual(t, high-low, 1)
	})
}

// leastMoves is how many units of a kind have to leave their owner, whatever the way.
func leastMoves(in Input, kind func(generation.Unit) bool) int {
	had, sum := map[string]int{}, 0
	for unit, grant := range in.State.Grants {
		if kind(unit) {
			had[grant.Worker]++
			sum++
		}
	}
	stay, even, more := 0, sum/len(in.Members), sum%len(in.Members)
	for id := range in.Members {
		keep := min(had[id], even)
		if had[id] > even && more > 0 {
			keep++
			more--
		}
		stay += keep
	}
	return sum - stay
}
