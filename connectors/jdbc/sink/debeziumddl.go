// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// debeziumTyping makes columns as Debezium's class does.
type debeziumTyping struct {
	settings *debeziumSettings
	dialect  database.Dialect
}

// debeziumTypes are the column types of PostgreSQL, of MySQL and MariaDB, and of SQL Server: of the types of the data model, and of those with a
// meaning by their names. Empty is none.
var debeziumTypes = map[string][3]string{
	"INT8": {"smallint", "tinyint", "smallint"}, "INT16": {"smallint", "smallint", "smallint"}, "INT32": {"integer", "integer", "int"}, "INT64": {"bigint", "bigint", "bigint"},
	"FLOAT32": {"float4", "float(23)", "float(24)"}, "FLOAT64": {"double precision", "double precision", "float"}, "BOOLEAN": {"boolean", "boolean", "bit"},
	"STRING": {"text", "longtext", "varchar(max)"}, "BYTES": {"bytea", "longblob", "varbinary(max)"}, "MAP": {"hstore", "json", "varchar(max)"},

	connect.DateName: {"date", "date", "date"}, connect.TimeName: {"time(6)", "time(6)", "time"}, connect.TimestampName: {"timestamp(6)", "datetime(6)", "datetime2(7)"},
	debeziumTime + "Date": {"date", "date", "date"}, debeziumTime + "Time": {"time(6)", "time(6)", "time"}, debeziumTime + "MicroTime": {"time(6)", "time(6)", "time"},
	debeziumTime + "NanoTime": {"time(6)", "time(6)", "time"}, debeziumTime + "Timestamp": {"timestamp(6)", "datetime(6)", "datetime2(7)"},
	debeziumTime + "MicroTimestamp": {"timestamp(6)", "datetime(6)", "datetime2(7)"}, debeziumTime + "NanoTimestamp": {"timestamp(6)", "datetime(6)", "datetime2(7)"},
	debeziumTime + "ZonedTimestamp": {"timestamp(6) with time zone", "timestamp(6)", "datetimeoffset(7)"}, debeziumTime + "ZonedTime": {"time(6) with time zone", "time(6)", "datetimeoffset(7)"},
	debeziumTime + "MicroDuration": {"interval", "bigint", "bigint"}, debeziumTime + "Interval": {"text", "longtext", "varchar(max)"}, debeziumTime + "Year": {"integer", "year", "int"},

	debeziumData + "VariableScaleDecimal": {"double precision", "double precision", "float"}, debeziumData + "Json": {"json", "json", "varchar(max)"},
	debeziumData + "Uuid": {"uuid", "longtext", "varchar(max)"}, debeziumData + "Enum": {"text", "longtext", "varchar(max)"}, debeziumData + "EnumSet": {"text", "longtext", "varchar(max)"},
	debeziumData + "Xml": {"xml", "longtext", "xml"}, debeziumData + "Ltree": {"ltree", "longtext", "varchar(max)"}, debeziumData + "Tsvector": {"tsvector", "longtext", "varchar(max)"},
	debeziumData + "FloatVector": {"halfvec", "vector", ""}, debeziumData + "DoubleVector": {"vector", "vector", ""},
	debeziumData + "geometry.Geometry": {"geometry", "geometry", ""}, debeziumData + "geometry.Geography": {"geography", "geometry", ""}, debeziumData + "geometry.Point": {"point", "point", ""},
}

// place is the place of a dialect in debeziumTypes. SQLite, which Debezium's class does not know, takes PostgreSQL's names.
func (t debeziumTyping) place() int {
	switch t.dialect {
	case database.MySQL:
		return 1
	case database.SQLServer:
		return 2
	}
	return 0
}

