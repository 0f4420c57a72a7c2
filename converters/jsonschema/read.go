// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// reader makes values of JSON, by a schema.
type reader struct {
	opts *options
	// lenient is set when null was taken where the schema requires a value: for a wrong JSON type, or a missing field.
	lenient bool
}

// value reads a node; nil is one that is missing.
func (r *reader) value(s *connect.Schema, n *node) (any, error) {
	if n == nil || n.kind == kindNull {
		return null(s, n)
	}
	switch s.Name() {
	case connect.DecimalName:
		return decimal(s, n)
	case connect.DateName, connect.TimeName, connect.TimestampName:
		return temporal(s.Name(), n)
	}
	switch s.Type() {
	case connect.TypeArray:
		return r.list(s.ValueSchema(), n)
	case connect.TypeMap:
		return r.mapOf(s, n)
	case connect.TypeStruct:
		if isUnion(s) {
			return r.union(s, n)
		}
		return r.structOf(s, n)
	}
	return r.primitive(s, n)
}

func null(s *connect.Schema, n *node) (any, error) {
	if s.Default() != nil || n == nil || s.IsOptional() {
		return s.Default(), nil
	}
	return nil, &connect.DataError{Reason: "Invalid null value for required " + s.Type().String() + " field"}
}

// primitive reads a value without parts. As in Java, another JSON type than the schema's is 0, false or null.
func (r *reader) primitive(s *connect.Schema, n *node) (any, error) {
	switch s.Type() {
	case connect.TypeInt8:
		return int8(n.integer()), nil
	case connect.TypeInt16:
		return int16(n.integer()), nil
	case connect.TypeInt32:
		return int32(n.integer()), nil
	case connect.TypeInt64:
		return n.integer(), nil
	case connect.TypeFloat32:
		return float32(n.float(32)), nil
	case connect.TypeFloat64:
		return n.float(64), nil
	case connect.TypeBoolean:
		return n.kind == kindTrue, nil
	case connect.TypeBytes:
		b, err := n.bytes()
		if err != nil {
			return nil, &connect.DataError{Reason: "Invalid bytes field", Err: err}
		}
		return b, nil
	}
	if n.kind != kindString {
		r.lenient = r.lenient || !s.IsOptional()
		return nil, nil
	}
	return n.text, nil
}

// bytes decodes base64; white space between its groups of four is ignored, as by Jackson.
func (n *node) bytes() ([]byte, error) {
	if n.kind != kindString {
		return nil, fmt.Errorf("expected base64 in a string, but found %s", javaNames[n.kind])
	}
	text := make([]byte, 0, len(n.text))
	for i := range len(n.text) {
		if n.text[i] > ' ' || len(text)%4 != 0 {
			text = append(text, n.text[i])
		}
	}
	return base64.StdEncoding.AppendDecode([]byte{}, text)
}

// zeroFrom is where wrapping ends: from 10^64 on a number's low 64 bits are zero.
const zeroFrom = 64

// integer is what Java's longValue makes of a number: the low 64 bits, fractions cut off.
func (n *node) integer() int64 {
	switch n.kind {
	case kindInt:
		v := uint64(0)
		digits := strings.TrimPrefix(n.text, "-")
		for i := range len(digits) {
			v = v*10 + uint64(digits[i]-'0')
		}
		if len(digits) < len(n.text) {
			v = -v
		}
		return int64(v)
	case kindFloat:
		if d, err := connect.ParseDecimal(n.text); err == nil {
			return truncate(d)
		}
	}
	return 0
}

func truncate(d connect.Decimal) int64 {
	if d.Scale() <= -zeroFrom || d.Scale() > maxNumber {
		return 0
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.Scale(), -d.Scale()))), nil)
	v := new(big.Int)
	if d.Scale() > 0 {
		v.Quo(d.Unscaled(), power)
	} else {
		v.Mul(d.Unscaled(), power)
	}
	low := new(big.Int).And(new(big.Int).Abs(v), new(big.Int).SetUint64(1<<64-1)).Uint64()
	if v.Sign() < 0 {
		low = -low
	}
	return int64(low)
}

// float is the nearest float; beyond them it is infinite. Zero has no sign, as decimals in Java have none.
func (n *node) float(bits int) float64 {
	if n.kind != kindInt && n.kind != kindFloat {
		return 0
	}
	v, _ := strconv.ParseFloat(n.text, bits)
	mantissa, _, _ := strings.Cut(strings.ToLower(n.text), "e")
	if v == 0 && !strings.ContainsAny(mantissa, "123456789") {
		return 0
	}
	return v
}

func decimal(s *connect.Schema, n *node) (any, error) {
	switch n.kind {
	case kindInt, kindFloat:
		d, err := connect.ParseDecimal(n.text)
		if err != nil {
			return nil, &connect.DataError{Reason: "Invalid number for Decimal field", Err: err}
		}
		return d, nil
	case kindString:
		d, err := unscaled(s, n)
		if err != nil {
			return nil, &connect.DataError{Reason: "Invalid bytes for Decimal field", Err: err}
		}
		return d, nil
	}
	return nil, &connect.DataError{Reason: "Invalid type for Decimal, underlying representation should be numeric or bytes but was " + javaNames[n.kind]}
}

func unscaled(s *connect.Schema, n *node) (connect.Decimal, error) {
	scale, err := connect.DecimalScale(s)
	if err != nil {
		return connect.Decimal{}, err
	}
	b, err := n.bytes()
	if err == nil && len(b) == 0 {
		err = errors.New("a number has at least one byte")
	}
	return connect.DecimalFromBytes(b, scale), err
}

