// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// kind is the JSON type of a node.
type kind uint8

const (
	kindMissing kind = iota // no text at all
	kindNull
	kindFalse
	kindTrue
	kindInt
	kindFloat
	kindString
	kindArray
	kindObject
)

// specials are numbers that JSON does not have, and Confluent's converter reads.
var specials = [...]string{"NaN", "Infinity"}

const minusInfinity = "-Infinity"

// words are the values that are words.
var words = map[kind]string{kindNull: "null", kindTrue: "true", kindFalse: "false"}

// javaNames are how Jackson calls the types; messages show them.
var javaNames = [...]string{"MISSING", "NULL", "BOOLEAN", "BOOLEAN", "NUMBER", "NUMBER", "STRING", "ARRAY", "OBJECT"}

// node is a value of JSON. Names of an object are distinct: of one that is there twice the last value counts, in the place
// of the first.
type node struct {
	kind kind
	// text is a string's content, or a number as it was written.
	text  string
	names []string
	items []*node
}

// maxDepth bounds how deep arrays and objects are nested, as Jackson does; names beyond indexFrom are found through an index.
const (
	maxDepth  = 1000
	indexFrom = 16
)

var (
	errEnd   = errors.New("unexpected end of JSON text")
	errDepth = fmt.Errorf("JSON is nested deeper than %d", maxDepth)
	errUTF8  = errors.New("JSON text is not UTF-8")
)

// get returns a member of an object, nil where there is none.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for i, other := range n.names {
		if other == name {
			return n.items[i]
		}
	}
	return nil
}

// parser reads the first JSON value of a text; what follows is ignored, as Jackson does.
type parser struct {
	in    []byte
	at    int
	depth int
}

func parse(in []byte) (*node, error) {
	if !utf8.Valid(in) {
		return nil, errUTF8
	}
	p := parser{in: in}
	p.space()
	if p.at == len(in) {
		return &node{kind: kindMissing}, nil
	}
	n, err := p.value()
	if err == nil && (n.kind == kindInt || n.kind == kindFloat) && p.at < len(in) && in[p.at] > ' ' {
		return nil, p.unexpected() // Jackson wants space after a number
	}
	return n, err
}

func (p *parser) space() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) unexpected() error {
	if p.at >= len(p.in) {
		return errEnd
	}
	r, _ := utf8.DecodeRune(p.in[p.at:])
	return fmt.Errorf("unexpected character %q at byte %d of the JSON text", r, p.at)
}

// next skips space and returns the byte that follows, 0 at the end.
func (p *parser) next() byte {
	p.space()
	if p.at == len(p.in) {
		return 0
	}
	return p.in[p.at]
}

func (p *parser) value() (*node, error) {
	switch c := p.next(); {
	case c == '{':
		return p.nested(p.object)
	case c == '[':
		return p.nested(p.array)
	case c == '"':
		s, err := p.str()
		return &node{kind: kindString, text: s}, err
	case c == '-' && !p.word(minusInfinity), c >= '0' && c <= '9':
		return p.number()
	case c == '-':
		return &node{kind: kindFloat, text: minusInfinity}, nil
	}
	for _, special := range specials {
		if p.word(special) {
			return &node{kind: kindFloat, text: special}, nil
		}
	}
	for _, k := range [...]kind{kindNull, kindTrue, kindFalse} {
		if p.word(words[k]) {
			return &node{kind: k}, nil
		}
	}
	return nil, p.unexpected()
}

// word takes a word that ends where a word ends.
func (p *parser) word(word string) bool {
	end := p.at + len(word)
	if end > len(p.in) || string(p.in[p.at:end]) != word || end < len(p.in) && wordByte(p.in[end]) {
		return false
	}
	p.at = end
	return true
}

func wordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= utf8.RuneSelf
}

func (p *parser) nested(read func() (*node, error)) (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth
	}
	p.at++
	n, err := read()
	p.depth--
	return n, err
}

func (p *parser) array() (*node, error) {
	n := &node{kind: kindArray}
	if p.next() == ']' {
		p.at++
		return n, nil
	}
	for {
		item, err := p.value()
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
		if more, err := p.more(']'); !more {
			return n, err
		}
	}
}

// more takes a comma or the end.
func (p *parser) more(end byte) (bool, error) {
	c := p.next()
	if c != ',' && c != end || p.at == len(p.in) {
		return false, p.unexpected()
	}
	p.at++
	return c == ',', nil
}

func (p *parser) object() (*node, error) {
	n := &node{kind: kindObject}
	if p.next() == '}' {
		p.at++
		return n, nil
	}
	var index map[string]int
	for {
		name, item, err := p.member()
		if err != nil {
			return nil, err
		}
		index = n.put(index, name, item)
		if more, err := p.more('}'); !more {
			return n, err
		}
	}
}

func (p *parser) member() (string, *node, error) {
	if p.next() != '"' {
		return "", nil, p.unexpected()
	}
	name, err := p.str()
	if err != nil {
		return "", nil, err
	}
	if p.next() != ':' {
		return "", nil, p.unexpected()
	}
	p.at++
	item, err := p.value()
	return name, item, err
}

// put adds a member. The index is there from a number of names on, so that large objects are not searched for each name.
func (n *node) put(index map[string]int, name string, item *node) map[string]int {
	if index == nil {
		for i := range n.names {
			if n.names[i] == name {
				n.items[i] = item
				return nil
			}
		}
	} else if i, twice := index[name]; twice {
		n.items[i] = item
		return index
	}
	n.names, n.items = append(n.names, name), append(n.items, item)
	switch {
	case index != nil:
		index[name] = len(n.names) - 1
	case len(n.names) == indexFrom:
		index = make(map[string]int, 2*indexFrom)
		for i, other := range n.names {
			index[other] = i
		}
	}
	return index
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}

// take takes one byte if it is one of some.
func (p *parser) take(some string) bool {
	if p.at < len(p.in) {
		for i := range len(some) {
			if p.in[p.at] == some[i] {
				p.at++
				return true
			}
		}
	}
	return false
}

// maxNumber bounds the digits of a number, as Jackson does.
const maxNumber = 1000

func (p *parser) number() (*node, error) {
	start := p.at
	n := &node{kind: kindInt}
	p.take("-")
	zero := p.at < len(p.in) && p.in[p.at] == '0'
	if count := p.digits(); count == 0 || zero && count > 1 {
		return nil, p.badNumber(start)
	}
	if p.take(".") {
		n.kind = kindFloat
		if p.digits() == 0 {
			return nil, p.badNumber(start)
		}
	}
	if p.take("eE") {
		n.kind = kindFloat
		p.take("+-")
		if p.digits() == 0 {
			return nil, p.badNumber(start)
		}
	}
	if p.at < len(p.in) && wordByte(p.in[p.at]) || p.at-start > maxNumber {
		return nil, p.badNumber(start)
	}
	n.text = string(p.in[start:p.at])
	return n, nil
}

func (p *parser) badNumber(start int) error {
	return fmt.Errorf("no valid number at byte %d of the JSON text", start)
}
