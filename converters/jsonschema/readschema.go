// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// schemaReader makes schemas of the data model from a JSON Schema.
type schemaReader struct {
	opts *options
	// inside are the elements that are being read, to find those that contain themselves.
	inside map[*element]bool
	unions int
	// left bounds the size of the outcome: definitions that use others several times grow without end.
	left int
}

// Bounds of what is read: a schema deeper or with more parts than these is refused.
const (
	maxSchemaDepth = 200
	maxSchemaParts = 100_000
)

var (
	errRecursive = &connect.DataError{Reason: "the JSON Schema refers to itself, which schemas of Connect's data model cannot"}
	errTooLarge  = &connect.DataError{Reason: fmt.Sprintf("the JSON Schema is too large: more than %d parts, or nested deeper than %d", maxSchemaParts, maxSchemaDepth)}
	errAnything  = &connect.DataError{Reason: "the JSON Schema allows anything in some place, for which Connect's data model has no schema"}
)

// schemaOf reads the schema; version is the one that the registry gave it, 0 for none.
func schemaOf(d *documents, version int, opts *options) (*connect.Schema, error) {
	e, err := d.load()
	if err != nil {
		return nil, err
	}
	r := &schemaReader{opts: opts, inside: map[*element]bool{}, left: maxSchemaParts}
	return r.schema(e, version, false)
}

// schema reads an element. A version that the text does not name is the given one; optional makes the outcome optional.
func (r *schemaReader) schema(e *element, version int, optional bool) (*connect.Schema, error) {
	if r.inside[e] {
		return nil, errRecursive
	}
	if r.left--; r.left < 0 || len(r.inside) > maxSchemaDepth {
		return nil, errTooLarge
	}
	r.inside[e] = true
	defer delete(r.inside, e)
	switch e.class {
	case classReference:
		return r.schema(e.target, version, optional)
	case classAllOf:
		return r.combination(e, version, optional)
	case classOneOf:
		return r.oneOf(e, version, optional)
	}
	s, err := r.bare(e)
	if err != nil {
		return nil, err
	}
	return r.decorate(s, e, version, optional)
}

// bare reads what an element is, without its common words.
func (r *schemaReader) bare(e *element) (*connect.Schema, error) {
	switch e.class {
	case classBoolean:
		return connect.Boolean, nil
	case classNumber:
		return number(e)
	case classString:
		if e.word(typeProp) == bytesType {
			return connect.Bytes, nil
		}
		return connect.String, nil
	case classEnum, classConst:
		return r.enum(e), nil
	case classArray:
		return r.array(e)
	case classObject:
		return r.object(e)
	case classEmpty:
		return nil, errAnything
	}
	return nil, &connect.DataError{Reason: "the JSON Schema says nothing in some place that Connect's data model has a schema for (type null, not, false)"}
}

func number(e *element) (*connect.Schema, error) {
	word := e.word(typeProp)
	switch {
	case word == bytesType:
		return connect.Bytes, nil
	case word == "" && e.integer:
		return connect.Int64, nil
	case word == "":
		return connect.Float64, nil
	}
	for _, s := range []*connect.Schema{connect.Int8, connect.Int16, connect.Int32, connect.Int64, connect.Float32, connect.Float64} {
		if numberTypes[s.Type()] == word {
			return s, nil
		}
	}
	return nil, &connect.DataError{Reason: "Unsupported type " + word}
}

// enum is a string with its symbols as parameters. Of a symbol that is there twice the last number counts.
func (r *schemaReader) enum(e *element) *connect.Schema {
	param := r.opts.enumParam()
	s := connect.String.WithParameter(param, "")
	for i, v := range e.values {
		symbol := symbolOf(v)
		value := symbol
		if r.opts.generalized {
			value = strconv.Itoa(i)
		}
		s = s.WithParameter(param+"."+symbol, value)
	}
	return s
}

func symbolOf(v *node) string {
	switch v.kind {
	case kindNull:
		return nullSymbol
	case kindTrue, kindFalse:
		return words[v.kind]
	case kindArray, kindObject:
		return string(appendDefault(nil, v))
	}
	return v.text
}

func (r *schemaReader) array(e *element) (*connect.Schema, error) {
	if e.items == nil {
		return nil, &connect.DataError{Reason: "Array schema did not specify the items type"}
	}
	if e.word(typeProp) == mapType && e.items.class == classObject {
		return r.entries(e.items)
	}
	items, err := r.schema(e.items, 0, false)
	if err != nil {
		return nil, err
	}
	return connect.ArrayOf(items), nil
}

