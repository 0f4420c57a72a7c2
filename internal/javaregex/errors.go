// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"fmt"
	"strings"
)

// SyntaxError is an expression that Java does not take either. Its text is that of Java's PatternSyntaxException.
type SyntaxError struct {
	// Reason is Java's description.
	Reason string
	// Index is where Java says the error is, in characters.
	Index int
	// Pattern is the expression.
	Pattern string
}

// Error returns the reason, the place, the expression, and a mark below it.
func (e *SyntaxError) Error() string { return place(e.Reason, e.Index, e.Pattern) }

// UnsupportedError is an expression that Java takes and RE2 has nothing for.
type UnsupportedError struct {
	// Construct names what is not supported.
	Construct string
	// Index is where it begins, in characters; -1 for the whole expression.
	Index int
	// Pattern is the expression.
	Pattern string
}

// Error names the construct, the place and the expression.
func (e *UnsupportedError) Error() string {
	return place(e.Construct+" is not supported: expressions are matched without backtracking,", e.Index, e.Pattern)
}

// place leaves the index out where there is none.
func place(reason string, index int, pattern string) string {
	if index < 0 {
		return strings.TrimSuffix(reason, ",") + "\n" + pattern
	}
	text := fmt.Sprintf("%s near index %d\n%s", reason, index, pattern)
	runes := []rune(pattern)
	if index >= len(runes) {
		return text
	}
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(runes[:index]))
	return text + "\n" + indent + "^"
}
