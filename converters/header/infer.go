// SPDX-License-Identifier: Apache-2.0

package header

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/longshore-io/connect"
)

// maxDepth is how deep lists and maps may nest.
const maxDepth = 1000

// errNot says that a text is not the list or map that it began as; the text is then a string.
var errNot = errors.New("not a list or map")

var errDeep = errors.New("nested too deep")

// inference reads one text. Its methods return nil for null.
type inference struct {
	tokens
	zone  *time.Location
	depth int
}

// infer returns what a text stands for, and false for one that nests too deep.
func infer(text string, zone *time.Location) (connect.SchemaAndValue, bool) {
	if text == "" {
		return connect.SchemaAndValue{Schema: connect.String, Value: text}, true
	}
	p := inference{tokens: tokens{text: text}, zone: zone}
	found, err := p.value(false)
	switch {
	case errors.Is(err, errDeep):
		return connect.SchemaAndValue{}, false
	case err != nil:
		return connect.SchemaAndValue{Schema: connect.String, Value: text}, true
	case found == nil:
		return connect.SchemaAndValue{}, true
	}
	return *found, true
}

func (p *inference) value(embedded bool) (*connect.SchemaAndValue, error) {
	switch {
	case !p.hasNext():
		return nil, nil
	case embedded && p.consume(`"`):
		return p.quoted(), nil
	case p.word("null", embedded):
		return nil, nil
	case p.word("true", embedded):
		return &connect.SchemaAndValue{Schema: connect.Boolean, Value: true}, nil
	case p.word("false", embedded):
		return &connect.SchemaAndValue{Schema: connect.Boolean, Value: false}, nil
	}
	start := p.mark()
	found, composed, err := p.composed()
	if composed && (err == nil || errors.Is(err, errDeep)) {
		return found, err
	}
	if composed {
		p.rewind(start)
	}
	token := p.next()
	if blank(token) {
		return &connect.SchemaAndValue{Schema: connect.String, Value: token}, nil
	}
	return p.single(trim(token), embedded)
}

// word takes a literal; at the top it must be all there is.
func (p *inference) word(word string, embedded bool) bool {
	start := p.mark()
	if p.consume(word) && (embedded || !p.hasNext()) {
		return true
	}
	p.rewind(start)
	return false
}

// composed reads a list or map and says whether there was one to read.
func (p *inference) composed() (*connect.SchemaAndValue, bool, error) {
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case p.consume("["):
		if p.depth > maxDepth {
			return nil, true, errDeep
		}
		found, err := p.list()
		return found, true, err
	case p.consume("{"):
		if p.depth > maxDepth {
			return nil, true, errDeep
		}
		found, err := p.entries()
		return found, true, err
	}
	return nil, false, nil
}

// single reads what is neither list nor map nor literal: dates first, because they begin as numbers do.
func (p *inference) single(token string, embedded bool) (*connect.SchemaAndValue, error) {
	first, _ := utf8.DecodeRuneInString(token)
	isDigit := first <= 0xffff && unicode.IsDigit(first)
	if isDigit {
		if found := p.temporalTokens(token); found != nil {
			return found, nil
		}
	}
	if isDigit || first == '+' || first == '-' {
		if found := numberOf(token); found != nil {
			return found, nil
		}
	}
	if embedded {
		return nil, errNot
	}
	return &connect.SchemaAndValue{Schema: connect.String, Value: p.text}, nil
}

// temporalTokens also tries the token with the four after it: the colons of a time of day are delimiters.
func (p *inference) temporalTokens(token string) *connect.SchemaAndValue {
	start := p.mark()
	if rest, ok := p.nextText(4); ok {
		if found := temporalOf(token+rest, p.zone); found != nil {
			return found
		}
	}
	p.rewind(start)
	return temporalOf(token, p.zone)
}

// quoted reads up to the closing quote, or to the end. Backslashes stay, as in Kafka Connect.
func (p *inference) quoted() *connect.SchemaAndValue {
	var content strings.Builder
	for p.hasNext() && !p.consume(`"`) {
		content.WriteString(p.next())
	}
	if found := temporalOf(content.String(), p.zone); found != nil {
		return found
	}
	return &connect.SchemaAndValue{Schema: connect.String, Value: content.String()}
}

func (p *inference) list() (*connect.SchemaAndValue, error) {
	var elements []any
	var merged merger
	for p.hasNext() {
		if p.consume("]") {
			return listOf(elements, merged.schema)
		}
		if p.consume(",") {
			return nil, errNot
		}
		element, err := p.value(true)
		if err != nil {
			return nil, err
		}
		merged.add(element)
		elements = append(elements, valueOf(element))
		mark := p.mark()
		if p.consume("]") {
			p.rewind(mark)
		} else if !p.consume(",") {
			return nil, errNot
		}
	}
	return nil, errNot
}

func (p *inference) entries() (*connect.SchemaAndValue, error) {
	entries := connect.NewMap(4)
	var keys, values merger
	for p.hasNext() {
		if p.consume("}") {
			return mapOf(entries, keys.schema, values.schema)
		}
		if p.consume(",") {
			return nil, errNot
		}
		key, err := p.value(true)
		if err != nil {
			return nil, err
		}
		if key == nil || key.Value == nil || !p.consume(":") {
			return nil, errNot
		}
		value, err := p.value(true)
		if err != nil {
			return nil, err
		}
		entries.Put(key.Value, valueOf(value))
		p.consume(",")
		keys.add(key)
		values.add(value)
	}
	return nil, errNot
}

func valueOf(found *connect.SchemaAndValue) any {
	if found == nil {
		return nil
	}
	return found.Value
}
