// SPDX-License-Identifier: Apache-2.0

package jsonschema

import "github.com/longshore-io/connect"

// Words of Confluent's conventions: properties of a JSON Schema, and names and parameters of schemas of the data model.
const (
	typeProp       = "connect.type"
	versionProp    = "connect.version"
	parametersProp = "connect.parameters"
	indexProp      = "connect.index"

	mapType   = "map"
	bytesType = "bytes"
	keyName   = "key"
	valueName = "value"

	namespace = "io.confluent.connect.json"
	idParam   = namespace + ".Id"
	enumParam = namespace + ".Enum"
	unionName = namespace + ".OneOf"
	// nullSymbol stands for null among the symbols of an enum.
	nullSymbol = "<NULL>"

	// The generalized forms are common to all of Confluent's converters.
	generalEnum        = "org.apache.kafka.connect.data.Enum"
	generalUnion       = "org.apache.kafka.connect.data.Union"
	generalUnionPrefix = "connect_union_"
	generalFieldPrefix = generalUnionPrefix + "field_"
)

// numberTypes are the values of connect.type for numbers.
var numberTypes = map[connect.Type]string{
	connect.TypeInt8: "int8", connect.TypeInt16: "int16", connect.TypeInt32: "int32", connect.TypeInt64: "int64",
	connect.TypeFloat32: "float32", connect.TypeFloat64: "float64",
}

// isUnion says whether a struct stands for one of several branches.
func isUnion(s *connect.Schema) bool {
	if s.Type() != connect.TypeStruct {
		return false
	}
	_, general := s.Parameter(generalUnion)
	return general || s.Name() == unionName
}

// isEnum says whether a string is one of several symbols.
func isEnum(s *connect.Schema) bool {
	_, general := s.Parameter(generalEnum)
	_, plain := s.Parameter(enumParam)
	return s.Type() == connect.TypeString && (general || plain)
}

// stringKeys says whether a map is an object in JSON.
func stringKeys(s *connect.Schema) bool {
	return s.KeySchema() != nil && s.KeySchema().Type() == connect.TypeString && !s.KeySchema().IsOptional()
}
