// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// noIndex stands for a schema that is not a field.
const noIndex = -1

// schemaText writes the text of a JSON Schema byte for byte as Confluent's converter registers it: registries compare texts.
type schemaText struct {
	opts *options
	// ids are the ids of structs that are written already; later uses refer to them.
	ids map[string]bool
	out []byte
	// open says that the object has members already.
	open bool
}

// textOf returns the text for a schema. It fails for schemas that no message can have.
func textOf(s *connect.Schema, opts *options) (string, error) {
	if s.Recursive() {
		return "", &connect.DataError{Reason: "A schema that contains itself cannot be written as JSON Schema"}
	}
	w := schemaText{opts: opts, ids: map[string]bool{}}
	if err := w.schema(s, noIndex); err != nil {
		return "", err
	}
	return string(w.out), nil
}

func (w *schemaText) begin() { w.raw("{"); w.open = false }
func (w *schemaText) end()   { w.raw("}"); w.open = true }

func (w *schemaText) raw(text string) { w.out = append(w.out, text...) }

// name writes the name of a member.
func (w *schemaText) name(name string) {
	if w.open {
		w.raw(",")
	}
	w.open = true
	w.out = append(appendText(w.out, name), ':')
}

func (w *schemaText) member(name, value string) {
	w.name(name)
	w.out = appendText(w.out, value)
}

func (w *schemaText) number(name string, value int) {
	w.name(name)
	w.out = strconv.AppendInt(w.out, int64(value), 10)
}

// appendText quotes a string as Jackson does in text, where characters beyond U+FFFF stay as they are.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i, r := range s {
		if r > 0xffff {
			dst = append(appendInner(dst, s[start:i]), string(r)...)
			start = i + len(string(r))
		}
	}
	return append(appendInner(dst, s[start:]), '"')
}

func appendInner(dst []byte, s string) []byte {
	quoted := javaprint.AppendJSONString(nil, s)
	return append(dst, quoted[1:len(quoted)-1]...)
}

// schema writes a schema; index is its place among the fields of a struct.
func (w *schemaText) schema(s *connect.Schema, index int) error {
	if s == nil {
		return &connect.DataError{Reason: "JSON Schema has no schema for values of any type: arrays and maps need one for what is in them"}
	}
	id, hasID := s.Parameter(idParam)
	if hasID {
		w.ids[id] = true
	}
	w.begin()
	if !isUnion(s) && !s.IsOptional() {
		if err := w.plain(s, index, id); err != nil {
			return err
		}
		w.end()
		return nil
	}
	w.place(id, index)
	w.name("oneOf")
	w.raw("[")
	if err := w.branches(s); err != nil {
		return err
	}
	w.raw("]")
	w.end()
	return nil
}

func (w *schemaText) place(id string, index int) {
	if id != "" {
		w.member("id", id)
	}
	if index != noIndex {
		w.number(indexProp, index)
	}
}

// branches writes those of a union, or null and the rest of what is optional.
func (w *schemaText) branches(s *connect.Schema) error {
	separator := ""
	if s.IsOptional() {
		w.raw(`{"type":"null"}`)
		separator = ","
	}
	if !isUnion(s) {
		w.raw(separator)
		return w.required(s)
	}
	for i := range s.Fields() {
		w.raw(separator)
		separator = ","
		if err := w.schema(s.Fields()[i].Schema.WithOptional(false), i); err != nil {
			return err
		}
	}
	return nil
}

// required writes what an optional schema is without null. Only a struct keeps its id.
func (w *schemaText) required(s *connect.Schema) error {
	s = s.WithOptional(false)
	if s.Type() == connect.TypeStruct {
		return w.schema(s, noIndex)
	}
	w.begin()
	if err := w.plain(s, noIndex, ""); err != nil {
		return err
	}
	w.end()
	return nil
}

// plain writes the members of a schema that is neither optional nor a union: first the type, of booleans last.
func (w *schemaText) plain(s *connect.Schema, index int, id string) error {
	if s.Type() != connect.TypeBoolean {
		w.typ(s)
	}
	if err := w.common(s, id); err != nil {
		return err
	}
	if index != noIndex {
		w.number(indexProp, index)
	}
	w.properties(s)
	return w.parts(s)
}

func (w *schemaText) typ(s *connect.Schema) {
	switch s.Type() {
	case connect.TypeInt8, connect.TypeInt16, connect.TypeInt32, connect.TypeInt64:
		w.member("type", "integer")
	case connect.TypeFloat32, connect.TypeFloat64:
		w.member("type", "number")
	case connect.TypeBytes:
		w.bytes(s)
	case connect.TypeString:
		w.text(s)
	case connect.TypeStruct:
		w.member("type", "object")
		if !w.opts.additionalProperties {
			w.name("additionalProperties")
			w.raw("false")
		}
	case connect.TypeMap:
		if stringKeys(s) {
			w.member("type", "object")
			return
		}
		w.member("type", "array")
	case connect.TypeArray:
		w.member("type", "array")
	}
}

