// SPDX-License-Identifier: Apache-2.0

package javaregex

// kind says what a node matches.
type kind uint8

const (
	matchEmpty kind = iota
	matchSet
	matchBegin
	matchEnd
	// matchLastEnd is the end, or the line end in front of it: $ and \Z. It is translated as matchEnd where that is the same.
	matchLastEnd
	// matchBreak is \R, any of its subs: Java does not always go back to \r where \r\n is there.
	matchBreak
	matchBoundary
	matchNoBoundary
	matchSequence
	matchAny
	matchRepeat
	matchGroup
)

// unbounded is the maximum of *, + and {n,}.
const unbounded = -1

// node is a part of a parsed expression.
type node struct {
	kind kind
	set  set
	subs []*node
	// min, max and lazy are those of a repeat.
	min, max int
	lazy     bool
	// group is the number of a capturing group.
	group int
	// index is where the node is in the expression.
	index int
}

// takesLineEnd says whether the node can match text with a line end in it.
func (n *node) takesLineEnd() bool {
	if n.kind == matchSet {
		return n.set.intersects(lineEnds)
	}
	for _, sub := range n.subs {
		if sub.takesLineEnd() {
			return true
		}
	}
	return false
}

// nullable says whether the node can match nothing.
func (n *node) nullable() bool {
	switch n.kind {
	case matchSet:
		return false
	case matchSequence, matchGroup:
		for _, sub := range n.subs {
			if !sub.nullable() {
				return false
			}
		}
		return true
	case matchAny, matchBreak:
		for _, sub := range n.subs {
			if sub.nullable() {
				return true
			}
		}
		return false
	case matchRepeat:
		return n.min == 0 || n.subs[0].nullable()
	}
	return true
}

// earlyEnd finds a $, \Z or \R that can be followed by what matches a line end: in a match of the whole text all other $ and
// \Z match at its end only. after says whether what comes behind the node can match a line end.
func (n *node) earlyEnd(after bool) *node {
	switch n.kind {
	case matchLastEnd, matchBreak:
		if after {
			return n
		}
	case matchSequence:
		for i := len(n.subs) - 1; i >= 0; i-- {
			if found := n.subs[i].earlyEnd(after); found != nil {
				return found
			}
			after = after || n.subs[i].takesLineEnd()
		}
	default:
		for _, sub := range n.subs {
			again := n.kind == matchRepeat && n.max != 1 && sub.takesLineEnd()
			if found := sub.earlyEnd(after || again); found != nil {
				return found
			}
		}
	}
	return nil
}

// has says whether the node or a part of it is of a kind.
func (n *node) has(k kind) bool {
	for _, sub := range n.subs {
		if sub.has(k) {
			return true
		}
	}
	return n.kind == k
}

// loosest finds a repeat of what can match nothing: when such a loop ends, and what its groups hold then, is Java's own affair.
func (n *node) loosest() *node {
	if n.kind == matchRepeat && n.max != 1 && n.subs[0].nullable() {
		return n
	}
	for _, sub := range n.subs {
		if found := sub.loosest(); found != nil {
			return found
		}
	}
	return nil
}
