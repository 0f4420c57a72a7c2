// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/protocol"
)

// TestMain lets garbage lie longer: a history is small and short.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// tellStep adds what a process was told, and what it does, to the transcript.
func (p *process) tellStep(event protocol.Event, actions []protocol.Action) {
	switch event.(type) {
	case protocol.Tick, protocol.EndAnswered:
		if len(actions) == 0 || len(actions) == 1 && isRoutine(actions[0]) {
			return
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s <- %s", p, describe(event))
	for _, a := range actions {
		fmt.Fprintf(&b, "\n%14s-> %s", "", describe(a))
	}
	p.world.tell("%s", b.String())
}

func isRoutine(a protocol.Action) bool {
	switch l := a.(type) {
	case protocol.AskEnd:
		return true
	case protocol.Lease:
		return l.Until > 0
	}
	return false
}

func describe(it any) string {
	switch e := it.(type) {
	case protocol.Read:
		return fmt.Sprintf("Read to %d, %d records, work %v", e.Position, len(e.Records), e.Work)
	case protocol.Commit:
		keys := make([]string, len(e.Records))
		for i, r := range e.Records {
			keys[i] = r.Key
		}
		return fmt.Sprintf("Commit %d %v", e.ID, keys)
	case protocol.Mutation:
		return fmt.Sprintf("Mutation %d %s=%s", e.ID, e.Records[0].Key, e.Records[0].Value)
	case protocol.Gossiped:
		seen := make([]string, len(e.Peers))
		for i, peer := range e.Peers {
			seen[i] = fmt.Sprintf("%s %s", peer.Boot, peer.State)
		}
		return fmt.Sprintf("Gossiped %v", seen)
	case protocol.Heard:
		return fmt.Sprintf("Heard %s %s seq %d applied %d holding %v answer %q", e.Presence.Boot, e.Presence.State, e.Presence.Seq,
			e.Presence.Applied, e.Presence.Holding, e.Presence.Answer)
	case protocol.Publish:
		return "Publish " + describe(protocol.Heard(e))
	case protocol.Tell:
		return "Tell " + e.Worker + " " + describe(protocol.Heard{Presence: e.Presence})
	case protocol.Tale:
		return fmt.Sprintf("Tale %s %v", e.Text, e.Pairs)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T%+v", it, it), "protocol.")
}

// number reads a number of the environment.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// lastSteps is how many lines a seed that fails prints.
const lastSteps = 150

// TestHistories tries many histories. LONGSHORE_SEEDS says how many, LONGSHORE_SEED has one told in full.
func TestHistories(t *testing.T) {
	if one := number(t, "LONGSHORE_SEED", 0); one > 0 {
		told := &transcript{}
		w := history(shapeOf(one, all), told)
		t.Logf("%+v\n%s", w.shape, strings.Join(told.lines, "\n"))
		require.NoError(t, w.wrong, "seed %d", one)
		return
	}
	count := number(t, "LONGSHORE_SEEDS", histories)
	if seed, found := firstWrong(count, all, ""); found {
		told := &transcript{most: lastSteps}
		w := history(shapeOf(seed, all), told)
		t.Fatalf("seed %d (LONGSHORE_SEED=%d tells all of it): %v\n%s", seed, seed, w.wrong, strings.Join(told.last(lastSteps), "\n"))
	}
}

// firstWrong tries seeds from 1 on until one violates what is named, or anything if nothing is.
func firstWrong(count uint64, off guard, violated string) (seed uint64, found bool) {
	var next, worst atomic.Uint64
	worst.Store(count + 1)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for n := next.Add(1); n < worst.Load(); n = next.Add(1) {
				wrong := history(shapeOf(n, off), nil).wrong
				if wrong == nil || !strings.Contains(wrong.Error(), ": "+violated) {
					continue
				}
				was := worst.Load()
				for n < was && !worst.CompareAndSwap(was, n) {
					was = worst.Load()
				}
			}
		})
	}
	group.Wait()
	return worst.Load(), worst.Load() <= count
}

func TestTheSameSeedIsTheSameHistory(t *testing.T) {
	for seed := range uint64(5) {
		first, second := &transcript{}, &transcript{}
		one, two := history(shapeOf(seed, all), first), history(shapeOf(seed, all), second)
		require.Equal(t, first.lines, second.lines, "seed %d", seed)
		require.Equal(t, one.digest, two.digest, "seed %d", seed)
		require.Equal(t, one.digest, history(shapeOf(seed, all), nil).digest, "seed %d, untold", seed)
	}
}

func TestEachGuardIsNeeded(t *testing.T) {
	for _, g := range guards[:guardsTried] {
		t.Run(string(g.off), func(t *testing.T) {
			seed, found := firstWrong(2000, g.off, g.violated)
			require.True(t, found, "%s is not violated without it in any history", g.violated)
			shape := shapeOf(seed, g.off)
			t.Logf("seed %d: %v", seed, history(shape, nil).wrong)
			shape.off = all
			require.NoError(t, history(shape, nil).wrong, "the same with the guard")
		})
	}
}
