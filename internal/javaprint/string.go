// SPDX-License-Identifier: Apache-2.0

package javaprint

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789ABCDEF"

// plain marks the bytes that stand in a string of JSON as they are, without a look at those beside them: ASCII, but for
// control characters, the quote and the backslash. DEL and / are plain.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// Eight bytes at once: the same byte eight times.
const (
	eachOne   = 0x0101010101010101
	eachHigh  = 0x80 * eachOne
	eachSpace = ' ' * eachOne
	eachQuote = '"' * eachOne
	eachSlash = '\\' * eachOne
)

// PlainEnd returns the index of the first byte from i on that needs attention in a string of JSON, whether it is written or
// read: a control character, a quote, a backslash, or what is not ASCII. It is the length of the text where none does.
func PlainEnd[T string | []byte](s T, i int) int {
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		word := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		// The high bit of a byte is set where it was, or where subtracting makes it so. That borrows from the byte
		// above only where the byte itself is marked, so that the lowest mark is right.
		marks := (word | (word - eachSpace) | (word ^ eachQuote - eachOne) | (word ^ eachSlash - eachOne)) & eachHigh
		if marks != 0 {
			return i + bits.TrailingZeros64(marks)/8
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// AppendJSONString appends a string in quotes, escaped as Jackson does: \" \\ \b \t \n \f \r, other control characters and both
// halves of characters beyond U+FFFF as \u with four upper-case digits, everything else as UTF-8. Bytes that
// are not UTF-8 become U+FFFD. encoding/json differs in what it escapes, and writes lower-case digits.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := PlainEnd(s, 0); i < len(s); i = PlainEnd(s, i) {
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendEscape(append(dst, s[start:i]...), c)
			i++
			start = i
			continue
		}
		for i < len(s) && s[i] >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r > 0xffff:
				dst = appendPair(append(dst, s[start:i]...), r)
				start = i + size
			case r == utf8.RuneError && size == 1:
				dst = utf8.AppendRune(append(dst, s[start:i]...), r)
				start = i + size
			}
			i += size
		}
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\t':
		return append(dst, '\\', 't')
	case '\n':
		return append(dst, '\\', 'n')
	case '\f':
		return append(dst, '\\', 'f')
	case '\r':
		return append(dst, '\\', 'r')
	}
	return appendUnit(dst, rune(c))
}

func appendPair(dst []byte, r rune) []byte {
	high, low := utf16.EncodeRune(r)
	return appendUnit(appendUnit(dst, high), low)
}

func appendUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
