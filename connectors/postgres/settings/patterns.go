// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/longshore-io/connect/internal/javaregex"
)

// Pattern is a regular expression of Java's that is matched with whole names.
type Pattern = javaregex.Regexp

// Patterns is a list of expressions.
type Patterns []*Pattern

// Index returns the first expression that matches the whole name, -1 where none does.
func (p Patterns) Index(name string) int {
	for i, pattern := range p {
		if pattern.MatchString(name) {
			return i
		}
	}
	return -1
}

// Match says whether any expression matches the whole name.
func (p Patterns) Match(name string) bool { return p.Index(name) >= 0 }

// compile makes a pattern that matches in any case.
func compile(text string) (*Pattern, error) {
	if _, err := javaregex.Compile(text); err != nil {
		return nil, err // the error's place counts in what the user wrote
	}
	return javaregex.Compile("(?i)" + text)
}

func compileList(text string) (Patterns, error) {
	var out Patterns
	for _, item := range splitPatterns(text) {
		pattern, err := compile(item)
		if err != nil {
			return nil, err
		}
		out = append(out, pattern)
	}
	return out, nil
}

// splitPatterns cuts at commas that no backslash is in front of, and trims the items. Empty items match nothing that has a name.
func splitPatterns(text string) []string {
	var out []string
	var item strings.Builder
	add := func() {
		if s := trim(item.String()); s != "" {
			out = append(out, s)
		}
		item.Reset()
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && text[i+1] == ',':
			item.WriteByte(',')
			i++
		case c == '\\' && i+1 < len(text):
			item.WriteString(text[i : i+2])
			i++
		case c == ',':
			add()
		default:
			item.WriteByte(c)
		}
	}
	add()
	return out
}

// trim is Java's: control characters go too.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
}
