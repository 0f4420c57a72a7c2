// SPDX-License-Identifier: Apache-2.0

package source

import (
	"math"
	"strings"
	"time"

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
		at, null, err := p.zero(v)
		if null || err != nil {
			return nil, err
		}
		if at.IsZero() {
			if at, err = read(v); err != nil {
				return nil, err
			}
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
	if c.kind == kindDate {
		return func(v any) (time.Time, error) {
			at, _, err := p.day(v)
			return at, err
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

// zero is about dates of MySQL that have no month or no day, which are null, an error, or the first day of all.
func (p plain) zero(v any) (at time.Time, null bool, err error) {
	text := textOf(v)
	if p.dialect != database.MySQL || !strings.HasPrefix(text, "0000-") && !strings.Contains(text, "-00") {
		return time.Time{}, false, nil
	}
	if len(text) < 10 || text[5:7] != "00" && text[8:10] != "00" {
		return time.Time{}, false, nil
	}
	switch strings.ToUpper(p.zeroDate) {
	case "CONVERT_TO_NULL", "CONVERTTONULL":
		return time.Time{}, true, nil
	case "ROUND":
		return p.times.instant(parsedTime{wall: database.Wall{Year: 1, Month: 1, Day: 1}}), false, nil
	}
	return time.Time{}, false, unexpected(text, "date: set zeroDateTimeBehavior=CONVERT_TO_NULL in the URL to read it as null")
}

// day is a date as midnight in UTC.
func (p plain) day(v any) (at time.Time, null bool, err error) {
	if at, null, err = p.zero(v); null || err != nil {
		return at, null, err
	}
	if !at.IsZero() {
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
