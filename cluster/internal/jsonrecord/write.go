// SPDX-License-Identifier: Apache-2.0

package jsonrecord

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

const upperHex = "0123456789ABCDEF"

var shortEscapes = map[rune]byte{'"': '"', '\\': '\\', '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// AppendString appends a JSON string as Jackson prints it. It differs from encoding/json, which escapes <, >, & and U+2028,
// does not escape what is beyond U+FFFF, and has lower case hexadecimal digits. Bytes that are not UTF-8 become U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		if r < ' ' || r == '"' || r == '\\' || r > math.MaxUint16 {
			dst = appendEscaped(dst, r)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

func appendEscaped(dst []byte, r rune) []byte {
	if short, ok := shortEscapes[r]; ok {
		return append(dst, '\\', short)
	}
	if r > math.MaxUint16 {
		high, low := utf16.EncodeRune(r)
		return appendUnit(appendUnit(dst, high), low)
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, unit rune) []byte {
	return append(dst, '\\', 'u', upperHex[unit>>12&0xf], upperHex[unit>>8&0xf], upperHex[unit>>4&0xf], upperHex[unit&0xf])
}

// AppendNullable appends a string, or null for nil.
func AppendNullable(dst []byte, s *string) []byte {
	if s == nil {
		return append(dst, "null"...)
	}
	return AppendString(dst, *s)
}
