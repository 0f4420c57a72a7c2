// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"slices"

	"github.com/longshore-io/connect"
)

// postgresExtensions are of types that Debezium's sink knows.
var postgresExtensions = []string{"CREATE EXTENSION hstore", "CREATE EXTENSION ltree", "CREATE EXTENSION citext"}

// postgresValues are of types that PostgreSQL alone has.
var postgresValues = []value{
	{"p_ztime", connect.String.WithName(semanticTime + "ZonedTime"), []any{"10:24:00+02:00", "10:24:00.5Z"}},
	{"p_bits", bits("12"), []any{[]byte{5, 3}, []byte{0}}},
	{"p_varbits", bits("2147483647"), []any{[]byte{5}}},
	{"p_json", connect.String.WithName(semanticData + "Json"), []any{`{"a": 1}`, "[]"}},
	{"p_ltree", connect.String.WithName(semanticData + "Ltree"), []any{"a.b.c"}},
	{"p_tsvector", connect.String.WithName(semanticData + "Tsvector"), []any{"'fat':2 'rat':3"}},
	{"p_texts", connect.ArrayOf(connect.OptionalString), []any{[]any{"a", nil, `b"c\,`}, []any{}}},
	{"p_ints", connect.ArrayOf(connect.Int32), []any{[]any{int32(1), int32(-2)}}},
	{"p_bools", connect.ArrayOf(connect.Boolean), []any{[]any{true, false}}},
	{"p_doubles", connect.ArrayOf(connect.Float64), []any{[]any{0.1, -1e300}}},
	{"p_uuids", connect.ArrayOf(connect.String.WithName(semanticData + "Uuid")), []any{[]any{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}}},
	{"p_map", connect.MapOf(connect.String, connect.OptionalString), []any{mapOf("a", "1", "b", "2"), mapOf()}},
}

func mapOf(pairs ...any) *connect.Map {
	m := connect.NewMap(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		m.Put(pairs[i], pairs[i+1])
	}
	return m
}

