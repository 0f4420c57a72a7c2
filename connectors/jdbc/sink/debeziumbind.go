// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
	"github.com/longshore-io/connect/internal/javadate"
)

// Names of Debezium's semantic types, without what they have in front.
const (
	debeziumTime = "io.debezium.time."
	debeziumData = "io.debezium.data."
)

// bind says how the values of a column are handed to the database.
func (s *debeziumSettings) bind(d *database.Database, c *column, found *database.Column) {
	c.binding = s.binding(d, c, found)
}

func (s *debeziumSettings) binding(d *database.Database, c *column, found *database.Column) binding {
	name := c.schema.Name()
	switch {
	case strings.HasPrefix(name, debeziumTime):
		if b, is := s.timeBinding(d.Dialect(), strings.TrimPrefix(name, debeziumTime), found); is {
			return b
		}
	case strings.HasPrefix(name, debeziumData):
		if b, is := s.dataBinding(d.Dialect(), c, strings.TrimPrefix(name, debeziumData), found); is {
			return b
		}
	}
	switch name {
	case connect.DecimalName:
		return binding{kind: kindNumeric, convert: convertDecimal}
	case connect.DateName:
		return binding{kind: kindDate, convert: dayIn(clock{zone: time.UTC})}
	case connect.TimeName:
		return binding{kind: kindTime, convert: clockIn(time.UTC)}
	case connect.TimestampName:
		return binding{kind: kindTimestamp, convert: convertTimestamp}
	}
	switch c.schema.Type() {
	case connect.TypeString:
		return binding{kind: kindText, convert: convertText, place: s.textCast(d, c, found)}
	case connect.TypeArray:
		return s.arrayBinding(d, c)
	case connect.TypeMap:
		return mapBinding(d.Dialect())
	case connect.TypeBoolean:
		if d.Dialect() == database.PostgreSQL && found != nil && found.Base == "bit" {
			return binding{kind: kindText, convert: convertBit, place: "CAST(? AS bit)"}
		}
	}
	return primitive(c)
}

// convertBit prints a bit.
func convertBit(v any) (datum, error) {
	d, err := convertBool(v)
	d.s = strconv.FormatInt(d.n, 10)
	return d, err
}

func convertTimestamp(v any) (datum, error) {
	t, err := timeOf(v, "Timestamp")
	return instantOf(t), err
}

// timeBinding binds what Debezium has for dates and times. Those without zone stay what UTC shows, whatever the settings are.
func (s *debeziumSettings) timeBinding(d database.Dialect, name string, found *database.Column) (binding, bool) {
	switch name {
	case "Date":
		return binding{kind: kindDate, convert: convertInteger}, true
	case "Time":
		return binding{kind: kindTime, convert: times(d, time.Millisecond)}, true
	case "MicroTime":
		return binding{kind: kindTime, convert: times(d, time.Microsecond)}, true
	case "NanoTime":
		return binding{kind: kindTime, convert: times(d, time.Nanosecond)}, true
	case "Timestamp":
		return binding{kind: kindTimestamp, convert: counted(1000)}, true
	case "MicroTimestamp":
		if d == database.PostgreSQL {
			return binding{kind: kindTimestamp, convert: orInfinite(counted(1_000_000))}, true
		}
		return binding{kind: kindTimestamp, convert: counted(1_000_000)}, true
	case "NanoTimestamp":
		return binding{kind: kindTimestamp, convert: counted(1_000_000_000)}, true
	case "ZonedTimestamp":
		return s.zonedTimestamp(d, found), true
	case "ZonedTime":
		return s.zonedTime(d), true
	case "MicroDuration":
		if d == database.PostgreSQL {
			return binding{kind: kindText, convert: convertDuration, place: "CAST(? AS interval)"}, true
		}
		return binding{kind: kindInt64, convert: convertInteger}, true
	}
	return binding{}, false
}

// times makes a time of day of a number of units. In MySQL it may be a duration of some days and negative, too.
func times(dialect database.Dialect, unit time.Duration) convert {
	return func(v any) (datum, error) {
		d, err := convertInteger(v)
		if day := nanosPerDay / int64(unit); err == nil && dialect != database.MySQL && (d.n < 0 || d.n > day) {
			return d, &connect.DataError{Reason: "The time of day is not within a day"}
		}
		d.n *= int64(unit)
		return d, err
	}
}

// The numbers that Debezium has for the infinite timestamps of PostgreSQL, in microseconds.
const (
	infiniteMicros      = 9223372036825200000
	minusInfiniteMicros = -9223372036832400000
)

// counted makes a timestamp of a number of parts of a second.
func counted(perSecond int64) convert {
	return func(v any) (datum, error) {
		d, err := convertInteger(v)
		seconds := javadate.FloorDiv(d.n, perSecond)
		return datum{n: seconds, nano: int32((d.n - seconds*perSecond) * (int64(time.Second) / perSecond))}, err
	}
}

