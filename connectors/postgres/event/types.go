// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// conversion makes a value of a text. It keeps nothing of the text.
type conversion func(text []byte) (any, error)

// fieldType is what the values of a type become.
type fieldType struct {
	// schema is without what a column adds to it: optional, default, parameters.
	schema *connect.Schema
	// convert is the conversion where it does not depend on the column's schema, bind makes it where it does: structs and what contains them.
	convert conversion
	bind    func(*connect.Schema) conversion
	// zero is the text of what stands for null in a field that has to have a value; where null is set, that does.
	zero string
	null any
	// toast stands for a value that was not sent; nil where the type has nothing for it.
	toast any
	// masked says that masks and hashes work on the type.
	masked bool
	// defaults is how the default expression of a column is read, nil for a type whose columns never have one.
	defaults defaultReader
	// elementRequired says that an array of the type has a schema that allows no null elements, though such elements come.
	elementRequired bool
}

// conversionFor is the conversion for the schema that a column has in the end.
func (f *fieldType) conversionFor(schema *connect.Schema) conversion {
	if f.bind != nil {
		return f.bind(schema)
	}
	return f.convert
}

// fieldType returns what values of a type become, nil for a type whose columns are left out.
func (m *modes) fieldType(t *catalog.Type, modifier int32) *fieldType {
	base, modifier := t.Base(modifier)
	f := m.known(base, modifier)
	if f == nil {
		return m.opaque(base)
	}
	if t.Root != nil && (base.Kind == catalog.KindArray || base.Name == "hstore") {
		f.toast = nil // what stands for these goes by the name of the type, too
	}
	if f.toast == nil && f.schema.Type() == connect.TypeString {
		f.toast = string(m.placeholder)
	}
	if t.Root != nil {
		f.defaults = nil // they go by the name of the type, and know no domains
	}
	return f
}

// known are the types that have a form of their own.
func (m *modes) known(t *catalog.Type, modifier int32) *fieldType {
	switch t.Kind {
	case catalog.KindArray:
		return m.arrayType(t, modifier)
	case catalog.KindEnum:
		return &fieldType{schema: enum(strings.Join(t.Labels, ",")), convert: toText, null: "", masked: true, elementRequired: true,
			defaults: enumDefault(t.Name)}
	case catalog.KindComposite, catalog.KindPseudo, catalog.KindMultirange, catalog.KindUnknown:
		return nil
	}
	if f := m.number(t.Name, modifier); f != nil {
		return f
	}
	if f := m.temporal(t.Name, modifier); f != nil {
		return f
	}
	if f := textType(t.Name); f != nil {
		return f
	}
	return m.structured(t.Name, modifier)
}

func (m *modes) number(name string, modifier int32) *fieldType {
	switch name {
	case "bool":
		return &fieldType{schema: connect.Boolean, convert: toBool, zero: "f", defaults: boolDefault}
	case "int2":
		return &fieldType{schema: connect.Int16, convert: toInt16, zero: "0", defaults: numberDefault("0")}
	case "int4":
		return &fieldType{schema: connect.Int32, convert: toInt32, zero: "0", defaults: numberDefault("0")}
	case "int8":
		return &fieldType{schema: connect.Int64, convert: toInt64, zero: "0", defaults: numberDefault("0")}
	case "oid":
		return &fieldType{schema: connect.Int64, convert: toInt64, zero: "0"}
	case "float4":
		return &fieldType{schema: connect.Float32, convert: toFloat32, zero: "0", defaults: numberDefault("0.0")}
	case "float8":
		return &fieldType{schema: connect.Float64, convert: toFloat64, zero: "0", defaults: numberDefault("0.0")}
	case "numeric":
		return m.numeric(modifier)
	case "money":
		return m.money()
	}
	return nil
}

// precisionOf takes the modifier of a numeric column apart; without one there is neither precision nor scale.
func precisionOf(modifier int32) (precision, scale int, limited bool) {
	if modifier < 4 {
		return 0, 0, false
	}
	precision = int((modifier-4)>>16) & 0xffff
	scale = int(((modifier-4)&0x7ff)^0x400) - 0x400 // eleven bits with a sign
	return precision, scale, true
}

