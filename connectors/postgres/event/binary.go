// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/internal/javaprint"
)

var (
	errBytes = errors.New("the value is not bytes in the form hex")
	errBits  = errors.New("the value is not bits")
)

func itoa(v int) string { return strconv.Itoa(v) }

// bytesType is the schema of bytes by binary.handling.mode, and the form that they have in it. The form does not keep the bytes.
func (m *modes) bytesType() (*connect.Schema, func([]byte) any) {
	switch m.binary {
	case BinaryBase64:
		return connect.String, func(b []byte) any { return base64.StdEncoding.EncodeToString(b) }
	case BinaryBase64URLSafe:
		return connect.String, func(b []byte) any { return base64.URLEncoding.EncodeToString(b) }
	case BinaryHex:
		return connect.String, func(b []byte) any { return hex.EncodeToString(b) }
	}
	return connect.Bytes, func(b []byte) any { return append([]byte{}, b...) }
}

// noToast stands for null where a type has no placeholder although it is text.
type noToast struct{}

// bytesToast is the placeholder of bytes: as they are, or as they are configured in mode hex. The other modes have none.
func (m *modes) bytesToast() any {
	switch m.binary {
	case BinaryBytes:
		return m.placeholder
	case BinaryHex:
		return string(m.placeholder)
	}
	return noToast{}
}

// toBytes makes a conversion of bytea: \x and hexadecimal digits, or the older form with octal escapes, which a server may be set to.
func toBytes(encode func([]byte) any) conversion {
	return func(b []byte) (any, error) {
		if len(b) < 2 || b[0] != '\\' || b[1] != 'x' {
			raw, ok := unescapeBytes(b)
			if !ok {
				return nil, errBytes
			}
			return encode(raw), nil
		}
		raw := make([]byte, (len(b)-2)/2)
		if _, err := hex.Decode(raw, b[2:]); err != nil {
			return nil, errBytes
		}
		return encode(raw), nil
	}
}

func unescapeBytes(b []byte) ([]byte, bool) {
	raw := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] != '\\':
			raw = append(raw, b[i])
		case i+1 < len(b) && b[i+1] == '\\':
			raw = append(raw, '\\')
			i++
		case i+3 < len(b):
			v, err := strconv.ParseUint(string(b[i+1:i+4]), 8, 8)
			if err != nil {
				return nil, false
			}
			raw = append(raw, byte(v))
			i += 3
		default:
			return nil, false
		}
	}
	return raw, true
}

// unlimited is the length of a column that has none.
const unlimited = 1<<31 - 1

// bitsName is the schema of bits. Debezium has them as another kind of bytes, which rules do not cut.
const bitsName = "io.debezium.data.Bits"

// bitsType is a boolean for one bit, else bytes of which the first has the last eight bits.
func bitsType(name string, modifier int32) *fieldType {
	length, function := int(modifier), "00"
	if length < 0 {
		length = unlimited
	}
	if name == "varbit" {
		function = "0"
	}
	if length <= 1 {
		return &fieldType{schema: connect.Boolean, convert: toBit, zero: "0", defaults: textDefault(function)}
	}
	schema := named(connect.Bytes, bitsName).WithParameter("length", itoa(length))
	return &fieldType{schema: schema, convert: toBits, zero: "", defaults: textDefault(function)}
}

func toBit(b []byte) (any, error) {
	set := false
	for _, c := range b {
		if c != '0' && c != '1' {
			return nil, errBits
		}
		set = set || c == '1'
	}
	if len(b) == 0 {
		return nil, errBits
	}
	return set, nil
}

// toBits needs as many bytes as the highest bit that is set.
func toBits(b []byte) (any, error) {
	first := bytes.IndexByte(b, '1')
	if first < 0 {
		return []byte{}, nil
	}
	n := len(b) - first
	packed := make([]byte, (n+7)/8)
	for i := range n {
		if b[len(b)-1-i] == '1' {
			packed[i/8] |= 1 << (i % 8)
		}
	}
	return packed, nil
}

// opaque is for types that are not known: nothing, or with include.unknown.datatypes the bytes of their text.
func (m *modes) opaque(t *catalog.Type) *fieldType {
	if !m.unknown || omittedArrays[t.Name] && t.Kind == catalog.KindArray {
		return nil
	}
	schema, encode := m.bytesType()
	convert := func(b []byte) (any, error) { return encode(b), nil }
	if geometric[strings.TrimPrefix(t.Name, "_")] && (t.Kind == catalog.KindBase || t.Kind == catalog.KindArray) {
		convert = func(b []byte) (any, error) { return encode(appendGeometric(nil, b)), nil }
	}
	if t.Kind == catalog.KindArray {
		element := &fieldType{schema: schema, convert: convert, elementRequired: true}
		f := arrayOf(element, schema)
		if t.Name == "_box" {
			f.convert = toArray(convert, true, ';')
		}
		return f
	}
	return &fieldType{schema: schema, convert: convert, zero: "", toast: m.bytesToast()}
}

// geometric are the types whose text the driver that Debezium reads with reads and prints anew.
var geometric = map[string]bool{"box": true, "circle": true, "line": true, "lseg": true, "path": true, "polygon": true}

// appendGeometric prints the numbers of a geometric type as Java does.
func appendGeometric(dst, b []byte) []byte {
	for len(b) > 0 {
		n := 0
		for n < len(b) && bytes.IndexByte([]byte("0123456789+-.eE"), b[n]) >= 0 {
			n++
		}
		if v, err := parseFloat(b[:n], 64); n > 0 && err == nil {
			dst = javaprint.AppendFloat64(dst, v)
			b = b[n:]
			continue
		}
		dst, b = append(dst, b[0]), b[1:]
	}
	return dst
}
