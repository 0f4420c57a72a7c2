// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javaprint"
)

// maxDepth bounds how deep values are nested in each other, in both directions.
const maxDepth = 5000

var (
	errDepth    = errors.New("the value is nested too deeply")
	errRequired = &connect.DataError{Reason: "Found null value for non-optional schema"}
)

// appendLong appends an int or long: zig-zag, seven bits a byte, the lowest first.
func appendLong(dst []byte, v int64) []byte {
	return binary.AppendUvarint(dst, uint64(v<<1)^uint64(v>>63))
}

func appendBytes[T string | []byte](dst []byte, v T) []byte {
	return append(appendLong(dst, int64(len(v))), v...)
}

// isTombstone says whether a whole value is written as nil bytes: null, or a union of which nothing is set.
func (w *writer) isTombstone(v any) bool {
	if w.schema == nil {
		return v == nil
	}
	if !w.schema.IsOptional() {
		return false
	}
	st, ok := v.(*connect.Struct)
	if !ok || w.form != formUnion {
		return v == nil
	}
	for i := range w.fields {
		if w.fields[i].def != nil || st.At(w.fields[i].index) != nil {
			return false
		}
	}
	return true
}

// top appends a whole value. Bytes that are in nothing have no length in front: Confluent's serializer writes them as they are.
func (w *writer) top(dst []byte, v any) ([]byte, error) {
	if w.branch == nil && w.form != formUnion && w.form != formAnything && w.node.kind == kindBytes && v != nil {
		b, err := w.bytes(v)
		return append(dst, b...), err
	}
	return w.append(dst, v, 0)
}

// append appends a value; null only where the schema is optional.
func (w *writer) append(dst []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, &connect.DataError{Reason: "Error serializing Avro message", Err: errDepth}
	}
	switch {
	case w.form == formAnything && w.err == nil:
		return appendAnything(dst, v, depth)
	case v == nil && w.schema != nil && w.schema.IsOptional() && w.null != nil:
		return append(dst, w.null...), nil
	case v == nil:
		return nil, errRequired
	case w.err != nil:
		return nil, w.err
	case w.form == formUnion:
		return w.appendUnion(dst, v, depth)
	}
	dst = append(dst, w.branch...)
	switch w.form {
	case formLogical:
		inner, err := stored(w.schema, v)
		if err != nil {
			return nil, err
		}
		return w.appendPlain(dst, inner, depth)
	case formEnum:
		return w.appendEnum(dst, v)
	case formFixed:
		return w.appendFixed(dst, v)
	case formEntries:
		return w.appendEntries(dst, v, depth)
	}
	return w.appendPlain(dst, v, depth)
}

// appendPlain appends a value whose Go type must be exactly that of the schema.
func (w *writer) appendPlain(dst []byte, v any, depth int) ([]byte, error) {
	switch w.typ {
	case connect.TypeArray:
		return w.appendArray(dst, v, depth)
	case connect.TypeMap:
		return w.appendMap(dst, v, depth)
	case connect.TypeStruct:
		return w.appendStruct(dst, v, depth)
	}
	dst, found := appendPrimitive(dst, v)
	if found != w.typ {
		return nil, wrongType(w.typ, v)
	}
	return dst, nil
}

func wrongType(t connect.Type, v any) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s: class %s", t, javatext.ClassName(v))}
}

// appendPrimitive appends a value by its Go type and returns the type that this stands for, 0 for one that is not primitive.
func appendPrimitive(dst []byte, v any) ([]byte, connect.Type) {
	switch v := v.(type) {
	case string:
		return appendBytes(dst, v), connect.TypeString
	case int64:
		return appendLong(dst, v), connect.TypeInt64
	case int32:
		return appendLong(dst, int64(v)), connect.TypeInt32
	case int16:
		return appendLong(dst, int64(v)), connect.TypeInt16
	case int8:
		return appendLong(dst, int64(v)), connect.TypeInt8
	case float64:
		return binary.LittleEndian.AppendUint64(dst, javaprint.Float64Bits(v)), connect.TypeFloat64
	case float32:
		return binary.LittleEndian.AppendUint32(dst, javaprint.Float32Bits(v)), connect.TypeFloat32
	case bool:
		if v {
			return append(dst, 1), connect.TypeBoolean
		}
		return append(dst, 0), connect.TypeBoolean
	case []byte:
		return appendBytes(dst, v), connect.TypeBytes
	}
	return dst, 0
}

func (w *writer) appendArray(dst []byte, v any, depth int) ([]byte, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, wrongType(connect.TypeArray, v)
	}
	if len(list) > 0 {
		dst = appendLong(dst, int64(len(list)))
	}
	var err error
	for _, e := range list {
		if dst, err = w.value.append(dst, e, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, 0), nil
}

