// SPDX-License-Identifier: Apache-2.0

package javadate

import "time"

// field is one that a parsed text can set.
type field uint8

const (
	fieldEra field = iota
	fieldYear
	fieldWeekYear
	fieldMonth
	fieldDay
	fieldDayOfYear
	fieldWeekOfYear
	fieldWeekOfMonth
	fieldDayOfWeek
	fieldDayOfWeekInMonth
	fieldHalf
	fieldHour
	fieldHourOfDay
	fieldMinute
	fieldSecond
	fieldMillisecond
	fields
)

// parsed are the fields of a text, with the order in which they came: what came last counts where fields contradict.
type parsed struct {
	value [fields]int
	// stamp is 0 for a field that the text does not have.
	stamp [fields]int
	last  int
	// offset is that of a zone in the text, in seconds.
	offset    int
	hasOffset bool
}

func (p *parsed) set(f field, v int) {
	p.last++
	p.value[f], p.stamp[f] = v, p.last
}

func (p *parsed) setOffset(seconds int) { p.offset, p.hasOffset = seconds, true }

func (p *parsed) has(f field) bool { return p.stamp[f] > 0 }

func (p *parsed) or(f field, fallback int) int {
	if p.has(f) {
		return p.value[f]
	}
	return fallback
}

// both is the stamp of two fields that need each other.
func (p *parsed) both(a, b field) int {
	if !p.has(a) || !p.has(b) {
		return 0
	}
	return max(p.stamp[a], p.stamp[b])
}

// time makes the instant. Nothing is out of range: what is too much carries over.
func (p *parsed) time(zone *time.Location) time.Time {
	const day = secondsPerDay * 1000
	ofDay := p.millisecondOfDay()
	ms := p.days(FloorDiv(ofDay, day))*day + floorMod(ofDay, day)
	if p.hasOffset {
		return time.UnixMilli(ms - int64(p.offset)*1000).UTC()
	}
	return time.UnixMilli(ms - 1000*WallOffset(FloorDiv(ms, 1000), zone)).UTC()
}

func (p *parsed) millisecondOfDay() int64 {
	hour := p.value[fieldHourOfDay]
	ofHalf := p.both(fieldHour, fieldHalf)
	if !p.has(fieldHourOfDay) && ofHalf == 0 {
		ofHalf = max(p.stamp[fieldHour], p.stamp[fieldHalf])
	}
	if ofHalf > p.stamp[fieldHourOfDay] {
		hour = p.value[fieldHour] + 12*p.value[fieldHalf]
	}
	return ((int64(hour)*60+int64(p.value[fieldMinute]))*60+int64(p.value[fieldSecond]))*1000 + int64(p.value[fieldMillisecond])
}

// days chooses the calendar, and carries days over that the time of day has too much.
func (p *parsed) days(carry int64) int64 {
	if p.has(fieldWeekYear) && p.stamp[fieldWeekYear] > p.stamp[fieldYear] {
		return p.daysOfWeekYear() + carry
	}
	year := p.or(fieldYear, 1970)
	if p.has(fieldEra) && p.value[fieldEra] == 0 {
		year = 1 - year
	}
	const lastJulian = 1582
	asGregorian, _ := p.daysIn(GregorianDays, year)
	asJulian, inYear := p.daysIn(julianDays, year)
	asGregorian, asJulian = asGregorian+carry, asJulian+carry
	switch {
	case year > lastJulian && asGregorian >= GregorianFrom:
		return asGregorian
	case year < lastJulian && asJulian < GregorianFrom, inYear, asGregorian < GregorianFrom:
		return asJulian
	}
	return asGregorian
}

