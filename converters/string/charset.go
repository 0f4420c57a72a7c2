// SPDX-License-Identifier: Apache-2.0

package stringconv

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/longshore-io/connect/converters/javatext"
)

// charset encodes text and decodes bytes.
type charset struct {
	encode func(dst []byte, s string) []byte
	decode func(data []byte) string
}

var utf8Charset = charset{
	encode: func(dst []byte, s string) []byte { return append(dst, s...) },
	decode: javatext.DecodeUTF8,
}

// charsets are the encodings by Java's names and aliases, in lower case.
var charsets = byName(map[*charset]string{
	&utf8Charset: "utf-8 utf8 unicode-1-1-utf-8",
	{encode: encodeNarrow(utf8.RuneSelf), decode: decodeNarrow(utf8.RuneSelf)}: "us-ascii ascii iso646-us iso_646.irv:1991 iso_646.irv:1983 " +
		"ansi_x3.4-1968 ansi_x3.4-1986 us 646 cp367 ibm367 ascii7 default csascii iso-ir-6 iso646-us",
	{encode: encodeNarrow(0x100), decode: decodeNarrow(0x100)}: "iso-8859-1 iso8859-1 iso8859_1 iso_8859-1 iso_8859_1 iso_8859-1:1987 " +
		"iso-ir-100 latin1 l1 ibm819 ibm-819 cp819 819 csisolatin1 8859_1",
	{encode: encodeMarked, decode: decodeMarked}:                                       "utf-16 utf_16 utf16 unicode unicodebig",
	{encode: encodeWide(binary.BigEndian), decode: decodeWide(binary.BigEndian)}:       "utf-16be utf_16be iso-10646-ucs-2 x-utf-16be unicodebigunmarked",
	{encode: encodeWide(binary.LittleEndian), decode: decodeWide(binary.LittleEndian)}: "utf-16le utf_16le x-utf-16le unicodelittleunmarked",
})

func byName(sets map[*charset]string) map[string]*charset {
	byName := map[string]*charset{}
	for set, names := range sets {
		for _, name := range strings.Fields(names) {
			byName[name] = set
		}
	}
	return byName
}

// encodeNarrow writes a byte for every character below a limit.
func encodeNarrow(limit rune) func([]byte, string) []byte {
	return func(dst []byte, s string) []byte {
		for _, r := range s {
			if r >= limit {
				r = '?'
			}
			dst = append(dst, byte(r))
		}
		return dst
	}
}

func decodeNarrow(limit rune) func([]byte) string {
	return func(data []byte) string {
		out := make([]byte, 0, len(data))
		for _, b := range data {
			r := rune(b)
			if r >= limit {
				r = utf8.RuneError
			}
			out = utf8.AppendRune(out, r)
		}
		return string(out)
	}
}

type wideOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func encodeWide(order wideOrder) func([]byte, string) []byte {
	return func(dst []byte, s string) []byte {
		for _, r := range s {
			if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
				dst = order.AppendUint16(order.AppendUint16(dst, uint16(high)), uint16(low))
				continue
			}
			dst = order.AppendUint16(dst, uint16(r))
		}
		return dst
	}
}

// decodeWide reads half a character at the end as U+FFFD, and so half a pair together with the unit after it.
func decodeWide(order wideOrder) func([]byte) string {
	return func(data []byte) string {
		out := make([]byte, 0, len(data))
		for len(data) >= 2 {
			r := rune(order.Uint16(data))
			data = data[2:]
			if isHigh := r >= 0xd800 && r < 0xdc00; isHigh {
				low := rune(0)
				if len(data) >= 2 {
					low = rune(order.Uint16(data))
				}
				r, data = utf16.DecodeRune(r, low), data[min(2, len(data)):]
			}
			out = utf8.AppendRune(out, r) // a lone half becomes U+FFFD
		}
		if len(data) == 1 {
			out = utf8.AppendRune(out, utf8.RuneError)
		}
		return string(out)
	}
}

const (
	bigMark    = "\xfe\xff"
	littleMark = "\xff\xfe"
)

// encodeMarked writes a byte order mark in front, except of nothing.
func encodeMarked(dst []byte, s string) []byte {
	if s == "" {
		return dst
	}
	return encodeWide(binary.BigEndian)(append(dst, bigMark...), s)
}

// decodeMarked takes the byte order from the mark, big-endian without one.
func decodeMarked(data []byte) string {
	switch {
	case len(data) >= 2 && string(data[:2]) == littleMark:
		return decodeWide(binary.LittleEndian)(data[2:])
	case len(data) >= 2 && string(data[:2]) == bigMark:
		data = data[2:]
	}
	return decodeWide(binary.BigEndian)(data)
}
