// SPDX-License-Identifier: Apache-2.0

package javaprint

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf16"
)

// HashString is String.hashCode: over UTF-16 units.
func HashString(s string) uint32 {
	h := uint32(0)
	for i := range len(s) {
		if s[i] >= 0x80 {
			return hashWide(h, s[i:])
		}
		h = 31*h + uint32(s[i])
	}
	return h
}

func hashWide(h uint32, s string) uint32 {
	for _, r := range s {
		if r > 0xffff {
			high, low := utf16.EncodeRune(r)
			h = 31*(31*h+uint32(high)) + uint32(low)
			continue
		}
		h = 31*h + uint32(r)
	}
	return h
}

// HashOf is the hashCode of a text, of null, and of what Java boxes: booleans and numbers. It is false for values of other types.
func HashOf(v any) (hash uint32, known bool) {
	switch v := v.(type) {
	case nil:
		return 0, true
	case string:
		return HashString(v), true
	case bool:
		if v {
			return 1231, true
		}
		return 1237, true
	case int8:
		return uint32(v), true
	case int16:
		return uint32(v), true
	case int32:
		return uint32(v), true
	case int64:
		return HashLong(uint64(v)), true
	case float32:
		return Float32Bits(v), true
	case float64:
		return HashLong(Float64Bits(v)), true
	}
	return 0, false
}

// HashLong is Long.hashCode.
func HashLong(v uint64) uint32 { return uint32(v ^ v>>32) }

// Float32Bits is Float.floatToIntBits: all that are not numbers have the same bits.
func Float32Bits(v float32) uint32 {
	if v != v {
		return 0x7fc00000
	}
	return math.Float32bits(v)
}

// Float64Bits is Double.doubleToLongBits, see Float32Bits.
func Float64Bits(v float64) uint64 {
	if v != v {
		return 0x7ff8000000000000
	}
	return math.Float64bits(v)
}

// SpreadHash is what java.util.HashMap makes of a hash code before it takes its low bits.
func SpreadHash(h uint32) uint32 { return h ^ h>>16 }

// SortAsHashMap puts distinct texts, which are in the order of their insertion, into the order in which a java.util.HashMap
// has them as its keys: by bucket of a table that is at most three quarters full. It does not know that a bucket of nine
// makes the table grow: names of settings do not come so close.
func SortAsHashMap(keys []string) { SortByHash(keys, 16, HashString) }

// SortAsCopiedHashMap is SortAsHashMap for a map that was copied (new HashMap<>(map)), whose table is made to measure: in
// Java 17, and in later ones but for numbers that just fit.
func SortAsCopiedHashMap(keys []string) {
	SortAsHashMap(keys)
	SortByHash(keys, powerFrom(len(keys)*4/3+1), HashString)
}

// SortByHash puts distinct keys into the order of a java.util.HashMap whose table begins with room for a number of them, or
// the power of two above it. Keys of one bucket keep their order.
func SortByHash[K any](keys []K, room int, hash func(K) uint32) {
	size := powerFrom(room)
	for len(keys) > size*3/4 {
		size *= 2
	}
	bucket := func(k K) uint32 { return SpreadHash(hash(k)) & uint32(size-1) }
	slices.SortStableFunc(keys, func(a, b K) int { return cmp.Compare(bucket(a), bucket(b)) })
}

// powerFrom is the smallest power of two that is not below n.
func powerFrom(n int) int {
	size := 1
	for size < n {
		size *= 2
	}
	return size
}