func (t debeziumTyping) columnType(c *column) (string, error) {
	schema := c.schema
	switch name := schema.Name(); {
	case name == connect.DecimalName:
		return decimalType(schema)
	case name == debeziumData+"Bits":
		return t.bitsType(schema), nil
	case (name == debeziumData+"Enum" || name == debeziumData+"EnumSet") && t.dialect == database.MySQL:
		return t.enumType(strings.TrimPrefix(name, debeziumData), schema), nil
	}
	if kind := t.sourceType(c); kind != "" {
		return kind, nil
	}
	kinds, known := debeziumTypes[schema.Name()]
	if !known {
		kinds = debeziumTypes[schema.Type().String()]
	}
	kind := kinds[t.place()]
	if schema.Type() == connect.TypeArray && !known && t.dialect == database.PostgreSQL && schema.ValueSchema() != nil {
		element, err := t.columnType(&column{field: c.field, schema: schema.ValueSchema()})
		return element + "[]", err
	}
	if kind == "" {
		return "", &connect.DataError{Reason: fmt.Sprintf("Field %s has the type %s, for which %s has no column", c.field, schema, t.dialect)}
	}
	return asPrecise(t.forKey(c, kind), schema), nil
}

// maxTextKey is how long a text in a key of MySQL is made.
const maxTextKey = 255

// forKey bounds texts that are part of a key, which some databases do not index at any length.
func (t debeziumTyping) forKey(c *column, kind string) string {
	if !c.isKey {
		return kind
	}
	switch kind {
	case "longtext":
		return fmt.Sprintf("varchar(%d)", maxTextKey)
	case "varchar(max)":
		return "varchar(900)"
	}
	return kind
}

// maxPrecision is what the databases have in common.
const maxPrecision = 38

func decimalType(schema *connect.Schema) (string, error) {
	scale, err := connect.DecimalScale(schema)
	if err != nil {
		return "", err
	}
	precision := maxPrecision
	if text, is := schema.Parameter("connect.decimal.precision"); is {
		if n, err := strconv.Atoi(text); err == nil {
			precision = min(n, maxPrecision)
		}
	}
	return fmt.Sprintf("decimal(%d,%d)", precision, max(scale, 0)), nil
}

// unlimitedBits is the length of a Bits schema for bits of any number.
const unlimitedBits = 1<<31 - 1

func (t debeziumTyping) bitsType(schema *connect.Schema) string {
	text, _ := schema.Parameter("length")
	n, _ := strconv.Atoi(text)
	switch {
	case t.dialect == database.SQLServer && n == 1:
		return "bit"
	case t.dialect == database.SQLServer:
		return fmt.Sprintf("varbinary(%d)", max(n, 1))
	case n == 0 || n == unlimitedBits:
		return "bit varying"
	}
	if source, _ := schema.Parameter(sourceTypeParameter); t.dialect == database.PostgreSQL && baseOf(source) == "varbit" {
		return fmt.Sprintf("bit varying(%d)", n)
	}
	return fmt.Sprintf("bit(%d)", n)
}

// enumType lists the values that a source's type allows.
func (t debeziumTyping) enumType(kind string, schema *connect.Schema) string {
	allowed, is := schema.Parameter("allowed")
	if !is {
		return "longtext"
	}
	var values []string
	for value := range strings.SplitSeq(allowed, ",") {
		values = append(values, quoted(t.dialect, value))
	}
	word := map[string]string{"Enum": "enum", "EnumSet": "set"}[kind]
	return word + "(" + strings.Join(values, ",") + ")"
}

// sourceType is a type that the column had at its source, where the source was told to say so and the type means the same here.
func (t debeziumTyping) sourceType(c *column) string {
	source, _ := c.schema.Parameter(sourceTypeParameter)
	base := baseOf(source)
	if base == "" || c.schema.Name() != "" && c.schema.Name() != debeziumData+"Json" {
		return ""
	}
	switch t.dialect {
	case database.PostgreSQL:
		if kind := postgresSource(base, c.schema); kind != "" {
			return kind
		}
	case database.MySQL:
		if kind := mysqlSource(base, c.schema); kind != "" {
			return kind
		}
	}
	if c.schema.Type() == connect.TypeString {
		return t.textOfSource(base, c)
	}
	return ""
}

