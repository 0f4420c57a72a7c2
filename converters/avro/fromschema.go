// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// fromSchema makes the Avro schema of a Connect schema; that of none is anything.
func (o *options) fromSchema(s *connect.Schema) (*node, error) {
	if s == nil {
		return anything, nil
	}
	return (&schemaWriter{options: o, structs: map[string]*node{}, open: map[string]bool{}, known: map[knownKey][]knownSchema{}}).of(s, false, 0)
}

// schemaWriter makes one Avro schema.
type schemaWriter struct {
	*options
	// structs are the records made so far, finished or not, by the name of their Connect schema.
	structs map[string]*node
	// known are the finished schemas that are not optional, by type and name: equal ones are one type in Avro.
	known map[knownKey][]knownSchema
	// open are those of them that are not finished.
	open map[string]bool
	// unnamed counts the structs without a name, size all parts.
	unnamed, size int
}

type knownKey struct {
	typ    connect.Type
	name   string
	fields int
}

func keyOf(s *connect.Schema) knownKey { return knownKey{s.Type(), s.Name(), len(s.Fields())} }

type knownSchema struct {
	schema *connect.Schema
	node   *node
}

// maxWritten bounds how many parts an Avro schema is made of: those that were made are searched for equal ones.
const maxWritten = 20_000

// of makes the schema, with null as a branch where it is optional, unless that is to be ignored.
func (w *schemaWriter) of(s *connect.Schema, ignoreOptional bool, depth int) (*node, error) {
	if w.size++; depth > maxNesting || w.size > maxWritten {
		return nil, &connect.DataError{Reason: "the schema has no end or too many parts for Avro", Err: errNesting}
	}
	if s == nil {
		return anything, nil
	}
	if isUnion(s) {
		return w.union(s, depth)
	}
	if s.Type() == connect.TypeStruct && s.IsOptional() {
		n, err := w.part(s.WithOptional(false), depth)
		if err != nil {
			return nil, err
		}
		return &node{kind: kindUnion, branches: []*node{{kind: kindNull}, n}}, nil
	}
	if n := w.find(s); n != nil {
		return n, nil
	}
	if s.Type() == connect.TypeStruct && w.open[s.Name()] {
		return w.structs[s.Name()], nil
	}
	n, err := w.bare(s, depth)
	if err != nil {
		return nil, err
	}
	if err := w.annotate(n, s); err != nil {
		return nil, err
	}
	if !s.IsOptional() {
		w.known[keyOf(s)] = append(w.known[keyOf(s)], knownSchema{s, n})
		return n, nil
	}
	if ignoreOptional {
		return n, nil
	}
	return orNull(s, n), nil
}

func (w *schemaWriter) find(s *connect.Schema) *node {
	if s.IsOptional() || s.Type().Primitive() && !isEnum(s) && !isFixed(s) {
		return nil // equal types without name may be printed as often as one likes
	}
	for _, k := range w.known[keyOf(s)] {
		if k.schema.Equal(s) {
			return k.node
		}
	}
	return nil
}

// part is of for what may be inside of itself: elements, entries, branches and optional structs.
func (w *schemaWriter) part(s *connect.Schema, depth int) (*node, error) {
	if s != nil && s.Name() != "" {
		if n := w.structs[s.Name()]; n != nil {
			if s.IsOptional() {
				return orNull(s, n), nil
			}
			return n, nil
		}
	}
	return w.of(s, false, depth+1)
}

// orNull makes a union with null; the default has to be of the first branch.
func orNull(s *connect.Schema, n *node) *node {
	null := &node{kind: kindNull}
	if s.Default() != nil {
		return &node{kind: kindUnion, branches: []*node{n, null}}
	}
	return &node{kind: kindUnion, branches: []*node{null, n}}
}

var kindsOf = map[connect.Type]kind{
	connect.TypeInt8: kindInt, connect.TypeInt16: kindInt, connect.TypeInt32: kindInt, connect.TypeInt64: kindLong,
	connect.TypeFloat32: kindFloat, connect.TypeFloat64: kindDouble, connect.TypeBoolean: kindBoolean, connect.TypeString: kindString,
	connect.TypeBytes: kindBytes, connect.TypeArray: kindArray, connect.TypeMap: kindMap, connect.TypeStruct: kindRecord,
}

// bare makes the type without the properties.
func (w *schemaWriter) bare(s *connect.Schema, depth int) (*node, error) {
	switch s.Type() {
	case connect.TypeString:
		if w.generalized || w.enhanced {
			return w.enumOrString(s)
		}
	case connect.TypeBytes:
		return w.bytes(s)
	case connect.TypeArray:
		items, err := w.part(s.ValueSchema(), depth)
		return &node{kind: kindArray, items: items}, err
	case connect.TypeMap:
		return w.mapping(s, depth)
	case connect.TypeStruct:
		return w.record(s, depth)
	}
	return &node{kind: kindsOf[s.Type()]}, nil
}

// nameOf is the full name of a schema, or one that is made up.
func (w *schemaWriter) nameOf(s *connect.Schema) (string, error) {
	if s.Name() == "" {
		w.unnamed++
		if w.unnamed > 1 {
			return defaultName + strconv.Itoa(w.unnamed), nil
		}
		return defaultName, nil
	}
	in, name := w.split(s.Name())
	if err := checkName(name); err != nil {
		return "", err
	}
	return qualified(name, in), nil
}

