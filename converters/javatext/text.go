// SPDX-License-Identifier: Apache-2.0

package javatext

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// String returns Java's toString of a value of the data model, "null" for nil. Times are printed in the time zone of the
// process, as java.util.Date does.
func String(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(Append(nil, v))
}

// Append appends Java's toString of a value of the data model: Struct{a=1,b=x} without its null fields, maps as
// {a=1, b=2}, lists as [1, 2], decimals as BigDecimal, times as java.util.Date. Byte arrays are base64: see the package.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return append(dst, v...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int8:
		return strconv.AppendInt(dst, int64(v), 10)
	case int16:
		return strconv.AppendInt(dst, int64(v), 10)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float32:
		return javaprint.AppendFloat32(dst, v)
	case float64:
		return javaprint.AppendFloat64(dst, v)
	}
	return appendOther(dst, v)
}

func appendOther(dst []byte, v any) []byte {
	switch v := v.(type) {
	case []byte:
		return base64.StdEncoding.AppendEncode(dst, v)
	case []any:
		return appendList(dst, v)
	case *connect.Map:
		return appendMap(dst, v)
	case *connect.Struct:
		return appendStruct(dst, v)
	case connect.Decimal:
		return append(dst, v.String()...)
	case time.Time:
		return AppendDate(dst, v, time.Local)
	}
	return fmt.Append(dst, v)
}

func appendList(dst []byte, list []any) []byte {
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = Append(dst, e)
	}
	return append(dst, ']')
}

func appendMap(dst []byte, m *connect.Map) []byte {
	dst = append(dst, '{')
	first := true
	for k, v := range m.All() {
		if !first {
			dst = append(dst, ", "...)
		}
		first = false
		dst = append(Append(dst, k), '=')
		dst = Append(dst, v)
	}
	return append(dst, '}')
}

func appendStruct(dst []byte, s *connect.Struct) []byte {
	dst = append(dst, "Struct{"...)
	first := true
	for i, f := range s.Schema().Fields() {
		v := s.At(i)
		if v == nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(dst, f.Name...), '=')
		dst = Append(dst, v)
	}
	return append(dst, '}')
}
