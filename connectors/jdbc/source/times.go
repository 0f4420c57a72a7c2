// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// times turns dates and times of a database into those of records.
type times struct {
	clock       database.Clock
	granularity string
}

func (s *settings) times() times { return times{s.clock, s.granularity} }

// timestamp is a time in the form of timestamp.granularity.
func (t times) timestamp(at time.Time) any {
	switch t.granularity {
	case granularityMicrosLong:
		return at.UnixMicro()
	case granularityMicrosText:
		return strconv.FormatInt(at.UnixMicro(), 10)
	case granularityMicrosISO:
		return at.In(t.clock.Zone).Format("2006-01-02T15:04:05.000000")
	case granularityNanosLong:
		return nanos(at)
	case granularityNanosText:
		return nanosText(at)
	case granularityNanosISO:
		return at.In(t.clock.Zone).Format("2006-01-02T15:04:05.000000000")
	}
	return at
}

// Times outside of the years 1678 to 2262 have more nanoseconds than an int64 has room for: a number is then the least or the greatest, a text has all
// digits.
const mostSeconds = math.MaxInt64 / 1_000_000_000

func nanos(at time.Time) int64 {
	switch s := at.Unix(); {
	case s >= mostSeconds:
		return math.MaxInt64
	case s <= -mostSeconds:
		return math.MinInt64
	}
	return at.UnixNano()
}

func nanosText(at time.Time) string {
	if s := at.Unix(); s > -mostSeconds && s < mostSeconds {
		return strconv.FormatInt(at.UnixNano(), 10)
	}
	d := connect.NewDecimal(bigNanos(at), 0)
	return d.Plain()
}

// date is a day without a zone, as midnight in UTC.
func (t times) date(year, month, day int) time.Time {
	return time.Unix(t.clock.Calendar.Day(year, month, day)*secondsPerDay, 0).UTC()
}

// dayBegins is the instant at which a day begins in db.timezone, the day being given as midnight in UTC.
func (t times) dayBegins(day time.Time) time.Time {
	return t.clock.Instant(t.inZone(time.UTC).clock.Wall(day))
}

// timeOfDay is a time on 1970-01-01 in db.timezone, exact to the millisecond.
func (t times) timeOfDay(sinceMidnight time.Duration) time.Time {
	midnight := t.clock.Instant(database.Wall{Year: 1970, Month: 1, Day: 1})
	return time.UnixMilli(midnight.UnixMilli() + int64(sinceMidnight/time.Millisecond)).UTC()
}

const secondsPerDay = 24 * 60 * 60

// parsedTime is what a text has of a date and a time.
type parsedTime struct {
	wall database.Wall
	// hasDate and hasTime say what was there; offset is the zone's in seconds where there was one.
	hasDate, hasTime, hasOffset bool
	offset                      int
}

// parseTime reads yyyy-MM-dd, HH:mm:ss with a fraction, or both with a space or a T between, and a zone as Z or an offset.
func parseTime(text string) (parsedTime, error) {
	var p parsedTime
	rest := text
	if len(rest) >= 10 && rest[4] == '-' && rest[7] == '-' {
		year, ok1 := digits(rest[:4])
		month, ok2 := digits(rest[5:7])
		day, ok3 := digits(rest[8:10])
		if !ok1 || !ok2 || !ok3 {
			return p, errNotATime
		}
		p.wall.Year, p.wall.Month, p.wall.Day, p.hasDate = year, month, day, true
		if rest = rest[10:]; rest == "" {
			return p, nil
		}
		if rest[0] != ' ' && rest[0] != 'T' {
			return p, errNotATime
		}
		rest = rest[1:]
	}
	rest, ok := p.clock(rest)
	if !ok || !p.zone(rest) {
		return p, errNotATime
	}
	return p, nil
}

var errNotATime = &connect.DataError{Reason: "the value is no date or time of the form yyyy-MM-dd HH:mm:ss"}

// clock reads HH:mm, with seconds and a fraction or without.
func (p *parsedTime) clock(text string) (rest string, ok bool) {
	if len(text) < 5 || text[2] != ':' {
		return "", false
	}
	hour, ok1 := digits(text[:2])
	minute, ok2 := digits(text[3:5])
	if !ok1 || !ok2 {
		return "", false
	}
	p.wall.Hour, p.wall.Minute, p.hasTime = hour, minute, true
	if rest = text[5:]; rest == "" || rest[0] != ':' {
		return rest, true
	}
	if len(rest) < 3 {
		return "", false
	}
	if p.wall.Second, ok = digits(rest[1:3]); !ok {
		return "", false
	}
	rest = rest[3:]
	if rest == "" || rest[0] != '.' {
		return rest, true
	}
	unit := 100_000_000
	for rest = rest[1:]; rest != "" && rest[0] >= '0' && rest[0] <= '9'; rest = rest[1:] {
		p.wall.Nanosecond += int(rest[0]-'0') * unit
		unit /= 10
	}
	return rest, true
}

func (p *parsedTime) zone(text string) bool {
	if text == "" {
		return true
	}
	if text[0] == ' ' {
		text = text[1:]
	}
	if text == "Z" || text == "UTC" {
		p.hasOffset = true
		return true
	}
	if len(text) < 3 || text[0] != '+' && text[0] != '-' {
		return false
	}
	hours, ok := digits(text[1:3])
	minutes := 0
	if ok && len(text) >= 5 {
		minutes, ok = digits(text[len(text)-2:])
	}
	p.offset, p.hasOffset = hours*3600+minutes*60, true
	if text[0] == '-' {
		p.offset = -p.offset
	}
	return ok
}

func digits(text string) (int, bool) {
	n := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, text != ""
}

// instant is the time that a text means: without a zone of its own in db.timezone.
func (t times) instant(p parsedTime) time.Time {
	if p.hasOffset {
		clock := database.Clock{Zone: time.UTC, Calendar: t.clock.Calendar}
		return clock.Instant(p.wall).Add(-time.Duration(p.offset) * time.Second)
	}
	return t.clock.Instant(p.wall)
}

// sinceMidnight is the time of day that a text has.
func (p parsedTime) sinceMidnight() time.Duration {
	w := p.wall
	return time.Duration(w.Hour)*time.Hour + time.Duration(w.Minute)*time.Minute + time.Duration(w.Second)*time.Second + time.Duration(w.Nanosecond)
}

// text is what a clock in db.timezone shows, with nine digits after the point.
func (t times) text(at time.Time) string {
	w := t.clock.Wall(at)
	return fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d.%09d", w.Year, w.Month, w.Day, w.Hour, w.Minute, w.Second, w.Nanosecond)
}
