// SPDX-License-Identifier: Apache-2.0

package javatext

import (
	"strconv"
	"time"

	"github.com/longshore-io/connect/internal/javadate"
)

// AppendDate appends a time as java.util.Date.toString prints it in a time zone: Thu Jan 01 00:00:00 UTC 1970. Days before
// 1582-10-15 are of the Julian calendar, years before 1 are counted back from 1.
func AppendDate(dst []byte, t time.Time, zone *time.Location) []byte {
	name, offset := t.In(zone).Zone()
	seconds := t.Unix() + int64(offset)
	days := javadate.FloorDiv(seconds, secondsPerDay)
	second := int(seconds - days*secondsPerDay)
	year, month, day := DateOf(days)
	dst = append(dst, time.Weekday((days%7 + 11) % 7).String()[:3]...) // day 0 was a Thursday
	dst = append(dst, ' ')
	dst = append(dst, month.String()[:3]...)
	dst = appendTwo(append(dst, ' '), day)
	dst = appendTwo(append(dst, ' '), second/3600)
	dst = appendTwo(append(dst, ':'), second/60%60)
	dst = appendTwo(append(dst, ':'), second%60)
	dst = append(append(append(dst, ' '), name...), ' ')
	return strconv.AppendInt(dst, int64(year), 10)
}

const secondsPerDay = 24 * 60 * 60

const millisPerDay = 24 * 60 * 60 * 1000

// AppendISO appends a time as Kafka Connect's Values do, in a time zone that the text calls Z whichever it is. The form is chosen by
// the value, not by a schema: everything before 1970-01-02 is a time of day, whole days are dates, the rest timestamps.
func AppendISO(dst []byte, t time.Time, zone *time.Location) []byte {
	layout := "2006-01-02T15:04:05.000Z"
	switch ms := t.UnixMilli(); {
	case ms < millisPerDay:
		layout = "15:04:05.000Z"
	case ms%millisPerDay == 0:
		layout = "2006-01-02"
	}
	return t.In(zone).AppendFormat(dst, layout)
}

// DateOf returns the date of a number of days since 1970-01-01 in Java's calendar, which is Julian before 1582-10-15. Years before 1 are counted
// back from 1, as Java shows them.
func DateOf(days int64) (year int, month time.Month, day int) {
	year, m, day := javadate.DateOf(days)
	if year <= 0 {
		year = 1 - year
	}
	return year, time.Month(m), day
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
