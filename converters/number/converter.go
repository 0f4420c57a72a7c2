// SPDX-License-Identifier: Apache-2.0

package number

import (
	"context"

	"github.com/longshore-io/connect"
)

// Class names under which configurations know these converters.
const (
	ShortClass   = "org.apache.kafka.connect.converters.ShortConverter"
	IntegerClass = "org.apache.kafka.connect.converters.IntegerConverter"
	LongClass    = "org.apache.kafka.connect.converters.LongConverter"
	FloatClass   = "org.apache.kafka.connect.converters.FloatConverter"
	DoubleClass  = "org.apache.kafka.connect.converters.DoubleConverter"
	BooleanClass = "org.apache.kafka.connect.converters.BooleanConverter"
)

var configDef = connect.ConfigDef{
	{Name: "converter.type", Type: connect.StringType, Required: true, Validator: connect.OneOf("key", "value", "header"),
		Importance: connect.Low, Doc: "What the converter is used for: key, value or header.", DisplayName: "converter.type"},
}

// form is how values of one type become bytes and back. Numbers do not look at the schema that is given with a value.
type form struct {
	write func(schema *connect.Schema, value any) ([]byte, error)
	read  func(data []byte) (connect.SchemaAndValue, error)
}

func formOf(c *codec) form {
	return form{func(_ *connect.Schema, value any) ([]byte, error) { return c.write(value) }, c.parse}
}

// Converter writes and reads values of one type. It has no state.
type Converter struct{ form }

// NewShort makes a converter of INT16 values: two bytes.
func NewShort() connect.Converter { return Converter{formOf(&shortCodec)} }

// NewInteger makes a converter of INT32 values: four bytes.
func NewInteger() connect.Converter { return Converter{formOf(&integerCodec)} }

// NewLong makes a converter of INT64 values: eight bytes.
func NewLong() connect.Converter { return Converter{formOf(&longCodec)} }

// NewFloat makes a converter of FLOAT32 values: four bytes of IEEE 754.
func NewFloat() connect.Converter { return Converter{formOf(&floatCodec)} }

// NewDouble makes a converter of FLOAT64 values: eight bytes of IEEE 754.
func NewDouble() connect.Converter { return Converter{formOf(&doubleCodec)} }

// NewBoolean makes a converter of BOOLEAN values: one byte, 0x00 or 0x01.
func NewBoolean() connect.Converter { return Converter{form{writeBoolean, readBoolean}} }

// Config defines the type of converter only.
func (Converter) Config() connect.ConfigDef { return configDef }

// Configure has nothing to take.
func (Converter) Configure(map[string]string, bool) error { return nil }

// FromConnectData returns the bytes of a value, which must be of exactly the converter's type; null is nil.
func (c Converter) FromConnectData(_ context.Context, _ string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	return c.write(schema, value)
}

// ToConnectData reads a value as optional; the number of bytes must be exactly that of the type.
func (c Converter) ToConnectData(_ context.Context, _ string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	return c.read(data)
}

// HeaderConverter writes and reads header values of one type. It has no state.
type HeaderConverter struct{ form }

// NewShortHeader makes a converter of INT16 headers.
func NewShortHeader() connect.HeaderConverter { return HeaderConverter{formOf(&shortCodec)} }

// NewIntegerHeader makes a converter of INT32 headers.
func NewIntegerHeader() connect.HeaderConverter { return HeaderConverter{formOf(&integerCodec)} }

// NewLongHeader makes a converter of INT64 headers.
func NewLongHeader() connect.HeaderConverter { return HeaderConverter{formOf(&longCodec)} }

// NewFloatHeader makes a converter of FLOAT32 headers.
func NewFloatHeader() connect.HeaderConverter { return HeaderConverter{formOf(&floatCodec)} }

// NewDoubleHeader makes a converter of FLOAT64 headers.
func NewDoubleHeader() connect.HeaderConverter { return HeaderConverter{formOf(&doubleCodec)} }

// NewBooleanHeader makes a converter of BOOLEAN headers.
func NewBooleanHeader() connect.HeaderConverter {
	return HeaderConverter{form{writeBoolean, readBoolean}}
}

// Config defines the type of converter only.
func (HeaderConverter) Config() connect.ConfigDef { return configDef }

// Configure has nothing to take.
func (HeaderConverter) Configure(map[string]string) error { return nil }

// FromConnectHeader returns the bytes of a header's value.
func (h HeaderConverter) FromConnectHeader(_ context.Context, _, _ string, schema *connect.Schema, value any) ([]byte, error) {
	return h.write(schema, value)
}

// ToConnectHeader reads a header's value.
func (h HeaderConverter) ToConnectHeader(_ context.Context, _, _ string, data []byte) (connect.SchemaAndValue, error) {
	return h.read(data)
}
