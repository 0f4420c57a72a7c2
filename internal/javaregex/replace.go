// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Errors of replacements; the texts are Java's.
var (
	errNothingEscaped = errors.New("character to be escaped is missing")
	errNoIndex        = errors.New("Illegal group reference: group index is missing") //nolint:staticcheck // Java's text
	errNoGroup        = errors.New("Illegal group reference")                         //nolint:staticcheck // Java's text
	errNoName         = errors.New("named capturing group has 0 length name")
	errUnclosedName   = errors.New("named capturing group is missing trailing '}'")
)

// GroupError is a replacement with a number of a group that the expression does not have; in Java it is an
// IndexOutOfBoundsException, where other wrong replacements are an IllegalArgumentException.
type GroupError struct{ Number int }

// Error returns Java's text.
func (e *GroupError) Error() string { return fmt.Sprintf("No group %d", e.Number) }

// ReplaceFirst replaces the first match in a text as Java's Matcher.replaceFirst does: $1 and ${name} in the replacement
// stand for groups, a backslash takes what follows it as it is. A text without a match comes back as it is, and only a text with
// one has an error: a replacement that is wrong, or one of the rare pairs of expression and text whose outcome RE2 cannot tell
// (see Replaceable).
func (r *Regexp) ReplaceFirst(text, replacement string) (string, error) {
	if r.loose != nil {
		return "", r.loose
	}
	if r.atLineEnd && endsInLineEnd(text) {
		return "", &UnsupportedError{Construct: `replacing by an expression with $ or \Z in a text that ends with a line end`, Index: -1, Pattern: r.pattern}
	}
	match := r.find.FindStringSubmatchIndex(text)
	if match == nil {
		return text, nil
	}
	e := expansion{r: r, text: text, match: match, rest: replacement}
	if err := e.run(); err != nil {
		return "", err
	}
	return text[:match[0]] + e.out.String() + text[match[1]:], nil
}

// expansion puts the groups of one match into a replacement.
type expansion struct {
	r    *Regexp
	text string
	// match are the bounds of the groups, as package regexp has them.
	match []int
	rest  string
	out   strings.Builder
}

func (e *expansion) run() error {
	for e.rest != "" {
		i := strings.IndexAny(e.rest, `\$`)
		if i < 0 {
			e.out.WriteString(e.rest)
			return nil
		}
		e.out.WriteString(e.rest[:i])
		sign := e.rest[i]
		e.rest = e.rest[i+1:]
		step := e.reference
		if sign == '\\' {
			step = e.literal
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (e *expansion) literal() error {
	if e.rest == "" {
		return errNothingEscaped
	}
	_, size := utf8.DecodeRuneInString(e.rest)
	e.out.WriteString(e.rest[:size])
	e.rest = e.rest[size:]
	return nil
}

func (e *expansion) reference() error {
	if e.rest == "" {
		return errNoIndex
	}
	find := e.number
	if e.rest[0] == '{' {
		find = e.named
	}
	group, err := find()
	if err != nil {
		return err
	}
	if group >= len(e.match)/2 {
		return &GroupError{group}
	}
	if from := e.match[2*group]; from >= 0 {
		e.out.WriteString(e.text[from:e.match[2*group+1]])
	}
	return nil
}

// number takes as many digits as make a group that is there, at least one.
func (e *expansion) number() (int, error) {
	if !isDigit(e.rest[0]) {
		return 0, errNoGroup
	}
	group := int(e.rest[0] - '0')
	e.rest = e.rest[1:]
	for e.rest != "" && isDigit(e.rest[0]) {
		longer := group*10 + int(e.rest[0]-'0')
		if longer >= len(e.match)/2 {
			break
		}
		group, e.rest = longer, e.rest[1:]
	}
	return group, nil
}

func (e *expansion) named() (int, error) {
	after := strings.TrimLeftFunc(e.rest[1:], func(c rune) bool { return asciiLetters.contains(c) || asciiDigits.contains(c) })
	name := e.rest[1 : len(e.rest)-len(after)]
	if name == "" {
		return 0, errNoName
	}
	if !strings.HasPrefix(after, "}") {
		return 0, errUnclosedName
	}
	e.rest = after[1:]
	if isDigit(name[0]) {
		return 0, fmt.Errorf("capturing group name {%s} starts with digit character", name)
	}
	group, known := e.r.names[name]
	if !known {
		return 0, fmt.Errorf("No group with name {%s}", name) //nolint:staticcheck // Java's text
	}
	return group, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