func postgresSource(base string, schema *connect.Schema) string {
	switch {
	case castTypes[base], base == "oid":
		return base
	case strings.HasSuffix(base, "serial") && !schema.IsOptional(), base == "bit" && schema.Type() == connect.TypeBoolean:
		return base
	}
	return ""
}

func mysqlSource(base string, schema *connect.Schema) string {
	n := sourceLength(schema)
	switch base {
	case "tinyint", "mediumint", "integer":
		if n > 0 {
			return fmt.Sprintf("%s(%d)", base, n)
		}
		return base
	case "tinyblob", "mediumblob", "blob":
		return base
	}
	if schema.Type() == connect.TypeBytes && n > 0 && n <= maxVarying {
		return fmt.Sprintf("varbinary(%d)", n)
	}
	return ""
}

// maxVarying is how long MySQL lets texts and bytes of a varying length be.
const maxVarying = 65535

// textOfSource is a text of the length that it had at its source.
func (t debeziumTyping) textOfSource(base string, c *column) string {
	n := sourceLength(c.schema)
	if c.isKey && t.dialect == database.MySQL {
		n = min(n, maxTextKey)
	}
	switch base {
	case "char", "bpchar", "nchar", "character":
		return fmt.Sprintf("char(%d)", max(n, 1))
	case "varchar", "varchar2", "nvarchar", "nvarchar2", "character varying":
		if n > 0 && n <= maxVarying {
			return fmt.Sprintf("varchar(%d)", n)
		}
	}
	return ""
}

// sourceLength is the length that the column had at its source, 0 where nothing is known.
func sourceLength(schema *connect.Schema) int {
	text, _ := schema.Parameter(sourceLengthParameter)
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// finestTime is how many digits behind the seconds the databases keep.
const finestTime = 6

// asPrecise gives a type of times as many digits behind the seconds as the column had at its source: its scale, and of some sources its length.
func asPrecise(kind string, schema *connect.Schema) string {
	n := sourceLength(schema)
	if text, is := schema.Parameter(sourceScaleParameter); is {
		n, _ = strconv.Atoi(text)
	}
	if n <= 0 || n > finestTime {
		return kind
	}
	return strings.Replace(kind, "(6)", fmt.Sprintf("(%d)", n), 1)
}

func (t debeziumTyping) literal(c *column) (string, error) {
	v := c.schema.Default()
	if v == nil || c.isKey || t.withoutDefault(c) {
		return "", nil
	}
	switch c.schema.Name() {
	case debeziumTime + "MicroDuration":
		if t.dialect == database.PostgreSQL {
			d, err := convertDuration(v)
			return quoted(t.dialect, d.s), err
		}
	case debeziumTime + "ZonedTimestamp":
		if t.dialect != database.MySQL {
			return plainLiteral(t.dialect, v), nil // it has its zone
		}
	}
	b := t.settings.binding(&database.Database{}, c, nil)
	switch b.kind {
	case kindDate, kindTime, kindTimestamp:
		d, err := b.convert(v)
		return quoted(t.dialect, string(precisely(b.kind, d))), err
	}
	return plainLiteral(t.dialect, v), nil
}

// withoutDefault says whether a column is of a type that takes no default.
func (t debeziumTyping) withoutDefault(c *column) bool {
	switch t.dialect {
	case database.PostgreSQL:
		return c.schema.Name() == debeziumData+"Bits"
	case database.MySQL:
		kind, _ := t.columnType(c)
		return strings.HasSuffix(kind, "text") || strings.HasSuffix(kind, "blob") || kind == "json"
	}
	return false
}

// precisely prints a date or time with microseconds.
func precisely(k kind, d datum) []byte {
	switch k {
	case kindDate:
		return appendDate(nil, d.n)
	case kindTime:
		return appendClock(nil, d.n, 6)
	}
	return appendTimestamp(nil, d.utc(), 6)
}
