// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

func wrongType(t connect.Type, v any) error {
	return &connect.DataError{Reason: "Invalid type for " + t.String() + ": class " + javatext.ClassName(v)}
}

// appendStruct appends the fields of a struct.
func (o *options) appendStruct(dst []byte, sh *shape, v any) ([]byte, error) {
	s, ok := v.(*connect.Struct)
	if !ok {
		return nil, wrongType(connect.TypeStruct, v)
	}
	if !s.Schema().Equal(sh.schema) {
		return nil, &connect.DataError{Reason: "Mismatching struct schema"}
	}
	var err error
	for i := range sh.slots {
		if dst, err = o.appendSlot(dst, &sh.slots[i], s); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

func (o *options) appendSlot(dst []byte, sl *slot, s *connect.Struct) ([]byte, error) {
	v := o.at(s, sl.at)
	if v != nil && sl.branch != noBranch {
		var err error
		if v, err = o.branch(sl, v); err != nil {
			return nil, err
		}
	}
	if v == nil {
		return dst, nil
	}
	if sl.codec == nil {
		return nil, &connect.DataError{Reason: "Cannot find field with name " + sl.name}
	}
	return o.appendField(dst, sl.codec, v)
}

// at is a field's value, or its default.
func (o *options) at(s *connect.Struct, i int) any {
	v := s.At(i)
	if v == nil && !o.ignoreDefaults {
		return s.Schema().Fields()[i].Schema.Default()
	}
	return v
}

// branch is the value of a member of a oneof, nil where another one is set.
func (o *options) branch(sl *slot, v any) (any, error) {
	union, ok := v.(*connect.Struct)
	if !ok {
		return nil, wrongType(connect.TypeStruct, v)
	}
	if !union.Schema().Equal(sl.union) {
		return nil, &connect.DataError{Reason: "Mismatching struct schema"}
	}
	for i := range sl.union.Fields() {
		if member := o.at(union, i); member != nil {
			if i == sl.branch {
				return member, nil
			}
			return nil, nil
		}
	}
	return nil, &connect.DataError{Reason: "Cannot find non-null field"}
}

// appendField appends a field with its number.
func (o *options) appendField(dst []byte, c *codec, v any) ([]byte, error) {
	switch {
	case c.element != nil:
		return o.appendList(dst, c, v)
	case c.key != nil:
		return o.appendMap(dst, c, v)
	case c.message != nil || c.logical || c.wrapped:
		dst = protowire.AppendTag(dst, c.number, protowire.BytesType)
		return prefixed(dst, func(dst []byte) ([]byte, error) { return o.appendMessage(dst, c, v) })
	}
	before := len(dst)
	dst = protowire.AppendTag(dst, c.number, wireType(c.kind))
	dst, zero, err := o.appendScalar(dst, c, v)
	if err != nil {
		return nil, err
	}
	if zero && !c.presence {
		return dst[:before], nil
	}
	return dst, nil
}

// prefixed appends something with its length in front.
func prefixed(dst []byte, content func([]byte) ([]byte, error)) ([]byte, error) {
	start := len(dst)
	dst = append(dst, 0) // nearly all lengths take one byte
	dst, err := content(dst)
	if err != nil {
		return nil, err
	}
	size := len(dst) - start - 1
	if more := protowire.SizeVarint(uint64(size)) - 1; more > 0 {
		dst = append(dst, make([]byte, more)...)
		copy(dst[start+1+more:], dst[start+1:start+1+size])
	}
	protowire.AppendVarint(dst[:start], uint64(size))
	return dst, nil
}

func (o *options) appendMessage(dst []byte, c *codec, v any) ([]byte, error) {
	switch {
	case c.logical:
		return appendLogical(dst, c.schema, v)
	case c.wrapped:
		return o.appendWrapper(dst, c.schema, v)
	}
	return o.appendStruct(dst, c.message, v)
}

func (o *options) appendList(dst []byte, c *codec, v any) ([]byte, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, wrongType(connect.TypeArray, v)
	}
	if len(list) == 0 {
		return dst, nil
	}
	for _, e := range list {
		if e == nil {
			return nil, &connect.DataError{Reason: "Protobuf has no null among the elements of a list"}
		}
	}
	if c.element.packed {
		dst = protowire.AppendTag(dst, c.number, protowire.BytesType)
		return prefixed(dst, func(dst []byte) (_ []byte, err error) {
			for _, e := range list {
				if dst, _, err = o.appendScalar(dst, c.element, e); err != nil {
					return nil, err
				}
			}
			return dst, nil
		})
	}
	var err error
	for _, e := range list {
		if dst, err = o.appendField(dst, c.element, e); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

func (o *options) appendMap(dst []byte, c *codec, v any) ([]byte, error) {
	m, ok := v.(*connect.Map)
	if !ok {
		return nil, wrongType(connect.TypeMap, v)
	}
	var err error
	for key, value := range m.All() {
		dst = protowire.AppendTag(dst, c.number, protowire.BytesType)
		dst, err = prefixed(dst, func(dst []byte) (_ []byte, err error) {
			if key != nil {
				if dst, err = o.appendField(dst, c.key, key); err != nil {
					return nil, err
				}
			}
			if value == nil {
				return dst, nil
			}
			return o.appendField(dst, c.value, value)
		})
		if err != nil {
			return nil, err
		}
	}
	return dst, nil
}

func wireType(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.FloatKind, protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind:
		return protowire.Fixed32Type
	case protoreflect.DoubleKind, protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind:
		return protowire.BytesType
	}
	return protowire.VarintType
}

// appendScalar appends a value without its number and says whether it is the zero of its type.
func (o *options) appendScalar(dst []byte, c *codec, v any) ([]byte, bool, error) {
	if c.symbols != nil {
		return o.appendSymbol(dst, c, v)
	}
	switch c.schema.Type() {
	case connect.TypeBoolean:
		b, ok := v.(bool)
		if !ok {
			return nil, false, wrongType(c.schema.Type(), v)
		}
		return protowire.AppendVarint(dst, protowire.EncodeBool(b)), !b, nil
	case connect.TypeString:
		text, ok := v.(string)
		if !ok {
			return nil, false, wrongType(c.schema.Type(), v)
		}
		return protowire.AppendString(dst, strings.ToValidUTF8(text, "\uFFFD")), text == "", nil
	case connect.TypeBytes:
		b, ok := v.([]byte)
		if !ok {
			return nil, false, wrongType(c.schema.Type(), v)
		}
		return protowire.AppendBytes(dst, b), len(b) == 0, nil
	}
	return appendNumber(dst, c, v)
}

// The bits of what is not a number, as Java has them.
const (
	javaNaN32 = 0x7fc00000
	javaNaN64 = 0x7ff8000000000000
)

func appendNumber(dst []byte, c *codec, v any) ([]byte, bool, error) {
	switch c.kind {
	case protoreflect.FloatKind:
		f, ok := double(v)
		bits := math.Float32bits(float32(f))
		if math.IsNaN(f) {
			bits = javaNaN32
		}
		return protowire.AppendFixed32(dst, bits), bits == 0, typeError(ok, c, v)
	case protoreflect.DoubleKind:
		f, ok := double(v)
		bits := math.Float64bits(f)
		if math.IsNaN(f) {
			bits = javaNaN64
		}
		return protowire.AppendFixed64(dst, bits), bits == 0, typeError(ok, c, v)
	}
	n, ok := long(v)
	if c.schema.Type() != connect.TypeInt64 {
		n = int64(int32(n))
	}
	return appendWhole(dst, c.kind, n), n == 0, typeError(ok, c, v)
}

func typeError(ok bool, c *codec, v any) error {
	if ok {
		return nil
	}
	return wrongType(c.schema.Type(), v)
}

func appendWhole(dst []byte, kind protoreflect.Kind, n int64) []byte {
	switch kind {
	case protoreflect.Uint32Kind:
		return protowire.AppendVarint(dst, uint64(uint32(n)))
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		return protowire.AppendVarint(dst, protowire.EncodeZigZag(n))
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind:
		return protowire.AppendFixed32(dst, uint32(n))
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		return protowire.AppendFixed64(dst, uint64(n))
	}
	return protowire.AppendVarint(dst, uint64(n))
}

// long is the whole number of any number, as Java's longValue.
func long(v any) (int64, bool) {
	switch v := v.(type) {
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case float32:
		return saturated(float64(v)), true
	case float64:
		return saturated(v), true
	}
	return 0, false
}

func saturated(f float64) int64 {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// double is the floating-point number of any number.
func double(v any) (float64, bool) {
	switch v := v.(type) {
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	n, ok := long(v)
	return float64(n), ok
}

// appendSymbol appends the number of an enum's symbol, which a string names and a number is.
func (o *options) appendSymbol(dst []byte, c *codec, v any) ([]byte, bool, error) {
	if text, ok := v.(string); ok && c.schema.Type() == connect.TypeString {
		number, known := c.schema.Parameter(o.enumParam() + "." + text)
		n, err := strconv.ParseInt(number, 10, 32)
		if !known || err != nil {
			return nil, false, &connect.DataError{Reason: fmt.Sprintf("enum %s has no symbol %q", c.symbols.FullName(), text)}
		}
		return protowire.AppendVarint(dst, uint64(n)), n == 0, nil
	}
	n, ok := long(v)
	if !ok || c.schema.Type() == connect.TypeString {
		return nil, false, wrongType(c.schema.Type(), v)
	}
	if c.symbols.Values().ByNumber(protoreflect.EnumNumber(n)) == nil {
		return nil, false, &connect.DataError{Reason: fmt.Sprintf("enum %s has no symbol of number %d", c.symbols.FullName(), n)}
	}
	return protowire.AppendVarint(dst, uint64(n)), n == 0, nil
}

// wrapperKinds are how Confluent's converter writes what is in a wrapper: whole numbers without regard to their sign.
var wrapperKinds = map[connect.Type]protoreflect.Kind{connect.TypeFloat32: protoreflect.FloatKind, connect.TypeFloat64: protoreflect.DoubleKind}

// appendWrapper appends the content of a wrapper message.
func (o *options) appendWrapper(dst []byte, s *connect.Schema, v any) ([]byte, error) {
	c := codec{schema: s, number: 1, kind: wrapperKinds[s.Type()]}
	switch s.Type() {
	case connect.TypeString:
		c.kind = protoreflect.StringKind
	case connect.TypeBytes:
		c.kind = protoreflect.BytesKind
	case connect.TypeInt64:
		if typ, _ := s.Parameter(typeParam); typ == "uint32" || typ == "fixed32" {
			if n, ok := long(v); ok {
				v = int64(int32(n))
			}
		}
	}
	return o.appendField(dst, &c, v)
}
