// SPDX-License-Identifier: Apache-2.0

package javaregex

import "strings"

// flags are those that an expression sets with (?...).
type flags uint8

const (
	ignoreCase flags = 1 << iota
	multiline
	dotAll
	unixLines
	unicodeCase
	canonical
	comments
	unicodeClasses
)

var flagLetters = map[rune]flags{
	'i': ignoreCase, 'm': multiline, 's': dotAll, 'd': unixLines, 'u': unicodeCase, 'c': canonical, 'x': comments, 'U': unicodeClasses | unicodeCase,
}

// scanner goes over the characters of an expression. Its methods skip white space and comments where the flag x is on, but
// for raw and skip. The end is the character 0 at or behind length.
type scanner struct {
	pattern string
	text    []rune
	// length is the number of characters; some zeros follow, so that looking ahead needs no check.
	length int
	at     int
	flags  flags
	// unsupported is the first construct that RE2 has nothing for. Errors of syntax go before it.
	unsupported *UnsupportedError
}

func (s *scanner) has(f flags) bool { return s.flags&f == f }

// fail ends the parsing; Compile recovers it.
func (s *scanner) fail(reason string) {
	panic(&SyntaxError{Reason: reason, Index: s.at - 1, Pattern: s.pattern})
}

// refuse notes a construct and where it begins.
func (s *scanner) refuse(construct string, index int) {
	if s.unsupported == nil {
		s.unsupported = &UnsupportedError{Construct: construct, Index: index, Pattern: s.pattern}
	}
}

// raw is the character ahead, by a distance.
func (s *scanner) raw(ahead int) rune {
	if i := s.at + ahead; i >= 0 && i < len(s.text) {
		return s.text[i]
	}
	return 0
}

func (s *scanner) ended() bool { return s.at >= s.length }

func (s *scanner) peek() rune {
	s.skipComments()
	return s.raw(0)
}

// next leaves the current character and looks at the one behind it.
func (s *scanner) next() rune {
	s.at++
	return s.peek()
}

// read takes the current character.
func (s *scanner) read() rune {
	r := s.peek()
	s.at++
	return r
}

// skip takes the character behind the current one, as it is.
func (s *scanner) skip() rune {
	s.at += 2
	return s.raw(-1)
}

func (s *scanner) unread() { s.at-- }

func (s *scanner) accept(r rune, reason string) {
	if s.read() != r {
		s.fail(reason)
	}
}

func (s *scanner) skipComments() {
	if !s.has(comments) {
		return
	}
	for !s.ended() {
		switch r := s.raw(0); {
		case asciiSpace.contains(r):
			s.at++
		case r == '#':
			s.skipLine()
		default:
			return
		}
	}
}

func (s *scanner) skipLine() {
	for !s.ended() && !s.endsLine(s.raw(0)) {
		s.at++
	}
}

func (s *scanner) endsLine(r rune) bool {
	if s.has(unixLines) {
		return r == '\n'
	}
	return lineEnds.contains(r)
}

// unquote replaces \Q...\E by escapes: a quantifier behind it counts for the last character only.
func unquote(pattern string) []rune {
	text := []rune(pattern)
	var out []rune
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 >= len(text) {
			out = append(out, text[i])
			continue
		}
		if text[i+1] != 'Q' {
			out = append(out, text[i], text[i+1])
			i++
			continue
		}
		i += 2
		begin := i
		for ; i < len(text) && (text[i] != '\\' || i+1 >= len(text) || text[i+1] != 'E'); i++ {
			out = append(out, quote(text[i], i == begin)...)
		}
		i++
	}
	return out
}

// quote escapes a character; a digit at the beginning must not become a part of an escape in front of it.
func quote(r rune, first bool) []rune {
	switch {
	case r > 0x7f || asciiLetters.contains(r):
		return []rune{r}
	case asciiDigits.contains(r) && first:
		return []rune(`\x3` + string(r))
	case asciiDigits.contains(r):
		return []rune{r}
	}
	return []rune{'\\', r}
}

func newScanner(pattern string) scanner {
	text := []rune(pattern)
	if strings.Contains(pattern, `\Q`) {
		text = unquote(pattern)
	}
	return scanner{pattern: pattern, text: text, length: len(text)}
}