// postgresColumns are of types that columns had at their source.
var postgresColumns = []value{
	{"c_varchar", ofColumn(connect.String, "VARCHAR", "20", ""), []any{"text"}},
	{"c_char", ofColumn(connect.String, "BPCHAR", "5", ""), []any{"abc"}},
	{"c_text", ofColumn(connect.String, "TEXT", "", ""), []any{"text"}},
	{"c_citext", ofColumn(connect.String, "CITEXT", "", ""), []any{"Text"}},
	{"c_inet", ofColumn(connect.String, "INET", "", ""), []any{"10.0.0.1"}},
	{"c_cidr", ofColumn(connect.String, "CIDR", "", ""), []any{"10.0.0.0/8"}},
	{"c_macaddr", ofColumn(connect.String, "MACADDR", "", ""), []any{"08:00:2b:01:02:03"}},
	{"c_int4range", ofColumn(connect.String, "INT4RANGE", "", ""), []any{"[1,5)"}},
	{"c_tstzrange", ofColumn(connect.String, "TSTZRANGE", "", ""), []any{`["2019-01-01 00:00:00+00","2019-01-02 00:00:00+00")`}},
	{"c_jsonb", ofColumn(connect.String.WithName(semanticData+"Json"), "JSONB", "", ""), []any{`{"a": 1}`}},
	{"c_int4", ofColumn(connect.Int32, "INT4", "10", "0"), []any{int32(5)}},
	{"c_oid", ofColumn(connect.Int64, "OID", "10", ""), []any{int64(5)}},
	{"c_money", ofColumn(connect.DecimalOf(2), "MONEY", "", ""), []any{decimalOf("12.34")}},
	{"c_numeric", ofColumn(connect.DecimalOf(3).WithParameter("connect.decimal.precision", "10"), "NUMERIC", "10", "3"), []any{decimalOf("12.340")}},
	{"c_bit1", ofColumn(connect.Boolean, "BIT", "1", ""), []any{true, false}},
	{"c_bit", ofColumn(bits("3"), "BIT", "3", ""), []any{[]byte{5}}},
	{"c_varbit", ofColumn(bits("9"), "VARBIT", "9", ""), []any{[]byte{5}}},
	{"c_timestamp3", ofColumn(connect.Int64.WithName(semanticTime+"Timestamp"), "TIMESTAMP", "3", ""), []any{moment.UnixMilli()}},
	{"c_time2", ofColumn(connect.Int32.WithName(semanticTime+"Time"), "TIME", "2", ""), []any{int32(3723450)}},
	{"c_timestamptz", ofColumn(connect.String.WithName(semanticTime+"ZonedTimestamp"), "TIMESTAMPTZ", "35", "6"), []any{"2019-04-14T10:24:00.123456Z"}},
	{"c_uuid", ofColumn(connect.String.WithName(semanticData+"Uuid"), "UUID", "", ""), []any{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
	{"c_bytea", ofColumn(connect.Bytes, "BYTEA", "", ""), []any{[]byte{1, 2}}},
}

func postgresSinkModes() []sinkMode {
	fields := slices.Concat(plainValues, timeValues, dataValues, variableValues, postgresValues)
	defaults := slices.Concat(plainValues[:13], plainValues[14:], timeValues[:1], timeValues[4:], dataValues[:2]) // with a time of day Debezium's statement is refused
	keys := []value{plainValues[7], plainValues[12], timeValues[7], dataValues[0], plainValues[9]}
	return append(changeModes(), typeModes(fields, defaults, postgresColumns, keys)...)
}

// mariaValues are of types that MariaDB has.
var mariaValues = []value{
	{"m_bits", bits("12"), []any{[]byte{5, 3}}},
}

// mariaColumns are of types that columns had at their source.
var mariaColumns = []value{
	{"c_varchar", ofColumn(connect.String, "VARCHAR", "20", ""), []any{"text"}},
	{"c_char", ofColumn(connect.String, "CHAR", "5", ""), []any{"abc"}},
	{"c_text", ofColumn(connect.String, "TEXT", "65535", ""), []any{"text"}},
	{"c_tinyint", ofColumn(connect.Int16, "TINYINT", "1", ""), []any{int16(5)}},
	{"c_mediumint", ofColumn(connect.Int32, "MEDIUMINT", "9", ""), []any{int32(5)}},
	{"c_integer", ofColumn(connect.Int32, "INTEGER", "11", ""), []any{int32(5)}},
	{"c_int", ofColumn(connect.Int32, "INT", "", ""), []any{int32(5)}},
	{"c_boolean", ofColumn(connect.Boolean, "BOOLEAN", "", ""), []any{true}},
	{"c_tinyblob", ofColumn(connect.Bytes, "TINYBLOB", "", ""), []any{[]byte{1, 2}}},
	{"c_mediumblob", ofColumn(connect.Bytes, "MEDIUMBLOB", "", ""), []any{[]byte{1, 2}}},
	{"c_blob", ofColumn(connect.Bytes, "BLOB", "", ""), []any{[]byte{1, 2}}},
	{"c_binary", ofColumn(connect.Bytes, "BINARY", "4", ""), []any{[]byte{1, 2, 3, 4}}},
	{"c_datetime3", ofColumn(connect.Int64.WithName(semanticTime+"Timestamp"), "DATETIME", "3", ""), []any{moment.UnixMilli()}},
	{"c_timestamp", ofColumn(connect.String.WithName(semanticTime+"ZonedTimestamp"), "TIMESTAMP", "3", ""), []any{"2019-04-14T10:24:00.123Z"}},
	{"c_decimal", ofColumn(connect.DecimalOf(3).WithParameter("connect.decimal.precision", "10"), "DECIMAL", "10", "3"), []any{decimalOf("12.340")}},
}

func mariaSinkModes() []sinkMode {
	fields := slices.Concat(plainValues, timeValues, dataValues, variableValues, mariaValues)
	// Of a default with a zone Debezium leaves out the zone, and not of the values.
	defaults := slices.Concat(plainValues[:13], plainValues[14:], timeValues[:7], timeValues[8:], dataValues[1:2])
	keys := []value{plainValues[7], plainValues[12], plainValues[9]}
	return append(changeModes(), typeModes(fields, defaults, mariaColumns, keys)...)
}
