// SPDX-License-Identifier: Apache-2.0

package json

import (
	"unicode/utf16"
	"unicode/utf8"
)

// raw returns a string's text as it stands, for one that is known to have no escapes, else unescaped.
func (d *document) raw(n *node) []byte {
	text := d.text[n.start:n.end]
	if n.escaped {
		return unescape(text)
	}
	return text
}

// unescape decodes a scanned string: its escapes are known to be complete. Half a surrogate pair becomes U+FFFD.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		if text[i+1] != 'u' {
			out = append(out, unescaped(text[i+1]))
			i += 2
			continue
		}
		r, _ := hex4(text[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(text) >= i+6 && text[i] == '\\' && text[i+1] == 'u' {
				low, _ := hex4(text[i+2:])
				pair = utf16.DecodeRune(r, low)
			}
			if pair != utf8.RuneError {
				i += 6
			}
			r = pair
		}
		out = utf8.AppendRune(out, r)
	}
	return out
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
// beyond the last byte ignored, and more groups allowed after a padded one.
func decodeBase64(text []byte) ([]byte, bool) {
	out := make([]byte, 0, len(text)/4*3)
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

// base64 decodes the bytes of a string.
func (d *document) base64(n *node) ([]byte, bool) { return decodeBase64(d.raw(n)) }
