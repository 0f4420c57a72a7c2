// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"cmp"
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// root reads a whole message by its schema.
func (o *options) root(s *connect.Schema, m protoreflect.Message) (any, error) {
	if s.Type() == connect.TypeStruct {
		return o.structOf(s, m)
	}
	return o.wrappedValue(s, m)
}

// structOf reads the fields in the order in which schemaReader made them of the descriptor.
func (o *options) structOf(s *connect.Schema, m protoreflect.Message) (*connect.Struct, error) {
	out := connect.NewStruct(s)
	at := 0
	md := m.Descriptor()
	for i := range md.Oneofs().Len() {
		od := md.Oneofs().Get(i)
		if od.IsSynthetic() {
			continue
		}
		var err error
		if at, err = o.oneof(out, at, m, od); err != nil {
			return nil, err
		}
	}
	for i := range md.Fields().Len() {
		fd := md.Fields().Get(i)
		if realOneof(fd) {
			continue
		}
		if err := o.setField(out, at, m, fd); err != nil {
			return nil, err
		}
		at++
	}
	return out, nil
}

// oneof sets what is set of a oneof and returns the place of the field after it.
func (o *options) oneof(out *connect.Struct, at int, m protoreflect.Message, od protoreflect.OneofDescriptor) (int, error) {
	set := m.WhichOneof(od)
	if o.flatten {
		for i := range od.Fields().Len() {
			if fd := od.Fields().Get(i); fd == set {
				v, err := o.value(out.Schema().Fields()[at+i].Schema, fd, m.Get(fd))
				if err != nil {
					return 0, err
				}
				out.SetAt(at+i, v)
			}
		}
		return at + od.Fields().Len(), nil
	}
	if set == nil {
		return at + 1, nil
	}
	schema := out.Schema().Fields()[at].Schema
	member := schema.Field(string(set.Name()))
	v, err := o.value(member.Schema, set, m.Get(set))
	if err != nil {
		return 0, err
	}
	union := connect.NewStruct(schema)
	union.SetAt(member.Index, v)
	out.SetAt(at, union)
	return at + 1, nil
}

// setField sets a field that is set in the message, or that has a default there that counts as a value.
func (o *options) setField(out *connect.Struct, at int, m protoreflect.Message, fd protoreflect.FieldDescriptor) error {
	single := fd.Kind() == protoreflect.MessageKind && fd.Cardinality() != protoreflect.Repeated
	if (single || o.isOptional(fd)) && !o.structNulls && !m.Has(fd) {
		return nil
	}
	v, err := o.value(out.Schema().Fields()[at].Schema, fd, m.Get(fd))
	if err == nil {
		out.SetAt(at, v)
	}
	return err
}

// isOptional says whether a field of a primitive type that is not set is null.
func (o *options) isOptional(fd protoreflect.FieldDescriptor) bool {
	if fd.ParentFile().Syntax() == protoreflect.Proto2 {
		return o.proto2 && fd.HasOptionalKeyword()
	}
	return fd.HasOptionalKeyword()
}

func (o *options) value(s *connect.Schema, fd protoreflect.FieldDescriptor, v protoreflect.Value) (any, error) {
	switch {
	case fd.IsMap():
		return o.mapOf(s, fd, v.Map())
	case fd.IsList() && s.Type() == connect.TypeMap:
		return o.entries(s, v.List())
	case fd.IsList():
		return o.list(s, fd, v.List())
	}
	return o.single(s, fd, v)
}

func (o *options) list(s *connect.Schema, fd protoreflect.FieldDescriptor, in protoreflect.List) (any, error) {
	out := make([]any, 0, in.Len())
	for i := range in.Len() {
		v, err := o.single(s.ValueSchema(), fd, in.Get(i))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// mapOf reads a map of Protobuf, whose entries have no order: they come in that of Java's table, keys of one bucket sorted.
func (o *options) mapOf(s *connect.Schema, fd protoreflect.FieldDescriptor, in protoreflect.Map) (any, error) {
	entries := make([]connect.MapEntry, 0, in.Len())
	var err error
	in.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		var key, value any
		if key, err = o.single(s.KeySchema(), fd.MapKey(), k.Value()); err != nil {
			return false
		}
		if value, err = o.single(s.ValueSchema(), fd.MapValue(), v); err != nil {
			return false
		}
		entries = append(entries, connect.MapEntry{Key: key, Value: value})
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b connect.MapEntry) int { return compareKeys(a.Key, b.Key) })
	return javaMap(entries), nil
}

