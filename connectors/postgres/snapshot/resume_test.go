// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// world is a table of the numbers 0 to 9 by key, whose log has a change of one key after the other, and what a consumer has seen of it.
// Versions are numbers that only grow; a negative one is a deletion.
type world struct {
	log []change
	// sent are all: what was sent in a run whose last offsets were not stored may come again.
	sent map[change]bool
	// now is what the consumer believes.
	now map[int]int
}

type change struct{ key, version int }

// at is the state of the table after so many changes.
func (w *world) at(lsn int) map[int]int {
	state := map[int]int{}
	for _, c := range w.log[:lsn] {
		state[c.key] = c.version
	}
	return state
}

func (w *world) commit(t *rapid.T, most int) {
	for range rapid.IntRange(0, most).Draw(t, "commits") {
		version := len(w.log) + 1
		if rapid.IntRange(0, 2).Draw(t, "kind") == 0 {
			version = -version
		}
		w.log = append(w.log, change{rapid.IntRange(0, 9).Draw(t, "key"), version})
	}
}

func age(version int) int { return max(version, -version) }

// send has the consumer see a version of a key. It is older than what the consumer has only if it is sent again.
func (w *world) send(t *rapid.T, c change) {
	if age(c.version) < age(w.now[c.key]) {
		require.True(t, w.sent[c], "key %d goes back from %d to %d", c.key, w.now[c.key], c.version)
	}
	w.now[c.key] = c.version
	w.sent[c] = true
}

// stored is what an offset has: the position of the stream and the progress.
type stored struct {
	lsn      int
	progress string
	complete bool
}

// life is one run of the connector: it emits steps, each with the offset after it, until a random one, and returns the offset that is
// stored then: that of the last step, or of an earlier one when the run was killed.
type life struct {
	t     *rapid.T
	w     *world
	steps int
	kept  []stored
}

// step says whether the run goes on.
func (l *life) step(s stored) bool {
	l.kept = append(l.kept, s)
	l.steps--
	return l.steps > 0
}

func (l *life) end() stored {
	lost := 0
	if rapid.Bool().Draw(l.t, "killed") {
		lost = rapid.IntRange(0, len(l.kept)-1).Draw(l.t, "lost")
	}
	return l.kept[len(l.kept)-1-lost]
}

// stream sends changes from a position up to another.
func (l *life) stream(from stored, to int) (stored, bool) {
	for from.lsn < to {
		l.w.send(l.t, l.w.log[from.lsn])
		from.lsn++
		if !l.step(from) {
			return from, false
		}
	}
	return from, true
}

var modelTable = table("id")

// read sends the rows of all pieces that are not done, in any order of the pieces, as they are after so many changes.
func (l *life) read(from stored, moment int) (stored, bool) {
	progress, err := ParseProgress(from.progress)
	require.NoError(l.t, err)
	rest := progress.rest(modelTable)
	if rest == nil {
		rest = &part{table: modelTable.String(), oid: modelTable.OID, key: keyNames(modelTable), pieces: []piece{{}}, done: []bool{false}}
	}
	var cuts []cut
	for _, b := range bounds(rapid.SliceOf(rapid.IntRange(0, 9)).Draw(l.t, "cuts")) {
		n, _ := strconv.Atoi(b[0])
		cuts = append(cuts, cut{at: b, gap: slices.IndexFunc(gapsOf(*rest), func(p piece) bool { return holds(p, n) })})
	}
	whole := refine(*rest, cuts)
	progress = progress.withPart(whole)
	state := l.w.at(moment)
	for _, i := range rapid.Permutation(positions(len(whole.pieces))).Draw(l.t, "order") {
		if whole.done[i] {
			continue
		}
		for key := range 10 {
			if version, there := state[key]; there && version > 0 && holds(whole.pieces[i], key) {
				l.w.send(l.t, change{key, version})
				if !l.step(stored{lsn: moment, progress: progress.Text()}) {
					return stored{}, false
				}
			}
		}
		progress = progress.withPiece(modelTable.String(), i)
		l.w.commit(l.t, 2)
	}
	return stored{lsn: moment, complete: true}, l.step(stored{lsn: moment, complete: true})
}

// live is a run from an offset. The first snapshot is that of the slot; one that goes on has a moment of its own, up to which the stream is sent
// before.
func (l *life) live(from stored, first bool) bool {
	var going bool
	if !from.complete {
		moment := from.lsn
		if !first {
			moment = len(l.w.log)
			if from, going = l.stream(from, moment); !going {
				return false
			}
		}
		if from, going = l.read(from, moment); !going {
			return false
		}
	}
	_, going = l.stream(from, len(l.w.log))
	return going
}

func TestNoStateGoesBackHoweverOftenASnapshotIsInterrupted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{sent: map[change]bool{}, now: map[int]int{}}
		w.commit(t, 20)
		from, first := stored{lsn: len(w.log)}, true
		for range rapid.IntRange(0, 4).Draw(t, "interruptions") {
			l := &life{t: t, w: w, steps: rapid.IntRange(1, 15).Draw(t, "steps"), kept: []stored{from}}
			l.live(from, first)
			// Without any stored offset the connector cannot tell, but the slot is there.
			from, first = l.end(), false
			w.commit(t, 8)
		}
		l := &life{t: t, w: w, steps: 1 << 30, kept: []stored{from}}
		require.True(t, l.live(from, first))
		for key := range 10 {
			got, want := w.now[key], w.at(len(w.log))[key]
			if got != want {
				require.True(t, got <= 0 && want <= 0, "key %d is %d and should be %d", key, got, want)
			}
		}
	})
}
