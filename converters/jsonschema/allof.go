// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"github.com/longshore-io/connect"
)

// combination reads an allOf: a struct of all properties where there are any, else the one branch that says what the value is.
func (r *schemaReader) combination(e *element, version int, optional bool) (*connect.Schema, error) {
	if len(e.subs) == 1 && r.opts.flattenSingletons {
		return r.schema(e.subs[0], 0, false)
	}
	var all gathered
	for _, sub := range e.subs {
		if err := r.gather(&all, sub, 0); err != nil {
			return nil, err
		}
	}
	if len(all.properties) > 0 {
		s, err := r.structOf(all.properties, func(name string) bool { return all.required[name] })
		if err != nil || !optional {
			return s, err
		}
		return s.WithOptional(true), nil
	}
	if sub := decisive(e.subs); sub != nil {
		return r.schema(sub, version, optional)
	}
	return nil, &connect.DataError{Reason: "Unsupported criterion allOf for a JSON Schema without properties, whose parts do not say together what the value is"}
}

// gathered are the properties of the branches of an allOf; a later one with the same name replaces the schema.
type gathered struct {
	properties []property
	required   map[string]bool
}

func (g *gathered) put(p property, required bool) {
	if g.required == nil {
		g.required = map[string]bool{}
	}
	_, twice := g.required[p.name]
	g.required[p.name] = required
	if !twice {
		g.properties = append(g.properties, p)
		return
	}
	for i := range g.properties {
		if g.properties[i].name == p.name {
			g.properties[i] = p
		}
	}
}

func (r *schemaReader) gather(all *gathered, e *element, depth int) error {
	if r.left--; r.left < 0 || depth > maxSchemaDepth {
		return errTooLarge
	}
	switch e.class {
	case classAllOf:
		for _, sub := range e.subs {
			if err := r.gather(all, sub, depth+1); err != nil {
				return err
			}
		}
	case classReference:
		return r.gather(all, e.target, depth+1)
	case classObject:
		for _, p := range e.properties {
			required := false
			for _, name := range e.required {
				required = required || name == p.name
			}
			all.put(p, required)
		}
	}
	return nil
}

// decisive is the branch that counts: a combination before everything else, the type rather than a const, the symbols of an
// enum of strings, a number rather than a string, and a reference last.
func decisive(subs []*element) *element {
	var last [classOther + 1]*element
	for _, sub := range subs {
		last[sub.class] = sub
		if sub.class == classAllOf {
			last[classOneOf] = sub
		}
	}
	text, number := last[classString], last[classNumber]
	switch {
	case last[classOneOf] != nil:
		return last[classOneOf]
	case last[classConst] != nil:
		return either(text, number)
	case last[classEnum] != nil && text != nil:
		return last[classEnum]
	case last[classEnum] != nil:
		return number
	case text != nil:
		return either(number, text)
	}
	return last[classReference]
}

func either(first, second *element) *element {
	if first != nil {
		return first
	}
	return second
}
