// SPDX-License-Identifier: Apache-2.0

package source

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// Types of PostgreSQL by their numbers (src/include/catalog/pg_type.dat).
const (
	oidBool        = 16
	oidBytea       = 17
	oidChar        = 18
	oidName        = 19
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidText        = 25
	oidOID         = 26
	oidJSON        = 114
	oidXML         = 142
	oidFloat4      = 700
	oidFloat8      = 701
	oidMoney       = 790
	oidBPChar      = 1042
	oidVarchar     = 1043
	oidDate        = 1082
	oidTime        = 1083
	oidTimestamp   = 1114
	oidTimestampTZ = 1184
	oidTimeTZ      = 1266
	oidBit         = 1560
	oidNumeric     = 1700
	oidUUID        = 2950
	oidJSONB       = 3802
)

// binaryTypes are asked for in PostgreSQL's binary form, the others as text.
func binaryType(oid uint32) bool {
	switch oid {
	case oidBool, oidBytea, oidInt8, oidInt2, oidInt4, oidOID, oidFloat4, oidFloat8, oidDate, oidTime, oidTimestamp, oidTimestampTZ, oidTimeTZ:
		return true
	}
	return false
}

// postgresEpoch is 2000-01-01, from which PostgreSQL counts, in seconds since 1970 and in days.
const (
	postgresEpoch     = 946684800
	postgresEpochDays = postgresEpoch / secondsPerDay
	// gregorian is October 15th 1582 in microseconds since 2000: from there on all calendars are one.
	gregorian = (-141427 - postgresEpochDays) * secondsPerDay * 1_000_000
	// What Java's driver makes of infinity, in milliseconds since 1970.
	infinity         = 9223372036825200000
	negativeInfinity = -9223372036832400000
)

// ofPostgres converts what PostgreSQL sends.
func (t times) ofPostgres(c column, to shape) (converter[[]byte], error) {
	switch to {
	case shapeBoolean:
		return postgresBoolean(c), nil
	case shapeInt8, shapeInt16, shapeInt32, shapeInt64:
		return postgresInteger(c, to), nil
	case shapeFloat32:
		return func(b []byte) (any, error) { return math.Float32frombits(binary.BigEndian.Uint32(b)), nil }, nil
	case shapeFloat64:
		return postgresDouble(c), nil
	case shapeDecimal:
		scale := decimalScale(c)
		return func(b []byte) (any, error) { return boxDecimal(decimal(b, scale)) }, nil
	case shapeText:
		return func(b []byte) (any, error) { return string(b), nil }, nil
	case shapeBytes:
		return func(b []byte) (any, error) { return append([]byte{}, b...), nil }, nil
	}
	return t.postgresMoment(c, to)
}

func boxDecimal(d connect.Decimal, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

func postgresBoolean(c column) converter[[]byte] {
	if c.oid == oidBool {
		return func(b []byte) (any, error) { return b[0] != 0, nil }
	}
	return func(b []byte) (any, error) { return b[0] == '1', nil }
}

func postgresInteger(c column, to shape) converter[[]byte] {
	switch c.oid {
	case oidInt2:
		return func(b []byte) (any, error) { return int16(binary.BigEndian.Uint16(b)), nil }
	case oidInt4:
		return func(b []byte) (any, error) { return int32(binary.BigEndian.Uint32(b)), nil }
	case oidInt8:
		return func(b []byte) (any, error) { return int64(binary.BigEndian.Uint64(b)), nil }
	case oidOID:
		return func(b []byte) (any, error) { return int64(binary.BigEndian.Uint32(b)), nil }
	}
	// The bits of a bit string are read as decimal digits, as Java's driver does.
	return func(b []byte) (any, error) {
		v, err := wholePart(b)
		if err != nil {
			return nil, err
		}
		return narrow(v, to)
	}
}

func postgresDouble(c column) converter[[]byte] {
	switch c.oid {
	case oidFloat8:
		return func(b []byte) (any, error) { return math.Float64frombits(binary.BigEndian.Uint64(b)), nil }
	case oidMoney:
		return func(b []byte) (any, error) { return parseDouble(bareMoney(string(b))) }
	}
	return func(b []byte) (any, error) { return parseDouble(string(b)) }
}

func parseDouble(text string) (any, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, &connect.DataError{Reason: "the value is no number"}
	}
	return v, nil
}

