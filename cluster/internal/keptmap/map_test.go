// SPDX-License-Identifier: Apache-2.0

package keptmap_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/cluster/internal/keptmap"
)

// TestWhatWasKeptStaysAsItWas holds a map, and what was kept of it, against plain copies, with changes of both.
func TestWhatWasKeptStaysAsItWas(t *testing.T) {
	type pair struct {
		kept  keptmap.Map[int]
		plain map[string]int
	}
	rapid.Check(t, func(t *rapid.T) {
		all := []*pair{{plain: map[string]int{}}}
		name := rapid.Custom(func(t *rapid.T) string { return fmt.Sprint("c", rapid.IntRange(0, 300).Draw(t, "n")) })
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				for _, p := range all {
					require.Equal(t, p.plain, maps.Collect(p.kept.All()))
					require.Equal(t, len(p.plain), p.kept.Len())
				}
			},
			"keep": func(t *rapid.T) {
				p := rapid.SampledFrom(all).Draw(t, "of")
				all = append(all, &pair{p.kept.Keep(), maps.Clone(p.plain)})
			},
			"set": func(t *rapid.T) {
				p, at, to := rapid.SampledFrom(all).Draw(t, "in"), name.Draw(t, "name"), rapid.Int().Draw(t, "value")
				p.kept.Set(at, to)
				p.plain[at] = to
				require.Equal(t, to, p.kept.Get(at))
			},
			"delete": func(t *rapid.T) {
				p, at := rapid.SampledFrom(all).Draw(t, "in"), name.Draw(t, "name")
				p.kept.Delete(at)
				delete(p.plain, at)
				require.Zero(t, p.kept.Get(at))
			},
		})
	})
}

func TestAnEmptyMapHasNothing(t *testing.T) {
	var m keptmap.Map[int]
	require.Zero(t, m.Get("a"))
	require.Empty(t, maps.Collect(m.All()))
	kept := m.Keep()
	m.Set("a", 1)
	require.Zero(t, kept.Len())
}

// BenchmarkChangeAfterEachKeep is what a topic's state costs whose every record is looked at.
func BenchmarkChangeAfterEachKeep(b *testing.B) {
	for _, size := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var m keptmap.Map[*int]
			for i := range size {
				m.Set(fmt.Sprint("connector-", i), new(int))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.Keep()
				m.Set(fmt.Sprint("connector-", i%size), nil)
			}
		})
	}
}