// numeric is by decimal.handling.mode. A negative scale rounds before the point: there are no digits behind it, and more before.
func (m *modes) numeric(modifier int32) *fieldType {
	precision, scale, limited := precisionOf(modifier)
	if scale < 0 {
		precision, scale = precision-scale, 0
	}
	zero := "0"
	if scale > 0 {
		zero = "0." + strings.Repeat("0", scale)
	}
	defaults := decimalDefault(scale, limited)
	switch {
	case m.decimal == DecimalDouble:
		return &fieldType{schema: connect.Float64, convert: toFloat64, zero: "0", defaults: defaults}
	case m.decimal == DecimalString:
		return &fieldType{schema: connect.String, convert: toDecimalText, zero: zero, defaults: defaults}
	case !limited:
		schema := named(connect.StructOf("", connect.Field("scale", connect.Int32), connect.Field("value", connect.Bytes)),
			"io.debezium.data.VariableScaleDecimal").WithDoc("Variable scaled decimal")
		return &fieldType{schema: schema, bind: toVariableScale, zero: zero}
	}
	schema := connect.DecimalOf(scale).WithParameter("connect.decimal.precision", itoa(precision))
	return &fieldType{schema: schema, convert: toDecimal(scale), zero: zero, defaults: defaults}
}

func (m *modes) money() *fieldType {
	f := &fieldType{convert: toMoney(m.decimal, m.moneyDigits), zero: "$0." + strings.Repeat("0", m.moneyDigits)}
	switch m.decimal {
	case DecimalDouble:
		f.schema = connect.Float64
	case DecimalString:
		f.schema = connect.String
	default:
		f.schema = connect.DecimalOf(m.moneyDigits)
	}
	return f
}

func (m *modes) temporal(name string, modifier int32) *fieldType {
	precision := int(modifier)
	if precision < 0 || precision > 6 {
		precision = 6
	}
	var f *fieldType
	switch name {
	case "date":
		f = m.dateType()
	case "time":
		f = m.timeType(precision)
	case "timetz":
		return zonedTimeType()
	case "timestamp":
		f = m.timestampType(precision)
	case "timestamptz":
		f = zonedTimestampType(precision)
	case "interval":
		f = m.intervalType()
	default:
		return nil
	}
	f.defaults = temporalDefaults[name]
	return f
}

// textType are the types that are text in every mode.
func textType(name string) *fieldType {
	f := &fieldType{schema: connect.String, convert: toText, null: ""}
	switch name {
	case "text", "varchar", "bpchar":
		f.masked, f.defaults = true, textDefault("")
	case "name", "char":
		f.masked = true
	case "json", "jsonb":
		f.schema, f.defaults = named(connect.String, jsonName), textDefault("{}")
	case "xml":
		f.schema, f.defaults = named(connect.String, "io.debezium.data.Xml"), textDefault("")
	case "uuid":
		f.schema, f.defaults = named(connect.String, "io.debezium.data.Uuid"), textDefault("00000000-0000-0000-0000-000000000000")
	case "ltree":
		f.schema = named(connect.String, "io.debezium.data.Ltree")
	case "tsvector":
		f.schema, f.elementRequired = named(connect.String, "io.debezium.data.Tsvector"), true
	case "isbn":
		f.elementRequired = true
	case "citext", "inet", "cidr", "macaddr", "macaddr8", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange":
	default:
		return nil
	}
	return f
}

// jsonName is the schema of JSON in a string.
const jsonName = "io.debezium.data.Json"

// structured are the types with parts, and those of bytes.
func (m *modes) structured(name string, modifier int32) *fieldType {
	switch name {
	case "bytea":
		schema, encode := m.bytesType()
		return &fieldType{schema: schema, convert: toBytes(encode), zero: `\x`, toast: m.bytesToast()}
	case "bit", "varbit":
		return bitsType(name, modifier)
	case "point":
		return pointType()
	case "geometry":
		return geometryType("Geometry")
	case "geography":
		return geometryType("Geography")
	case "hstore":
		return m.hstoreType()
	case "vector":
		return vectorType(connect.Float64, "io.debezium.data.DoubleVector", toFloat64)
	case "halfvec":
		return vectorType(connect.Float32, "io.debezium.data.FloatVector", toFloat32)
	case "sparsevec":
		return sparseVectorType()
	}
	return nil
}

func toText(b []byte) (any, error) { return string(b), nil }

func toBool(b []byte) (any, error) { return len(b) == 1 && b[0]|0x20 == 't', nil }
