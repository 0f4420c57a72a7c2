// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireAllBefore requires that every line before the stored one is in the topic, and returns the number of the first line
// that is not.
func requireAllBefore(t *testing.T, produced []int, stored int) int {
	t.Helper()
	reached := 0
	for _, n := range produced {
		// Lines come in their order, with jumps back; requireSourceHistory looks at those.
		require.LessOrEqual(t, n, reached, "lines from %d to %d are not in the topic", reached, n)
		reached = max(reached, n+1)
	}
	require.LessOrEqual(t, stored, reached, "the stored offset is ahead of what Kafka has acknowledged")
	return reached
}

// requireSourceHistory requires that every line was produced, in order, and again only what was not yet stored at a kill: each
// jump back leads exactly to the position that was stored at the last kill before it, or was about to be.
func requireSourceHistory(t *testing.T, produced []int, lines int, kills []killed) {
	t.Helper()
	for offset, n := range produced {
		next := 0
		if offset > 0 {
			next = produced[offset-1] + 1
		}
		if n == next {
			continue
		}
		require.Less(t, n, next, "lines are missing in the topic before offset %d", offset)
		i := lastKill(kills, func(k killed) bool { return k.produced <= int64(offset) })
		require.GreaterOrEqual(t, i, 0, "line %d was produced again at offset %d before any kill", n, offset)
		require.Contains(t, []int64{kills[i].stored, kills[i].undecided}, int64(n), "kill %d: produced again from another line than the stored one", i+1)
	}
	require.Equal(t, lines-1, produced[len(produced)-1], "the last line in the topic")
}

// lastKill is the index of the last kill for which was says yes, -1 for none.
func lastKill(kills []killed, was func(killed) bool) int {
	for i, k := range slices.Backward(kills) {
		if was(k) {
			return i
		}
	}
	return -1
}

// requireSinkHistory requires that what each life of the worker wrote are the records of the topic from the offset that was
// committed when it began, in their order with nothing left out, and that no commit was ahead of what was written.
func requireSinkHistory(t *testing.T, written, produced []int, kills []killed) {
	t.Helper()
	from, committed := int64(0), int64(0)
	for i := range len(kills) + 1 {
		to := int64(len(written))
		if i < len(kills) {
			to = kills[i].written
		}
		life := written[from:to]
		require.LessOrEqual(t, committed+int64(len(life)), int64(len(produced)), "life %d wrote more than there is", i+1)
		for j, n := range life {
			require.Equal(t, produced[committed+int64(j)], n, "life %d: line %d of what it wrote, from offset %d", i+1, j+1, committed)
		}
		if i == len(kills) {
			require.Len(t, produced, int(committed)+len(life), "records that were not written")
			return
		}
		require.LessOrEqual(t, kills[i].committed, committed+int64(len(life)), "kill %d: the committed offset is ahead of what was written", i+1)
		from, committed = to, kills[i].committed
	}
}
