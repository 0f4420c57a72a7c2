// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
)

// schemaReader makes schemas of the data model from descriptors.
type schemaReader struct {
	opts *options
	// inside are the messages that are being read, to find those that contain themselves.
	inside map[protoreflect.FullName]bool
	// first are the numbers of the fields in which messages are first used, "" for lists.
	first map[protoreflect.FullName]string
	// left bounds the size of the outcome: messages that use others several times grow without end.
	left int
}

// maxParts is how many fields a schema may have, those of messages inside included.
const maxParts = 100_000

var (
	errRecursive = &connect.DataError{Reason: "the Protobuf message contains itself, which schemas of Connect's data model cannot"}
	errTooLarge  = &connect.DataError{Reason: fmt.Sprintf("the Protobuf message is too large: it has more than %d fields, those of messages inside included, or is nested deeper than %d", maxParts, maxDepth)}
)

// schemaOf reads a message; version is the one that the registry gave its schema, 0 for none.
func schemaOf(md protoreflect.MessageDescriptor, version int, opts *options) (*connect.Schema, error) {
	r := &schemaReader{opts: opts, inside: map[protoreflect.FullName]bool{}, first: map[protoreflect.FullName]string{}, left: maxParts}
	s, err := r.root(md)
	if err == nil && version != 0 {
		s = s.WithVersion(version)
	}
	return s, err
}

func (r *schemaReader) root(md protoreflect.MessageDescriptor) (*connect.Schema, error) {
	if w := wrapperOf(string(md.FullName())); w != nil && r.opts.raw {
		return w.schema, nil
	}
	return r.message(md)
}

func (r *schemaReader) name(d protoreflect.Descriptor) string {
	if r.opts.enhanced {
		return string(d.FullName())
	}
	return string(d.Name())
}

// message reads a struct: first its oneofs, then its other fields.
func (r *schemaReader) message(md protoreflect.MessageDescriptor) (*connect.Schema, error) {
	if r.inside[md.FullName()] {
		return nil, errRecursive
	}
	if len(r.inside) > maxDepth {
		return nil, errTooLarge
	}
	r.inside[md.FullName()] = true
	defer delete(r.inside, md.FullName())
	var fields []connect.SchemaField
	for i := range md.Oneofs().Len() {
		od := md.Oneofs().Get(i)
		if od.IsSynthetic() {
			continue
		}
		members, err := r.members(od)
		if err != nil {
			return nil, err
		}
		if r.opts.flatten {
			fields = append(fields, members...)
			continue
		}
		union, err := r.union(od, members)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(r.opts.unionField(od), union))
	}
	for i := range md.Fields().Len() {
		fd := md.Fields().Get(i)
		if realOneof(fd) {
			continue
		}
		s, err := r.field(fd, false)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(string(fd.Name()), s))
	}
	return connect.NewStructSchema(r.name(md), fields)
}

func realOneof(fd protoreflect.FieldDescriptor) bool {
	return fd.ContainingOneof() != nil && !fd.ContainingOneof().IsSynthetic()
}

func (r *schemaReader) members(od protoreflect.OneofDescriptor) ([]connect.SchemaField, error) {
	var fields []connect.SchemaField
	for i := range od.Fields().Len() {
		fd := od.Fields().Get(i)
		s, err := r.field(fd, true)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(string(fd.Name()), s))
	}
	return fields, nil
}

// unionField is the name of the field for a oneof.
func (o *options) unionField(od protoreflect.OneofDescriptor) string {
	if o.unionIndex {
		return string(od.Name()) + "_" + strconv.Itoa(od.Index())
	}
	return string(od.Name())
}

func (r *schemaReader) union(od protoreflect.OneofDescriptor, members []connect.SchemaField) (*connect.Schema, error) {
	name := unionPrefix + "." + r.name(od)
	if r.opts.generalized {
		name = string(od.Name())
	}
	s, err := connect.NewStructSchema(name, members)
	if err != nil {
		return nil, err
	}
	if r.opts.generalized {
		s = s.WithParameter(generalUnion, name)
	}
	return s.WithOptional(true), nil
}

// field reads a field with its number as a parameter.
func (r *schemaReader) field(fd protoreflect.FieldDescriptor, member bool) (*connect.Schema, error) {
	if r.left--; r.left < 0 {
		return nil, errTooLarge
	}
	s, err := r.value(fd)
	if err != nil {
		return nil, err
	}
	number := strconv.Itoa(int(fd.Number()))
	s = r.used(s, fd, number)
	if fd.Cardinality() == protoreflect.Repeated && s.Type() != connect.TypeMap {
		s = connect.ArrayOf(s.WithOptional(true)).WithOptional(true)
	}
	switch {
	case member:
		s = s.WithOptional(true)
		if r.opts.wrappers && fd.Message() != nil && wrapperOf(string(fd.Message().FullName())) != nil {
			s = s.WithParameter(wrapperParam, "true")
		}
	case r.opts.optional:
		if fd.HasOptionalKeyword() {
			s = s.WithOptional(true)
		}
	case !r.opts.wrappers:
		s = s.WithOptional(true)
	}
	return s.WithParameter(tagParam, number), nil
}

