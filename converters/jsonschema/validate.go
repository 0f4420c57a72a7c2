// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// valid checks a message that was written against its schema, where that is wanted.
func (c *Converter) valid(ctx context.Context, s *registry.Schema, message []byte) error {
	if !c.opts.validate {
		return nil
	}
	n, err := parse(message)
	if err != nil {
		return err
	}
	return c.validNode(ctx, s, n)
}

// validNode is valid for a message that was read.
func (c *Converter) validNode(ctx context.Context, s *registry.Schema, n *node) error {
	if !c.opts.validate {
		return nil
	}
	docs, err := c.documents(ctx, s)
	if err != nil {
		return err
	}
	v := validator{documents: docs, left: maxChecks, rules: rules()}
	if err := v.check(docs.main, docs.main.root, n, "#"); err != nil {
		return &connect.DataError{Reason: "the message does not fit its JSON Schema", Err: err}
	}
	return nil
}

// maxChecks bounds the work for one message, maxCheckDepth the references that lead to references.
const (
	maxChecks     = 1_000_000
	maxCheckDepth = 2 * maxDepth
)

var errChecks = errors.New("the JSON Schema takes too long to check")

// validator checks by the words of draft 7. A word of another type than it should have, or a pattern that Go does not know,
// checks nothing.
type validator struct {
	documents   *documents
	left, depth int
	rules       []func(*validator, subject) error
}

// subject is what is checked: a value by a schema.
type subject struct {
	in     *document
	schema *node
	value  *node
	path   string
}

func (s subject) wrong(text string, args ...any) error {
	return fmt.Errorf("%s: %s", s.path, fmt.Sprintf(text, args...))
}

func (v *validator) check(in *document, schema, value *node, path string) error {
	v.left--
	v.depth++
	defer func() { v.depth-- }()
	if v.left < 0 || v.depth > maxCheckDepth {
		return errChecks
	}
	s := subject{in, schema, value, path}
	if schema.kind == kindFalse {
		return s.wrong("nothing is allowed here")
	}
	if ref := schema.get("$ref"); ref != nil && ref.kind == kindString {
		other, target, err := v.documents.find(in, ref.text)
		if err != nil {
			return err
		}
		return v.check(other, target, value, path)
	}
	for _, rule := range v.rules {
		if err := rule(v, s); err != nil {
			return err
		}
	}
	return nil
}

// rules are a field of the validator, not a variable: they call check, which goes through them.
func rules() []func(*validator, subject) error {
	return []func(*validator, subject) error{typeRule, enumRule, numberRule, stringRule, arrayRule, itemsRule, objectRule, propertiesRule,
		dependenciesRule, allOfRule, anyOfRule, conditionRule}
}

func typeRule(_ *validator, s subject) error {
	typ := s.schema.get("type")
	if typ == nil {
		return nil
	}
	types := []*node{typ}
	if typ.kind == kindArray {
		types = typ.items
	}
	if !slices.ContainsFunc(types, func(t *node) bool { return hasType(s.value, t.text) }) {
		return s.wrong("expected type %s, found %s", appendDefault(nil, typ), javaNames[s.value.kind])
	}
	return nil
}

func hasType(n *node, typ string) bool {
	switch typ {
	case "null":
		return n.kind == kindNull
	case "boolean":
		return n.kind == kindTrue || n.kind == kindFalse
	case "integer":
		return n.kind == kindInt
	case "number":
		return n.kind == kindInt || n.kind == kindFloat
	case "string":
		return n.kind == kindString
	case "array":
		return n.kind == kindArray
	}
	return typ == "object" && n.kind == kindObject
}

func enumRule(_ *validator, s subject) error {
	if enum := s.schema.get("enum"); enum != nil && !slices.ContainsFunc(enum.items, s.value.same) {
		return s.wrong("the value is not one of %s", appendDefault(nil, enum))
	}
	if want := s.schema.get("const"); want != nil && !want.same(s.value) {
		return s.wrong("the value is not %s", appendDefault(nil, want))
	}
	return nil
}

