// SPDX-License-Identifier: Apache-2.0

package database

import (
	"time"

	"github.com/longshore-io/connect/internal/javadate"
)

// Calendar says which calendar the days before October 15th 1582 are of (date.calendar.system).
type Calendar int

// The calendars. Legacy is that of java.util.GregorianCalendar: Julian before October 15th 1582, which follows October 4th. Proleptic is
// Gregorian at all times, as package time has it.
const (
	Legacy Calendar = iota
	Proleptic
)

const secondsPerDay = 24 * 60 * 60

// Day is the number of days from 1970-01-01 to a date, which may be out of its month as for time.Date. Year 0 is 1 BC.
func (c Calendar) Day(year, month, day int) int64 {
	if c == Proleptic {
		return javadate.GregorianDays(int64(year), month, day)
	}
	return javadate.DaysOf(year, month, day)
}

// Date is the date of a number of days since 1970-01-01.
func (c Calendar) Date(days int64) (year, month, day int) {
	if c == Legacy {
		return javadate.DateOf(days)
	}
	y, month, day := javadate.GregorianDate(days)
	return int(y), month, day
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
	shown := c.Calendar.Day(w.Year, w.Month, w.Day)*secondsPerDay + int64(w.Hour)*3600 + int64(w.Minute)*60 + int64(w.Second)
	return time.Unix(shown-javadate.WallOffset(shown, c.Zone), int64(w.Nanosecond)).UTC()
}

// Wall is what the clock shows at a time.
func (c Clock) Wall(t time.Time) Wall {
	_, offset := t.In(c.Zone).Zone()
	wall := t.Unix() + int64(offset)
	days := javadate.FloorDiv(wall, secondsPerDay)
	rest := int(wall - days*secondsPerDay)
	year, month, day := c.Calendar.Date(days)
	return Wall{year, month, day, rest / 3600, rest / 60 % 60, rest % 60, t.Nanosecond()}
}
