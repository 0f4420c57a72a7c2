// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// filling is the default of a field as it is written.
func (f *field) filling() ([]byte, error) {
	if !f.hasDefault {
		return nil, &connect.DataError{Reason: fmt.Sprintf("Field %s has no value and no default in the schema to write with", f.name)}
	}
	out, ok := f.node.appendDefault(nil, f.def, 0)
	if !ok {
		return nil, &connect.DataError{Reason: fmt.Sprintf("Invalid default for field %s: %s", f.name, appendJSON(nil, f.def))}
	}
	return out, nil
}

// appendDefault writes the JSON form of a value, false where that does not fit. Of a union it is the first branch.
func (n *node) appendDefault(dst []byte, v any, depth int) ([]byte, bool) {
	if depth > maxNesting {
		return nil, false
	}
	switch n.kind {
	case kindNull:
		return dst, v == nil
	case kindUnion:
		if len(n.branches) == 0 {
			return nil, false
		}
		return n.branches[0].appendDefault(append(dst, 0), v, depth+1)
	case kindInt, kindLong:
		i, ok := integer(v)
		return appendLong(dst, i), ok
	case kindFloat, kindDouble:
		return n.appendDefaultNumber(dst, v)
	case kindArray, kindMap, kindRecord:
		return n.appendDefaultParts(dst, v, depth)
	}
	switch v := v.(type) {
	case bool:
		dst, _ = appendPrimitive(dst, v)
		return dst, n.kind == kindBoolean
	case string:
		return n.appendDefaultText(dst, v)
	}
	return nil, false
}

func (n *node) appendDefaultNumber(dst []byte, v any) ([]byte, bool) {
	text, ok := v.(json.Number)
	if !ok {
		return nil, false
	}
	if n.kind == kindFloat {
		f, err := strconv.ParseFloat(string(text), 32)
		return binary.LittleEndian.AppendUint32(dst, javaprint.Float32Bits(float32(f))), err == nil
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return binary.LittleEndian.AppendUint64(dst, javaprint.Float64Bits(f)), err == nil
}

func (n *node) appendDefaultText(dst []byte, text string) ([]byte, bool) {
	switch n.kind {
	case kindString:
		return appendBytes(dst, text), true
	case kindEnum:
		i := slices.Index(n.symbols, text)
		return appendLong(dst, int64(i)), i >= 0
	case kindBytes, kindFixed:
		b, ok := fromLatin1(text)
		if n.kind == kindFixed {
			return append(dst, b...), ok && len(b) == n.size
		}
		return appendBytes(dst, b), ok
	}
	return nil, false
}

// fromLatin1 makes a byte of each character; false where one is beyond U+00FF.
func fromLatin1(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, true
}

func (n *node) appendDefaultParts(dst []byte, v any, depth int) ([]byte, bool) {
	var ok bool
	switch v := v.(type) {
	case []any:
		if n.kind != kindArray {
			return nil, false
		}
		if len(v) > 0 {
			dst = appendLong(dst, int64(len(v)))
		}
		for _, e := range v {
			if dst, ok = n.items.appendDefault(dst, e, depth+1); !ok {
				return nil, false
			}
		}
		return append(dst, 0), true
	case *object:
		if n.kind == kindRecord {
			return n.appendDefaultFields(dst, v, depth)
		}
		return n.appendDefaultEntries(dst, v, depth)
	}
	return nil, false
}

func (n *node) appendDefaultFields(dst []byte, v *object, depth int) ([]byte, bool) {
	var ok bool
	for i := range n.fields {
		f := &n.fields[i]
		part, there := v.values[f.name]
		if !there {
			part = f.def
		}
		if !there && !f.hasDefault {
			return nil, false
		}
		if dst, ok = f.node.appendDefault(dst, part, depth+1); !ok {
			return nil, false
		}
	}
	return dst, true
}

func (n *node) appendDefaultEntries(dst []byte, v *object, depth int) ([]byte, bool) {
	if n.kind != kindMap {
		return nil, false
	}
	var ok bool
	if len(v.names) > 0 {
		dst = appendLong(dst, int64(len(v.names)))
	}
	for _, name := range v.names {
		if dst, ok = n.items.appendDefault(appendBytes(dst, name), v.values[name], depth+1); !ok {
			return nil, false
		}
	}
	return append(dst, 0), true
}
