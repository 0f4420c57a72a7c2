// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

func TestMapKeepsTheOrderOfFirstPuts(t *testing.T) {
	m := connect.NewMap(0).Put("b", 1).Put("a", 2).Put("b", 3)
	var keys, values []any
	for k, v := range m.All() {
		keys, values = append(keys, k), append(values, v)
	}
	require.Equal(t, []any{"b", "a"}, keys)
	require.Equal(t, []any{3, 2}, values)
	for k := range m.All() { // leaving early
		require.Equal(t, "b", k)
		break
	}
}

func TestNilMapIsEmpty(t *testing.T) {
	var m *connect.Map
	require.Zero(t, m.Len())
	require.True(t, m.StringKeys())
	_, ok := m.Get("a")
	require.False(t, ok)
	for range m.All() {
		t.Fatal("a nil map has no entries")
	}
	require.Zero(t, m.Clone().Len())
}

func TestKeysAreComparedByContent(t *testing.T) {
	m := connect.NewMap(0).Put([]any{int8(1)}, "list").Put(int8(1), "int8").Put(int64(1), "int64").Put(nil, "null")
	for key, want := range map[string]struct {
		key any
		ok  bool
	}{
		"list": {[]any{int8(1)}, true}, "int8": {int8(1), true}, "int64": {int64(1), true}, "null": {nil, true}, "int16": {int16(1), false},
	} {
		v, ok := m.Get(want.key)
		require.Equal(t, want.ok, ok, key)
		if ok {
			require.Equal(t, key, v)
		}
	}
	require.False(t, m.StringKeys())
}

func TestCloneIsIndependent(t *testing.T) {
	m := connect.NewMap(0).Put("a", 1)
	c := m.Clone().Put("a", 2).Put("b", 3)
	c.Delete("x")
	v, _ := m.Get("a")
	require.Equal(t, 1, v)
	require.Equal(t, 1, m.Len())
	require.Equal(t, 2, c.Len())
}

// A map behaves as a list of entries that is searched from the front, whatever its size.
func TestMapBehavesAsAListOfEntries(t *testing.T) {
	anyKey := rapid.OneOf(
		rapid.Map(rapid.StringMatching(`[a-z]{1,2}`), func(s string) any { return s }),
		rapid.Map(rapid.Int64Range(0, 40), func(n int64) any { return n }),
		rapid.Map(rapid.Int8Range(0, 40), func(n int8) any { return n }),
		rapid.Map(rapid.Float64Range(0, 1), func(f float64) any { return f }))
	rapid.Check(t, func(t *rapid.T) {
		m := connect.NewMap(0)
		var keys []any
		values := map[any]int{}
		for step := range rapid.IntRange(0, 80).Draw(t, "steps") {
			k := anyKey.Draw(t, "key")
			if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
				m.Delete(k)
				delete(values, k)
				keys = without(keys, k)
				continue
			}
			if _, there := values[k]; !there {
				keys = append(keys, k)
			}
			m.Put(k, step)
			values[k] = step
		}
		require.Equal(t, len(keys), m.Len())
		i := 0
		for k, v := range m.All() {
			require.Equal(t, keys[i], k)
			require.Equal(t, values[keys[i]], v)
			got, ok := m.Get(k)
			require.True(t, ok)
			require.Equal(t, v, got)
			i++
		}
	})
}

func without(keys []any, key any) []any {
	var kept []any
	for _, k := range keys {
		if k != key {
			kept = append(kept, k)
		}
	}
	return kept
}