func temporal(name string, n *node) (any, error) {
	if name == connect.TimestampName {
		if n.kind != kindInt {
			return nil, &connect.DataError{Reason: "Invalid type for Timestamp, underlying representation should be integral but was " + javaNames[n.kind]}
		}
		return time.UnixMilli(n.integer()).UTC(), nil
	}
	v, err := strconv.ParseInt(n.text, 10, 32)
	if n.kind != kindInt || err != nil {
		word := strings.TrimPrefix(name, "org.apache.kafka.connect.data.")
		return nil, &connect.DataError{Reason: "Invalid type for " + word + ", underlying representation should be integer but was " + javaNames[n.kind]}
	}
	if name == connect.DateName {
		return connect.DateFromDays(int32(v)), nil
	}
	return connect.TimeFromMillis(int32(v))
}

// list takes the elements of an array or the values of an object, and nothing of anything else.
func (r *reader) list(element *connect.Schema, n *node) (any, error) {
	list := make([]any, 0, len(n.items))
	for _, item := range n.items {
		v, err := r.value(element, item)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (r *reader) mapOf(s *connect.Schema, n *node) (any, error) {
	entries, err := r.entries(s, n)
	if err != nil {
		return nil, err
	}
	if ordered(s.KeySchema()) {
		javaprint.SortByHash(entries, 16, func(e connect.MapEntry) uint32 { h, _ := javaprint.HashOf(e.Key); return h })
	}
	return connect.NewMapOf(entries), nil
}

func (r *reader) entries(s *connect.Schema, n *node) ([]connect.MapEntry, error) {
	if !stringKeys(s) {
		return r.listed(s, n)
	}
	if n.kind != kindObject {
		return nil, &connect.DataError{Reason: "Maps with string fields should be encoded as JSON objects, but found " + javaNames[n.kind]}
	}
	entries := make([]connect.MapEntry, 0, len(n.items))
	for i, item := range n.items {
		v, err := r.value(s.ValueSchema(), item)
		if err != nil {
			return nil, err
		}
		entries = append(entries, connect.MapEntry{Key: n.names[i], Value: v})
	}
	return entries, nil
}

// listed reads a list of objects with key and value.
func (r *reader) listed(s *connect.Schema, n *node) ([]connect.MapEntry, error) {
	if n.kind != kindArray {
		return nil, &connect.DataError{Reason: "Maps with non-string fields should be encoded as JSON array of objects, but found " + javaNames[n.kind]}
	}
	m := connect.NewMap(len(n.items))
	for _, item := range n.items {
		if item.kind != kindObject {
			return nil, &connect.DataError{Reason: "Found invalid map entry instead of object: " + javaNames[item.kind]}
		}
		if len(item.items) != 2 {
			return nil, &connect.DataError{Reason: fmt.Sprintf("Found invalid map entry, expected length 2 but found :%d", len(item.items))}
		}
		k, err := r.value(s.KeySchema(), item.get(keyName))
		if err != nil {
			return nil, err
		}
		v, err := r.value(s.ValueSchema(), item.get(valueName))
		if err != nil {
			return nil, err
		}
		m.Put(k, v)
	}
	var entries []connect.MapEntry
	for k, v := range m.All() {
		entries = append(entries, connect.MapEntry{Key: k, Value: v})
	}
	return entries, nil
}

// ordered says whether entries come in the order of Java's HashMap: keys of other types keep that of the message.
func ordered(key *connect.Schema) bool {
	primitive := []connect.Type{connect.TypeString, connect.TypeBoolean, connect.TypeInt8, connect.TypeInt16, connect.TypeInt32, connect.TypeInt64}
	return key.Name() == "" && slices.Contains(primitive, key.Type())
}

func (r *reader) structOf(s *connect.Schema, n *node) (any, error) {
	if n.kind != kindObject {
		return nil, &connect.DataError{Reason: "Structs should be encoded as JSON objects, but found " + javaNames[n.kind]}
	}
	out := connect.NewStruct(s)
	fields := s.Fields()
	for i := range fields {
		f := &fields[i]
		v, err := r.field(f, n.at(i, f.Name))
		if err != nil {
			return nil, err
		}
		out.SetAt(i, v)
		r.lenient = r.lenient || v == nil && !f.Schema.IsOptional() && f.Schema.Default() == nil
	}
	return out, nil
}

// at returns a member, first tried at the place that it has when an object is in the order of its schema.
func (n *node) at(i int, name string) *node {
	if i < len(n.names) && n.names[i] == name {
		return n.items[i]
	}
	return n.get(name)
}

// field reads a field's value. A struct checks what is put into it, so that a null inside of it that the schema does not allow
// is refused here and nowhere else; one in its own place is left out.
func (r *reader) field(f *connect.SchemaField, n *node) (any, error) {
	outer := r.lenient
	r.lenient = false
	v, err := r.value(f.Schema, n)
	if err == nil && r.lenient && v != nil {
		err = validField(f, v)
	}
	r.lenient = outer
	return v, err
}

// validField checks a value as Struct.Put does.
func validField(f *connect.SchemaField, v any) error {
	one, err := connect.NewStructSchema("", []connect.SchemaField{{Name: f.Name, Schema: f.Schema}})
	if err != nil {
		return err
	}
	return connect.NewStruct(one).Put(f.Name, v)
}
