// SPDX-License-Identifier: Apache-2.0

package source

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// moment converts dates and times. A converter may return nil for a date that is none.
func (p plain) moment(c column, to shape) converter[any] {
	switch to {
	case shapeDate:
		return func(v any) (any, error) { return orNull(p.day(v)) }
	case shapeTime:
		return func(v any) (any, error) {
			t, err := p.ofDay(v)
			return t, err
		}
	}
	read := p.instantOf(c)
	return func(v any) (any, error) {
		switch zero, null, err := p.zero(v); {
		case null || err != nil:
			return nil, err
		case zero:
			return p.timestamp(p.times.instant(firstDay)), nil
		}
		at, err := read(v)
		if err != nil {
			return nil, err
		}
		return p.timestamp(at), nil
	}
}

func orNull(at time.Time, null bool, err error) (any, error) {
	if null || err != nil {
		return nil, err
	}
	return at, nil
}

// instant reads a column by which rows are found.
func (p plain) instant(c column) (instant[any], error) {
	if c.kind != kindTimestamp && c.kind != kindDate && p.dialect != database.SQLite {
		return nil, notATimeColumn(c)
	}
	if p.finerDatetime && c.native == "DATETIME" {
		return nil, errDatetime
	}
	if c.kind == kindDate {
		return func(v any) (time.Time, error) {
			at, _, err := p.day(v)
			return p.dayBegins(at), err
		}, nil
	}
	return p.instantOf(c), nil
}

// instantOf reads a date with a time. Whole numbers are SQLite's: milliseconds or seconds since 1970; a number with a fraction is a Julian day.
func (p plain) instantOf(c column) instant[any] {
	return func(v any) (time.Time, error) {
		switch x := v.(type) {
		case time.Time:
			if c.zoned || x.Location() != time.UTC {
				return x.UTC(), nil
			}
			return p.times.instant(wallOf(x)), nil
		case int64:
			return p.ofNumber(x), nil
		case float64:
			return julianDay(x), nil
		}
		parsed, err := parseTime(strings.TrimSpace(textOf(v)))
		if err != nil {
			return time.Time{}, err
		}
		return p.times.instant(parsed), nil
	}
}

func textOf(v any) string {
	switch x := v.(type) {
	case []byte:
		return string(x)
	case string:
		return x
	}
	return ""
}

func (p plain) ofNumber(n int64) time.Time {
	if p.seconds {
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}

// julianDay counts days from noon of January 1st 4713 BC; 1970 began with 2440587.5.
func julianDay(days float64) time.Time {
	return time.UnixMilli(int64(math.Round((days - 2440587.5) * secondsPerDay * 1000))).UTC()
}

// errDatetime is what Java's connector says, too. From SQL Server 2016 on the last row would be read again for ever.
var errDatetime = connect.Errorf(connect.BadConfig, "rows cannot be found by a DATETIME column in SQL Server 2016 and later, which takes it for finer than it shows it: make it a DATETIME2")

// sqlserver2016 is the first version that compares a DATETIME with more digits than it shows.
const sqlserver2016 = 13

func hasFinerDatetime(version string) bool {
	text, _, _ := strings.Cut(version, ".")
	major, err := strconv.Atoi(text)
	return err == nil && major >= sqlserver2016
}

// firstDay is what a date without month or day is rounded to.
var firstDay = parsedTime{wall: database.Wall{Year: 1, Month: 1, Day: 1}}

// zero says whether a value is a date of MySQL that has no month or no day, and what becomes of it: null, an error, or else the first day of all.
func (p plain) zero(v any) (is, null bool, err error) {
	text := textOf(v)
	if p.dialect != database.MySQL || len(text) < 10 || text[5:7] != "00" && text[8:10] != "00" {
		return false, false, nil
	}
	switch strings.ToUpper(p.zeroDate) {
	case "CONVERT_TO_NULL", "CONVERTTONULL":
		return true, true, nil
	case "ROUND":
		return true, false, nil
	}
	return true, false, unexpected(v, "date: set zeroDateTimeBehavior=CONVERT_TO_NULL in the URL to read it as null")
}

// day is a date as midnight in UTC.
func (p plain) day(v any) (at time.Time, null bool, err error) {
	switch zero, null, err := p.zero(v); {
	case null || err != nil:
		return time.Time{}, null, err
	case zero:
		return p.date(1, 1, 1), false, nil
	}
	switch x := v.(type) {
	case time.Time:
		return p.date(x.Year(), int(x.Month()), x.Day()), false, nil
	case int64:
		if p.dialect == database.MySQL { // a year
			return p.date(int(x), 1, 1), false, nil
		}
		return p.ofNumber(x).Truncate(secondsPerDay * time.Second), false, nil
	case float64:
		return julianDay(x).Truncate(secondsPerDay * time.Second), false, nil
	}
	parsed, err := parseTime(strings.TrimSpace(textOf(v)))
	if err != nil || !parsed.hasDate {
		return time.Time{}, false, unexpected(v, "date")
	}
	return p.date(parsed.wall.Year, parsed.wall.Month, parsed.wall.Day), false, nil
}

// ofDay is a time of day. MySQL's may be negative, and longer than a day.
func (p plain) ofDay(v any) (time.Time, error) {
	switch x := v.(type) {
	case time.Time:
		return p.timeOfDay(wallOf(x).sinceMidnight()), nil
	case int64:
		return p.ofNumber(x), nil
	}
	text := strings.TrimSpace(textOf(v))
	text, negative := strings.CutPrefix(text, "-")
	hours := 0
	// More than two digits of hours are cut off first.
	if i := strings.IndexByte(text, ':'); i > 2 {
		n, ok := digits(text[:i])
		if !ok {
			return time.Time{}, unexpected(v, "time of day")
		}
		hours, text = n, "00"+text[i:]
	}
	parsed, err := parseTime(text)
	if err != nil || parsed.hasDate {
		return time.Time{}, unexpected(v, "time of day")
	}
	since := parsed.sinceMidnight() + time.Duration(hours)*time.Hour
	if negative {
		since = -since
	}
	return p.timeOfDay(since), nil
}
