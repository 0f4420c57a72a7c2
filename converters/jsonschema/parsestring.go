// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string; its first quote is next.
func (p *parser) str() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case c == '"':
			s := string(p.in[start:p.at])
			p.at++
			return s, nil
		case c == '\\':
			return p.escaped(append([]byte(nil), p.in[start:p.at]...))
		case c < ' ':
			return "", p.unexpected()
		}
		p.at++
	}
	return "", errEnd
}

func (p *parser) escaped(out []byte) (string, error) {
	for p.at < len(p.in) {
		c := p.in[p.at]
		switch {
		case c == '"':
			p.at++
			return string(out), nil
		case c < ' ':
			return "", p.unexpected()
		case c != '\\':
			out = append(out, c)
			p.at++
			continue
		}
		p.at++
		r, err := p.escape()
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
	}
	return "", errEnd
}

// escape reads what follows a backslash. Half a surrogate pair becomes U+FFFD.
func (p *parser) escape() (rune, error) {
	if p.at == len(p.in) {
		return 0, errEnd
	}
	c := p.in[p.at]
	p.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return p.unicode()
	}
	p.at--
	return 0, p.unexpected()
}

func (p *parser) unicode() (rune, error) {
	r, err := p.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if p.at+1 < len(p.in) && p.in[p.at] == '\\' && p.in[p.at+1] == 'u' {
		before := p.at
		p.at += 2
		low, err := p.hex()
		if err != nil {
			return 0, err
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, nil
		}
		p.at = before
	}
	return utf8.RuneError, nil
}

func (p *parser) hex() (rune, error) {
	if len(p.in)-p.at < 4 {
		return 0, errEnd
	}
	v, err := strconv.ParseUint(string(p.in[p.at:p.at+4]), 16, 16)
	if err != nil {
		return 0, p.unexpected()
	}
	p.at += 4
	return rune(v), nil
}
