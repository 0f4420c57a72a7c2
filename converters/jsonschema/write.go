// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javaprint"
)

// writer appends values as JSON.
type writer struct {
	opts *options
	out  []byte
}

// value writes a value and says whether there was anything to write: a null that is not allowed is left out of structs, and
// null elsewhere.
func (w *writer) value(s *connect.Schema, v any) (bool, error) {
	if v == nil {
		return w.null(s)
	}
	if s == nil {
		return true, w.schemaless(v)
	}
	switch s.Name() {
	case connect.DecimalName, connect.DateName, connect.TimeName, connect.TimestampName:
		return true, w.logical(s, v)
	}
	return w.physical(s, v)
}

func (w *writer) null(s *connect.Schema) (bool, error) {
	switch {
	case s == nil:
		return false, nil
	case s.Default() != nil && !w.opts.ignoreDefaults:
		return w.value(s, s.Default())
	case s.IsOptional():
		w.out = append(w.out, "null"...)
		return true, nil
	}
	return false, nil
}

// element writes a value where one has to be: what is missing is null.
func (w *writer) element(s *connect.Schema, v any) error {
	written, err := w.value(s, v)
	if err == nil && !written {
		w.out = append(w.out, "null"...)
	}
	return err
}

// schemaless writes a value by its own type.
func (w *writer) schemaless(v any) error {
	switch v := v.(type) {
	case connect.Decimal, time.Time:
		return &connect.DataError{Reason: "Java class class " + javatext.ClassName(v) + " does not have corresponding schema type."}
	case []any:
		return w.list(nil, v)
	case *connect.Map:
		if v.StringKeys() {
			return w.object(nil, v)
		}
		return w.entries(nil, nil, v)
	case *connect.Struct:
		return &connect.DataError{Reason: "Mismatching schema."}
	}
	if !w.primitive(v) {
		return &connect.DataError{Reason: "Java class class " + javatext.ClassName(v) + " does not have corresponding schema type."}
	}
	return nil
}

// primitive writes a value without parts.
func (w *writer) primitive(v any) bool {
	switch v := v.(type) {
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int8:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int16:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int32:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case float32:
		w.out = javaprint.AppendJSONFloat(w.out, float64(v), 32)
	case float64:
		w.out = javaprint.AppendJSONFloat(w.out, v, 64)
	case string:
		w.out = javaprint.AppendJSONString(w.out, v)
	case []byte:
		w.base64(v)
	default:
		return false
	}
	return true
}

func (w *writer) base64(b []byte) {
	w.out = append(w.out, '"')
	w.out = base64.StdEncoding.AppendEncode(w.out, b)
	w.out = append(w.out, '"')
}

func (w *writer) physical(s *connect.Schema, v any) (bool, error) {
	switch typed := v.(type) {
	case []any:
		if s.Type() == connect.TypeArray {
			return true, w.list(s.ValueSchema(), typed)
		}
	case *connect.Map:
		if s.Type() == connect.TypeMap {
			return true, w.mapOf(s, typed)
		}
	case *connect.Struct:
		if s.Type() == connect.TypeStruct {
			return w.structOf(s, typed)
		}
	case connect.Decimal:
		if s.Type() == connect.TypeBytes {
			w.out = append(w.out, typed.String()...)
			return true, nil
		}
	default:
		if fits(s.Type(), v) && w.primitive(v) {
			return true, nil
		}
	}
	return false, wrongType(s.Type(), v)
}

func fits(t connect.Type, v any) bool {
	switch v.(type) {
	case bool:
		return t == connect.TypeBoolean
	case int8:
		return t == connect.TypeInt8
	case int16:
		return t == connect.TypeInt16
	case int32:
		return t == connect.TypeInt32
	case int64:
		return t == connect.TypeInt64
	case float32:
		return t == connect.TypeFloat32
	case float64:
		return t == connect.TypeFloat64
	case string:
		return t == connect.TypeString
	case []byte:
		return t == connect.TypeBytes
	}
	return false
}

func wrongType(t connect.Type, v any) error {
	if t == connect.TypeBytes {
		return &connect.DataError{Reason: "Invalid type for bytes type: class " + javatext.ClassName(v)}
	}
	return &connect.DataError{Reason: "Invalid type for " + t.String() + ": class " + javatext.ClassName(v)}
}