// daysIn chooses the fields that make the date, as Java's calendar does. It says whether they count from the beginning of the year.
func (p *parsed) daysIn(c calendar, year int) (days int64, inYear bool) {
	month := p.or(fieldMonth, 0) + 1
	first := func(month int) int64 { return c(int64(year), month, 1) }
	switch day, ofMonth, inMonth, ofYear, best := p.stamps(); {
	case best == day:
		return first(month) + int64(p.or(fieldDay, 1)) - 1, false
	case best == ofMonth && p.stamp[fieldWeekOfMonth] >= p.stamp[fieldWeekOfYear],
		best == inMonth && p.stamp[fieldDayOfWeekInMonth] >= p.stamp[fieldWeekOfYear]:
		return p.daysInMonth(first(month), first(month+1), ofMonth, inMonth, best), false
	case best == ofYear:
		return first(1) + int64(p.value[fieldDayOfYear]) - 1, true
	}
	return p.week(first(1), p.value[fieldWeekOfYear]), true
}

// stamps are those of the ways to name a day: day of the month, week of the month, weekday in the month, day of the year; and
// the latest of all, that of the week of the year included.
func (p *parsed) stamps() (day, ofMonth, inMonth, ofYear, best int) {
	day = p.stamp[fieldDay]
	ofMonth = p.both(fieldWeekOfMonth, fieldDayOfWeek)
	inMonth = p.both(fieldDayOfWeekInMonth, fieldDayOfWeek)
	ofYear = p.stamp[fieldDayOfYear]
	best = max(day, ofMonth, inMonth, ofYear, p.both(fieldWeekOfYear, fieldDayOfWeek))
	if best > 0 {
		return day, ofMonth, inMonth, ofYear, best
	}
	ofMonth = p.stamp[fieldWeekOfMonth]
	inMonth = max(p.stamp[fieldDayOfWeekInMonth], p.stamp[fieldDayOfWeek])
	best = max(ofMonth, inMonth, p.stamp[fieldWeekOfYear])
	if best == 0 {
		day = p.stamp[fieldMonth]
		best = day
	}
	return day, ofMonth, inMonth, ofYear, best
}

func (p *parsed) daysInMonth(first, next int64, ofMonth, inMonth, best int) int64 {
	if best == ofMonth && (ofMonth != inMonth || p.stamp[fieldWeekOfMonth] >= p.stamp[fieldDayOfWeekInMonth]) {
		week := p.value[fieldWeekOfMonth]
		return p.week(first, 1) + weeks(week-1)
	}
	day := toWeekday(p.or(fieldDayOfWeek, 1))
	n := p.or(fieldDayOfWeekInMonth, 1)
	if n < 0 {
		return onOrBefore(next-1+weeks(n+1), day)
	}
	return onOrBefore(first+weeks(n)-1, day)
}

// week is a day in a week that is counted from the one with the first day of a month or year.
func (p *parsed) week(first int64, week int) int64 {
	begin := onOrBefore(first, 1)
	if p.has(fieldDayOfWeek) {
		begin = onOrBefore(begin+6, toWeekday(p.value[fieldDayOfWeek]))
	}
	return begin + 7*int64(week-1)
}

// weeks are in days. As in Java, too many wrap around.
func weeks(n int) int64 { return int64(int32(7 * n)) }

func toWeekday(day int) int { return int(floorMod(int64(day-1), 7)) + 1 }

// daysOfWeekYear is a day of a week of the years that consist of whole weeks. A weekday out of range counts from Monday.
func (p *parsed) daysOfWeekYear() int64 {
	week, day := p.or(fieldWeekOfYear, 1), p.or(fieldDayOfWeek, 1)
	if day < 1 || day > 7 {
		week, day = carryWeekday(week, day)
	}
	return onOrBefore(DaysOf(p.value[fieldWeekYear], 1, 1), 1) + 7*int64(week-1) + int64(day-1)
}

func carryWeekday(week, day int) (int, int) {
	if day >= 8 {
		day--
		week, day = week+day/7, day%7+1
	} else {
		for day <= 0 {
			day += 7
			week--
		}
	}
	return week, day%7 + 1
}