func compareKeys(a, b any) int {
	switch a := a.(type) {
	case string:
		return cmp.Compare(a, b.(string))
	case bool:
		if a == b.(bool) {
			return 0
		}
		if a {
			return 1
		}
		return -1
	}
	x, _ := long(a)
	y, _ := long(b)
	return cmp.Compare(x, y)
}

// entries reads a list of messages with key and value; of a key that is there twice the last value counts.
func (o *options) entries(s *connect.Schema, in protoreflect.List) (any, error) {
	m := connect.NewMap(in.Len())
	for i := range in.Len() {
		entry := in.Get(i).Message()
		fields := entry.Descriptor().Fields()
		key, err := o.single(s.KeySchema(), fields.ByName(keyName), entry.Get(fields.ByName(keyName)))
		if err != nil {
			return nil, err
		}
		value, err := o.single(s.ValueSchema(), fields.ByName(valueName), entry.Get(fields.ByName(valueName)))
		if err != nil {
			return nil, err
		}
		m.Put(key, value)
	}
	entries := make([]connect.MapEntry, 0, m.Len())
	for k, v := range m.All() {
		if !hashable(k) {
			return m, nil
		}
		entries = append(entries, connect.MapEntry{Key: k, Value: v})
	}
	return javaMap(entries), nil
}

// javaMap puts entries into the order of java.util.HashMap.
func javaMap(entries []connect.MapEntry) *connect.Map {
	javaprint.SortByHash(entries, 16, func(e connect.MapEntry) uint32 { h, _ := javaprint.HashOf(e.Key); return h })
	return connect.NewMapOf(entries)
}

// hashable says whether a key is of a type by whose hashes a map is ordered here.
func hashable(key any) bool {
	switch key.(type) {
	case string, bool, int8, int16, int32, int64:
		return true
	}
	return false
}

// single reads one value, or one element.
func (o *options) single(s *connect.Schema, fd protoreflect.FieldDescriptor, v protoreflect.Value) (any, error) {
	if fd.Kind() == protoreflect.EnumKind {
		return symbolOf(s, fd.Enum(), v.Enum()), nil
	}
	if fd.Kind() != protoreflect.MessageKind {
		return scalar(s, v)
	}
	switch {
	case logicalMessages[s.Name()] != "":
		return logicalValue(s, v.Message())
	case s.Type() == connect.TypeStruct:
		inner, err := o.structOf(s, v.Message())
		if err != nil {
			return nil, err
		}
		return inner, complete(inner)
	}
	return o.wrappedValue(s, v.Message())
}

// complete says whether a struct has all values that its schema requires, which a struct around it checks in Kafka Connect.
func complete(s *connect.Struct) error {
	for i, f := range s.Schema().Fields() {
		if s.At(i) == nil && !f.Schema.IsOptional() && f.Schema.Default() == nil {
			return &connect.DataError{Reason: fmt.Sprintf("Invalid value: null used for required field: %q, schema type: %s", f.Name, f.Schema.Type())}
		}
	}
	return nil
}

// symbolOf is the name of an enum's number, or the number itself.
func symbolOf(s *connect.Schema, ed protoreflect.EnumDescriptor, n protoreflect.EnumNumber) any {
	if s.Type() == connect.TypeInt32 {
		return int32(n)
	}
	if v := ed.Values().ByNumber(n); v != nil {
		return string(v.Name())
	}
	return fmt.Sprintf("UNKNOWN_ENUM_VALUE_%s_%d", ed.Name(), n)
}

// wrappedValue reads the value in a wrapper message.
func (o *options) wrappedValue(s *connect.Schema, m protoreflect.Message) (any, error) {
	fd := m.Descriptor().Fields().ByName(valueName)
	if fd == nil || fd.Cardinality() == protoreflect.Repeated {
		return nil, &connect.DataError{Reason: fmt.Sprintf("message %s has no field value to take", m.Descriptor().FullName())}
	}
	return o.single(s, fd, m.Get(fd))
}

func scalar(s *connect.Schema, v protoreflect.Value) (any, error) {
	switch in := v.Interface().(type) {
	case bool, string, float32, float64:
		return in, nil
	case []byte:
		return append([]byte{}, in...), nil
	case int32:
		return whole(s, int64(in)), nil
	case uint32:
		return whole(s, int64(in)), nil
	case int64:
		return whole(s, in), nil
	case uint64:
		return whole(s, int64(in)), nil
	}
	return nil, &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s: %T", s.Type(), v.Interface())}
}

func whole(s *connect.Schema, n int64) any {
	switch s.Type() {
	case connect.TypeInt8:
		return int8(n)
	case connect.TypeInt16:
		return int16(n)
	case connect.TypeInt32:
		return int32(n)
	}
	return n
}