// bareMoney takes currency and separators away. Brackets are a minus sign.
func bareMoney(text string) string {
	negative := strings.ContainsAny(text, "-(")
	text = strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if negative {
		return "-" + text
	}
	return text
}

func (t times) postgresMoment(c column, to shape) (converter[[]byte], error) {
	switch {
	case to == shapeDate:
		return func(b []byte) (any, error) { return t.postgresDate(b), nil }, nil
	case to == shapeTime:
		return func(b []byte) (any, error) { return t.postgresTime(b), nil }, nil
	case c.zoned:
		return func(b []byte) (any, error) { return t.timestamp(t.postgresZoned(b)), nil }, nil
	}
	return func(b []byte) (any, error) { return t.timestamp(t.postgresNaive(b)), nil }, nil
}

// instantOfPostgres reads a column by which rows are found.
func (t times) instantOfPostgres(c column) (instant[[]byte], error) {
	switch c.oid {
	case oidTimestamp:
		return func(b []byte) (time.Time, error) { return t.postgresNaive(b), nil }, nil
	case oidTimestampTZ:
		return func(b []byte) (time.Time, error) { return t.postgresZoned(b), nil }, nil
	case oidDate:
		return func(b []byte) (time.Time, error) { return t.dayBegins(t.postgresDate(b)), nil }, nil
	}
	return nil, notATimeColumn(c)
}

func (t times) postgresDate(b []byte) time.Time {
	days := int64(int32(binary.BigEndian.Uint32(b)))
	switch days {
	case math.MaxInt32:
		return time.UnixMilli(infinity).UTC()
	case math.MinInt32:
		return time.UnixMilli(negativeInfinity).UTC()
	}
	at := time.Unix((days+postgresEpochDays)*secondsPerDay, 0).UTC()
	if days*secondsPerDay*1_000_000 >= gregorian {
		return at
	}
	return t.date(at.Year(), int(at.Month()), at.Day())
}

// postgresTime is a time of day; one with a zone has its offset, in seconds west, behind.
func (t times) postgresTime(b []byte) time.Time {
	since := time.Duration(binary.BigEndian.Uint64(b)) * time.Microsecond
	if len(b) > 8 {
		west := time.Duration(int32(binary.BigEndian.Uint32(b[8:]))) * time.Second
		return time.UnixMilli(int64((since + west) / time.Millisecond)).UTC()
	}
	return t.timeOfDay(since)
}

func fromMicros(v int64) time.Time {
	switch v {
	case math.MaxInt64:
		return time.UnixMilli(infinity).UTC()
	case math.MinInt64:
		return time.UnixMilli(negativeInfinity).UTC()
	}
	seconds := v / 1_000_000
	return time.Unix(seconds+postgresEpoch, (v-seconds*1_000_000)*1000).UTC()
}

// postgresZoned is an instant. In the old calendar what the clock shows in UTC is taken as a day of that calendar.
func (t times) postgresZoned(b []byte) time.Time {
	v := int64(binary.BigEndian.Uint64(b))
	at := fromMicros(v)
	if v >= gregorian || v == math.MinInt64 {
		return at
	}
	return t.inZone(time.UTC).instant(wallOf(at))
}

// postgresNaive is a time without a zone, in db.timezone.
func (t times) postgresNaive(b []byte) time.Time {
	v := int64(binary.BigEndian.Uint64(b))
	at := fromMicros(v)
	if v == math.MaxInt64 || v == math.MinInt64 || t.clock.Zone == time.UTC && v >= gregorian {
		return at
	}
	return t.instant(wallOf(at))
}

func (t times) inZone(zone *time.Location) times {
	t.clock.Zone = zone
	return t
}

// wallOf is what a time shows in its own zone.
func wallOf(at time.Time) parsedTime {
	var p parsedTime
	w := &p.wall
	w.Year, w.Month, w.Day = at.Year(), int(at.Month()), at.Day()
	w.Hour, w.Minute, w.Second, w.Nanosecond = at.Hour(), at.Minute(), at.Second(), at.Nanosecond()
	p.hasDate, p.hasTime = true, true
	return p
}
