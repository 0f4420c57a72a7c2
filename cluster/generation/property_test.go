// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// history is a log that was written by leaders, one transaction after the other, and what each of them meant.
type history struct {
	t      *rapid.T
	state  State
	log    []Record
	states map[int64]State
}

func newHistory(t *rapid.T) *history { return &history{t: t, states: map[int64]State{}} }

var names = []string{"a:8083", "b", "ü\"\\\n<&>", "c\x00", "d\u2028"}

func (h *history) name(label string) string { return rapid.SampledFrom(names).Draw(h.t, label) }

// change makes the next state: a few workers come, go, restart, and get other shares.
func (h *history) change() State {
	next := h.state
	next.Number += int64(rapid.IntRange(1, 3).Draw(h.t, "further"))
	next.Version, next.Term, next.Leader = 1, next.Number/2, h.name("leader")
	next.LeaderBoot, next.LeaderURL, next.Reason = Boot(h.name("boot")), h.name("url"), h.name("reason")
	next.Workers, next.Grants, next.Lost = map[string]Worker{}, map[Unit]Grant{}, map[Unit][]string{}
	maps.Copy(next.Workers, h.state.Workers)
	maps.Copy(next.Grants, h.state.Grants)
	for range rapid.IntRange(1, 3).Draw(h.t, "workers changed") {
		h.changeWorker(next, h.name("worker"))
	}
	for range rapid.IntRange(0, 4).Draw(h.t, "lost") {
		if unit := h.unit(); next.Grants[unit].Since == 0 {
			next.Lost[unit] = h.fence()
		}
	}
	return next
}

func (h *history) changeWorker(next State, id string) {
	maps.DeleteFunc(next.Grants, func(_ Unit, g Grant) bool { return g.Worker == id })
	if rapid.IntRange(0, 4).Draw(h.t, "goes") == 0 {
		delete(next.Workers, id)
		return
	}
	boot := Boot(h.name("boot"))
	next.Workers[id] = Worker{Boot: boot, Generation: next.Number}
	for range rapid.IntRange(0, 12).Draw(h.t, "units") {
		unit := h.unit()
		if _, taken := next.Grants[unit]; taken {
			continue
		}
		grant := Grant{Worker: id, Boot: boot, Since: rapid.Int64Range(1, next.Number).Draw(h.t, "since"), Fence: h.fence()}
		if rapid.IntRange(0, 2).Draw(h.t, "revoked") == 0 {
			grant.Revoked = rapid.Int64Range(grant.Since, next.Number).Draw(h.t, "at")
		}
		next.Grants[unit] = grant
	}
}

func (h *history) unit() Unit {
	return Unit{h.name("connector"), rapid.IntRange(Instance, 5).Draw(h.t, "task")}
}

func (h *history) fence() []string {
	if rapid.Bool().Draw(h.t, "no fence") {
		return nil
	}
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(h.t, "fence")
	slices.Sort(ids)
	return ids
}

// write writes the next state. It keeps what a reader makes of it, in which the parts are filled in.
func (h *history) write() []Record {
	next := h.change()
	records := Encode(h.state, next)
	require.Equal(h.t, records, Encode(h.state, next), "the same states give the same records")
	h.log = append(h.log, records...)
	for id, worker := range next.Workers {
		worker.Parts = 1
		next.Workers[id] = worker
	}
	h.state, h.states[next.Number] = next, next
	return records
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, r := newHistory(t), NewReader()
		for range rapid.IntRange(1, 8).Draw(t, "generations") {
			records := h.write()
			for i, record := range records {
				installed, err := r.Apply(record)
				require.NoError(t, err)
				require.Equal(t, i == len(records)-1, installed != nil, "the head installs, and nothing else")
			}
			require.Equal(t, h.state, r.State())
			require.Equal(t, h.state.Number, r.Highest())
		}
	})
}

// survivors are records of a log of which compaction has removed some: any but the latest of each key, and any tombstone.
func survivors(t *rapid.T, log []Record) []Record {
	latest := map[string]int{}
	for i, record := range log {
		latest[record.Key] = i
	}
	var out []Record
	for i, record := range log {
		if (latest[record.Key] == i && record.Value != nil) || rapid.Bool().Draw(t, "stays") {
			out = append(out, record)
		}
	}
	return out
}

func TestACompactedLogGivesNothingThatWasNotWrittenAndTheLastOfItAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 8).Draw(t, "generations") {
			h.write()
		}
		// A part of the log may have been compacted before the rest of it was written.
		until := rapid.IntRange(0, len(h.log)).Draw(t, "compacted until")
		log := append(survivors(t, h.log[:until]), h.log[until:]...)
		if rapid.Bool().Draw(t, "twice") {
			log = survivors(t, log)
		}
		r := NewReader()
		h.readAnything(r, log)
		require.Equal(t, h.state, r.State())
	})
}