// entries is a map whose keys are not required strings.
func (r *schemaReader) entries(entry *element) (*connect.Schema, error) {
	k, v := entry.property(keyName), entry.property(valueName)
	if k == nil || v == nil {
		return nil, &connect.DataError{Reason: "the JSON Schema of a map has no key or no value among the properties of its entries"}
	}
	key, err := r.schema(k, 0, false)
	if err != nil {
		return nil, err
	}
	value, err := r.schema(v, 0, false)
	if err != nil {
		return nil, err
	}
	return connect.MapOf(key, value), nil
}

func (r *schemaReader) object(e *element) (*connect.Schema, error) {
	if e.word(typeProp) != mapType {
		return r.structOf(inOrder(e.properties), func(name string) bool { return slices.Contains(e.required, name) })
	}
	if e.items == nil {
		return nil, &connect.DataError{Reason: "the JSON Schema of a map has no schema of its values (additionalProperties)"}
	}
	value, err := r.schema(e.items, 0, false)
	if err != nil {
		return nil, err
	}
	return connect.MapOf(connect.String, value), nil
}

// structOf makes a struct of properties, in the given order.
func (r *schemaReader) structOf(properties []property, required func(name string) bool) (*connect.Schema, error) {
	fields := make([]connect.SchemaField, 0, len(properties))
	for _, p := range properties {
		s, err := r.schema(p.schema, 0, r.opts.optionalForNonRequired && !required(p.name))
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(p.name, s))
	}
	return connect.NewStructSchema("", fields)
}

// inOrder sorts properties by connect.index; one without it takes the place after as many as came before it in Java's order.
func inOrder(properties []property) []property {
	type placed struct {
		property
		at int
	}
	var list []placed
	for i, p := range properties {
		at, ok := p.schema.whole(indexProp)
		if !ok {
			at = i
		}
		list = append(list, placed{p, at})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return a.at - b.at })
	out := make([]property, len(list))
	for i := range list {
		out[i] = list[i].property
	}
	return out
}

// oneOf is an optional schema where one of two branches is null, else a struct with a field for each branch.
func (r *schemaReader) oneOf(e *element, version int, optional bool) (*connect.Schema, error) {
	if len(e.subs) == 1 && r.opts.flattenSingletons {
		return r.schema(e.subs[0], 0, false)
	}
	isNull := func(sub *element) bool { return sub.class == classNull }
	name := unionName
	if r.opts.generalized {
		name = generalUnionPrefix + strconv.Itoa(r.unions)
		r.unions++
	}
	hasNull := slices.ContainsFunc(e.subs, isNull)
	if hasNull && len(e.subs) == 2 {
		other := e.subs[0]
		if isNull(other) {
			other = e.subs[1]
		}
		return r.schema(other, version, true)
	}
	var fields []connect.SchemaField
	for _, sub := range e.subs {
		if isNull(sub) {
			continue
		}
		s, err := r.schema(sub, 0, true)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(r.opts.branchName(len(fields)), s))
	}
	s, err := connect.NewStructSchema(name, fields)
	if err != nil {
		return nil, err
	}
	if r.opts.generalized {
		s = s.WithParameter(generalUnion, name)
	}
	return r.decorate(s, e, version, optional || hasNull)
}

// decorate adds what the common words say.
func (r *schemaReader) decorate(s *connect.Schema, e *element, version int, optional bool) (*connect.Schema, error) {
	if title := e.word("title"); title != "" && s.Name() == "" {
		s = s.WithName(title)
	}
	if v, ok := e.whole(versionProp); ok {
		s = s.WithVersion(v)
	} else if version != 0 {
		s = s.WithVersion(version)
	}
	if doc := e.word("description"); doc != "" {
		s = s.WithDoc(doc)
	}
	if params := e.node.get(parametersProp); params != nil {
		names := append([]string(nil), params.names...)
		javaprint.SortByHash(names, len(names), javaprint.HashString)
		for _, name := range names {
			s = s.WithParameter(name, symbolOf(params.get(name)))
		}
	}
	s, err := r.def(s, e.node.get("default"))
	if err != nil {
		return nil, err
	}
	if optional {
		s = s.WithOptional(true)
	}
	return s, nil
}

// def adds the default value; null is none.
func (r *schemaReader) def(s *connect.Schema, n *node) (*connect.Schema, error) {
	if n == nil || n.kind == kindNull {
		return s, nil
	}
	v, err := (&reader{opts: r.opts}).value(s, n)
	if err != nil {
		return s, err
	}
	if v == nil {
		return nil, &connect.DataError{Reason: "Invalid default value"}
	}
	return s.TryDefault(v)
}
