// SPDX-License-Identifier: Apache-2.0

package bytes

import (
	"bytes"
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// Class is the class name under which configurations know this converter.
const Class = "org.apache.kafka.connect.converters.ByteArrayConverter"

var configDef = connect.ConfigDef{
	{Name: "converter.type", Type: connect.StringType, Required: true, Validator: connect.OneOf("key", "value", "header"),
		Importance: connect.Low, Doc: "What the converter is used for: key, value or header.", DisplayName: "converter.type"},
}

// Converter passes bytes through.
type Converter struct{}

// New makes a converter for keys and values.
func New() connect.Converter { return Converter{} }

// Config defines the type of converter only.
func (Converter) Config() connect.ConfigDef { return configDef }

// Configure has nothing to take.
func (Converter) Configure(map[string]string, bool) error { return nil }

// FromConnectData returns the bytes of a value, which must be bytes; they are not copied.
func (Converter) FromConnectData(_ context.Context, _ string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	return write(schema, value)
}

// ToConnectData returns a copy of the bytes as an optional BYTES value.
func (Converter) ToConnectData(_ context.Context, _ string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	return read(data), nil
}

// HeaderConverter passes the bytes of header values through.
type HeaderConverter struct{}

// NewHeader makes a converter for headers.
func NewHeader() connect.HeaderConverter { return HeaderConverter{} }

// Config defines the type of converter only.
func (HeaderConverter) Config() connect.ConfigDef { return configDef }

// Configure has nothing to take.
func (HeaderConverter) Configure(map[string]string) error { return nil }

// FromConnectHeader returns the bytes of a header's value, which must be bytes; they are not copied.
func (HeaderConverter) FromConnectHeader(_ context.Context, _, _ string, schema *connect.Schema, value any) ([]byte, error) {
	return write(schema, value)
}

// ToConnectHeader returns a copy of the bytes as an optional BYTES value.
func (HeaderConverter) ToConnectHeader(_ context.Context, _, _ string, data []byte) (connect.SchemaAndValue, error) {
	return read(data), nil
}

func write(schema *connect.Schema, value any) ([]byte, error) {
	if schema != nil && schema.Type() != connect.TypeBytes {
		return nil, &connect.DataError{Reason: "Invalid schema type for ByteArrayConverter: " + schema.Type().String()}
	}
	if value == nil {
		return nil, nil
	}
	b, ok := value.([]byte)
	if !ok {
		return nil, &connect.DataError{Reason: "ByteArrayConverter is not compatible with objects of type class " + javatext.ClassName(value)}
	}
	return b, nil
}

func read(data []byte) connect.SchemaAndValue {
	if data == nil {
		return connect.SchemaAndValue{Schema: connect.OptionalBytes}
	}
	return connect.SchemaAndValue{Schema: connect.OptionalBytes, Value: bytes.Clone(data)}
}
