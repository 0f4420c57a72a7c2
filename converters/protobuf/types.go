// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"slices"

	"github.com/longshore-io/connect"
)

// scalars are the types of Protobuf for the primitive types of the data model; the first is taken unless a parameter names
// another.
var scalars = map[connect.Type][]string{
	connect.TypeInt8:    {"int32"},
	connect.TypeInt16:   {"int32"},
	connect.TypeInt32:   {"int32", "sint32", "sfixed32"},
	connect.TypeInt64:   {"int64", "uint32", "fixed32", "uint64", "fixed64", "sint64", "sfixed64"},
	connect.TypeFloat32: {"float"},
	connect.TypeFloat64: {"double"},
	connect.TypeBoolean: {"bool"},
	connect.TypeString:  {"string"},
	connect.TypeBytes:   {"bytes"},
}

// wrapperNames are the wrapper messages of scalar types.
var wrapperNames = map[string]string{
	"int32": "Int32Value", "sint32": "Int32Value", "sfixed32": "Int32Value", "int64": "Int64Value", "sint64": "Int64Value",
	"sfixed64": "Int64Value", "uint32": "UInt32Value", "fixed32": "UInt32Value", "uint64": "UInt64Value", "fixed64": "UInt64Value",
	"float": "FloatValue", "double": "DoubleValue", "bool": "BoolValue", "string": "StringValue", "bytes": "BytesValue",
}

// typ returns the type of a field, and the parameters that say what the type does not.
func (d *definer) typ(s *connect.Schema, name string, member bool) (string, []connect.Parameter, error) {
	if message := logicalMessages[s.Name()]; message != "" {
		return message, decimalMeta(s), nil
	}
	if enum, ok := enumName(s); ok {
		return enum, nil, checkIdentifier(enum, name)
	}
	switch s.Type() {
	case connect.TypeArray:
		return "", nil, &connect.DataError{Reason: "Array cannot be nested"}
	case connect.TypeMap:
		entry := mapEntry(d.unqualified(s))
		return entry, nil, checkIdentifier(entry, name)
	case connect.TypeStruct:
		if isUnion(s) {
			return "", nil, errUnionInside
		}
		typ := d.unqualified(s)
		if typ == name { // a message and a field cannot have the same name
			typ += "Message"
		}
		return typ, nil, checkIdentifier(typ, name)
	}
	return d.opts.scalar(s, member)
}

func (o *options) scalar(s *connect.Schema, member bool) (string, []connect.Parameter, error) {
	typ := scalars[s.Type()][0]
	if wanted, ok := s.Parameter(typeParam); ok && (s.Type() == connect.TypeInt32 || s.Type() == connect.TypeInt64) {
		if !slices.Contains(scalars[s.Type()], wanted) {
			return "", nil, &connect.DataError{Reason: fmt.Sprintf("parameter %s is %q, which is no type of Protobuf for %s", typeParam, wanted, s.Type())}
		}
		typ = wanted
	}
	var meta []connect.Parameter
	switch s.Type() {
	case connect.TypeInt8:
		meta = []connect.Parameter{{Name: connectType, Value: "int8"}}
	case connect.TypeInt16:
		meta = []connect.Parameter{{Name: connectType, Value: "int16"}}
	}
	if o.wrapped(s, member) {
		typ = wrapperPackage + wrapperNames[typ]
	}
	return typ, meta, nil
}

// decimalMeta are precision and scale of decimals.
func decimalMeta(s *connect.Schema) []connect.Parameter {
	if s.Name() != connect.DecimalName {
		return nil
	}
	var meta []connect.Parameter
	if precision, ok := s.Parameter(precisionParam); ok {
		meta = append(meta, connect.Parameter{Name: precisionMeta, Value: precision})
	}
	if scale, ok := s.Parameter(scaleParam); ok {
		meta = append(meta, connect.Parameter{Name: scaleParam, Value: scale})
	}
	return meta
}
