// SPDX-License-Identifier: Apache-2.0

package javatext

import "unicode/utf8"

// DecodeUTF8 reads bytes as UTF-8 as Java's String does: what is not UTF-8 becomes U+FFFD, once for the longest part of
// the bytes that begins a character (Go replaces every byte of such a part).
func DecodeUTF8(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	out := make([]byte, 0, len(data)+8)
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size <= 1 {
			size = malformed(data)
		}
		out = utf8.AppendRune(out, r)
		data = data[size:]
	}
	return string(out)
}

// malformed returns how many bytes one replacement character stands for.
func malformed(b []byte) int {
	switch lead := b[0]; {
	case lead >= 0xe0 && lead < 0xf0:
		return malformed3(b)
	case lead >= 0xf0 && lead <= 0xf4:
		return malformed4(b)
	}
	return 1
}

func malformed3(b []byte) int {
	if len(b) < 2 || !continues(b[1]) || b[0] == 0xe0 && b[1] < 0xa0 {
		return 1
	}
	if len(b) > 2 && continues(b[2]) {
		return 3 // an encoded surrogate
	}
	return 2
}

func malformed4(b []byte) int {
	if len(b) < 2 || !continues(b[1]) || b[0] == 0xf0 && b[1] < 0x90 || b[0] == 0xf4 && b[1] >= 0x90 {
		return 1
	}
	if len(b) < 3 || !continues(b[2]) {
		return 2
	}
	return 3
}

func continues(b byte) bool { return b&0xc0 == 0x80 }
