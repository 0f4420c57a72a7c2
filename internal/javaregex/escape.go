// SPDX-License-Identifier: Apache-2.0

package javaregex

import "unicode/utf16"

// escapeItem reads what a backslash begins, outside of classes.
func (p *parser) escapeItem() *node {
	index := p.at
	switch r := p.raw(1); r {
	case 'p', 'P':
		p.at++
		return ofSet(p.property(r == 'P'))
	case 'A', 'G':
		p.at += 2
		return &node{kind: matchBegin}
	case 'z':
		p.at += 2
		return &node{kind: matchEnd}
	case 'Z':
		p.at += 2
		return &node{kind: matchLastEnd, index: index}
	case 'B':
		p.at += 2
		return p.boundary(matchNoBoundary, index)
	case 'b':
		p.at += 2
		return p.graphemeOr(matchBoundary, index)
	case 'R':
		p.at += 2
		return lineBreak(index)
	case 'X':
		p.at += 2
		p.refuse(`\X`, index)
		return &node{}
	case 'k':
		return p.namedReference(index)
	}
	if r := p.raw(1); '1' <= r && r <= '9' {
		p.at += 2
		p.refuse("a back reference", index)
		return &node{}
	}
	s, r, isSet := p.escape(false)
	if isSet {
		return ofSet(s)
	}
	return ofSet(p.char(r))
}

func (p *parser) boundary(k kind, index int) *node {
	if p.has(unicodeClasses) {
		p.refuse(`\b with the flag U`, index)
	}
	return &node{kind: k}
}

func (p *parser) graphemeOr(k kind, index int) *node {
	if p.peek() == '{' && p.raw(1) == 'g' {
		p.at += 2
		if p.read() != '}' {
			p.fail("Illegal/unsupported escape sequence")
		}
		p.refuse(`\b{g}`, index)
		return &node{}
	}
	return p.boundary(k, index)
}

// lineBreak is \R: both characters of \r\n, or any one that ends a line.
func lineBreak(index int) *node {
	pair := &node{kind: matchSequence, subs: []*node{ofSet(single('\r')), ofSet(single('\n'))}}
	return &node{kind: matchBreak, subs: []*node{pair, ofSet(verticalSpace)}, index: index}
}

func (p *parser) namedReference(index int) *node {
	p.at += 2
	if p.read() != '<' {
		p.fail(`\k is not followed by '<' for named capturing group`)
	}
	name := p.groupName(p.read())
	if p.names[name] == 0 {
		p.fail("named capturing group <" + name + "> does not exist")
	}
	p.refuse("a back reference", index)
	return &node{}
}

// escape reads an escape that stands for characters, on its backslash. In a range \v is one character.
func (p *parser) escape(inRange bool) (s set, r rune, isSet bool) {
	r = p.skip()
	if s, ok := p.classEscape(r); ok && (r != 'v' || !inRange) {
		return s, 0, true
	}
	switch r {
	case '0':
		return nil, p.octal(), false
	case 'x':
		return nil, p.hexadecimal(), false
	case 'u':
		return nil, p.utf16(), false
	case 'c':
		if p.ended() {
			p.fail("Illegal control escape sequence")
		}
		return nil, p.read() ^ 64, false
	case 'N':
		p.refuse(`\N{name}`, p.at-2)
		p.skipName()
		return set{}, 0, true
	}
	if c, ok := controls[r]; ok {
		return nil, c, false
	}
	if asciiLetters.contains(r) || asciiDigits.contains(r) {
		p.fail("Illegal/unsupported escape sequence")
	}
	return nil, r, false
}

var controls = map[rune]rune{'a': 7, 'e': 27, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': 11}

// classEscape is the set of \d, \W and the like.
func (p *parser) classEscape(r rune) (set, bool) {
	var s set
	switch r {
	case 'd', 'D':
		s = p.unicodeOr("DIGIT", asciiDigits)
	case 's', 'S':
		s = p.unicodeOr("SPACE", asciiSpace)
	case 'w', 'W':
		s = p.unicodeOr("WORD", asciiWord)
	case 'h', 'H':
		s = blankSpace
	case 'v', 'V':
		s = verticalSpace
	default:
		return nil, false
	}
	if r < 'a' {
		s = s.negate()
	}
	return s, true
}

func (p *parser) unicodeOr(name string, ascii set) set {
	if p.has(unicodeClasses) {
		return unicodePOSIX(name)
	}
	return ascii
}

func (p *parser) octal() rune {
	if !isOctal(p.peek()) {
		p.at++
		p.fail("Illegal octal escape sequence")
	}
	first := p.read() - '0'
	if !isOctal(p.peek()) {
		return first
	}
	r := first*8 + p.read() - '0'
	if first <= 3 && isOctal(p.peek()) {
		r = r*8 + p.read() - '0'
	}
	return r
}

func isOctal(r rune) bool { return '0' <= r && r <= '7' }

func (p *parser) hexadecimal() rune {
	first := p.read()
	if v, ok := hexDigit(first); ok {
		if w, ok := hexDigit(p.read()); ok {
			return v*16 + w
		}
	} else if _, ok := hexDigit(p.peek()); first == '{' && ok {
		return p.braced()
	}
	p.fail("Illegal hexadecimal escape sequence")
	return 0
}

func (p *parser) braced() rune {
	total := rune(0)
	r := p.read()
	for v, ok := hexDigit(r); ok; v, ok = hexDigit(r) {
		total = total*16 + v
		if total > 0x10ffff {
			p.fail("Hexadecimal codepoint is too big")
		}
		r = p.read()
	}
	if r != '}' {
		p.fail("Unclosed hexadecimal escape sequence")
	}
	return total
}

// utf16 reads four digits; two escapes may be the halves of one character.
func (p *parser) utf16() rune {
	r := p.fourDigits()
	if r < 0xd800 || r > 0xdbff || p.raw(0) != '\\' || p.raw(1) != 'u' {
		return r
	}
	before := p.at
	p.at += 2
	if both := utf16.DecodeRune(r, p.fourDigits()); both != 0xfffd {
		return both
	}
	p.at = before
	return r
}

func (p *parser) fourDigits() rune {
	total := rune(0)
	for range 4 {
		v, ok := hexDigit(p.read())
		if !ok {
			p.fail("Illegal Unicode escape sequence")
		}
		total = total*16 + v
	}
	return total
}

func hexDigit(r rune) (rune, bool) {
	switch {
	case '0' <= r && r <= '9':
		return r - '0', true
	case 'a' <= r && r <= 'f':
		return r - 'a' + 10, true
	case 'A' <= r && r <= 'F':
		return r - 'A' + 10, true
	}
	return 0, false
}

func (p *parser) skipName() {
	if p.read() != '{' {
		p.fail("Illegal character name escape sequence")
	}
	for p.read() != '}' {
		if p.ended() {
			p.fail("Unclosed character name escape sequence")
		}
	}
}
