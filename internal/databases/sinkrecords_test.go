// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// Names of Debezium's semantic types, without their ends.
const (
	semanticTime = "io.debezium.time."
	semanticData = "io.debezium.data."
	sourceColumn = "__debezium.source.column."
)

// The rows of the tables that are written and changed, as they grow.
var (
	rowKey = connect.StructOf("Key", connect.Field("id", connect.Int32))
	rowV1  = connect.Optional(connect.StructOf("Value", connect.Field("id", connect.Int32), connect.Field("name", connect.OptionalString), connect.Field("amount", connect.Optional(connect.DecimalOf(2)))))
	rowV2  = connect.Optional(connect.StructOf("Value", connect.Field("id", connect.Int32), connect.Field("name", connect.OptionalString), connect.Field("amount", connect.Optional(connect.DecimalOf(2))),
		connect.Field("size", connect.Int32.WithDefault(int32(7))), connect.Field("note", connect.Optional(connect.String.WithDefault("none")))))
	rowV3    = connect.Optional(connect.StructOf("Value", connect.Field("id", connect.Int32), connect.Field("name", connect.OptionalString), connect.Field("flag", connect.OptionalBoolean)))
	sourceOf = connect.StructOf("Source", connect.Field("schema", connect.String), connect.Field("table", connect.String))
)

// filled is a struct of values in the order of its fields.
func filled(schema *connect.Schema, values ...any) *connect.Struct {
	s := connect.NewStruct(schema)
	for i, v := range values {
		s.SetAt(i, v)
	}
	return s
}

