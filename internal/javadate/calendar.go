// SPDX-License-Identifier: Apache-2.0

package javadate

import "time"

const (
	secondsPerDay = 24 * 60 * 60
	// GregorianFrom is 1582-10-15, the first day of the Gregorian calendar, in days since 1970-01-01. It follows 1582-10-04 of the Julian one.
	GregorianFrom = -141427
	// gregorianEpoch and julianEpoch are 1970-01-01 of the Gregorian calendar minus 0000-03-01 of that and of the Julian one, in days.
	gregorianEpoch, julianEpoch = 719468, 719470
)

// calendar counts the days from 1970-01-01 to a date. Months and days may be out of range; year 0 is 1 BC.
type calendar func(year int64, month, day int) int64

// GregorianDays counts the days from 1970-01-01 to a date of the Gregorian calendar, which is taken to have always been in force. Months and
// days may be out of range; year 0 is 1 BC.
func GregorianDays(year int64, month, day int) int64 {
	year, ofYear := fromMarch(year, month)
	return 365*year + FloorDiv(year, 4) - FloorDiv(year, 100) + FloorDiv(year, 400) + ofYear + int64(day) - 1 - gregorianEpoch
}

func julianDays(year int64, month, day int) int64 {
	year, ofYear := fromMarch(year, month)
	return 365*year + FloorDiv(year, 4) + ofYear + int64(day) - 1 - julianEpoch
}

// fromMarch counts years from March, so that the leap day is the last of its year, and the days before a month of such a year.
func fromMarch(year int64, month int) (years, days int64) {
	months := int64(month) - 3
	carry := FloorDiv(months, 12)
	return year + carry, (153*(months-12*carry) + 2) / 5
}

// GregorianDate is the date of a number of days since 1970-01-01 in the Gregorian calendar, which is taken to have always been in force.
func GregorianDate(days int64) (year int64, month, day int) {
	days += gregorianEpoch
	era := FloorDiv(days, 146097)
	ofEra := days - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	return toJanuary(era*400+yearOfEra, ofEra-(365*yearOfEra+yearOfEra/4-yearOfEra/100))
}

func julianDate(days int64) (year int64, month, day int) {
	days += julianEpoch
	year = FloorDiv(4*days+3, 1461)
	return toJanuary(year, days-(365*year+FloorDiv(year, 4)))
}

// toJanuary is the date of a day of a year that begins in March.
func toJanuary(year, ofYear int64) (int64, int, int) {
	month := int((5*ofYear + 2) / 153)
	day := int(ofYear) - (153*month+2)/5 + 1
	if month >= 10 {
		return year + 1, month - 9, day
	}
	return year, month + 3, day
}

// DaysOf counts the days from 1970-01-01 to a date of Java's calendar (java.util.GregorianCalendar), which is Julian before 1582-10-15. Months
// and days may be out of range; year 0 is 1 BC.
func DaysOf(year, month, day int) int64 {
	if days := GregorianDays(int64(year), month, day); days >= GregorianFrom {
		return days
	}
	return julianDays(int64(year), month, day)
}

// DateOf is the date of a number of days since 1970-01-01 in Java's calendar. Year 0 is 1 BC.
func DateOf(days int64) (year, month, day int) {
	date := GregorianDate
	if days < GregorianFrom {
		date = julianDate
	}
	y, month, day := date(days)
	return int(y), month, day
}

// FloorDiv divides by a positive number, towards minus infinity: what is before 1970 is counted as what is after it.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - b*FloorDiv(a, b) }

// WallOffset is how many seconds the clocks of a zone are ahead of UTC when they show a time, which is given in seconds since 1970-01-01 00:00 on
// them. Of two instants at which they show it the later one is meant, in standard time; a time that summer time leaves out counts as standard time.
func WallOffset(shown int64, zone *time.Location) int64 {
	if zone == time.UTC {
		return 0
	}
	offsetAt := func(seconds int64) int64 {
		_, offset := time.Unix(seconds, 0).In(zone).Zone()
		return int64(offset)
	}
	before, after := offsetAt(shown-secondsPerDay), offsetAt(shown+secondsPerDay)
	beforeFits, afterFits := offsetAt(shown-before) == before, offsetAt(shown-after) == after
	switch {
	case beforeFits && !afterFits:
		return before
	case afterFits && !beforeFits:
		return after
	}
	return min(before, after)
}

// date is a day in Java's calendar.
type date struct {
	// days since 1970-01-01.
	days int64
	// year is 0 for 1 BC, -1 for 2 BC; month and day begin at 1.
	year, month, day int
}

func dateOf(days int64) date {
	year, month, day := DateOf(days)
	return date{days, year, month, day}
}

// weekday is 1 for Sunday, 7 for Saturday.
func weekday(days int64) int { return int(floorMod(days+4, 7)) + 1 }

// onOrBefore is the last day of a weekday that is not after a day.
func onOrBefore(days int64, day int) int64 {
	return days - floorMod(int64(weekday(days)-day), 7)
}

func (d date) dayOfYear() int { return int(d.days-DaysOf(d.year, 1, 1)) + 1 }

// weekOf is the number of a day's week in a month or year: the first one has the first day.
func weekOf(first, days int64) int {
	return int((days-onOrBefore(first, 1))/7) + 1
}

func (d date) weekOfMonth() int { return weekOf(DaysOf(d.year, d.month, 1), d.days) }

// week is the week of the year, and the year that the week is of: that in which it ends.
func (d date) week() (year, week int) {
	if d.days >= onOrBefore(DaysOf(d.year+1, 1, 1), 1) {
		return d.year + 1, 1
	}
	return d.year, weekOf(DaysOf(d.year, 1, 1), d.days)
}
