// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
	"github.com/longshore-io/connect/internal/javadate"
)

// unsupported is a type that has no column type in the database. A field that is never set does no harm.
func unsupported(c *column) convert {
	text := fmt.Sprintf("Field %s has the type %s, which cannot be written to the database: flatten it, or make a text of it, by a transform", c.field, c.schema.Type())
	return func(any) (datum, error) { return datum{}, &connect.DataError{Reason: text} }
}

// clock turns times into what a clock on the wall shows, as Java's drivers do for a calendar and a zone.
type clock struct {
	zone   *time.Location
	legacy bool
}

// wall is what the clock shows at a time.
func (k clock) wall(t time.Time) datum {
	seconds := t.Unix()
	if k.zone != time.UTC {
		_, offset := t.In(k.zone).Zone()
		seconds += int64(offset)
	}
	return datum{n: k.shown(seconds), nano: int32(t.Nanosecond())}
}

// shown moves a time before the cutover to where the day of the older calendar's name is in the present one: that is what is stored.
func (k clock) shown(seconds int64) int64 {
	if !k.legacy || seconds >= javadate.GregorianFrom*secondsPerDay {
		return seconds
	}
	day := javadate.FloorDiv(seconds, secondsPerDay)
	year, month, date := database.Legacy.Date(day)
	return seconds + (database.Proleptic.Day(year, month, date)-day)*secondsPerDay
}

// bind says how the values of a column are handed to the database.
func (s *confluentSettings) bind(d *database.Database, c *column, found *database.Column) {
	if d.Dialect() == database.SQLite {
		// It has points in time only: nothing is shifted.
		utc := *s
		utc.zone, utc.dateZone, utc.legacy = time.UTC, time.UTC, false
		c.binding = forSQLite(utc.plainBinding(d, c, nil))
		return
	}
	c.binding = s.plainBinding(d, c, found)
}

func (s *confluentSettings) plainBinding(d *database.Database, c *column, found *database.Column) binding {
	if s.timeFields[c.field] && !c.isKey && (c.schema.Type() == connect.TypeInt64 || c.schema.Type() == connect.TypeString) {
		return s.timestamps(found, s.countedTime(c.field))
	}
	switch c.schema.Name() {
	case connect.DecimalName:
		return binding{kind: kindNumeric, convert: convertDecimal}
	case connect.DateName:
		return binding{kind: kindDate, convert: dayIn(clock{s.dateZone, s.legacy})}
	case connect.TimeName:
		return binding{kind: kindTime, convert: clockIn(s.zone)}
	case connect.TimestampName:
		return s.timestamps(found, func(v any) (time.Time, error) { return timeOf(v, "Timestamp") })
	}
	switch c.schema.Type() {
	case connect.TypeString:
		return binding{kind: kindText, convert: convertText, place: textPlace(d, found)}
	case connect.TypeArray:
		return arrayBinding(d, c)
	}
	return primitive(c)
}

// confluentElements are the types that elements of arrays may have.
var confluentElements = []connect.Type{connect.TypeInt8, connect.TypeInt16, connect.TypeInt32, connect.TypeInt64, connect.TypeFloat32, connect.TypeFloat64, connect.TypeBoolean, connect.TypeString}

// primitive binds values without parts and without meaning.
func primitive(c *column) binding {
	switch c.schema.Type() {
	case connect.TypeInt8, connect.TypeInt16:
		return binding{kind: kindInt16, convert: convertInteger}
	case connect.TypeInt32:
		return binding{kind: kindInt32, convert: convertInteger}
	case connect.TypeInt64:
		return binding{kind: kindInt64, convert: convertInteger}
	case connect.TypeFloat32:
		return binding{kind: kindFloat32, convert: convertFloat}
	case connect.TypeFloat64:
		return binding{kind: kindFloat64, convert: convertFloat}
	case connect.TypeBoolean:
		return binding{kind: kindBool, convert: convertBool}
	case connect.TypeString:
		return binding{kind: kindText, convert: convertText}
	case connect.TypeBytes:
		return binding{kind: kindBytes, convert: convertBytes}
	}
	return binding{kind: kindText, convert: unsupported(c)}
}

// textPlace casts a text to the types of PostgreSQL that Java's connectors cast it to, and to any with stringtype=unspecified.
func textPlace(d *database.Database, found *database.Column) string {
	if d.Dialect() != database.PostgreSQL || found == nil {
		return ""
	}
	switch found.Base {
	case "uuid", "json", "jsonb":
		return "?::" + found.Base
	case "text", "varchar", "bpchar", "name":
		return ""
	}
	if value, _ := d.Parameter("stringtype"); value == "unspecified" {
		return "?::" + found.Type
	}
	return ""
}

