// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"slices"
	"strconv"

	"github.com/longshore-io/connect"
)

// class is what kind of schema an element is.
type class uint8

const (
	classEmpty class = iota
	classBoolean
	classNumber
	classString
	classNull
	classEnum // enum and const
	classConst
	classOneOf // oneOf, anyOf, and a list of types
	classAllOf
	classArray
	classObject
	classReference
	classOther // what says nothing about the data model: not, if
)

// element is a JSON Schema as the data model sees it. What a schema says in several ways (a type and an enum, say) are
// several elements under an allOf.
type element struct {
	class class
	// node has the common words, such as title; the parts of an allOf that nobody wrote have none.
	node *node
	// integer says that a number is one.
	integer bool
	values  []*node
	// subs are the branches of a combination.
	subs []*element
	// items are the elements of an array, or the values of an object used as a map.
	items      *element
	properties []property
	required   []string
	target     *element
}

// property is a named part of an object.
type property struct {
	name   string
	schema *element
}

// loader makes elements of the nodes of one document.
type loader struct {
	documents *documents
	in        *document
}

func (d *documents) load() (*element, error) {
	return (&loader{d, d.main}).element(d.main.root)
}

// element returns the element of a node; it is the same each time, and may be in the making.
func (l *loader) element(n *node) (*element, error) {
	if e, ok := l.documents.read[n]; ok {
		return e, nil
	}
	e := &element{}
	l.documents.read[n] = e
	if err := l.fill(e, n); err != nil {
		return nil, err
	}
	e.node = n
	return e, nil
}

func (l *loader) fill(e *element, n *node) error {
	switch n.kind {
	case kindTrue:
		return nil
	case kindFalse:
		e.class = classOther
		return nil
	case kindObject:
	default:
		return &connect.DataError{Reason: "a JSON Schema has to be an object or a boolean, but found " + javaNames[n.kind]}
	}
	if ref := n.get("$ref"); ref != nil && ref.kind == kindString {
		return l.reference(e, ref.text)
	}
	parts, err := l.parts(n)
	switch {
	case err != nil || len(parts) == 0:
		return err
	case len(parts) == 1:
		*e = *parts[0]
	default:
		*e = element{class: classAllOf, subs: parts}
	}
	return nil
}

func (l *loader) reference(e *element, ref string) error {
	in, n, err := l.documents.find(l.in, ref)
	if err != nil {
		return err
	}
	e.class = classReference
	e.target, err = (&loader{l.documents, in}).element(n)
	return err
}

// parts are the elements for all that a schema says: enum, combinations, const, and types.
func (l *loader) parts(n *node) ([]*element, error) {
	var parts []*element
	if values := n.get("enum"); values != nil && values.kind == kindArray {
		parts = append(parts, &element{class: classEnum, values: values.items})
	}
	combinations, err := l.combinations(n)
	if err != nil {
		return nil, err
	}
	parts = append(parts, combinations...)
	if value := n.get("const"); value != nil {
		parts = append(parts, &element{class: classConst, values: []*node{value}})
	}
	typed, err := l.types(n)
	if err != nil {
		return nil, err
	}
	parts = append(parts, typed...)
	if n.get("not") != nil || n.get("if") != nil {
		parts = append(parts, &element{class: classOther})
	}
	return parts, nil
}

func (l *loader) combinations(n *node) ([]*element, error) {
	var out []*element
	for _, word := range [...]string{"allOf", "anyOf", "oneOf"} {
		list := n.get(word)
		if list == nil || list.kind != kindArray {
			continue
		}
		e := &element{class: classOneOf}
		if word == "allOf" {
			e.class = classAllOf
		}
		for _, item := range list.items {
			sub, err := l.element(item)
			if err != nil {
				return nil, err
			}
			e.subs = append(e.subs, sub)
		}
		out = append(out, e)
	}
	return out, nil
}

