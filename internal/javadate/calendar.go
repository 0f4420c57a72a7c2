// SPDX-License-Identifier: Apache-2.0

package javadate

import "time"

const (
	secondsPerDay = 24 * 60 * 60
	// gregorianFrom is 1582-10-15, the first day of the Gregorian calendar, in days since 1970-01-01.
	gregorianFrom = -141427
	// julianEpoch is 1970-01-01 of the Gregorian calendar minus 0000-03-01 of the Julian one, in days.
	julianEpoch = 719470
)

// date is a day in Java's calendar.
type date struct {
	// days since 1970-01-01.
	days int64
	// year is 0 for 1 BC, -1 for 2 BC; month and day begin at 1.
	year, month, day int
}

func dateOf(days int64) date {
	if days < gregorianFrom {
		return julianDate(days)
	}
	t := time.Unix(days*secondsPerDay, 0).UTC()
	return date{days: days, year: t.Year(), month: int(t.Month()), day: t.Day()}
}

// calendar is one of the two that Java's consists of: the days from 1970-01-01 to the first day of a month. Months may be out
// of range.
type calendar func(year, month int) int64

func gregorian(year, month int) int64 {
	year, month = carryMonths(year, month)
	return floorDiv(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay)
}

func julian(year, month int) int64 { return julianDays(carryMonths(year, month)) }

func carryMonths(year, month int) (int, int) {
	years := floorDiv(int64(month-1), 12)
	return year + int(years), month - 12*int(years)
}

// daysOf counts the days from 1970-01-01 to a date.
func daysOf(year, month, day int) int64 {
	if days := gregorian(year, month) + int64(day) - 1; days >= gregorianFrom {
		return days
	}
	return julian(year, month) + int64(day) - 1
}

// julianDays counts years from March, so that the leap day is the last of its year.
func julianDays(year, month int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*int64(year) + floorDiv(int64(year), 4) + int64((153*(month-3)+2)/5) - julianEpoch
}

func julianDate(days int64) date {
	n := days + julianEpoch
	year := floorDiv(4*n+3, 1461)
	rest := n - (365*year + floorDiv(year, 4))
	m := (5*rest + 2) / 153
	d := date{days: days, year: int(year), month: int(m) + 3, day: int(rest-(153*m+2)/5) + 1}
	if d.month > 12 {
		d.month -= 12
		d.year++
	}
	return d
}

// weekday is 1 for Sunday, 7 for Saturday.
func weekday(days int64) int { return int(floorMod(days+4, 7)) + 1 }

// onOrBefore is the last day of a weekday that is not after a day.
func onOrBefore(days int64, day int) int64 {
	return days - floorMod(int64(weekday(days)-day), 7)
}

func (d date) dayOfYear() int { return int(d.days-daysOf(d.year, 1, 1)) + 1 }

// weekOf is the number of a day's week in a month or year: the first one has the first day.
func weekOf(first, days int64) int {
	return int((days-onOrBefore(first, 1))/7) + 1
}

func (d date) weekOfMonth() int { return weekOf(daysOf(d.year, d.month, 1), d.days) }

// week is the week of the year, and the year that the week is of: that in which it ends.
func (d date) week() (year, week int) {
	if d.days >= onOrBefore(daysOf(d.year+1, 1, 1), 1) {
		return d.year + 1, 1
	}
	return d.year, weekOf(daysOf(d.year, 1, 1), d.days)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - b*floorDiv(a, b) }
