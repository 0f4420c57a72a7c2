// SPDX-License-Identifier: Apache-2.0

package header

import (
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// merger finds the schema that the elements of a list, or the keys or values of a map, have in common.
type merger struct {
	// schema is nil while only nulls were seen, and when there is none in common.
	schema       *connect.Schema
	incompatible bool
}

func (m *merger) add(found *connect.SchemaAndValue) {
	switch {
	case found == nil || found.Schema == nil || m.incompatible:
	case m.schema == nil:
		m.schema = found.Schema
	default:
		m.schema = common(m.schema, found.Schema)
		m.incompatible = m.schema == nil
	}
}

// widths order the numbers: a wider one holds those before it, if not exactly.
var widths = map[connect.Type]int{
	connect.TypeInt8: 1, connect.TypeInt16: 2, connect.TypeInt32: 3, connect.TypeInt64: 4, connect.TypeFloat32: 5, connect.TypeFloat64: 6,
}

// common returns the wider of two numbers, the newer of two schemas of one type, whatever they say besides, and nil for
// other pairs.
func common(previous, newer *connect.Schema) *connect.Schema {
	a, b := widths[previous.Type()], widths[newer.Type()]
	switch {
	case previous.Type() == newer.Type():
		return newer
	case a == 0 || b == 0:
		return nil
	case a > b:
		return previous
	}
	return newer
}

func listOf(elements []any, element *connect.Schema) (*connect.SchemaAndValue, error) {
	if elements == nil {
		elements = []any{}
	}
	if element != nil {
		for i, e := range elements {
			var err error
			if elements[i], err = aligned(element, e); err != nil {
				return nil, err
			}
		}
	}
	return &connect.SchemaAndValue{Schema: connect.ArrayOf(element), Value: elements}, nil
}

// mapOf has no schema of values where they have none in common, and none at all where the keys have none.
func mapOf(entries *connect.Map, key, value *connect.Schema) (*connect.SchemaAndValue, error) {
	if key == nil {
		return &connect.SchemaAndValue{Schema: connect.MapOf(nil, nil), Value: entries}, nil
	}
	out := connect.NewMap(entries.Len())
	for k, v := range entries.All() {
		k, err := aligned(key, k)
		if err == nil && value != nil {
			v, err = aligned(value, v)
		}
		if err != nil {
			return nil, err
		}
		out.Put(k, v)
	}
	return &connect.SchemaAndValue{Schema: connect.MapOf(key, value), Value: out}, nil
}

// aligned converts a value to the common schema.
func aligned(to *connect.Schema, v any) (any, error) {
	if v == nil {
		return nil, errNot
	}
	if widths[to.Type()] == 0 {
		return v, nil
	}
	if t, ok := v.(time.Time); ok {
		if isTemporal(to) {
			return t, nil
		}
		return nil, errNot
	}
	return convert(to, v)
}

func isTemporal(s *connect.Schema) bool {
	switch s.Name() {
	case connect.DateName, connect.TimeName, connect.TimestampName:
		return true
	}
	return false
}

// convert widens a number, or makes a date of a number of days or milliseconds.
func convert(to *connect.Schema, v any) (any, error) {
	n, f := numeric(v)
	switch to.Name() {
	case connect.DateName:
		return connect.DateFromDays(int32(n)), nil
	case connect.TimeName:
		t, err := connect.TimeFromMillis(int32(n))
		if err != nil {
			return nil, errNot
		}
		return t, nil
	case connect.TimestampName:
		return time.UnixMilli(n).UTC(), nil
	}
	switch to.Type() {
	case connect.TypeInt8:
		return int8(n), nil
	case connect.TypeInt16:
		return int16(n), nil
	case connect.TypeInt32:
		return int32(n), nil
	case connect.TypeInt64:
		return n, nil
	case connect.TypeFloat32:
		return float32(f), nil
	}
	return f, nil
}

func numeric(v any) (int64, float64) {
	switch v := v.(type) {
	case int8:
		return int64(v), float64(v)
	case int16:
		return int64(v), float64(v)
	case int32:
		return int64(v), float64(v)
	case int64:
		return v, float64(v)
	case float32:
		return int64(v), float64(v)
	case float64:
		return int64(v), v
	}
	panic("header: " + javatext.ClassName(v) + " is not a number")
}
