// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/longshore-io/connect"
)

// defaultJSON is a default value as JSON: bytes as a text of characters up to U+00FF, entries of maps without text keys as
// pairs, of a union the first branch.
func (w *schemaWriter) defaultJSON(s *connect.Schema, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	v, err := stored(s, v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case int8:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case []byte:
		return latin1(v), nil
	case []any:
		return w.defaultList(s, v)
	case *connect.Map:
		return w.defaultMap(s, v)
	case *connect.Struct:
		return w.defaultStruct(s, v)
	}
	return v, nil
}

// latin1 makes a text with a character for each byte.
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func (w *schemaWriter) defaultList(s *connect.Schema, list []any) (any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		var err error
		if out[i], err = w.defaultJSON(s.ValueSchema(), e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *schemaWriter) defaultMap(s *connect.Schema, m *connect.Map) (any, error) {
	texts, pairs := newObject(), []any{}
	for k, v := range m.All() {
		key, err := w.defaultJSON(s.KeySchema(), k)
		if err != nil {
			return nil, err
		}
		value, err := w.defaultJSON(s.ValueSchema(), v)
		if err != nil {
			return nil, err
		}
		if text, ok := key.(string); ok {
			texts.put(text, value)
		}
		pairs = append(pairs, []any{key, value})
	}
	if w.stringKeys(s) {
		return texts, nil
	}
	return pairs, nil
}

func (w *schemaWriter) defaultStruct(s *connect.Schema, st *connect.Struct) (any, error) {
	out := newObject()
	for _, f := range s.Fields() {
		v, err := st.Get(f.Name)
		if err != nil {
			return nil, err
		}
		def, err := w.defaultJSON(f.Schema, v)
		if err != nil || isUnion(s) {
			return def, err
		}
		out.put(w.scrub(f.Name), def)
	}
	return out, nil
}

// takes says whether a value may be the default of a field of this type; that of a union is of its first branch.
func (n *node) takes(v any) bool {
	switch n.kind {
	case kindUnion:
		return len(n.branches) > 0 && n.branches[0].takes(v)
	case kindNull:
		return v == nil
	case kindBoolean:
		_, ok := v.(bool)
		return ok
	case kindInt:
		i, ok := integer(v)
		return ok && i >= math.MinInt32 && i <= math.MaxInt32
	case kindLong:
		_, ok := integer(v)
		return ok
	case kindFloat, kindDouble:
		return isNumber(v)
	case kindString, kindBytes, kindEnum, kindFixed:
		_, ok := v.(string)
		return ok
	}
	return n.takesParts(v)
}

func (n *node) takesParts(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if !n.items.takesValue(e) {
				return false
			}
		}
		return n.kind == kindArray
	case *object:
		if n.kind == kindRecord {
			return n.takesFields(v)
		}
		for _, e := range v.values {
			if !n.items.takesValue(e) {
				return false
			}
		}
		return n.kind == kindMap
	}
	return false
}

func (n *node) takesFields(v *object) bool {
	for i := range n.fields {
		f := &n.fields[i]
		part, there := v.values[f.name]
		if !there && !f.hasDefault {
			return false
		}
		if !there {
			part = f.def
		}
		if !f.node.takesValue(part) {
			return false
		}
	}
	return true
}

// takesValue is takes for a part of a default, which may be of any branch of a union.
func (n *node) takesValue(v any) bool {
	if n == nil {
		return false
	}
	if n.kind != kindUnion {
		return n.takes(v)
	}
	for _, b := range n.branches {
		if b.takesValue(v) {
			return true
		}
	}
	return false
}

func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case json.Number:
		i, err := strconv.ParseInt(string(v), 10, 64)
		return i, err == nil
	}
	return 0, false
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, json.Number, float32, float64:
		return true
	}
	return false
}
