// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

func decimal(text string) connect.Decimal {
	d, err := connect.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

// typed is a field with a value, the column that is made for it, and what is in it then.
type typed struct {
	name   string
	schema *connect.Schema
	value  any
	column string
	want   string
}

var at = time.Date(2019, 4, 14, 8, 24, 0, 123e6, time.UTC)

var plainTypes = []typed{
	{"i8", connect.Int8, int8(-8), "smallint", "-8"},
	{"i16", connect.Int16, int16(-300), "smallint", "-300"},
	{"i32", connect.Int32, int32(1 << 30), "integer", "1073741824"},
	{"i64", connect.Int64, int64(-1) << 62, "bigint", "-4611686018427387904"},
	{"f32", connect.Float32, float32(0.1), "real", "0.1"},
	{"f64", connect.Float64, 1e300, "double precision", "1e+300"},
	{"b", connect.Boolean, true, "boolean", "true"},
	{"s", connect.String, "it's \\ \"ü\"", "text", "it's \\ \"ü\""},
	{"y", connect.Bytes, []byte{0, 1, 255}, "bytea", `\x0001ff`},
	{"nothing", connect.OptionalString, nil, "text", "NULL"},
	{"words", connect.ArrayOf(connect.OptionalString), []any{"a", nil, `b"c\,`}, "text[]", `{a,NULL,"b\"c\\,"}`},
	{"numbers", connect.ArrayOf(connect.Int32), []any{int32(1), int32(-2)}, "integer[]", "{1,-2}"},
}

var confluentOnly = []typed{
	{"d", connect.DecimalOf(2), decimal("-12.34"), "numeric", "-12.34"},
	{"day", connect.Date, connect.DateFromDays(18000), "date", "2019-04-13"},
	{"clock", connect.Time, time.UnixMilli(3723456).UTC(), "time without time zone", "20:02:03.456"},
	{"ts", connect.Timestamp, at, "timestamp without time zone", "2019-04-14 04:24:00.123"},
	{"old", connect.Timestamp, time.Date(1500, 3, 1, 12, 0, 0, 0, time.UTC), "timestamp without time zone", "1500-02-20 07:03:58"},
	{"counted", connect.Int64, at.UnixMicro() + 456, "timestamp without time zone", "2019-04-14 04:24:00.123456"},
}

var debeziumOnly = []typed{
	{"d", connect.DecimalOf(2), decimal("-12.34"), "numeric(38,2)", "-12.34"},
	{"d0", connect.DecimalOf(0), decimal("7"), "numeric(38,0)", "7"},
	{"day", connect.Int32.WithName(debeziumTime + "Date"), int32(18000), "date", "2019-04-14"},
	{"clock", connect.Int64.WithName(debeziumTime + "MicroTime"), int64(3723456789), "time(6) without time zone", "01:02:03.456789"},
	{"ts", connect.Timestamp, at, "timestamp(6) without time zone", "2019-04-14 08:24:00.123"},
	{"micros", connect.Int64.WithName(debeziumTime + "MicroTimestamp"), at.UnixMicro() + 456, "timestamp(6) without time zone", "2019-04-14 08:24:00.123456"},
	{"nanos", connect.Int64.WithName(debeziumTime + "NanoTimestamp"), at.UnixNano() + 456789, "timestamp(6) without time zone", "2019-04-14 08:24:00.123457"},
	{"forever", connect.Int64.WithName(debeziumTime + "MicroTimestamp"), int64(infiniteMicros), "timestamp(6) without time zone", "infinity"},
	{"zoned", connect.String.WithName(debeziumTime + "ZonedTimestamp"), "2019-04-14T10:24:00.123456+02:00", "timestamp(6) with time zone", "2019-04-14 08:24:00.123456+00"},
	{"never", connect.String.WithName(debeziumTime + "ZonedTimestamp"), "-infinity", "timestamp(6) with time zone", "-infinity"},
	{"ztime", connect.String.WithName(debeziumTime + "ZonedTime"), "10:24:00+02:00", "time(6) with time zone", "10:24:00+02"},
	{"lasted", connect.Int64.WithName(debeziumTime + "MicroDuration"), int64(90_500_000), "interval", "00:01:30"},
	{"year", connect.Int32.WithName(debeziumTime + "Year"), int32(2019), "integer", "2019"},
	{"bits", connect.Bytes.WithName(debeziumData+"Bits").WithParameter("length", "12"), []byte{5, 3}, "bit(12)", "010100000011"},
	{"doc", connect.String.WithName(debeziumData + "Json"), `{"a": 1}`, "json", `{"a": 1}`},
	{"id", connect.String.WithName(debeziumData + "Uuid"), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	{"kind", connect.String.WithName(debeziumData + "Enum"), "small", "text", "small"},
	{"xml", connect.String.WithName(debeziumData + "Xml"), "<a/>", "xml", "<a/>"},
	{"place", pointSchema, fill(pointSchema, 1.5, -2.0), "point", "(1.5,-2)"},
	{"free", variableSchema, fill(variableSchema, int32(3), decimal("1.234").Bytes()), "double precision", "1.234"},
	{"net", connect.String.WithParameter(sourceTypeParameter, "INET"), "10.0.0.1", "inet", "10.0.0.1/32"},
}

var (
	pointSchema    = connect.StructOf(debeziumData+"geometry.Point", connect.Field("x", connect.Float64), connect.Field("y", connect.Float64))
	variableSchema = connect.StructOf(debeziumData+"VariableScaleDecimal", connect.Field("scale", connect.Int32), connect.Field("value", connect.Bytes))
)

// TestEveryTypeInPostgreSQL writes three records of all types, at once and row by row, into tables that the sinks make.
func TestEveryTypeInPostgreSQL(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "ALTER DATABASE "+db.Database+" SET TimeZone = 'UTC'")
	for _, class := range []struct {
		name   string
		create func() connect.SinkConnector
		types  []typed
		more   []string
	}{
		{"confluent", NewConfluent, append(append([]typed{}, plainTypes...), confluentOnly...), []string{"auto.create", "true", "db.timezone", "America/New_York", "timestamp.fields.list", "counted"}},
		{"debezium", NewDebezium, append(append([]typed{}, plainTypes...), debeziumOnly...), []string{"schema.evolution", "basic", "use.time.zone", "America/New_York"}},
	} {
		for _, way := range []string{"fast", "slow"} {
			table := class.name + "_" + way
			var fields []connect.SchemaField
			for _, x := range class.types {
				fields = append(fields, connect.Field(x.name, x.schema))
			}
			schema := connect.StructOf("all", fields...)
			value := connect.NewStruct(schema)
			for i, x := range class.types {
				value.SetAt(i, x.value)
			}
			task := start(t, class.create(), &conntest.SinkContext{}, reach(db, append(class.more, "max.retries", "0", "collection.name.format", table, "table.name.format", table)...))
			if way == "slow" {
				rowByRow(task.SinkTask)
			}
			w := written{topic: "all"}
			require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{w.record(nil, nil, schema, value), w.record(nil, nil, schema, value), w.record(nil, nil, schema, value)}), table)
			for _, x := range class.types {
				got := lines(t, db, `SELECT "`+x.name+`"::text FROM `+table)
				assert.Equal(t, []string{x.want, x.want, x.want}, got, "%s.%s", table, x.name)
				kind := lines(t, db, "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"+table+"'::regclass AND attname = '"+x.name+"'")
				assert.Equal(t, []string{x.column}, kind, "%s.%s", table, x.name)
			}
		}
	}
}

