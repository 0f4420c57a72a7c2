// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	pattern     string
	whole, find *regexp.Regexp
	names       map[string]int
	// loose says why only whole matches are exact, nil where all are.
	loose error
	// atLineEnd says that the expression has a $ or \Z.
	atLineEnd bool
}

// Compile reads a Java expression. The error is a *SyntaxError with Java's text, or an *UnsupportedError for what Java takes
// and RE2 cannot do.
func Compile(pattern string) (r *Regexp, err error) {
	defer func() {
		value := recover()
		wrong, syntax := value.(*SyntaxError)
		if value != nil && !syntax {
			panic(value)
		}
		if syntax {
			r, err = nil, wrong
		}
	}()
	p := parser{scanner: newScanner(pattern), names: map[string]int{}}
	n := p.whole()
	if early := n.earlyEnd(false); early != nil {
		p.refuse("$, \\Z or \\R in front of what can match a line end", early.index)
	}
	if p.unsupported != nil {
		return nil, p.unsupported
	}
	return translate(pattern, n, p.names)
}

func translate(pattern string, n *node, names map[string]int) (*Regexp, error) {
	text := emit(n)
	find, err := regexp.Compile(text)
	if err != nil {
		return nil, &UnsupportedError{Construct: "an expression of this size (" + err.Error() + ")", Index: -1, Pattern: pattern}
	}
	r := &Regexp{pattern: pattern, find: find, whole: regexp.MustCompile(`\A(?:` + text + `)\z`), names: names,
		atLineEnd: n.has(matchLastEnd)}
	if loop := n.loosest(); loop != nil {
		r.loose = &UnsupportedError{Construct: "replacing by a repetition of what can be empty", Index: loop.index, Pattern: pattern}
	}
	return r, nil
}

// String returns the expression as it was compiled.
func (r *Regexp) String() string { return r.pattern }

// MatchString says whether the expression matches a whole text, as Java's Matcher.matches does.
func (r *Regexp) MatchString(text string) bool { return r.whole.MatchString(text) }

// Replaceable says whether ReplaceFirst can be used at all: nil, or an *UnsupportedError for an expression of which RE2 can
// tell whole matches only.
func (r *Regexp) Replaceable() error { return r.loose }

// endsInLineEnd says whether a $ could match in front of the end of the text.
func endsInLineEnd(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && lineEnds.contains(last)
}

// CheckValue is what Kafka Connect says of the value of a key for a regular expression: nil, or why it is none. A value that is not
// a string stands for null.
func CheckValue(value any) error {
	pattern, ok := value.(string)
	if !ok {
		return errors.New(`Invalid regex: Cannot invoke "String.isEmpty()" because "this.pattern" is null`) //nolint:staticcheck // Java's text
	}
	if _, err := Compile(pattern); err != nil {
		return fmt.Errorf("Invalid regex: %w", err) //nolint:staticcheck // Kafka's text
	}
	return nil
}
