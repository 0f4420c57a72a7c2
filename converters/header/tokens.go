// SPDX-License-Identifier: Apache-2.0

package header

import "strings"

// tokens cuts a text at the delimiters : , { } [ ] and ". A backslash takes a delimiter's meaning away and stays in the
// token. One token can be looked at before it is taken.
type tokens struct {
	text string
	// pos is where the next token begins, after the one that was looked at.
	pos int
	// peeked was looked at and not taken yet, when hasPeeked is set; previous was taken last.
	peeked    string
	hasPeeked bool
	previous  string
}

// mark returns a place to rewind to.
func (t *tokens) mark() int {
	if t.hasPeeked {
		return t.pos - len(t.peeked)
	}
	return t.pos
}

func (t *tokens) rewind(mark int) {
	*t = tokens{text: t.text, pos: mark}
}

func (t *tokens) hasNext() bool { return t.hasPeeked || t.pos < len(t.text) }

func (t *tokens) next() string {
	if t.hasPeeked {
		t.previous, t.hasPeeked = t.peeked, false
	} else {
		t.previous = t.cut()
	}
	return t.previous
}

// nextText takes n tokens and returns them in one, or nothing where there are fewer.
func (t *tokens) nextText(n int) (string, bool) {
	start := t.mark()
	for range n {
		if !t.hasNext() {
			t.rewind(start)
			return "", false
		}
		t.next()
	}
	return t.text[start:t.pos], true
}

func (t *tokens) cut() string {
	start, escaped := t.pos, false
	for ; t.pos < len(t.text); t.pos++ {
		switch t.text[t.pos] {
		case '\\':
			escaped = !escaped
		case ':', ',', '{', '}', '[', ']', '"':
			if escaped {
				escaped = false
				continue
			}
			if start == t.pos {
				t.pos++ // the delimiter is the token
			}
			return t.text[start:t.pos]
		default:
			escaped = false
		}
	}
	return t.text[start:t.pos]
}

// consume takes the next token if it is the expected one; blank tokens before it and white space around it do not count.
// Blank tokens are gone even when it is not.
func (t *tokens) consume(expected string) bool {
	if !t.hasPeeked {
		if !t.hasNext() {
			return false
		}
		t.peeked, t.hasPeeked = t.cut(), true
	}
	for blank(t.peeked) && t.pos < len(t.text) {
		t.peeked = t.cut()
	}
	if trim(t.peeked) != expected {
		return false
	}
	t.hasPeeked = false
	return true
}

// trim is Java's: it cuts off spaces and all control characters.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

func blank(s string) bool { return trim(s) == "" }
