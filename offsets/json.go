// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The texts here are those of Jackson, which prints Kafka Connect's JSON, and of Java's Double.toString since JDK 19.
// encoding/json differs: it escapes <, >, & and U+2028, leaves what is beyond U+FFFF unescaped, writes hexadecimal digits
// in lower case, and 1e+20 for 1.0E20.

func appendPrimitive(dst []byte, name string, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return appendString(dst, v), nil
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"'), nil
	case float32:
		return appendFloat(dst, float64(v), 32), nil
	case float64:
		return appendFloat(dst, v, 64), nil
	}
	if n, ok := asInt64(value); ok {
		return strconv.AppendInt(dst, n, 10), nil
	}
	return nil, notPrimitive(name, value)
}

func asInt64(value any) (int64, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int16:
		return int64(v), true
	case int8:
		return int64(v), true
	}
	return 0, false
}

const upperHex = "0123456789ABCDEF"

// appendString prints a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			dst = append(dst, '\\', byte(r))
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = appendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// appendRune prints what has no short escape. Jackson writes UTF-8, but beyond the basic plane an escaped pair of surrogates.
func appendRune(dst []byte, r rune) []byte {
	switch {
	case r < ' ':
		return appendEscape(dst, r)
	case r > math.MaxUint16:
		high, low := utf16.EncodeRune(r)
		return appendEscape(appendEscape(dst, high), low)
	}
	return utf8.AppendRune(dst, r)
}

func appendEscape(dst []byte, unit rune) []byte {
	return append(dst, '\\', 'u', upperHex[unit>>12&0xf], upperHex[unit>>8&0xf], upperHex[unit>>4&0xf], upperHex[unit&0xf])
}

// appendFloat prints a number as Java does: plain from 0.001 up to 10 million, else with an exponent, always with a digit
// behind the point. What is no number is a string.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	if size := math.Abs(f); size == 0 || size >= 1e-3 && size < 1e7 {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		for _, c := range dst[start:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	return appendScientific(dst, f, bits)
}

// appendScientific prints d.dE-n. Of a number that one digit would tell from all others Java prints the nearest two digits:
// 4.9E-324, not 5.0E-324.
func appendScientific(dst []byte, f float64, bits int) []byte {
	text := strconv.AppendFloat(nil, f, 'e', -1, bits)
	point := 1
	if f < 0 {
		point = 2
	}
	if text[point] == 'e' {
		text = strconv.AppendFloat(text[:0], f, 'e', 1, bits)
	}
	for i, c := range text {
		if c != 'e' {
			continue
		}
		exponent, _ := strconv.Atoi(string(text[i+1:])) // printed by AppendFloat: it is a number
		return strconv.AppendInt(append(append(dst, text[:i]...), 'E'), int64(exponent), 10)
	}
	return append(dst, text...)
}