func (w *writer) appendMap(dst []byte, v any, depth int) ([]byte, error) {
	m, ok := v.(*connect.Map)
	if !ok {
		return nil, wrongType(connect.TypeMap, v)
	}
	if m.Len() > 0 {
		dst = appendLong(dst, int64(m.Len()))
	}
	entries, err := textEntries(m)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		dst = appendBytes(dst, e.Key.(string))
		if dst, err = w.value.append(dst, e.Value, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, 0), nil
}

// textEntries puts the entries into the order in which Java writes them: that of the HashMap into which it converts them.
func textEntries(m *connect.Map) ([]connect.MapEntry, error) {
	entries := make([]connect.MapEntry, 0, m.Len())
	for k, v := range m.All() {
		if _, ok := k.(string); !ok {
			if k == nil {
				return nil, &connect.DataError{Reason: "the key of a map is null"}
			}
			return nil, wrongType(connect.TypeString, k)
		}
		entries = append(entries, connect.MapEntry{Key: k, Value: v})
	}
	if len(entries) > 1 {
		javaprint.SortByHash(entries, javaTable, func(e connect.MapEntry) uint32 { return javaprint.HashString(e.Key.(string)) })
	}
	return entries, nil
}

// javaTable is the size of the table of a new HashMap.
const javaTable = 16

func (w *writer) appendEntries(dst []byte, v any, depth int) ([]byte, error) {
	m, ok := v.(*connect.Map)
	if !ok {
		return nil, wrongType(connect.TypeMap, v)
	}
	if m.Len() > 0 {
		dst = appendLong(dst, int64(m.Len()))
	}
	first, second := w.key, w.value
	if w.turned {
		first, second = second, first
	}
	var err error
	for k, v := range m.All() {
		if w.turned {
			k, v = v, k
		}
		if dst, err = first.append(dst, k, depth+1); err != nil {
			return nil, err
		}
		if dst, err = second.append(dst, v, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, 0), nil
}

// structOf checks that a value is a struct of the schema.
func (w *writer) structOf(v any) (*connect.Struct, error) {
	st, ok := v.(*connect.Struct)
	if !ok {
		return nil, wrongType(connect.TypeStruct, v)
	}
	if own := st.Schema(); own != w.schema && own != w.equal {
		if !own.Equal(w.schema) && !own.WithOptional(w.schema.IsOptional()).Equal(w.schema) {
			return nil, &connect.DataError{Reason: "Mismatching struct schema"}
		}
		w.equal = own
	}
	return st, nil
}

func (w *writer) appendStruct(dst []byte, v any, depth int) ([]byte, error) {
	st, err := w.structOf(v)
	if err != nil {
		return nil, err
	}
	for i := range w.fields {
		f := &w.fields[i]
		if f.err != nil {
			return nil, f.err
		}
		if f.writer == nil {
			dst = append(dst, f.fill...)
			continue
		}
		part := st.At(f.index)
		if part == nil {
			part = f.def
		}
		if dst, err = f.writer.append(dst, part, depth+1); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// appendUnion appends the first field that is set as the branch that it stands for.
func (w *writer) appendUnion(dst []byte, v any, depth int) ([]byte, error) {
	st, err := w.structOf(v)
	if err != nil {
		return nil, err
	}
	for i := range w.fields {
		f := &w.fields[i]
		part := st.At(f.index)
		if part == nil {
			part = f.def
		}
		if part != nil && f.err != nil {
			return nil, f.err
		}
		if part != nil {
			return f.writer.append(append(dst, f.fill...), part, depth+1)
		}
	}
	if w.schema.IsOptional() && w.null != nil {
		return append(dst, w.null...), nil
	}
	return nil, errRequired
}

func (w *writer) appendEnum(dst []byte, v any) ([]byte, error) {
	symbol, ok := v.(string)
	if !ok {
		return nil, wrongType(connect.TypeString, v)
	}
	i, ok := w.symbols[symbol]
	if !ok {
		return nil, &connect.DataError{Reason: fmt.Sprintf("enum value '%s' is not in the enum symbol set: %s", symbol, w.node.describe())}
	}
	return appendLong(dst, int64(i)), nil
}

// bytes are those of a BYTES value, logical or not.
func (w *writer) bytes(v any) ([]byte, error) {
	v, err := stored(w.schema, v)
	if err != nil {
		return nil, err
	}
	b, ok := v.([]byte)
	if !ok {
		return nil, wrongType(connect.TypeBytes, v)
	}
	return b, nil
}

// appendFixed appends bytes that have exactly the size; a decimal is made longer by its sign.
func (w *writer) appendFixed(dst []byte, v any) ([]byte, error) {
	b, err := w.bytes(v)
	if err != nil {
		return nil, err
	}
	if logicals[w.schema.Name()] == logicalDecimal && len(b) <= w.node.size {
		sign := byte(0)
		if b[0]&0x80 != 0 {
			sign = 0xff
		}
		for range w.node.size - len(b) {
			dst = append(dst, sign)
		}
		return append(dst, b...), nil
	}
	if len(b) != w.node.size {
		return nil, w.node.checkSize(len(b))
	}
	return append(dst, b...), nil
}