// types are the element for the type, or those for what the words of the schema are about where it names none.
func (l *loader) types(n *node) ([]*element, error) {
	typ := n.get("type")
	switch {
	case typ == nil:
		return l.sniffed(n)
	case typ.kind == kindString:
		return l.typed(n, typ.text)
	case typ.kind != kindArray:
		return nil, &connect.DataError{Reason: "the type of a JSON Schema has to be a string or a list of strings, but found " + javaNames[typ.kind]}
	}
	e := &element{class: classOneOf}
	for _, one := range typ.items {
		sub, err := l.typed(n, one.text)
		if err != nil {
			return nil, err
		}
		for _, s := range sub {
			s.node = typeOnly(n)
		}
		e.subs = append(e.subs, sub...)
	}
	return []*element{e}, nil
}

// typeOnly is what a branch of a list of types has of the words around it: how the value is stored.
func typeOnly(n *node) *node {
	out := &node{kind: kindObject}
	if stored := n.get(typeProp); stored != nil {
		out.names, out.items = []string{typeProp}, []*node{stored}
	}
	return out
}

func (l *loader) typed(n *node, typ string) ([]*element, error) {
	switch typ {
	case "boolean":
		return []*element{{class: classBoolean}}, nil
	case "integer", "number":
		return []*element{{class: classNumber, integer: typ == "integer"}}, nil
	case "string":
		return []*element{{class: classString}}, nil
	case "null":
		return []*element{{class: classNull}}, nil
	case "array":
		return l.array(n)
	case "object":
		return l.object(n)
	}
	return nil, &connect.DataError{Reason: "unknown type of a JSON Schema: " + strconv.Quote(typ)}
}

// Words that say what a schema without type is about.
var (
	objectWords = []string{"properties", "required", "minProperties", "maxProperties", "dependencies", "patternProperties", "additionalProperties", "propertyNames"}
	arrayWords  = []string{"items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"}
	stringWords = []string{"minLength", "maxLength", "pattern", "format"}
	numberWords = []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)

func (l *loader) sniffed(n *node) ([]*element, error) {
	var out []*element
	for _, about := range []struct {
		words []string
		typ   string
	}{{arrayWords, "array"}, {objectWords, "object"}, {numberWords, "number"}, {stringWords, "string"}} {
		if !slices.ContainsFunc(about.words, func(word string) bool { return n.get(word) != nil }) {
			continue
		}
		e, err := l.typed(n, about.typ)
		if err != nil {
			return nil, err
		}
		out = append(out, e...)
	}
	return out, nil
}

func (l *loader) array(n *node) ([]*element, error) {
	e := &element{class: classArray}
	if items := n.get("items"); items != nil && items.kind != kindArray {
		var err error
		if e.items, err = l.element(items); err != nil {
			return nil, err
		}
	}
	return []*element{e}, nil
}

func (l *loader) object(n *node) ([]*element, error) {
	e := &element{class: classObject}
	if properties := n.get("properties"); properties != nil {
		for _, name := range sortedProperties(properties) {
			schema, err := l.element(properties.get(name))
			if err != nil {
				return nil, err
			}
			e.properties = append(e.properties, property{name, schema})
		}
	}
	if more := n.get("additionalProperties"); more != nil && more.kind == kindObject {
		var err error
		if e.items, err = l.element(more); err != nil {
			return nil, err
		}
	}
	if required := n.get("required"); required != nil {
		for _, name := range required.items {
			e.required = append(e.required, name.text)
		}
	}
	return []*element{e}, nil
}

// property returns the schema of a property, nil where there is none.
func (e *element) property(name string) *element {
	for i := range e.properties {
		if e.properties[i].name == name {
			return e.properties[i].schema
		}
	}
	return nil
}

// word returns the value of a word of the schema, "" where it is not a string.
func (e *element) word(name string) string {
	if n := e.node.get(name); n != nil && n.kind == kindString {
		return n.text
	}
	return ""
}

// whole returns the value of a word that is a whole number, and whether it is one.
func (e *element) whole(name string) (int, bool) {
	n := e.node.get(name)
	if n == nil || n.kind != kindInt {
		return 0, false
	}
	v, err := strconv.ParseInt(n.text, 10, 32)
	return int(v), err == nil
}