func decimalOf(text string) connect.Decimal {
	d, err := connect.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func eventSchema(row *connect.Schema) *connect.Schema {
	return connect.StructOf("shop.public.rows.Envelope", connect.Field("before", row), connect.Field("after", row),
		connect.Field("source", sourceOf), connect.Field("op", connect.String), connect.Field("ts_ms", connect.OptionalInt64))
}

func changeEvent(op string, row *connect.Schema, before, after any) connect.Record {
	schema := eventSchema(row)
	r := connect.Record{ValueSchema: schema, Value: filled(schema, before, after, filled(sourceOf, "public", "rows"), op, int64(1))}
	for _, side := range []any{after, before} {
		if s, is := side.(*connect.Struct); is && s != nil {
			r.KeySchema, r.Key = rowKey, filled(rowKey, s.At(0))
			break
		}
	}
	return r
}

// changes makes change events out of words: c1 a creation, u1 an update, r1 a read, d1 a deletion, t1 a tombstone, x0 a truncation; C1, U1 of the
// second schema and K1 of the third.
func changes(words string) []connect.Record {
	var out []connect.Record
	for i, word := range strings.Fields(words) {
		id := int32(word[1] - '0')
		v1 := filled(rowV1, id, fmt.Sprint("name ", i), decimalOf(fmt.Sprintf("%d.50", i)))
		v2 := filled(rowV2, id, fmt.Sprint("name ", i), nil, int32(i), nil)
		v3 := filled(rowV3, id, nil, i%2 == 0)
		switch word[0] {
		case 'c', 'u', 'r':
			out = append(out, changeEvent(word[:1], rowV1, nil, v1))
		case 'C', 'U':
			out = append(out, changeEvent(strings.ToLower(word[:1]), rowV2, nil, v2))
		case 'K':
			out = append(out, changeEvent("c", rowV3, nil, v3))
		case 'd':
			out = append(out, changeEvent("d", rowV1, v1, nil))
		case 't':
			out = append(out, connect.Record{KeySchema: rowKey, Key: filled(rowKey, id)})
		case 'x':
			out = append(out, changeEvent("t", rowV1, nil, nil))
		}
	}
	return out
}

// rows are the values of changes without envelope, a deletion as a record without value.
func rows(words string) []connect.Record {
	out := changes(words)
	for i := range out {
		r := &out[i]
		if r.Value == nil {
			continue
		}
		after := r.ValueSchema.Field("after")
		r.ValueSchema, r.Value = after.Schema, r.Value.(*connect.Struct).At(after.Index)
		if r.Value == nil {
			r.ValueSchema = nil
		}
	}
	return out
}

// value is a field of a type with the values that it has, one after the other.
type value struct {
	name   string
	schema *connect.Schema
	values []any
}

// recordsOf has a record for each place in the lists of values, and one in which what is optional is null. The first field counts them.
func recordsOf(fields []value) []connect.Record {
	list := []connect.SchemaField{connect.Field("id", connect.Int32)}
	most := 0
	for _, f := range fields {
		list = append(list, connect.Field(f.name, f.schema), connect.Field("o_"+f.name, connect.Optional(f.schema)))
		most = max(most, len(f.values))
	}
	schema := connect.StructOf("Types", list...)
	var out []connect.Record
	for n := range most + 1 {
		s := filled(schema, int32(n))
		for i, f := range fields {
			v := f.values[n%len(f.values)]
			s.SetAt(1+2*i, v)
			if _, is := v.(*connect.Struct); !is && n < most { // a struct says itself whether it is optional
				s.SetAt(2+2*i, v)
			}
		}
		out = append(out, connect.Record{KeySchema: rowKey, Key: filled(rowKey, int32(n)), ValueSchema: schema, Value: s})
	}
	return out
}

// defaultsOf has the first value of each type as the default of a column that is required and of one that is not, and records without values of
// the optional ones. The columns come with the second record.
func defaultsOf(fields []value) []connect.Record {
	first := connect.StructOf("Defaults", connect.Field("id", connect.Int32))
	list := first.Fields()
	for _, f := range fields {
		list = append(list, connect.Field(f.name, f.schema.WithDefault(f.values[0])), connect.Field("o_"+f.name, connect.Optional(f.schema).WithDefault(f.values[0])))
	}
	schema := connect.StructOf("Defaults", list...)
	out := []connect.Record{{KeySchema: rowKey, Key: filled(rowKey, int32(1)), ValueSchema: first, Value: filled(first, int32(1))}}
	s := filled(schema, int32(2))
	for i, f := range fields {
		s.SetAt(1+2*i, f.values[len(f.values)-1])
	}
	return append(out, connect.Record{KeySchema: rowKey, Key: filled(rowKey, int32(2)), ValueSchema: schema, Value: s})
}

var moment = time.Date(2019, 4, 14, 8, 24, 0, 123e6, time.UTC)

// plainValues are those of Kafka Connect's own types.
var plainValues = []value{
	{"i8", connect.Int8, []any{int8(-8), int8(127)}},
	{"i16", connect.Int16, []any{int16(-300)}},
	{"i32", connect.Int32, []any{int32(1 << 30)}},
	{"i64", connect.Int64, []any{int64(-1) << 62}},
	{"f32", connect.Float32, []any{float32(0.1), float32(-2.5e30)}},
	{"f64", connect.Float64, []any{0.1, 1e300}},
	{"b", connect.Boolean, []any{true, false}},
	{"s", connect.String, []any{"it's \\ \"ü\"", "", "😀\n\ttext"}},
	{"y", connect.Bytes, []any{[]byte{0, 1, 255}, []byte{}}},
	{"d2", connect.DecimalOf(2), []any{decimalOf("-12.34"), decimalOf("99999999999999999999.99")}},
	{"d0", connect.DecimalOf(0).WithParameter("connect.decimal.precision", "12"), []any{decimalOf("7"), decimalOf("-1")}},
	{"d10", connect.DecimalOf(10).WithParameter("connect.decimal.precision", "20"), []any{decimalOf("0.0000000001")}},
	{"day", connect.Date, []any{connect.DateFromDays(18000), connect.DateFromDays(-1)}},
	{"clock", connect.Time, []any{time.UnixMilli(3723456).UTC(), time.UnixMilli(0).UTC()}},
	{"ts", connect.Timestamp, []any{moment, time.UnixMilli(86400000 + 1).UTC()}},
}

// timeValues are those of Debezium's types of dates and times that all databases have.
var timeValues = []value{
	{"t_date", connect.Int32.WithName(semanticTime + "Date"), []any{int32(18000), int32(-141428), int32(0)}},
	{"t_time", connect.Int32.WithName(semanticTime + "Time"), []any{int32(3723456), int32(86399999)}},
	{"t_microtime", connect.Int64.WithName(semanticTime + "MicroTime"), []any{int64(3723456789), int64(0)}},
	{"t_nanotime", connect.Int64.WithName(semanticTime + "NanoTime"), []any{int64(3723456789000), int64(1000)}},
	{"t_ts", connect.Int64.WithName(semanticTime + "Timestamp"), []any{moment.UnixMilli(), int64(86400001)}},
	{"t_microts", connect.Int64.WithName(semanticTime + "MicroTimestamp"), []any{moment.UnixMicro() + 456, int64(86400000001)}},
	{"t_nanots", connect.Int64.WithName(semanticTime + "NanoTimestamp"), []any{moment.UnixNano() + 456000, int64(86400000001000)}},
	{"t_zoned", connect.String.WithName(semanticTime + "ZonedTimestamp"), []any{"2019-04-14T10:24:00.123456+02:00", "2019-12-14T10:24:00Z"}},
	{"t_duration", connect.Int64.WithName(semanticTime + "MicroDuration"), []any{int64(90_000_000), int64(-3_600_000_000)}},
	{"t_interval", connect.String.WithName(semanticTime + "Interval"), []any{"P1Y2M3DT4H5M6.78S"}},
	{"t_year", connect.Int32.WithName(semanticTime + "Year"), []any{int32(2019)}},
}

// dataValues are others of Debezium's types that all databases have.
var dataValues = []value{
	{"x_uuid", connect.String.WithName(semanticData + "Uuid"), []any{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
	{"x_enum", connect.String.WithName(semanticData+"Enum").WithParameter("allowed", "small,large"), []any{"small", "large"}},
	{"x_set", connect.String.WithName(semanticData+"EnumSet").WithParameter("allowed", "a,b,c"), []any{"a,c", "b"}},
	{"x_xml", connect.String.WithName(semanticData + "Xml"), []any{"<a>b</a>"}},
}

var variable = connect.StructOf(semanticData+"VariableScaleDecimal", connect.Field("scale", connect.Int32), connect.Field("value", connect.Bytes))

// variableValues have no defaults.
var variableValues = []value{{"x_variable", variable, []any{filled(variable, int32(3), decimalOf("1.234").Bytes()), filled(variable, int32(0), decimalOf("-7").Bytes())}}}

func bits(n string) *connect.Schema {
	return connect.Bytes.WithName(semanticData+"Bits").WithParameter("length", n)
}

// ofColumn says what type a column had at its source.
func ofColumn(schema *connect.Schema, kind, length, scale string) *connect.Schema {
	schema = schema.WithParameter(sourceColumn+"type", kind)
	if length != "" {
		schema = schema.WithParameter(sourceColumn+"length", length)
	}
	if scale != "" {
		schema = schema.WithParameter(sourceColumn+"scale", scale)
	}
	return schema
}

func settingsOf(pairs ...string) map[string]string { return with(map[string]string{}, pairs...) }

// changeModes are the ways to write changes, which are the same in all databases.
func changeModes() []sinkMode {
	byKey := settingsOf("insert.mode", "upsert", "primary.key.mode", "record_key", "delete.enabled", "true", "truncate.enabled", "true")
	existing := "CREATE TABLE changed (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), amount DECIMAL(10,2))"
	reduced := maps.Clone(byKey)
	reduced["use.reduction.buffer"] = "true"
	words := "r1 r2 r3 c4 u1 d2 t2 c5 c2 u2 C6 U1 c7 K8 u8 d3 t3 c3 d3 t3"
	return []sinkMode{
		{"upserts", byKey, []topic{{"upserted", changes(words)}, {"flat", rows(words)}}, nil},
		{"reduced", reduced, []topic{{"reduced", changes(words)}}, nil},
		{"updates", settingsOf("insert.mode", "update", "primary.key.mode", "record_key", "delete.enabled", "true"), []topic{{"changed", changes("u1 u2 C1 d3 u9")}},
			[]string{existing, "INSERT INTO changed VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)"}},
		{"inserts", settingsOf("primary.key.mode", "none"), []topic{{"inserted", changes("c1 c1 C2 d1 t1 K3 u4")}}, nil},
		{"coordinates", settingsOf("primary.key.mode", "kafka"), []topic{{"coordinates", changes("c1 c1 c2")}}, nil},
		{"values", settingsOf("insert.mode", "upsert", "primary.key.mode", "record_value", "primary.key.fields", "id,name", "quote.identifiers", "true"),
			[]topic{{"Quoted", rows("c1 c2 c1 C3")}}, nil},
		{"some", settingsOf("primary.key.mode", "record_key", "field.exclude.list", "name,some:note", "collection.name.format", "pre_${source.table}"), []topic{{"some", changes("c1 C2")}}, nil},
	}
}

// typeModes are the ways to write values of types.
func typeModes(fields, defaults, propagated, keys []value) []sinkMode {
	return []sinkMode{
		{"types", settingsOf("primary.key.mode", "record_key"), []topic{{"typed", recordsOf(fields)}}, nil},
		{"zoned", settingsOf("primary.key.mode", "record_key", "use.time.zone", "America/New_York"), []topic{{"zoned", recordsOf(append(plainValues[12:15:15], timeValues...))}}, nil},
		{"defaults", settingsOf("primary.key.mode", "record_key"), []topic{{"defaulted", defaultsOf(defaults)}}, nil},
		{"propagated", settingsOf("primary.key.mode", "record_key"), []topic{{"propagated", recordsOf(propagated)}}, nil},
		{"keys", settingsOf("insert.mode", "upsert", "primary.key.mode", "record_value", "primary.key.fields", keyNames(keys)), []topic{{"keyed", recordsOf(keys)}}, nil},
	}
}

func keyNames(keys []value) string {
	names := []string{"id"}
	for _, k := range keys {
		names = append(names, k.name)
	}
	return strings.Join(names, ",")
}