// TestTextsAreCastToTheColumnsOfATable has tables that are there already, with types that texts are cast to.
func TestTextsAreCastToTheColumnsOfATable(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "CREATE TABLE things (id uuid PRIMARY KEY, doc jsonb, at timestamptz)")
	schema := connect.StructOf("thing", connect.Field("id", connect.String), connect.Field("doc", connect.OptionalString), connect.Field("at", connect.Timestamp))
	key := connect.StructOf("key", connect.Field("id", connect.String))
	one, two := "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"
	for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
		task := start(t, create(), &conntest.SinkContext{}, reach(db, "insert.mode", "upsert", "pk.mode", "record_key", "primary.key.mode", "record_key", "delete.enabled", "true", "max.retries", "0", "db.timezone", "America/New_York"))
		w := written{topic: "things"}
		require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{
			w.record(key, fill(key, one), schema, fill(schema, one, `{"a":1}`, at)), w.record(key, fill(key, two), schema, fill(schema, two, nil, at)),
			w.record(key, fill(key, strings.ToUpper(one)), schema, fill(schema, one, `{"a":2}`, at))}), "two spellings of one key")
		assert.Equal(t, []string{one + ` {"a": 2} t`, two + " NULL t"}, lines(t, db, "SELECT id, doc, at = '2019-04-14 08:24:00.123+00' FROM things ORDER BY id"))
		require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{w.record(key, fill(key, one), nil, nil), w.record(key, fill(key, two), nil, nil)}))
		assert.Empty(t, lines(t, db, "SELECT id FROM things"))
	}
}

// TestDecimalNumbersKeepTheirDigits writes numbers of all sizes.
func TestDecimalNumbersKeepTheirDigits(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	var texts []string
	for range 300 {
		texts = append(texts, rapid.StringMatching(`-?[0-9]{1,30}(\.[0-9]{1,30})?`).Example(len(texts)))
	}
	texts = append(texts, "0", "0.0000", "-0.00001", "10000", "1E+10", "0.00010001", "9999.9999", "100000000")
	task := start(t, NewConfluent(), &conntest.SinkContext{}, reach(db, "auto.create", "true", "max.retries", "0"))
	schema := connect.StructOf("n", connect.Field("i", connect.Int32), connect.Field("n", connect.DecimalOf(0)), connect.Field("text", connect.String))
	w := written{topic: "numbers"}
	var records []connect.SinkRecord
	for i, text := range texts {
		records = append(records, w.record(nil, nil, schema, fill(schema, int32(i), decimal(text), decimal(text).Plain())))
	}
	require.NoError(t, task.Put(t.Context(), records))
	assert.Empty(t, lines(t, db, "SELECT n, text FROM numbers WHERE n IS DISTINCT FROM text::numeric OR scale(n) <> scale(text::numeric)"))
}
