// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// raw returns a string's text, without its escapes. It holds until the next one is asked for.
func (d *document) raw(n *node) []byte {
	text := d.text[n.start:n.end]
	if n.escaped {
		d.unescaped = unescape(d.unescaped[:0], text)
		return d.unescaped
	}
	return text
}

// textOf is raw in a string of its own.
func (d *document) textOf(n *node) string { return string(d.raw(n)) }

// unescape appends a scanned string: its escapes are known to be complete. Half a surrogate pair becomes U+FFFD.
func unescape(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		if text[i+1] != 'u' {
			dst = append(dst, unescaped(text[i+1]))
			text = text[i+2:]
			continue
		}
		var r rune
		r, text = unit(text[i+2:])
		dst = utf8.AppendRune(dst, r)
	}
}

// unit reads the digits of an escape, and those of the one behind it where both are halves of a character.
func unit(text []byte) (rune, []byte) {
	r, _ := hex4(text)
	text = text[4:]
	if !utf16.IsSurrogate(r) {
		return r, text
	}
	if len(text) >= 6 && text[0] == '\\' && text[1] == 'u' {
		low, _ := hex4(text[2:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, text[6:]
		}
	}
	return utf8.RuneError, text
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

func hex4(text []byte) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	r := rune(0)
	for _, c := range text[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// noBase64 marks bytes that are not digits of base64.
const noBase64 = 0xff

var base64Values = func() (t [256]byte) {
	for c := range t {
		t[c] = noBase64
	}
	for v, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(v)
	}
	return t
}()

// decodeBase64 is Jackson's reader: standard alphabet, padding demanded, white space allowed between groups of four, bits
// beyond the last byte ignored, and more groups allowed after a padded one. It appends what it has decoded.
func decodeBase64(out, text []byte) ([]byte, bool) {
	for {
		for len(text) > 0 && text[0] <= ' ' {
			text = text[1:]
		}
		if len(text) == 0 {
			return out, true
		}
		if len(text) < 4 {
			return nil, false
		}
		a, b, c, e := base64Values[text[0]], base64Values[text[1]], base64Values[text[2]], base64Values[text[3]]
		switch {
		case a == noBase64 || b == noBase64:
			return nil, false
		case text[2] == '=' && text[3] == '=':
			out = append(out, a<<2|b>>4)
		case c == noBase64:
			return nil, false
		case text[3] == '=':
			out = append(out, a<<2|b>>4, b<<4|c>>2)
		case e == noBase64:
			return nil, false
		default:
			out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|e)
		}
		text = text[4:]
	}
}
