// SPDX-License-Identifier: Apache-2.0

package javaregex

// class reads [...] on its first bracket. A class without a closing bracket of its own is the right side of &&, which ends
// where the class around it ends.
func (p *parser) class(own bool) set {
	c := classReader{p: p}
	r := p.next()
	if r == '^' && p.raw(-1) == '[' {
		r = p.next()
		c.negated = true
	}
	for r != ']' || !c.any {
		switch {
		case r == '[':
			c.add(p.class(true))
		case r == '&' && p.doubleAmpersand():
			c.intersect()
		case r == 0 && p.ended():
			p.fail("Unclosed character class")
		default:
			c.add(c.rangeOrSet())
		}
		r = p.peek()
	}
	if own {
		p.next()
	}
	if c.negated {
		return c.set.negate()
	}
	return c.set
}

// classReader gathers the parts of a class.
type classReader struct {
	p       *parser
	set     set
	any     bool
	negated bool
}

func (c *classReader) add(s set) {
	c.set = c.set.union(s)
	c.any = true
}

func (p *parser) doubleAmpersand() bool {
	if p.next() == '&' {
		p.next()
		return true
	}
	p.unread()
	return false
}

// intersect reads what is on the right of &&.
func (c *classReader) intersect() {
	p := c.p
	var right set
	found := false
	for r := p.peek(); r != ']' && r != '&'; r = p.peek() {
		if r == '[' {
			right = right.union(p.class(true))
		} else {
			p.unread()
			right = right.union(p.class(false))
		}
		found = true
	}
	switch {
	case c.any && found:
		c.set = c.set.intersect(right)
	case found:
		c.add(right)
	case !c.any:
		p.fail("Bad class syntax")
	default:
		p.refuse("a class with nothing behind &&", p.at-2) // Java does not expect it and takes something else by mistake
	}
}

// rangeOrSet reads a character, a range of them, or an escape that stands for several.
func (c *classReader) rangeOrSet() set {
	p := c.p
	var first rune
	if p.peek() == '\\' {
		if next := p.raw(1); next == 'p' || next == 'P' {
			p.at++
			return p.property(next == 'P')
		}
		s, r, isSet := p.escape(p.raw(2) == '-')
		if isSet {
			return s
		}
		first = r
	} else {
		first = p.read()
	}
	if p.peek() == '-' && p.raw(1) != '[' && p.raw(1) != ']' {
		return c.rangeFrom(first)
	}
	return p.char(first)
}

func (c *classReader) rangeFrom(first rune) set {
	p := c.p
	p.next()
	var last rune
	if p.peek() == '\\' {
		s, r, isSet := p.escape(true)
		if isSet && s != nil {
			p.fail("Illegal character range")
		}
		last = r
	} else {
		last = p.peek()
		p.next()
	}
	if last < first {
		p.fail("Illegal character range")
	}
	x := span{first, last}
	switch {
	case !p.has(ignoreCase):
		return set{x}
	case p.has(unicodeCase):
		return foldRange(x)
	}
	return set{x}.foldASCII()
}
