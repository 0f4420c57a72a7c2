// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"slices"
	"unicode"
)

// set is a set of characters: ranges in order that neither overlap nor touch. It is never changed.
type set []span

// span is a range of characters, both ends included.
type span struct{ lo, hi rune }

var (
	everything = set{{0, unicode.MaxRune}}
	// lineEnds end a line for . and $; with the flag d only the first does.
	lineEnds      = setOf('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029)
	asciiDigits   = setOf('0', '9')
	asciiUpper    = setOf('A', 'Z')
	asciiLower    = setOf('a', 'z')
	asciiLetters  = asciiUpper.union(asciiLower)
	asciiWord     = asciiLetters.union(asciiDigits).union(setOf('_', '_'))
	asciiSpace    = setOf('\t', '\r', ' ', ' ')
	verticalSpace = setOf('\n', '\r', 0x85, 0x85, 0x2028, 0x2029)
	blankSpace    = setOf('\t', '\t', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000)
)

// setOf makes a set of pairs of ends.
func setOf(ends ...rune) set {
	var s set
	for i := 0; i < len(ends); i += 2 {
		s = append(s, span{ends[i], ends[i+1]})
	}
	return s.normal()
}

func single(r rune) set { return set{{r, r}} }

// ofTables makes a set of Go's tables.
func ofTables(tables ...*unicode.RangeTable) set {
	var s set
	for _, t := range tables {
		for _, r := range t.R16 {
			s = appendStrided(s, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			s = appendStrided(s, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return s.normal()
}

func appendStrided(s set, lo, hi, stride rune) set {
	if stride == 1 {
		return append(s, span{lo, hi})
	}
	for r := lo; r <= hi; r += stride {
		s = append(s, span{r, r})
	}
	return s
}

// normal sorts and joins; it may reorder the spans it is called on.
func (s set) normal() set {
	slices.SortFunc(s, func(a, b span) int { return int(a.lo - b.lo) })
	var out set
	for _, x := range s {
		if last := len(out) - 1; last >= 0 && x.lo <= out[last].hi+1 {
			out[last].hi = max(out[last].hi, x.hi)
			continue
		}
		out = append(out, x)
	}
	return out
}

func (s set) union(o set) set { return slices.Concat(s, o).normal() }

func (s set) negate() set {
	var out set
	next := rune(0)
	for _, x := range s {
		if x.lo > next {
			out = append(out, span{next, x.lo - 1})
		}
		next = x.hi + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, span{next, unicode.MaxRune})
	}
	return out
}

func (s set) intersect(o set) set {
	return s.negate().union(o.negate()).negate()
}

func (s set) minus(o set) set { return s.intersect(o.negate()) }

func (s set) contains(r rune) bool {
	_, found := slices.BinarySearchFunc(s, r, func(x span, r rune) int {
		switch {
		case x.hi < r:
			return -1
		case x.lo > r:
			return 1
		}
		return 0
	})
	return found
}

func (s set) intersects(o set) bool { return len(s.intersect(o)) > 0 }