// same says whether two values are equal; numbers are when they have the same value, whatever their text.
func (n *node) same(o *node) bool {
	if a, ok := n.rational(); ok {
		b, also := o.rational()
		return also && a.Cmp(b) == 0
	}
	if n.kind != o.kind || n.text != o.text || len(n.items) != len(o.items) {
		return false
	}
	for i, item := range n.items {
		other := o.items[i]
		if n.kind == kindObject {
			other = o.get(n.names[i])
		}
		if other == nil || !item.same(other) {
			return false
		}
	}
	return true
}

// maxExponent bounds the numbers that are computed with: beyond it they would fill the memory.
const maxExponent = 2 * maxNumber

func (n *node) rational() (*big.Rat, bool) {
	if n == nil || n.kind != kindInt && n.kind != kindFloat {
		return nil, false
	}
	d, err := connect.ParseDecimal(n.text)
	if err != nil || d.Scale() > maxExponent || d.Scale() < -maxExponent {
		return nil, false
	}
	return new(big.Rat).SetString(n.text)
}

func numberRule(_ *validator, s subject) error {
	value, ok := s.value.rational()
	if !ok {
		return nil
	}
	for _, bound := range []struct {
		word string
		fits func(compared int) bool
	}{
		{"minimum", func(c int) bool { return c >= 0 }}, {"maximum", func(c int) bool { return c <= 0 }},
		{"exclusiveMinimum", func(c int) bool { return c > 0 }}, {"exclusiveMaximum", func(c int) bool { return c < 0 }},
	} {
		if limit, ok := s.schema.get(bound.word).rational(); ok && !bound.fits(value.Cmp(limit)) {
			return s.wrong("%s is against %s %s", s.value.text, bound.word, s.schema.get(bound.word).text)
		}
	}
	if of, ok := s.schema.get("multipleOf").rational(); ok && of.Sign() > 0 && !new(big.Rat).Quo(value, of).IsInt() {
		return s.wrong("%s is not a multiple of %s", s.value.text, s.schema.get("multipleOf").text)
	}
	return nil
}

func stringRule(v *validator, s subject) error {
	if s.value.kind != kindString {
		return nil
	}
	if err := s.count("Length", utf8.RuneCountInString(s.value.text)); err != nil {
		return err
	}
	if pattern := s.schema.get("pattern"); pattern != nil && pattern.kind == kindString {
		if re := v.documents.pattern(pattern.text); re != nil && !re.MatchString(s.value.text) {
			return s.wrong("the string does not match pattern %q", pattern.text)
		}
	}
	return nil
}

// count checks a number of things against the words min and max for them.
func (s subject) count(things string, n int) error {
	if least, ok := (&element{node: s.schema}).whole("min" + things); ok && n < least {
		return s.wrong("%d is less than min%s %d", n, things, least)
	}
	if most, ok := (&element{node: s.schema}).whole("max" + things); ok && n > most {
		return s.wrong("%d is more than max%s %d", n, things, most)
	}
	return nil
}

func arrayRule(v *validator, s subject) error {
	if s.value.kind != kindArray {
		return nil
	}
	if err := s.count("Items", len(s.value.items)); err != nil {
		return err
	}
	if unique := s.schema.get("uniqueItems"); unique != nil && unique.kind == kindTrue {
		if err := s.unique(v); err != nil {
			return err
		}
	}
	contains := s.schema.get("contains")
	if contains != nil && !slices.ContainsFunc(s.value.items, func(item *node) bool { return v.check(s.in, contains, item, s.path) == nil }) {
		return s.wrong("no item is what contains asks for")
	}
	return nil
}

func (s subject) unique(v *validator) error {
	for i, item := range s.value.items {
		if v.left -= i; v.left < 0 {
			return errChecks
		}
		if slices.ContainsFunc(s.value.items[:i], item.same) {
			return s.wrong("item %d is there twice", i)
		}
	}
	return nil
}

func itemsRule(v *validator, s subject) error {
	items := s.schema.get("items")
	if s.value.kind != kindArray || items == nil {
		return nil
	}
	for i, item := range s.value.items {
		schema := items
		if items.kind == kindArray {
			schema = s.schema.get("additionalItems")
			if i < len(items.items) {
				schema = items.items[i]
			}
		}
		if schema == nil {
			continue
		}
		if err := v.check(s.in, schema, item, fmt.Sprintf("%s/%d", s.path, i)); err != nil {
			return err
		}
	}
	return nil
}
