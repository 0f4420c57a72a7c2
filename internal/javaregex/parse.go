// SPDX-License-Identifier: Apache-2.0

package javaregex

import "math"

// parser reads an expression as java.util.regex.Pattern does, errors included.
type parser struct {
	scanner
	groups int
	names  map[string]int
}

func (p *parser) whole() *node {
	n := p.alternatives()
	if p.at != p.length {
		if p.peek() == ')' {
			p.fail("Unmatched closing ')'")
		}
		p.fail("Unexpected internal error")
	}
	return n
}

func (p *parser) alternatives() *node {
	branches := []*node{p.sequence()}
	for p.peek() == '|' {
		p.next()
		branches = append(branches, p.sequence())
	}
	if len(branches) == 1 {
		return branches[0]
	}
	return &node{kind: matchAny, subs: branches}
}

func (p *parser) sequence() *node {
	seq := &node{kind: matchSequence}
	for {
		r := p.peek()
		if r == '|' || r == ')' || r == 0 && p.ended() {
			return seq
		}
		if n := p.item(r); n != nil {
			seq.subs = append(seq.subs, n)
		}
	}
}

// item reads one thing with its quantifier, nil for flags.
func (p *parser) item(r rune) *node {
	index := p.at
	var n *node
	switch r {
	case '(':
		if n = p.group(); n == nil {
			return nil
		}
	case '[':
		n = ofSet(p.class(true))
	case '\\':
		n = p.escapeItem()
	case '^':
		p.next()
		n = p.lineAnchor(matchBegin, index)
	case '$':
		p.next()
		n = p.lineAnchor(matchLastEnd, index)
	case '.':
		p.next()
		n = ofSet(p.dot())
	case '?', '*', '+':
		p.next()
		p.fail("Dangling meta character '" + string(r) + "'")
	case '{':
		n = &node{kind: matchEmpty} // Java repeats nothing here, and so do we
	default:
		p.next()
		n = ofSet(p.char(r))
	}
	return p.quantified(n, index)
}

func ofSet(s set) *node { return &node{kind: matchSet, set: s} }

func (p *parser) lineAnchor(k kind, index int) *node {
	if p.has(multiline) {
		p.refuse("the flag m with ^ or $", index)
	}
	return &node{kind: k, index: index}
}

func (p *parser) dot() set {
	switch {
	case p.has(dotAll):
		return everything
	case p.has(unixLines):
		return single('\n').negate()
	}
	return lineEnds.negate()
}

// char is what one character matches.
func (p *parser) char(r rune) set {
	switch {
	case !p.has(ignoreCase):
		return single(r)
	case p.has(unicodeCase):
		return foldSingle(r)
	}
	return single(r).foldASCII()
}

func (p *parser) quantified(n *node, index int) *node {
	switch p.peek() {
	case '?':
		return p.repeat(n, 0, 1, index)
	case '*':
		return p.repeat(n, 0, unbounded, index)
	case '+':
		return p.repeat(n, 1, unbounded, index)
	case '{':
		if !asciiDigits.contains(p.raw(1)) {
			p.at += 2 // where Java sees it
			p.fail("Illegal repetition")
		}
		least, most := p.bounds()
		return p.repeat(n, least, most, index)
	}
	return n
}

// repeat is called on the last character of a quantifier.
func (p *parser) repeat(n *node, least, most, index int) *node {
	out := &node{kind: matchRepeat, subs: []*node{n}, min: least, max: most, index: index}
	switch p.next() {
	case '?':
		out.lazy = true
		p.next()
	case '+':
		p.refuse("a possessive quantifier", p.at)
		p.next()
	}
	return out
}

// bounds reads {n}, {n,} or {n,m} up to the closing brace.
func (p *parser) bounds() (int, int) {
	p.at++
	least := p.count()
	most := least
	if p.peek() == ',' {
		p.next()
		most = unbounded
		if p.peek() != '}' {
			most = p.count()
		}
	}
	if p.peek() != '}' {
		p.at++
		p.fail("Unclosed counted closure")
	}
	if most != unbounded && most < least {
		p.at++
		p.fail("Illegal repetition range")
	}
	return least, most
}

func (p *parser) count() int {
	n := 0
	for asciiDigits.contains(p.peek()) {
		n = n*10 + int(p.read()-'0')
		if n > math.MaxInt32 {
			p.fail("Illegal repetition range")
		}
	}
	return n
}

// group reads a group with what is in it, and returns nil for (?flags).
func (p *parser) group() *node {
	index, before := p.at, p.flags
	var n *node
	if p.next() == '?' {
		if n = p.special(index); n == nil {
			return nil
		}
	} else {
		n = p.capture("")
	}
	p.accept(')', "Unclosed group")
	p.flags = before
	return n
}

func (p *parser) capture(name string) *node {
	p.groups++
	n := &node{kind: matchGroup, group: p.groups}
	if name != "" {
		p.names[name] = p.groups
	}
	n.subs = []*node{p.alternatives()}
	return n
}

// special reads what follows (?.
func (p *parser) special(index int) *node {
	switch p.skip() {
	case ':':
		return p.alternatives()
	case '=', '!':
		p.refuse("look-ahead", index)
		return p.alternatives()
	case '>':
		p.refuse("an atomic group", index)
		return p.alternatives()
	case '<':
		return p.angled(index)
	case '$', '@':
		p.fail("Unknown group type")
	}
	p.unread()
	p.readFlags(index)
	switch p.read() {
	case ')':
		return nil
	case ':':
		return p.alternatives()
	}
	p.fail("Unknown inline modifier")
	return nil
}

func (p *parser) angled(index int) *node {
	r := p.read()
	if r == '=' || r == '!' {
		p.refuse("look-behind", index)
		return p.alternatives()
	}
	name := p.groupName(r)
	if p.names[name] != 0 {
		p.fail("Named capturing group <" + name + "> is already defined")
	}
	return p.capture(name)
}

func (p *parser) groupName(first rune) string {
	if !asciiLetters.contains(first) {
		p.fail("capturing group name does not start with a Latin letter")
	}
	name := []rune{first}
	r := p.read()
	for ; asciiLetters.contains(r) || asciiDigits.contains(r); r = p.read() {
		name = append(name, r)
	}
	if r != '>' {
		p.fail("named capturing group is missing trailing '>'")
	}
	return string(name)
}

func (p *parser) readFlags(index int) {
	on := true
	for {
		r := p.peek()
		f, known := flagLetters[r]
		switch {
		case r == '-' && on:
			on = false
		case !known:
			return
		case on:
			p.flags |= f
		case r == 'U':
			p.flags &^= unicodeClasses
		default:
			p.flags &^= f
		}
		if p.has(canonical) {
			p.refuse("canonical equivalence, the flag c,", index)
		}
		p.next()
	}
}
