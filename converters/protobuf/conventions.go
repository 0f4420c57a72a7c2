// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"strings"

	"github.com/longshore-io/connect"
)

// Words of Confluent's conventions: names and parameters of schemas of the data model, and parameters in the text.
const (
	namespace    = "io.confluent.connect.protobuf"
	enumParam    = namespace + ".Enum"
	unionPrefix  = namespace + ".Union"
	tagParam     = namespace + ".Tag"
	typeParam    = namespace + ".Type"
	wrapperParam = namespace + ".Wrapper"
	generalEnum  = "org.apache.kafka.connect.data.Enum"
	generalUnion = "org.apache.kafka.connect.data.Union"

	connectType    = "connect.type"
	precisionParam = "connect.decimal.precision"
	scaleParam     = "scale"
	precisionMeta  = "precision"

	defaultName = "ConnectDefault"
	entrySuffix = "Entry"
	keyName     = "key"
	valueName   = "value"
)

// Full names of the messages that stand for logical types and for single values, and where they are.
const (
	decimalMessage   = "confluent.type.Decimal"
	dateMessage      = "google.type.Date"
	timeMessage      = "google.type.TimeOfDay"
	timestampMessage = "google.protobuf.Timestamp"
	wrapperPackage   = "google.protobuf."

	metaFile      = "confluent/meta.proto"
	decimalFile   = "confluent/type/decimal.proto"
	dateFile      = "google/type/date.proto"
	timeFile      = "google/type/timeofday.proto"
	timestampFile = "google/protobuf/timestamp.proto"
	wrappersFile  = "google/protobuf/wrappers.proto"
)

// logicalMessages are the messages for logical types.
var logicalMessages = map[string]string{
	connect.DecimalName: decimalMessage, connect.DateName: dateMessage, connect.TimeName: timeMessage, connect.TimestampName: timestampMessage,
}

// fileOf says which file a message is in that everybody knows; "" for one that is not known.
func fileOf(fullName string) string {
	switch fullName {
	case decimalMessage:
		return decimalFile
	case dateMessage:
		return dateFile
	case timeMessage:
		return timeFile
	case timestampMessage:
		return timestampFile
	}
	if wrapperOf(fullName) != nil {
		return wrappersFile
	}
	return ""
}

// wrapper is a message around a single value.
type wrapper struct {
	name, scalar string
	// schema is what it is read as.
	schema *connect.Schema
}

// wrapperMessages are those of wrappers.proto in their order there.
var wrapperMessages = []wrapper{
	{"DoubleValue", "double", connect.Float64}, {"FloatValue", "float", connect.Float32}, {"Int64Value", "int64", connect.Int64},
	{"UInt64Value", "uint64", connect.Int64}, {"Int32Value", "int32", connect.Int32}, {"UInt32Value", "uint32", connect.Int64},
	{"BoolValue", "bool", connect.Boolean}, {"StringValue", "string", connect.String}, {"BytesValue", "bytes", connect.Bytes},
}

// wrapperOf returns the wrapper of that full name, nil where there is none.
func wrapperOf(fullName string) *wrapper {
	for i := range wrapperMessages {
		if wrapperPackage+wrapperMessages[i].name == fullName {
			return &wrapperMessages[i]
		}
	}
	return nil
}

// isUnion says whether a struct stands for a oneof.
func isUnion(s *connect.Schema) bool {
	if s.Type() != connect.TypeStruct {
		return false
	}
	_, general := s.Parameter(generalUnion)
	return general || strings.HasPrefix(s.Name(), unionPrefix)
}

// enumName returns the name of the enum that a schema stands for, and whether it stands for one.
func enumName(s *connect.Schema) (string, bool) {
	if s.Type() == connect.TypeString {
		if name, ok := s.Parameter(generalEnum); ok {
			return name, true
		}
	}
	if s.Type() != connect.TypeString && s.Type() != connect.TypeInt32 {
		return "", false
	}
	return s.Parameter(enumParam)
}

// wrapped says whether a schema is a wrapper message where nulls are: members of a oneof only where they were one before.
func (o *options) wrapped(s *connect.Schema, member bool) bool {
	marked, _ := s.Parameter(wrapperParam)
	return o.wrappers && s.IsOptional() && (!member || strings.EqualFold(marked, "true"))
}
