// SPDX-License-Identifier: Apache-2.0

package database

import "time"

// Calendar says which calendar the days before October 15th 1582 are of (date.calendar.system).
type Calendar int

// The calendars. Legacy is that of java.util.GregorianCalendar: Julian before October 15th 1582, which follows October 4th. Proleptic is
// Gregorian at all times, as package time has it.
const (
	Legacy Calendar = iota
	Proleptic
)

// cutover is October 15th 1582 in days since 1970-01-01.
const cutover = -141427

const secondsPerDay = 24 * 60 * 60

// Day is the number of days from 1970-01-01 to a date, which may be out of its month as for time.Date. Year 0 is 1 BC.
func (c Calendar) Day(year, month, day int) int64 {
	gregorian := floorDiv(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay)
	if c == Proleptic || gregorian >= cutover {
		return gregorian
	}
	return julianDay(year, month, day)
}

// Date is the date of a number of days since 1970-01-01.
func (c Calendar) Date(days int64) (year, month, day int) {
	if c == Proleptic || days >= cutover {
		t := time.Unix(days*secondsPerDay, 0).UTC()
		return t.Year(), int(t.Month()), t.Day()
	}
	return julianDate(days)
}

// julianEpoch is March 1st of year 0 of the Julian calendar, in days since 1970-01-01: from there a leap day ends a cycle of four years.
const julianEpoch = -719470

func julianDay(year, month, day int) int64 {
	// Months are counted from March, so that the leap day is the last of its year.
	months := int64(month) - 3
	y := int64(year) + floorDiv(months, 12)
	m := months - 12*floorDiv(months, 12)
	return julianEpoch + 365*y + floorDiv(y, 4) + (153*m+2)/5 + int64(day) - 1
}

func julianDate(days int64) (year, month, day int) {
	n := days - julianEpoch
	cycle := floorDiv(n, 1461)
	n -= cycle * 1461
	inCycle := min(n/365, 3)
	n -= inCycle * 365
	m := (5*n + 2) / 153
	day = int(n - (153*m+2)/5 + 1)
	y := cycle*4 + inCycle
	if m >= 10 {
		return int(y + 1), int(m - 9), day
	}
	return int(y), int(m + 3), day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// Clock is a calendar in a time zone: how a Java process turns what a clock on the wall shows into an instant, and back.
type Clock struct {
	Calendar Calendar
	Zone     *time.Location
}

// Wall is what calendar and clock on the wall show.
type Wall struct {
	Year, Month, Day, Hour, Minute, Second, Nanosecond int
}

// Instant is the time at which the clock shows this. Of the two hours in autumn it is the later, standard time, and an hour that is left out
// in spring is moved on, both as java.util.GregorianCalendar does.
func (c Clock) Instant(w Wall) time.Time {
	seconds := c.Calendar.Day(w.Year, w.Month, w.Day)*secondsPerDay + int64(w.Hour)*3600 + int64(w.Minute)*60 + int64(w.Second)
	return time.Unix(seconds-int64(c.offset(seconds)), int64(w.Nanosecond)).UTC()
}

// offset is the zone's at a time of the wall, in seconds east of Greenwich.
func (c Clock) offset(wall int64) int {
	if c.Zone == time.UTC {
		return 0
	}
	_, before := time.Unix(wall-secondsPerDay, 0).In(c.Zone).Zone()
	_, after := time.Unix(wall+secondsPerDay, 0).In(c.Zone).Zone()
	// The clock shows this by the offset after the change, or by that before it, or, in spring, by neither.
	if _, offset := time.Unix(wall-int64(after), 0).In(c.Zone).Zone(); offset == after {
		return after
	}
	return before
}

// Wall is what the clock shows at a time.
func (c Clock) Wall(t time.Time) Wall {
	_, offset := t.In(c.Zone).Zone()
	wall := t.Unix() + int64(offset)
	days := floorDiv(wall, secondsPerDay)
	rest := int(wall - days*secondsPerDay)
	year, month, day := c.Calendar.Date(days)
	return Wall{year, month, day, rest / 3600, rest / 60 % 60, rest % 60, t.Nanosecond()}
}