// timestamps binds points in time: as such where the column is one, else as the clock shows them.
func (s *confluentSettings) timestamps(found *database.Column, read func(any) (time.Time, error)) binding {
	k := clock{s.zone, s.legacy}
	if found != nil && found.Base == "timestamptz" {
		return binding{kind: kindInstant, convert: func(v any) (datum, error) {
			t, err := read(v)
			return datum{n: k.shown(t.Unix()), nano: int32(t.Nanosecond())}, err
		}}
	}
	return binding{kind: kindTimestamp, convert: func(v any) (datum, error) {
		t, err := read(v)
		if err != nil {
			return datum{}, err
		}
		return k.wall(t), nil
	}}
}

func timeOf(v any, want string) (time.Time, error) {
	t, ok := v.(time.Time)
	if !ok {
		return t, misfit(v, want)
	}
	return t, nil
}

// countedTime reads the fields of timestamp.fields.list.
func (s *confluentSettings) countedTime(field string) func(any) (time.Time, error) {
	return func(v any) (time.Time, error) {
		n, isNumber := v.(int64)
		if text, isText := v.(string); isText {
			var err error
			if n, err = strconv.ParseInt(text, 10, 64); err != nil {
				return time.Time{}, &connect.DataError{Reason: fmt.Sprintf("Field %s of timestamp.fields.list has a text that is no number", field)}
			}
		} else if !isNumber {
			return time.Time{}, misfit(v, "INT64")
		}
		perSecond := int64(time.Second / s.timeUnit)
		seconds := javadate.FloorDiv(n, perSecond)
		return time.Unix(seconds, (n-seconds*perSecond)*int64(s.timeUnit)), nil
	}
}

// dayIn is the day that a Date has where the clock is.
func dayIn(k clock) convert {
	return func(v any) (datum, error) {
		t, err := timeOf(v, "Date")
		if err != nil {
			return datum{}, err
		}
		return datum{n: javadate.FloorDiv(k.wall(t).n, secondsPerDay)}, nil
	}
}

// clockIn is what a clock shows in a zone at a time of 1970-01-01.
func clockIn(zone *time.Location) convert {
	return func(v any) (datum, error) {
		t, err := timeOf(v, "Time")
		if err != nil {
			return datum{}, err
		}
		d := clock{zone: zone}.wall(t)
		return datum{n: (d.n-javadate.FloorDiv(d.n, secondsPerDay)*secondsPerDay)*int64(time.Second) + int64(d.nano)}, nil
	}
}

// forSQLite turns times into what Java's driver for SQLite stores: milliseconds since 1970.
func forSQLite(b binding) binding {
	switch b.kind {
	case kindDate, kindTime, kindTimestamp, kindInstant:
		inner := b.convert
		return binding{kind: kindInt64, convert: func(v any) (datum, error) {
			d, err := inner(v)
			switch b.kind {
			case kindDate:
				return datum{n: d.n * secondsPerDay * 1000}, err
			case kindTime:
				return datum{n: d.n / int64(time.Millisecond)}, err
			}
			return datum{n: d.n*1000 + int64(d.nano)/int64(time.Millisecond)}, err
		}}
	}
	return b
}

// arrayBinding hands an array to PostgreSQL as its text, which a cast turns into the array.
func arrayBinding(d *database.Database, c *column) binding {
	element := c.schema.ValueSchema()
	if d.Dialect() != database.PostgreSQL || element == nil || element.Name() != "" || !slices.Contains(confluentElements, element.Type()) {
		return binding{kind: kindText, convert: unsupported(c)}
	}
	itself := func(e any) (any, error) { return e, nil }
	return binding{kind: kindText, convert: convertArray(itself), place: "?::" + pgTypes[primitive(&column{schema: element}).kind].name + "[]"}
}

// convertArray prints an array as PostgreSQL reads it, after its elements that are not null were made texts, numbers or bytes.
func convertArray(ready func(any) (any, error)) convert {
	return func(v any) (datum, error) {
		list, ok := v.([]any)
		if !ok {
			return datum{}, misfit(v, "ARRAY")
		}
		text := append(make([]byte, 0, 16*len(list)+2), '{')
		for i, e := range list {
			if i > 0 {
				text = append(text, ',')
			}
			if e != nil {
				var err error
				if e, err = ready(e); err != nil {
					return datum{}, err
				}
			}
			text = appendElement(text, e)
		}
		return datum{s: string(append(text, '}'))}, nil
	}
}

func appendElement(text []byte, e any) []byte {
	switch e := e.(type) {
	case nil:
		return append(text, "NULL"...)
	case []byte:
		return fmt.Appendf(text, `"\\x%x"`, e)
	case string:
		text = append(text, '"')
		for i := range len(e) {
			if e[i] == '"' || e[i] == '\\' {
				text = append(text, '\\')
			}
			text = append(text, e[i])
		}
		return append(text, '"')
	}
	return fmt.Append(text, e)
}