func (w *schemaWriter) enumOrString(s *connect.Schema) (*node, error) {
	if !isEnum(s) {
		return &node{kind: kindString}, nil
	}
	name, ok := s.Parameter(w.enumParameter())
	if !ok || name == "" {
		return nil, &connect.DataError{Reason: "Type must have a name"}
	}
	n := &node{kind: kindEnum, name: name}
	for _, p := range s.Parameters() {
		if symbol, ok := strings.CutPrefix(p.Name, w.enumParameter()+"."); ok {
			n.symbols = append(n.symbols, symbol)
		}
	}
	if w.discard {
		n.doc = parameter(s, enumDocOld)
		return n, nil
	}
	of := "ConnectDefault"
	if s.Name() != "" {
		_, of = w.split(s.Name())
	}
	n.doc, n.symbol = parameter(s, enumDocParam+of), parameter(s, enumDefParam+of)
	return n, nil
}

// parameter is the value of a parameter, nil where there is none.
func parameter(s *connect.Schema, name string) *string {
	if v, ok := s.Parameter(name); ok {
		return &v
	}
	return nil
}

func (w *schemaWriter) bytes(s *connect.Schema) (*node, error) {
	n := &node{kind: kindBytes}
	if isFixed(s) {
		text, _ := s.Parameter(fixedSizeParam)
		size, err := strconv.Atoi(text)
		if err != nil || size < 0 || size > maxFixed {
			return nil, &connect.DataError{Reason: fmt.Sprintf("the parameter %s of schema %s is no size: %s", fixedSizeParam, s, text)}
		}
		name, err := w.nameOf(s)
		if err != nil {
			return nil, err
		}
		n = &node{kind: kindFixed, name: name, size: size}
	}
	if s.Name() != connect.DecimalName {
		return n, nil
	}
	scale, err := connect.DecimalScale(s)
	if err != nil {
		return nil, err
	}
	precision, err := precisionOf(s)
	if err != nil {
		return nil, err
	}
	n.setProp(scaleProp, int64(scale))
	n.setProp(precisionProp, int64(precision))
	return n, nil
}

func precisionOf(s *connect.Schema) (int, error) {
	text, ok := s.Parameter(precisionParam)
	if !ok {
		return defaultPrecision, nil
	}
	precision, err := strconv.Atoi(text)
	if err != nil {
		return 0, &connect.DataError{Reason: fmt.Sprintf("the parameter %s of schema %s is no number: %s", precisionParam, s, text)}
	}
	return precision, nil
}

// mapping makes a map, or an array of entries where the keys are no texts.
func (w *schemaWriter) mapping(s *connect.Schema, depth int) (*node, error) {
	if w.stringKeys(s) {
		items, err := w.part(s.ValueSchema(), depth)
		return &node{kind: kindMap, items: items}, err
	}
	entry := &node{kind: kindRecord, name: namespace + "." + mapEntry}
	if s.Name() != "" {
		name, err := w.nameOf(s)
		if err != nil {
			return nil, err
		}
		entry.name = name
		entry.setProp(internalTypeProp, mapEntry)
	}
	if err := w.addField(entry, keyField, s.KeySchema(), nil, depth); err != nil {
		return nil, err
	}
	if err := w.addField(entry, valueField, s.ValueSchema(), nil, depth); err != nil {
		return nil, err
	}
	return &node{kind: kindArray, items: entry}, nil
}

func (w *schemaWriter) record(s *connect.Schema, depth int) (*node, error) {
	name, err := w.nameOf(s)
	if err != nil {
		return nil, err
	}
	n := &node{kind: kindRecord, name: name, doc: parameter(s, recordDocParam)}
	if w.discard {
		n.doc = parameter(s, recordDocOld)
	}
	if s.Name() != "" {
		w.structs[s.Name()], w.open[s.Name()] = n, true
		defer delete(w.open, s.Name())
	}
	for _, f := range s.Fields() {
		var doc *string
		if !w.discard {
			doc = parameter(s, fieldDocParam+f.Name)
		}
		if err := w.addField(n, w.scrub(f.Name), f.Schema, doc, depth); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (w *schemaWriter) addField(n *node, name string, s *connect.Schema, doc *string, depth int) error {
	made, err := w.of(s, false, depth+1)
	if err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if n.field(name) != nil {
		return &connect.DataError{Reason: fmt.Sprintf("Duplicate field %s in record %s", name, n.name)}
	}
	f := field{name: name, node: made, doc: doc}
	if s != nil && w.discard && s.Doc() != "" {
		text := s.Doc()
		f.doc = &text
	} else if w.discard {
		f.doc = nil
	}
	if s != nil && (s.Default() != nil || s.IsOptional()) {
		def, err := w.defaultJSON(s, s.Default())
		if err != nil {
			return err
		}
		f.hasDefault, f.def = made.takes(def), def
	}
	n.fields = append(n.fields, f)
	return nil
}

// union makes the union that a struct with a field per branch stands for.
func (w *schemaWriter) union(s *connect.Schema, depth int) (*node, error) {
	n := &node{kind: kindUnion}
	if s.IsOptional() {
		n.branches = append(n.branches, &node{kind: kindNull})
	}
	for _, f := range s.Fields() {
		b, err := w.part(f.Schema.WithOptional(false), depth)
		if err != nil {
			return nil, err
		}
		n.branches = append(n.branches, b)
	}
	return n, nil
}
