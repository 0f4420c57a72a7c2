// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the identifier that stands for what was not sent
	"encoding/hex"
	"errors"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

var (
	errArray       = errors.New("the value is not an array")
	errNullElement = errors.New("the array has an element that is null, which its schema does not allow")
)

// omittedArrays are arrays of types that are known by themselves and not in arrays, whatever include.unknown.datatypes says.
var omittedArrays = map[string]bool{"_money": true, "_name": true, "_interval": true, "_varbit": true, "_xml": true, "_point": true,
	"_refcursor": true}

// arrayType is an array by its elements; nil where these are not known.
func (m *modes) arrayType(t *catalog.Type, modifier int32) *fieldType {
	if t.Element == nil || omittedArrays[t.Name] || t.Element.Root != nil {
		return nil
	}
	if t.Name == "_bit" {
		f := bitsType("bit", modifier)
		f.convert, f.defaults = func([]byte) (any, error) { return nil, errArray }, nil
		return f
	}
	element := m.known(t.Element, modifier)
	if element == nil {
		return nil
	}
	switch t.Name {
	case "_time":
		element.convert = cutFraction(element.convert, 3)
	case "_timetz":
		element.convert = cutZoned(element.convert)
	}
	schema := element.schema
	if !element.elementRequired {
		schema = connect.Optional(schema)
	}
	f := arrayOf(element, schema)
	f.toast = m.arrayToast(t.Name, schema)
	return f
}

func arrayOf(element *fieldType, schema *connect.Schema) *fieldType {
	return &fieldType{schema: connect.ArrayOf(schema), zero: "{}",
		convert: toArray(element.conversionFor(schema), element.elementRequired, ',')}
}

// cutFraction cuts a time of day to a number of digits after the point. In arrays Debezium has no more than milliseconds of times, and
// seconds of times with a zone.
func cutFraction(convert conversion, digits int) conversion {
	return func(b []byte) (any, error) {
		if point := bytes.IndexByte(b, '.'); point >= 0 && len(b) > point+digits+1 {
			b = b[:point+digits+1]
		}
		return convert(b)
	}
}

// cutZoned takes the fraction out of a time of day with a zone.
func cutZoned(convert conversion) conversion {
	return func(b []byte) (any, error) {
		point := bytes.IndexByte(b, '.')
		if point < 0 {
			return convert(b)
		}
		_, rest := parseFraction(b[point:])
		return convert(append(append(make([]byte, 0, len(b)), b[:point]...), rest...))
	}
}

// arrayToast is what stands for an array that was not sent, where there is something that fits.
func (m *modes) arrayToast(name string, element *connect.Schema) any {
	p := m.placeholder
	var values []any
	switch name {
	case "_text", "_varchar", "_bpchar", "_json", "_jsonb":
		values = []any{string(p)}
	case "_bytea":
		values = []any{p}
	case "_int4", "_date":
		for _, c := range p {
			values = append(values, int32(int8(c)))
		}
	case "_int8":
		for _, c := range p {
			values = append(values, int64(int8(c)))
		}
	case "_uuid":
		values = []any{nameUUID(p)}
	}
	if values == nil || connect.ArrayOf(element).Validate(values) != nil {
		return nil
	}
	return values
}

// nameUUID is the version 3 identifier of bytes without a name space: their MD5.
func nameUUID(b []byte) string {
	sum := md5.Sum(b) //nolint:gosec // a name, no secret
	sum[6], sum[8] = sum[6]&0x0f|0x30, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// toArray makes a conversion of one-dimensional arrays. What is an array inside of one becomes null.
func toArray(convert conversion, required bool, delimiter byte) conversion {
	return func(b []byte) (any, error) {
		values := []any{}
		err := eachElement(b, delimiter, func(text []byte, null bool) error {
			if null {
				if required {
					return errNullElement
				}
				values = append(values, nil)
				return nil
			}
			v, err := convert(text)
			values = append(values, v)
			return err
		})
		if err != nil {
			return nil, err
		}
		return values, nil
	}
}

// eachElement reads the text of an array: {a,"b c",NULL}, which bounds may come before: [0:2]={…}. An inner array is told of as null. The
// delimiter is a comma but for boxes, which have commas themselves: pg_type.typdelim.
func eachElement(b []byte, delimiter byte, each func(text []byte, null bool) error) error {
	if len(b) > 0 && b[0] == '[' {
		at := bytes.IndexByte(b, '=')
		if at < 0 {
			return errArray
		}
		b = b[at+1:]
	}
	if len(b) < 2 || b[0] != '{' {
		return errArray
	}
	if len(b) == 2 && b[1] == '}' {
		return nil
	}
	for b = b[1:]; ; b = b[1:] {
		text, rest, null, err := element(b, delimiter)
		if err != nil {
			return err
		}
		if err := each(text, null); err != nil {
			return err
		}
		if b = rest; len(b) == 1 && b[0] == '}' {
			return nil
		}
		if len(b) < 2 || b[0] != delimiter {
			return errArray
		}
	}
}

// element reads the element that a text begins with.
func element(b []byte, delimiter byte) (text, rest []byte, null bool, err error) {
	switch {
	case len(b) > 0 && b[0] == '{':
		rest, err = skipInner(b)
		return nil, rest, true, err
	case len(b) > 0 && b[0] == '"':
		text, rest, err = quoted(b)
		return text, rest, false, err
	}
	end := bytes.IndexFunc(b, func(r rune) bool { return r == rune(delimiter) || r == '}' })
	if end <= 0 || bytes.ContainsAny(b[:end], `{"`) {
		return nil, nil, false, errArray
	}
	text, rest = b[:end], b[end:]
	return text, rest, len(text) == 4 && bytes.EqualFold(text, []byte("NULL")), nil
}

// quoted reads a text in quotes, in which a backslash is in front of quotes and backslashes. Where there is none it is not copied.
func quoted(b []byte) (text, rest []byte, err error) {
	end := bytes.IndexAny(b[1:], `"\`) + 1
	if end > 0 && b[end] == '"' {
		return b[1:end], b[end+1:], nil
	}
	text = make([]byte, 0, len(b))
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return text, b[i+1:], nil
		case '\\':
			if i++; i == len(b) {
				return nil, nil, errArray
			}
		}
		text = append(text, b[i])
	}
	return nil, nil, errArray
}

// skipInner returns what follows an array inside of an array.
func skipInner(b []byte) ([]byte, error) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			_, rest, err := quoted(b[i:])
			if err != nil {
				return nil, err
			}
			i = len(b) - len(rest) - 1
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return b[i+1:], nil
			}
		}
	}
	return nil, errArray
}
