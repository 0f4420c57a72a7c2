// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"sync"
	"unicode"
)

// foldASCII adds the other case of ASCII letters: Java's flag i without u.
func (s set) foldASCII() set {
	const shift = 'a' - 'A'
	out := s
	for _, x := range s.intersect(asciiUpper) {
		out = out.union(set{{x.lo + shift, x.hi + shift}})
	}
	for _, x := range s.intersect(asciiLower) {
		out = out.union(set{{x.lo - shift, x.hi - shift}})
	}
	return out
}

// caseOf maps every character to the one that stands for all of its cases in Java: lower case of its upper case.
var caseOf = sync.OnceValue(func() map[rune][]rune {
	classes := map[rune][]rune{}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if l := lowerOfUpper(r); l != r {
			classes[l] = append(classes[l], r)
		}
	}
	return classes
})

func lowerOfUpper(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// foldSingle is what one character matches with the flags i and u.
func foldSingle(r rune) set {
	up := unicode.ToUpper(r)
	l := unicode.ToLower(up)
	if up == l {
		return single(r)
	}
	out := single(r)
	if lowerOfUpper(l) == l {
		out = out.union(single(l))
	}
	for _, other := range caseOf()[l] {
		out = out.union(single(other))
	}
	return out
}

// cased are the characters that are not all of their cases.
var cased = sync.OnceValue(func() []rune {
	var out []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.ToUpper(r) != r || lowerOfUpper(r) != r {
			out = append(out, r)
		}
	}
	return out
})

// foldRange is what a range matches with the flags i and u: characters whose upper case, or lower case of it, is in the range.
func foldRange(x span) set {
	out := set{x}
	for _, r := range cased() {
		up := unicode.ToUpper(r)
		if in(x, up) || in(x, unicode.ToLower(up)) {
			out = append(out, span{r, r})
		}
	}
	return out.normal()
}

func in(x span, r rune) bool { return x.lo <= r && r <= x.hi }
