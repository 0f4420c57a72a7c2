// SPDX-License-Identifier: Apache-2.0

package javatext

import (
	"strconv"
	"time"
)

// gregorianFrom is the first day of the Gregorian calendar, 1582-10-15, in days since 1970-01-01: Java counts the days
// before it in the Julian calendar.
const gregorianFrom = -141427

// julianEpoch is 1970-01-01 of the Gregorian calendar minus 0000-03-01 of the Julian one, in days.
const julianEpoch = 719470

// AppendDate appends a time as java.util.Date.toString prints it in a time zone: Thu Jan 01 00:00:00 UTC 1970. Days before
// 1582-10-15 are of the Julian calendar, years before 1 are counted back from 1.
func AppendDate(dst []byte, t time.Time, zone *time.Location) []byte {
	name, offset := t.In(zone).Zone()
	seconds := t.Unix() + int64(offset)
	days := floorDiv64(seconds, secondsPerDay)
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

// DaysOf returns the days from 1970-01-01 to a date as Java's lenient calendar counts them: months and days may be out of
// range, and dates before 1582-10-15 are of the Julian calendar.
func DaysOf(year, month, day int) int64 {
	years := floorDiv(month-1, 12)
	year, month = year+years, month-12*years
	t := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	days := floorDiv64(t.Unix(), secondsPerDay) + int64(day) - 1
	if days < gregorianFrom {
		return julianDays(year, month) + int64(day) - 1
	}
	return days
}

// DateOf returns the date of a number of days since 1970-01-01, the inverse of DaysOf: before 1582-10-15 that of the Julian
// calendar. Years before 1 are counted back from 1, as Java shows them.
func DateOf(days int64) (year int, month time.Month, day int) {
	if days < gregorianFrom {
		year, month, day = julianDate(days)
	} else {
		year, month, day = time.Unix(days*secondsPerDay, 0).UTC().Date()
	}
	if year <= 0 {
		year = 1 - year
	}
	return year, month, day
}

// julianDays counts years from March, so that the leap day is the last of its year.
func julianDays(year, month int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*int64(year) + floorDiv64(int64(year), 4) + int64((153*(month-3)+2)/5) - julianEpoch
}

func julianDate(days int64) (int, time.Month, int) {
	n := days + julianEpoch
	year := floorDiv64(4*n+3, 1461)
	rest := n - (365*year + floorDiv64(year, 4))
	m := (5*rest + 2) / 153
	day := int(rest-(153*m+2)/5) + 1
	month := time.Month(m + 3)
	if month > 12 {
		month -= 12
		year++
	}
	return int(year), month, day
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

func floorDiv(a, b int) int { return int(floorDiv64(int64(a), int64(b))) }

func floorDiv64(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
