// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"fmt"
	"strconv"
	"strings"
)

// emitter writes a parsed expression in the syntax of RE2, every character as a number or in a class: nothing depends on flags.
type emitter struct{ strings.Builder }

func emit(n *node) string {
	var e emitter
	e.node(n)
	return e.String()
}

func (e *emitter) node(n *node) {
	switch n.kind {
	case matchEmpty:
		e.WriteString("(?:)")
	case matchSet:
		e.class(n.set)
	case matchBegin:
		e.WriteString(`\A`)
	case matchEnd, matchLastEnd:
		e.WriteString(`\z`)
	case matchBoundary:
		e.WriteString(`\b`)
	case matchNoBoundary:
		e.WriteString(`\B`)
	case matchSequence:
		for _, sub := range n.subs {
			e.node(sub)
		}
	case matchAny, matchBreak:
		e.any(n.subs)
	case matchRepeat:
		e.repeat(n)
	case matchGroup:
		e.enclosed("(", n.subs[0])
	}
}

func (e *emitter) enclosed(open string, n *node) {
	e.WriteString(open)
	e.node(n)
	e.WriteByte(')')
}

func (e *emitter) any(subs []*node) {
	e.WriteString("(?:")
	for i, sub := range subs {
		if i > 0 {
			e.WriteByte('|')
		}
		e.node(sub)
	}
	e.WriteByte(')')
}

func (e *emitter) repeat(n *node) {
	e.enclosed("(?:", n.subs[0])
	switch {
	case n.min == 0 && n.max == unbounded:
		e.WriteByte('*')
	case n.min == 1 && n.max == unbounded:
		e.WriteByte('+')
	case n.min == 0 && n.max == 1:
		e.WriteByte('?')
	case n.max == unbounded:
		e.WriteString("{" + strconv.Itoa(n.min) + ",}")
	default:
		e.WriteString("{" + strconv.Itoa(n.min) + "," + strconv.Itoa(n.max) + "}")
	}
	if n.lazy {
		e.WriteByte('?')
	}
}

func (e *emitter) class(s set) {
	if len(s) == 0 {
		e.WriteString(`[^\x00-\x{10FFFF}]`)
		return
	}
	e.WriteByte('[')
	for _, x := range s {
		fmt.Fprintf(e, `\x{%X}`, x.lo)
		if x.hi > x.lo {
			fmt.Fprintf(e, `-\x{%X}`, x.hi)
		}
	}
	e.WriteByte(']')
}