func (w *writer) list(element *connect.Schema, list []any) error {
	w.out = append(w.out, '[')
	for i, e := range list {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.element(element, e); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *writer) mapOf(s *connect.Schema, m *connect.Map) error {
	if stringKeys(s) {
		return w.object(s, m)
	}
	return w.entries(s.KeySchema(), s.ValueSchema(), m)
}

// object writes a map whose keys are strings.
func (w *writer) object(s *connect.Schema, m *connect.Map) error {
	var value *connect.Schema
	if s != nil {
		value = s.ValueSchema()
	}
	w.out = append(w.out, '{')
	comma := false
	for k, v := range m.All() {
		key, ok := k.(string)
		if !ok {
			return wrongType(connect.TypeString, k)
		}
		if comma {
			w.out = append(w.out, ',')
		}
		comma = true
		w.out = append(javaprint.AppendJSONString(w.out, key), ':')
		if err := w.element(value, v); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// entries writes a map as a list of objects with key and value.
func (w *writer) entries(key, value *connect.Schema, m *connect.Map) error {
	w.out = append(w.out, '[')
	comma := false
	for k, v := range m.All() {
		if comma {
			w.out = append(w.out, ',')
		}
		comma = true
		w.out = append(w.out, `{"key":`...)
		if err := w.element(key, k); err != nil {
			return err
		}
		w.out = append(w.out, `,"value":`...)
		if err := w.element(value, v); err != nil {
			return err
		}
		w.out = append(w.out, '}')
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *writer) structOf(s *connect.Schema, v *connect.Struct) (bool, error) {
	if !v.Schema().Equal(s) {
		return false, &connect.DataError{Reason: "Mismatching schema."}
	}
	if isUnion(s) {
		return w.union(s, v)
	}
	w.out = append(w.out, '{')
	comma := false
	fields := s.Fields()
	for i := range fields {
		f := &fields[i]
		before := len(w.out)
		if comma {
			w.out = append(w.out, ',')
		}
		w.out = append(javaprint.AppendJSONString(w.out, f.Name), ':')
		written, err := w.value(f.Schema, v.At(i))
		if err != nil {
			return false, err
		}
		if !written {
			w.out = w.out[:before]
		}
		comma = comma || written
	}
	w.out = append(w.out, '}')
	return true, nil
}

// union writes the branch that is set, or null where none is.
func (w *writer) union(s *connect.Schema, v *connect.Struct) (bool, error) {
	for i, f := range s.Fields() {
		branch := v.At(i)
		if branch == nil && !w.opts.ignoreDefaults {
			branch = f.Schema.Default()
		}
		if branch != nil {
			return w.value(f.Schema, branch)
		}
	}
	return w.null(s)
}

func (w *writer) logical(s *connect.Schema, v any) error {
	if s.Name() == connect.DecimalName {
		return w.decimal(s, v)
	}
	t, ok := v.(time.Time)
	if !ok {
		return wrongLogical(s, "Date", v)
	}
	switch s.Name() {
	case connect.DateName:
		days, err := connect.DateToDays(t)
		w.out = strconv.AppendInt(w.out, int64(days), 10)
		return err
	case connect.TimeName:
		ms, err := connect.TimeToMillis(t)
		w.out = strconv.AppendInt(w.out, int64(ms), 10)
		return err
	}
	w.out = strconv.AppendInt(w.out, t.UnixMilli(), 10)
	return nil
}

func wrongLogical(s *connect.Schema, expected string, v any) error {
	names := map[string]string{connect.DecimalName: "Decimal", connect.DateName: "Date", connect.TimeName: "Time", connect.TimestampName: "Timestamp"}
	return &connect.DataError{Reason: "Invalid type for " + names[s.Name()] + ", expected " + expected + " but was class " + javatext.ClassName(v)}
}

func (w *writer) decimal(s *connect.Schema, v any) error {
	d, ok := v.(connect.Decimal)
	if !ok {
		return wrongLogical(s, "BigDecimal", v)
	}
	if w.opts.numericDecimals {
		w.out = append(w.out, d.String()...)
		return nil
	}
	scale, err := connect.DecimalScale(s)
	if err != nil {
		return err
	}
	if d.Scale() != scale {
		return &connect.DataError{Reason: "Decimal value has mismatching scale for given Decimal schema. Schema has scale " +
			strconv.Itoa(scale) + ", value has scale " + strconv.Itoa(d.Scale()) + "."}
	}
	w.base64(d.Bytes())
	return nil
}
