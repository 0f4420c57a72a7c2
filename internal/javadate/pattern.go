// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"fmt"
	"strings"
	"time"
)

// letters are those that stand for something.
const letters = "GyMdkHmsSEDFwWahKzZYuXL"

// Format is a compiled pattern. It is safe for concurrent use.
type Format struct {
	pattern string
	items   []item
	zone    *time.Location
	// centuryFrom is the first instant that a year of two digits can stand for: 80 years before the format was made.
	centuryFrom time.Time
}

// item is a letter with its count, or text that stands for itself.
type item struct {
	letter byte
	count  int
	text   string
}

// isText says whether the item does not begin with a digit.
func (it item) isText() bool {
	switch it.letter {
	case 0, 'G', 'E', 'a', 'z':
		return true
	case 'M', 'L':
		return it.count > 2
	}
	return false
}

// New compiles a pattern. Dates are formatted and parsed in the zone; now decides which century a year of two digits
// belongs to. Errors have Java's text.
func New(pattern string, zone *time.Location, now time.Time) (*Format, error) {
	f := &Format{pattern: pattern, zone: zone, centuryFrom: now.In(zone).AddDate(-80, 0, 0)}
	for rest := pattern; rest != ""; {
		next, err := f.scan(rest)
		if err != nil {
			return nil, err
		}
		rest = next
	}
	return f, nil
}

// String returns the pattern.
func (f *Format) String() string { return f.pattern }

// scan takes one item off a pattern.
func (f *Format) scan(rest string) (string, error) {
	c := rest[0]
	switch {
	case c == '\'':
		return f.scanQuoted(rest[1:])
	case !isLetter(c):
		f.literal(rest[:1])
		return rest[1:], nil
	case !strings.Contains(letters, rest[:1]):
		return "", fmt.Errorf("Illegal pattern character '%c'", c) //nolint:staticcheck // Java's text
	}
	count := len(rest) - len(strings.TrimLeft(rest, rest[:1]))
	if c == 'X' && count > 3 {
		return "", fmt.Errorf("invalid ISO 8601 format: length=%d", count)
	}
	f.items = append(f.items, item{letter: c, count: count})
	return rest[count:], nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// scanQuoted takes text up to the closing quote; two quotes are one that is meant.
func (f *Format) scanQuoted(rest string) (string, error) {
	if strings.HasPrefix(rest, "'") {
		f.literal("'")
		return rest[1:], nil
	}
	for {
		text, after, closed := strings.Cut(rest, "'")
		if !closed {
			return "", fmt.Errorf("Unterminated quote") //nolint:staticcheck // Java's text
		}
		f.literal(text)
		if !strings.HasPrefix(after, "'") {
			return after, nil
		}
		f.literal("'")
		rest = after[1:]
	}
}

func (f *Format) literal(text string) {
	if last := len(f.items) - 1; last >= 0 && f.items[last].letter == 0 {
		f.items[last].text += text
		return
	}
	f.items = append(f.items, item{text: text})
}
