// SPDX-License-Identifier: Apache-2.0

package number

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// codec writes and reads values of one type; its functions take values that are not null.
type codec struct {
	// word is the type's name in messages, class the name of its Java type.
	word, class string
	schema      *connect.Schema
	size        int
	// append reports false for a value of another type.
	append func(dst []byte, v any) ([]byte, bool)
	read   func(data []byte) any
}

var shortCodec = codec{
	word: "short", class: "java.lang.Short", schema: connect.OptionalInt16, size: 2,
	append: func(dst []byte, v any) ([]byte, bool) {
		n, ok := v.(int16)
		return binary.BigEndian.AppendUint16(dst, uint16(n)), ok
	},
	read: func(b []byte) any { return int16(binary.BigEndian.Uint16(b)) },
}

var integerCodec = codec{
	word: "integer", class: "java.lang.Integer", schema: connect.OptionalInt32, size: 4,
	append: func(dst []byte, v any) ([]byte, bool) {
		n, ok := v.(int32)
		return binary.BigEndian.AppendUint32(dst, uint32(n)), ok
	},
	read: func(b []byte) any { return int32(binary.BigEndian.Uint32(b)) },
}

var longCodec = codec{
	word: "long", class: "java.lang.Long", schema: connect.OptionalInt64, size: 8,
	append: func(dst []byte, v any) ([]byte, bool) {
		n, ok := v.(int64)
		return binary.BigEndian.AppendUint64(dst, uint64(n)), ok
	},
	read: func(b []byte) any { return int64(binary.BigEndian.Uint64(b)) },
}

// oneNaN is what Java writes for every NaN of 64 bits; it keeps those of 32 bits as they are.
const oneNaN = 0x7ff8000000000000

var floatCodec = codec{
	word: "float", class: "java.lang.Float", schema: connect.OptionalFloat32, size: 4,
	append: func(dst []byte, v any) ([]byte, bool) {
		f, ok := v.(float32)
		return binary.BigEndian.AppendUint32(dst, math.Float32bits(f)), ok
	},
	read: func(b []byte) any { return math.Float32frombits(binary.BigEndian.Uint32(b)) },
}

var doubleCodec = codec{
	word: "double", class: "java.lang.Double", schema: connect.OptionalFloat64, size: 8,
	append: func(dst []byte, v any) ([]byte, bool) {
		f, ok := v.(float64)
		bits := math.Float64bits(f)
		if f != f {
			bits = oneNaN
		}
		return binary.BigEndian.AppendUint64(dst, bits), ok
	},
	read: func(b []byte) any { return math.Float64frombits(binary.BigEndian.Uint64(b)) },
}

func (c *codec) write(value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	data, ok := c.append(make([]byte, 0, c.size), value)
	if !ok {
		return nil, &connect.DataError{
			Reason: fmt.Sprintf("Failed to serialize to %s (was class %s): ", c.word, javatext.ClassName(value)),
			Err:    errors.New("want " + c.class)}
	}
	return data, nil
}

func (c *codec) parse(data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{Schema: c.schema}, nil
	}
	if len(data) != c.size {
		return connect.SchemaAndValue{}, &connect.DataError{
			Reason: "Failed to deserialize " + c.word + ": ",
			Err:    fmt.Errorf("want %d bytes, got %d", c.size, len(data))}
	}
	return connect.SchemaAndValue{Schema: c.schema, Value: c.read(data)}, nil
}