// orInfinite takes the numbers that stand for the ends of time for these.
func orInfinite(inner convert) convert {
	return func(v any) (datum, error) {
		switch v {
		case int64(infiniteMicros):
			return datum{n: endOfTime}, nil
		case int64(minusInfiniteMicros):
			return datum{n: beginOfTime}, nil
		}
		return inner(v)
	}
}

// dataBinding binds what Debezium has for other types of databases.
func (s *debeziumSettings) dataBinding(d database.Dialect, c *column, name string, found *database.Column) (binding, bool) {
	if d == database.PostgreSQL {
		if b, is := s.postgresData(c, name, found); is {
			return b, true
		}
	}
	switch name {
	case "Json":
		// MySQL takes a text as it is, and so does MariaDB, which has no cast to JSON.
		return binding{kind: kindText, convert: convertText}, true
	case "Xml":
		if d == database.SQLServer {
			return binding{kind: kindText, convert: convertText, place: "CAST(? AS xml)"}, true
		}
		return binding{kind: kindText, convert: convertText}, true
	case "VariableScaleDecimal":
		return binding{kind: kindNumeric, convert: variableScale(c.schema)}, true
	case "Bits":
		return binding{kind: kindBytes, convert: convertBytes}, true
	case "FloatVector", "DoubleVector":
		if d == database.MySQL {
			return binding{kind: kindText, convert: convertVector, place: "VEC_FromText(?)"}, true
		}
		return binding{kind: kindText, convert: unsupported(c)}, true
	case "geometry.Geometry", "geometry.Geography", "geometry.Point":
		if d == database.MySQL {
			return binding{kind: kindBytes, convert: mysqlGeometry(c.schema)}, true
		}
		return binding{kind: kindText, convert: unsupported(c)}, true
	}
	return binding{}, false
}

// postgresData binds texts by a cast to their types.
func (s *debeziumSettings) postgresData(c *column, name string, found *database.Column) (binding, bool) {
	text := func(place string) (binding, bool) {
		return binding{kind: kindText, convert: convertText, place: place}, true
	}
	switch name {
	case "Json":
		kind := "json"
		if found != nil && (found.Base == "jsonb" || found.Base == "hstore" || found.Base == "text" || found.Base == "varchar") {
			kind = found.Base
		}
		return text("CAST(? AS " + kind + ")")
	case "Uuid":
		return text("CAST(? AS uuid)")
	case "Xml":
		return text("CAST(? AS xml)")
	case "Enum":
		if found != nil && !slices.Contains([]string{"", "text", "varchar", "bpchar"}, found.Base) {
			return text("CAST(? AS " + found.Type + ")")
		}
	case "Ltree":
		return text("CAST(? AS ltree)")
	case "Tsvector":
		return binding{kind: kindText, convert: convertTSVector, place: "CAST(? AS tsvector)"}, true
	case "Bits":
		return binding{kind: kindText, convert: bitText(c.schema), place: "CAST(? AS bit varying)"}, true
	case "FloatVector":
		return binding{kind: kindText, convert: convertVector, place: "CAST(? AS halfvec)"}, true
	case "DoubleVector":
		return binding{kind: kindText, convert: convertVector, place: "CAST(? AS vector)"}, true
	case "geometry.Geometry", "geometry.Geography":
		kind := strings.ToLower(strings.TrimPrefix(name, "geometry."))
		return binding{kind: kindText, convert: postgisGeometry(c.schema), place: "CAST(? AS " + s.postgis + "." + kind + ")"}, true
	case "geometry.Point":
		return binding{kind: kindText, convert: pointText(c.schema), place: "CAST(? AS point)"}, true
	}
	return binding{}, false
}

// textCast casts texts to types of PostgreSQL that the source's column or the table's has.
func (s *debeziumSettings) textCast(d *database.Database, c *column, found *database.Column) string {
	if d.Dialect() != database.PostgreSQL || found == nil {
		return ""
	}
	source, _ := c.schema.Parameter(sourceTypeParameter)
	if castTypes[found.Base] && (castAlways[found.Base] || strings.EqualFold(baseOf(source), found.Base)) {
		return "CAST(? AS " + found.Base + ")"
	}
	return textPlace(d, found)
}

// castAlways are the types to which any text is cast; castTypes those for texts that were of the same type at their source.
var (
	castAlways = map[string]bool{"uuid": true, "json": true, "jsonb": true}
	castTypes  = map[string]bool{"uuid": true, "json": true, "jsonb": true, "inet": true, "cidr": true, "macaddr": true, "macaddr8": true, "citext": true, "interval": true, "money": true,
		"int4range": true, "int8range": true, "numrange": true, "tsrange": true, "tstzrange": true, "daterange": true, "ltree": true, "hstore": true, "xml": true}
)

// sourceTypeParameter names the type that a column had at its source, where the source was told to say so.
const (
	sourceTypeParameter   = "__debezium.source.column.type"
	sourceLengthParameter = "__debezium.source.column.length"
	sourceScaleParameter  = "__debezium.source.column.scale"
)

func baseOf(sourceType string) string { return strings.ToLower(strings.TrimSpace(sourceType)) }