func (w *schemaText) bytes(s *connect.Schema) {
	if s.Name() == connect.DecimalName && w.opts.numericDecimals {
		w.member("type", "number")
		return
	}
	w.member("type", "string")
}

func (w *schemaText) text(s *connect.Schema) {
	if !isEnum(s) {
		w.member("type", "string")
		return
	}
	w.name("enum")
	w.raw("[")
	for i, symbol := range w.opts.symbols(s) {
		if i > 0 {
			w.raw(",")
		}
		if symbol == nullSymbol {
			w.raw("null")
			continue
		}
		w.out = appendText(w.out, symbol)
	}
	w.raw("]")
}

// symbols are those of an enum in the order in which Java has them as a set; null, whose hash is 0, comes first.
func (o *options) symbols(s *connect.Schema) []string {
	prefix := o.enumParam() + "."
	var symbols []string
	for _, p := range s.Parameters() {
		if symbol, ok := strings.CutPrefix(p.Name, prefix); ok {
			symbols = append(symbols, symbol)
		}
	}
	javaprint.SortByHash(symbols, 16, func(symbol string) uint32 {
		if symbol == nullSymbol {
			return 0
		}
		return javaprint.HashString(symbol)
	})
	return symbols
}

func (w *schemaText) common(s *connect.Schema, id string) error {
	if s.Name() != "" {
		w.member("title", s.Name())
	}
	if s.Doc() != "" {
		w.member("description", s.Doc())
	}
	if s.Default() != nil {
		if err := w.def(s); err != nil {
			return err
		}
	}
	if id != "" {
		w.member("id", id)
	}
	return nil
}

// properties writes what JSON Schema has no word for.
func (w *schemaText) properties(s *connect.Schema) {
	if version, ok := s.Version(); ok {
		w.number(versionProp, version)
	}
	switch s.Type() {
	case connect.TypeBytes:
		w.member(typeProp, bytesType)
	case connect.TypeMap:
		w.member(typeProp, mapType)
	default:
		if word := numberTypes[s.Type()]; word != "" {
			w.member(typeProp, word)
		}
	}
	w.parameters(s)
}

func (w *schemaText) parameters(s *connect.Schema) {
	var names []string
	for _, p := range s.Parameters() {
		if !strings.HasPrefix(p.Name, namespace) {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	javaprint.SortAsHashMap(names)
	javaprint.SortByHash(names, len(names), javaprint.HashString) // copied into a map made to measure
	w.name(parametersProp)
	w.begin()
	for _, name := range names {
		value, _ := s.Parameter(name)
		w.member(name, value)
	}
	w.end()
}

// parts writes what comes last: the schemas of what is inside, and the type of booleans.
func (w *schemaText) parts(s *connect.Schema) error {
	switch s.Type() {
	case connect.TypeBoolean:
		w.member("type", "boolean")
	case connect.TypeArray:
		w.name("items")
		return w.used(s.ValueSchema(), noIndex)
	case connect.TypeMap:
		if stringKeys(s) {
			w.name("additionalProperties")
			return w.schema(s.ValueSchema(), noIndex)
		}
		w.name("items")
		return w.entry(s)
	case connect.TypeStruct:
		return w.fields(s.Fields())
	}
	return nil
}

// entry writes the object that stands for one entry of a map; value comes before key, as in Java's order.
func (w *schemaText) entry(s *connect.Schema) error {
	w.begin()
	w.member("type", "object")
	w.name("properties")
	w.begin()
	w.name(valueName)
	if err := w.schema(s.ValueSchema(), 1); err != nil {
		return err
	}
	w.name(keyName)
	if err := w.schema(s.KeySchema(), 0); err != nil {
		return err
	}
	w.end()
	w.end()
	return nil
}

func (w *schemaText) fields(fields []connect.SchemaField) error {
	if len(fields) == 0 {
		return nil
	}
	order := make([]connect.SchemaField, len(fields))
	copy(order, fields)
	javaprint.SortByHash(order, 16, func(f connect.SchemaField) uint32 { return javaprint.HashString(f.Name) })
	w.name("properties")
	w.begin()
	for _, f := range order {
		w.name(f.Name)
		if err := w.used(f.Schema, f.Index); err != nil {
			return err
		}
	}
	w.end()
	return nil
}

// used writes a schema, or the reference to it where its id was written before.
func (w *schemaText) used(s *connect.Schema, index int) error {
	if s != nil {
		if id, ok := s.Parameter(idParam); ok && w.ids[id] {
			w.begin()
			w.member("$ref", id)
			w.end()
			return nil
		}
	}
	return w.schema(s, index)
}
