// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// appendAnything appends a value without schema: the record of anything with the field of the value's kind set; null sets none.
func appendAnything(dst []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, &connect.DataError{Reason: "Error serializing Avro message", Err: errDepth}
	}
	set := -1
	switch v.(type) {
	case nil:
	case bool:
		set = anyBoolean
	case float64:
		set = anyDouble
	case float32:
		set = anyFloat
	case int8, int16, int32:
		set = anyInt
	case int64:
		set = anyLong
	case string:
		set = anyString
	case []any:
		set = anyArray
	case *connect.Map:
		set = anyMap
	default:
		return nil, &connect.DataError{Reason: "Unknown Java type for schemaless data: class " + javatext.ClassName(v)}
	}
	for i := range anyFields {
		if i != set {
			dst = append(dst, 0)
			continue
		}
		var err error
		if dst, err = appendSet(append(dst, 2), v, depth); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// appendSet appends what is set.
func appendSet(dst []byte, v any, depth int) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			dst = appendLong(dst, int64(len(v)))
		}
		for _, e := range v {
			if dst, err = appendAnything(dst, e, depth+1); err != nil {
				return nil, err
			}
		}
		return append(dst, 0), nil
	case *connect.Map:
		if v.Len() > 0 {
			dst = appendLong(dst, int64(v.Len()))
		}
		for k, e := range v.All() {
			if dst, err = appendAnything(dst, k, depth+1); err != nil {
				return nil, err
			}
			if dst, err = appendAnything(dst, e, depth+1); err != nil {
				return nil, err
			}
		}
		return append(dst, 0), nil
	}
	dst, _ = appendPrimitive(dst, v)
	return dst, nil
}
