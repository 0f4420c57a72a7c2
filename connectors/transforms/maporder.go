// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"slices"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// A transform of an object without schema makes a java.util.HashMap of it in Kafka Connect, and what converters write of that
// is in its order: by bucket of a table whose size depends on how the map was made. Not known here: that nine keys in one
// bucket make the table grow.

// defaultTable is the number of buckets of a HashMap that was made without a size.
const defaultTable = 16

// copiedTable is the number of buckets that a HashMap has room for when it is made of another map of n entries (Java 17).
func copiedTable(n int) int {
	if n == 0 {
		return defaultTable
	}
	return n*4/3 + 1
}

// setTable is copiedTable for a HashSet that is made of a list.
func setTable(n int) int { return max(n*4/3+1, defaultTable) }

// inHashOrder returns a map with the entries in the order in which a HashMap gives them out whose table began with room
// buckets, and into which they were put in the order of the slice, which is taken over. Where a key is no string, integer
// or boolean they keep their order: not every key has a hash code that we know.
func inHashOrder(entries []connect.MapEntry, room int) *connect.Map {
	if !sortFew(entries, room) && allHashed(entries) {
		javaprint.SortByHash(entries, room, func(e connect.MapEntry) uint32 { h, _ := javaprint.HashOf(e.Key); return h })
	}
	return connect.NewMapOf(entries)
}

// fewEntries are sorted in place, each hashed once: most objects are so small.
const fewEntries = 32

// sortFew says no where there are more entries; entries that cannot be sorted it leaves as they are.
func sortFew(entries []connect.MapEntry, room int) bool {
	if len(entries) > fewEntries {
		return false
	}
	var buckets [fewEntries]uint32
	mask := tableSize(len(entries), room) - 1
	for i := range entries {
		hash, ok := javaprint.HashOf(entries[i].Key)
		if !ok {
			return true
		}
		buckets[i] = javaprint.SpreadHash(hash) & mask
	}
	for i := 1; i < len(entries); i++ {
		e, bucket := entries[i], buckets[i]
		j := i
		for ; j > 0 && buckets[j-1] > bucket; j-- {
			entries[j], buckets[j] = entries[j-1], buckets[j-1]
		}
		entries[j], buckets[j] = e, bucket
	}
	return true
}

// tableSize is a power of two, not below room, that is at most three quarters full.
func tableSize(n, room int) uint32 {
	size := 1
	for size < room || n > size*3/4 {
		size *= 2
	}
	return uint32(size)
}

func allHashed(entries []connect.MapEntry) bool {
	return !slices.ContainsFunc(entries, func(e connect.MapEntry) bool { _, ok := javaprint.HashOf(e.Key); return !ok })
}

// copied returns the entries of a map in a slice with room for more.
func copied(m *connect.Map, more int) []connect.MapEntry {
	entries := make([]connect.MapEntry, 0, m.Len()+more)
	for k, v := range m.All() {
		entries = append(entries, connect.MapEntry{Key: k, Value: v})
	}
	return entries
}

// putEntry sets the value of a key that is a name in a box, and keeps its place where it is there already.
func putEntry(entries []connect.MapEntry, key, value any) []connect.MapEntry {
	name, _ := key.(string)
	for i := range entries {
		if k, ok := entries[i].Key.(string); ok && k == name {
			entries[i].Value = value
			return entries
		}
	}
	return append(entries, connect.MapEntry{Key: key, Value: value})
}

// boxed puts names into boxes once, so that no record has to.
func boxed(names []string) []any {
	boxes := make([]any, len(names))
	for i, name := range names {
		boxes[i] = name
	}
	return boxes
}