// used notes the number of the field in which a message is first used: as the elements of a later list it keeps that number in
// Confluent's schemas.
func (r *schemaReader) used(s *connect.Schema, fd protoreflect.FieldDescriptor, number string) *connect.Schema {
	if fd.Message() == nil || s.Type() != connect.TypeStruct {
		return s
	}
	first, known := r.first[fd.Message().FullName()]
	repeated := fd.Cardinality() == protoreflect.Repeated
	if !known {
		if repeated {
			number = ""
		}
		r.first[fd.Message().FullName()] = number
	}
	if repeated && first != "" {
		return s.WithParameter(tagParam, first)
	}
	return s
}

// value reads what one element of a field is.
func (r *schemaReader) value(fd protoreflect.FieldDescriptor) (*connect.Schema, error) {
	switch fd.Kind() {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return int32Schema(fd), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Int64Kind, protoreflect.Uint64Kind, protoreflect.Sint64Kind,
		protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		return typed(connect.Int64, fd.Kind(), protoreflect.Int64Kind), nil
	case protoreflect.FloatKind:
		return connect.Float32, nil
	case protoreflect.DoubleKind:
		return connect.Float64, nil
	case protoreflect.BoolKind:
		return connect.Boolean, nil
	case protoreflect.StringKind:
		return connect.String, nil
	case protoreflect.BytesKind:
		return connect.Bytes, nil
	case protoreflect.EnumKind:
		return r.enum(fd.Enum()), nil
	case protoreflect.MessageKind:
		s, err := r.inner(fd)
		if err != nil {
			return nil, err
		}
		return s.WithOptional(true), nil
	}
	return nil, &connect.DataError{Reason: "Unknown Connect schema type: " + strings.ToUpper(fd.Kind().String())}
}

func int32Schema(fd protoreflect.FieldDescriptor) *connect.Schema {
	switch metaOf(fd)[connectType] {
	case "int8":
		return connect.Int8
	case "int16":
		return connect.Int16
	}
	return typed(connect.Int32, fd.Kind(), protoreflect.Int32Kind)
}

// typed keeps the type of Protobuf where it is not the plain one.
func typed(s *connect.Schema, kind, plain protoreflect.Kind) *connect.Schema {
	if kind == plain {
		return s
	}
	return s.WithParameter(typeParam, kind.String())
}

func (r *schemaReader) enum(ed protoreflect.EnumDescriptor) *connect.Schema {
	s := connect.String
	if r.opts.intEnums {
		s = connect.Int32
	}
	param := r.opts.enumParam()
	s = s.WithName(r.name(ed)).WithParameter(param, string(ed.Name()))
	for i := range ed.Values().Len() {
		v := ed.Values().Get(i)
		s = s.WithParameter(param+"."+string(v.Name()), strconv.Itoa(int(v.Number())))
	}
	return s.WithOptional(true)
}

// inner reads a message inside of another: a logical type, a wrapper, a map or a struct.
func (r *schemaReader) inner(fd protoreflect.FieldDescriptor) (*connect.Schema, error) {
	md := fd.Message()
	switch md.FullName() {
	case decimalMessage:
		return decimalSchema(metaOf(fd)), nil
	case dateMessage:
		return connect.Date, nil
	case timeMessage:
		return connect.Time, nil
	case timestampMessage:
		return connect.Timestamp, nil
	}
	if w := wrapperOf(string(md.FullName())); w != nil && (r.opts.wrappers || r.opts.raw) {
		return w.schema, nil
	}
	if isMap(fd) {
		return r.mapOf(md)
	}
	return r.message(md)
}

func decimalSchema(meta map[string]string) *connect.Schema {
	scale, err := strconv.ParseInt(meta[scaleParam], 10, 32)
	if err != nil {
		scale = 0
	}
	s := connect.DecimalOf(int(scale))
	if precision, err := strconv.ParseInt(meta[precisionMeta], 10, 32); err == nil {
		s = s.WithParameter(precisionParam, strconv.Itoa(int(precision)))
	}
	return s
}

// isMap says whether a field is a list of messages with key and value, whose name ends as those of maps.
func isMap(fd protoreflect.FieldDescriptor) bool {
	md := fd.Message()
	if fd.Cardinality() != protoreflect.Repeated || md == nil || md.Fields().Len() != 2 || !strings.HasSuffix(string(md.Name()), entrySuffix) {
		return false
	}
	key, value := md.Fields().Get(0), md.Fields().Get(1)
	return key.Name() == keyName && value.Name() == valueName && key.Cardinality() != protoreflect.Repeated && value.Cardinality() != protoreflect.Repeated
}

func (r *schemaReader) mapOf(md protoreflect.MessageDescriptor) (*connect.Schema, error) {
	if r.inside[md.FullName()] {
		return nil, errRecursive
	}
	r.inside[md.FullName()] = true
	defer delete(r.inside, md.FullName())
	key, err := r.field(md.Fields().Get(0), false)
	if err != nil {
		return nil, err
	}
	value, err := r.field(md.Fields().Get(1), false)
	if err != nil {
		return nil, err
	}
	return connect.MapOf(key, value).WithName(mapField(r.name(md))), nil
}