// readAnything reads a log that may be in any condition: what is installed is what was written.
func (h *history) readAnything(r *Reader, log []Record) {
	for _, record := range log {
		installed, err := r.Apply(record)
		var incomplete *IncompleteError
		var stale *StaleError
		require.True(h.t, err == nil || errors.As(err, &incomplete) || errors.As(err, &stale), "%v", err)
		if installed != nil {
			require.NoError(h.t, err)
			require.Equal(h.t, h.states[installed.Number], *installed)
		}
	}
}

// Readers of committed records do not see a transaction that was cut off. If they did, nothing wrong would come of it.
func TestATransactionWithoutItsHeadCountsForNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, r := newHistory(t), NewReader()
		for range rapid.IntRange(1, 8).Draw(t, "generations") {
			if rapid.Bool().Draw(t, "is cut off") {
				records := Encode(h.state, h.change())
				h.readAnything(r, records[:rapid.IntRange(0, len(records)-1).Draw(t, "after")])
			}
			before := r.State()
			records := h.write()
			h.readAnything(r, records[:len(records)-1])
			require.Equal(t, before, r.State(), "nothing counts before the head")
			h.readAnything(r, records[len(records)-1:])
		}
		// Whoever leads then writes everything anew, and all is well.
		last := anew(h.state)
		last.Number++
		for id := range last.Workers {
			last.Workers[id] = Worker{Boot: last.Workers[id].Boot, Generation: last.Number, Parts: 1}
		}
		h.states[last.Number] = last
		h.readAnything(r, Encode(h.state, last))
		require.Equal(t, last, r.State())
	})
}

func TestAStatusRecordIsReadAsItWasWritten(t *testing.T) {
	text := rapid.SampledFrom(append([]string{""}, names...))
	number := rapid.Int64Range(0, 1<<40)
	rapid.Check(t, func(t *rapid.T) {
		p := Presence{
			Worker: text.Draw(t, "worker"), Boot: Boot(text.Draw(t, "boot")), Gossip: text.Draw(t, "gossip"), RPC: text.Draw(t, "rpc"),
			REST: text.Draw(t, "rest"), State: WorkerState(text.Draw(t, "state")), Oldest: 1, Newest: rapid.IntRange(1, 5).Draw(t, "newest"),
			Seq: number.Draw(t, "seq"), Applied: number.Draw(t, "applied"), Answer: text.Draw(t, "answer"),
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "holding") {
			p.Holding = append(p.Holding, Holding{Unit{text.Draw(t, "connector"), i - 1}, number.Draw(t, "since")})
		}
		record := p.Record()
		got, err := DecodeStatus(record.Key, record.Value)
		require.NoError(t, err)
		require.Equal(t, p, got)
	})
}

// wide is a state of one worker with many connectors of one task each, whose names are long.
func wide(connectors int, name string) State {
	s := State{Number: 30, Version: 1, Workers: map[string]Worker{"a": {"x", 30, 0}}, Grants: map[Unit]Grant{}, Lost: map[Unit][]string{}}
	for i := range connectors {
		s.Grants[Unit{fmt.Sprintf("%s%05d", name, i), 0}] = Grant{Worker: "a", Boot: "x", Since: int64(i%30 + 1), Fence: []string{"b", "c"}}
	}
	return s
}

func TestALargeShareIsInSeveralRecords(t *testing.T) {
	many := State{Number: 30, Version: 1, Workers: map[string]Worker{"a": {"x", 30, 0}}, Grants: map[Unit]Grant{}, Lost: map[Unit][]string{}}
	for i := range 60_000 {
		many.Grants[Unit{"db", i}] = Grant{Worker: "a", Boot: "x", Since: int64(i%30 + 1)}
	}
	for name, s := range map[string]State{
		"long names": wide(5_000, strings.Repeat("n", 100)), "names to escape": wide(2_000, strings.Repeat("\x00", 100)),
		"one connector": many,
	} {
		t.Run(name, func(t *testing.T) {
			records := Encode(State{}, s)
			parts := len(records) - 1
			require.Greater(t, parts, 1)
			require.Less(t, parts, 30)
			for _, record := range records {
				require.LessOrEqual(t, len(record.Value), 256<<10)
			}
			r := NewReader()
			read := apply(t, r, records)
			require.Equal(t, parts, read.Workers["a"].Parts)
			require.Equal(t, s.Grants, read.Grants)

			small := read
			small.Number, small.Grants, small.Workers = 31, nil, map[string]Worker{"a": {"x", 31, 0}}
			fewer := Encode(read, small)
			require.Len(t, fewer, parts+1, "the share, the other parts' tombstones, and the head")
			require.Equal(t, map[string]Worker{"a": {"x", 31, 1}}, apply(t, r, fewer).Workers)
			require.Len(t, r.pending, 1)

			unread := s // as a State that was not read from the log
			require.Equal(t, fewer, Encode(unread, small))
		})
	}
}
