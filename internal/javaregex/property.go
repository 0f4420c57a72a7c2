// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"strings"
	"unicode"
)

// property reads the name behind \p or \P, on that letter.
func (p *parser) property(negated bool) set {
	index := p.at - 1
	name := p.propertyName()
	s, known := p.named(name, index)
	if !known {
		if key, value, pair := strings.Cut(name, "="); pair {
			p.fail("Unknown Unicode property {name=<" + strings.ToLower(key) + ">, value=<" + value + ">}")
		}
		p.fail("Unknown character property name {" + name + "}")
	}
	if negated {
		return s.negate()
	}
	return s
}

func (p *parser) propertyName() string {
	if p.next() != '{' {
		name := string(p.raw(0))
		p.at++
		return name
	}
	p.next()
	begin := p.at
	for p.raw(0) != '}' {
		if p.ended() {
			p.at++
			p.fail("Unclosed character family")
		}
		p.at++
	}
	name := string(p.text[begin:p.at])
	p.at++
	if name == "" {
		p.fail("Empty character family")
	}
	return name
}

// named finds a property and says whether Java knows it too.
func (p *parser) named(name string, index int) (set, bool) {
	if key, value, pair := strings.Cut(name, "="); pair {
		switch strings.ToLower(key) {
		case "sc", "script":
			return p.script(value)
		case "blk", "block":
			return p.block(index)
		case "gc", "general_category":
			return p.plain(value, index)
		}
		return nil, false
	}
	if strings.HasPrefix(name, "In") {
		return p.block(index)
	}
	if short, is := strings.CutPrefix(name, "Is"); is {
		return p.is(short, index)
	}
	if p.has(unicodeClasses) {
		if s := unicodePOSIX(strings.ToUpper(name)); s != nil {
			return p.caseless(strings.ToUpper(name), s), true
		}
	}
	return p.plain(name, index)
}

func (p *parser) block(index int) (set, bool) {
	p.refuse("a Unicode block", index)
	return set{}, true
}

// is finds what may stand behind Is: a binary property, a category, or a script.
func (p *parser) is(name string, index int) (set, bool) {
	upper := strings.ToUpper(name)
	if alias, ok := propertyAliases[upper]; ok {
		upper = alias
	}
	if s := unicodeProperty(upper); s != nil {
		return p.caseless(upper, s), true
	}
	if s := unicodePOSIX(upper); s != nil {
		return p.caseless(upper, s), true
	}
	if s, ok := p.plain(name, index); ok {
		return s, true
	}
	return p.script(name)
}

func (p *parser) script(name string) (set, bool) {
	for known, table := range unicode.Scripts {
		if strings.EqualFold(known, name) {
			return ofTables(table), true
		}
	}
	p.fail("Unknown character script name {" + name + "}")
	return nil, false
}

// caseless are properties of case, which the flag i makes one.
func (p *parser) caseless(name string, s set) set {
	if !p.has(ignoreCase) {
		return s
	}
	switch name {
	case "LOWERCASE", "UPPERCASE", "TITLECASE", "LOWER", "UPPER":
		return ofTables(unicode.Lower, unicode.Other_Lowercase, unicode.Upper, unicode.Other_Uppercase, unicode.Title)
	}
	return s
}

// plain finds a general category, a POSIX class of ASCII, or a test of java.lang.Character.
func (p *parser) plain(name string, index int) (set, bool) {
	if p.has(ignoreCase) {
		switch name {
		case "Lu", "Ll", "Lt":
			name = "LC"
		case "Lower", "Upper":
			return asciiLetters, true
		case "javaLowerCase", "javaUpperCase", "javaTitleCase":
			return ofTables(unicode.Lower, unicode.Other_Lowercase, unicode.Upper, unicode.Other_Uppercase, unicode.Title), true
		}
	}
	if s := asciiClass(name); s != nil {
		return s, true
	}
	if s := category(name); s != nil {
		return s, true
	}
	if s := javaTest(name); s != nil {
		return s, true
	}
	if refusedTests[name] {
		p.refuse(`\p{`+name+`}`, index)
		return set{}, true
	}
	return nil, false
}

func asciiClass(name string) set {
	switch name {
	case "ASCII":
		return setOf(0, 0x7f)
	case "L1":
		return setOf(0, 0xff)
	case "all":
		return everything
	case "Alnum":
		return asciiLetters.union(asciiDigits)
	case "Alpha":
		return asciiLetters
	case "Blank":
		return setOf(' ', ' ', '\t', '\t')
	case "Cntrl":
		return setOf(0, 0x1f, 0x7f, 0x7f)
	case "Digit":
		return asciiDigits
	case "Graph":
		return setOf('!', '~')
	case "Lower":
		return asciiLower
	case "Print":
		return setOf(' ', '~')
	case "Punct":
		return setOf('!', '/', ':', '@', '[', '`', '{', '~')
	case "Space":
		return asciiSpace
	case "Upper":
		return asciiUpper
	case "XDigit":
		return setOf('0', '9', 'A', 'F', 'a', 'f')
	}
	return nil
}

// surrogates are the category Cs, which Go counts, too.
var surrogates = setOf(0xd800, 0xdfff)

func category(name string) set {
	switch name {
	case "LC":
		return ofTables(unicode.Lu, unicode.Ll, unicode.Lt)
	case "LD":
		return ofTables(unicode.L, unicode.Nd)
	case "Cn":
		return unassigned()
	case "C":
		return ofTables(unicode.Cc, unicode.Cf, unicode.Co).union(surrogates).union(unassigned())
	}
	if table := unicode.Categories[name]; table != nil && len(name) <= 2 {
		return ofTables(table)
	}
	return nil
}

func unassigned() set {
	return ofTables(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs).negate()
}
