// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/longshore-io/connect"
)

// fieldDefault is the default of the field that has this very type, nil where there is none or it does not fit.
func fieldDefault(n *node, at place) any {
	if at.field == nil || !at.field.hasDefault || !n.readsDefault(at.field.def) {
		return nil
	}
	return at.field.def
}

// nullDefault says whether null is the default of the field.
func (at place) nullDefault() bool {
	return at.field != nil && at.field.hasDefault && at.field.def == nil
}

// readsDefault says whether Java makes something of a field's default: a number that fits, a text, a list, an object.
func (n *node) readsDefault(v any) bool {
	switch n.kind {
	case kindUnion:
		return len(n.branches) > 0 && n.branches[0].readsDefault(v)
	case kindNull:
		return false
	}
	return v != nil && n.takes(v)
}

// withDefault adds the default of the field, or that of connect.default. One that does not fit is left out, as in Confluent's
// converter.
func (r *schemaReader) withDefault(s *connect.Schema, n *node, at place) *connect.Schema {
	def := fieldDefault(n, at)
	if def == nil && !at.nullDefault() {
		def = n.props.values[defaultProp]
	}
	if def == nil {
		return s
	}
	v, ok := r.defaultValue(s, n, def)
	if !ok || v == nil {
		return s
	}
	if st, isStruct := v.(*connect.Struct); isStruct {
		if made, err := s.WithStructDefault(st); err == nil {
			return made
		}
		return s
	}
	made, err := s.TryDefault(v)
	if err != nil {
		return s
	}
	return made
}

// defaultValue makes a value of JSON, false where that does not fit.
func (r *schemaReader) defaultValue(s *connect.Schema, n *node, v any) (any, bool) {
	if v == nil {
		return nil, s.IsOptional()
	}
	switch n.kind {
	case kindUnion:
		return r.defaultBranch(s, n, v)
	case kindArray, kindMap, kindRecord:
		return r.defaultParts(s, n, v)
	}
	physical, ok := primitiveDefault(s, n, v)
	if !ok {
		return nil, false
	}
	scale := 0
	if logicalOf(s) == logicalDecimal {
		scale, _ = connect.DecimalScale(s)
	}
	value, err := surfaced(logicalOf(s), scale, physical)
	return value, err == nil
}

// primitiveDefault makes a value of JSON as Jackson's conversions do: a number of anything else is 0.
func primitiveDefault(s *connect.Schema, n *node, v any) (any, bool) {
	switch n.kind {
	case kindInt:
		i := jsonInteger(v)
		switch s.Type() {
		case connect.TypeInt8:
			return int8(i), true
		case connect.TypeInt16:
			return int16(i), true
		}
		return int32(i), s.Type() == connect.TypeInt32
	case kindLong:
		return jsonInteger(v), true
	case kindFloat:
		return float32(jsonDouble(v)), true
	case kindDouble:
		return jsonDouble(v), true
	case kindBoolean:
		b, isBool := v.(bool)
		return isBool && b || v == "true", true
	case kindString, kindEnum:
		if text, ok := v.(string); ok {
			return text, true
		}
		return string(appendJSON(nil, v)), true
	}
	text, ok := v.(string)
	if !ok {
		return nil, false
	}
	return fromLatin1(text)
}

func jsonInteger(v any) int64 {
	text, ok := v.(json.Number)
	if !ok {
		return 0
	}
	if i, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return i
	}
	f, _ := strconv.ParseFloat(string(text), 64)
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

func jsonDouble(v any) float64 {
	text, ok := v.(json.Number)
	if !ok {
		return 0
	}
	f, _ := strconv.ParseFloat(string(text), 64)
	return f
}

// defaultBranch reads a default as the first branch, in the place where the schema has that.
func (r *schemaReader) defaultBranch(s *connect.Schema, n *node, v any) (any, bool) {
	if len(n.branches) == 0 {
		return nil, false
	}
	if single, _ := n.other(r.flatten); single != nil {
		return r.defaultValue(s, single, v)
	}
	first := n.branches[0]
	if first.kind == kindNull {
		return nil, true
	}
	f := s.Field(r.branchField(first, 0))
	if f == nil {
		return nil, false
	}
	part, ok := r.defaultValue(f.Schema, first, v)
	if !ok {
		return nil, false
	}
	st := connect.NewStruct(s)
	st.SetAt(f.Index, part)
	return st, true
}

func (r *schemaReader) defaultParts(s *connect.Schema, n *node, v any) (any, bool) {
	switch v := v.(type) {
	case []any:
		if n.kind != kindArray || s.Type() != connect.TypeArray {
			return nil, false
		}
		out := make([]any, len(v))
		for i, e := range v {
			var ok bool
			if out[i], ok = r.defaultValue(s.ValueSchema(), n.items, e); !ok {
				return nil, false
			}
		}
		return out, true
	case *object:
		if n.kind == kindMap {
			return r.defaultEntries(s, n, v)
		}
		if n.kind == kindRecord {
			return r.defaultFields(s, n, v)
		}
	}
	return nil, false
}

func (r *schemaReader) defaultEntries(s *connect.Schema, n *node, v *object) (any, bool) {
	out := connect.NewMap(len(v.names))
	for _, name := range v.names {
		part, ok := r.defaultValue(s.ValueSchema(), n.items, v.values[name])
		if !ok {
			return nil, false
		}
		out.Put(name, part)
	}
	return out, true
}

func (r *schemaReader) defaultFields(s *connect.Schema, n *node, v *object) (any, bool) {
	st := connect.NewStruct(s)
	for i := range n.fields {
		f := s.Field(n.fields[i].name)
		if f == nil {
			return nil, false
		}
		part, there := v.values[f.Name]
		if !there {
			st.SetAt(f.Index, f.Schema.Default())
			continue
		}
		value, ok := r.defaultValue(f.Schema, n.fields[i].node, part)
		if !ok {
			return nil, false
		}
		st.SetAt(f.Index, value)
	}
	return st, true
}
