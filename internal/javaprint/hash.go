// SPDX-License-Identifier: Apache-2.0

package javaprint

import (
	"cmp"
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

// SpreadHash is what java.util.HashMap makes of a hash code before it takes its low bits.
func SpreadHash(h uint32) uint32 { return h ^ h>>16 }

// SortAsHashMap puts distinct texts, which are in the order of their insertion, into the order in which a java.util.HashMap
// has them as its keys: by bucket of a table that is at most three quarters full. It does not know that a bucket of nine
// makes the table grow: names of settings do not come so close.
func SortAsHashMap(keys []string) {
	size := uint32(16)
	for uint32(len(keys)) > size/4*3 {
		size *= 2
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		return cmp.Compare(SpreadHash(HashString(a))&(size-1), SpreadHash(HashString(b))&(size-1))
	})
}
