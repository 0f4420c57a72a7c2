// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"github.com/longshore-io/connect/internal/javadate"
)

var (
	errDate = errors.New("the value is not a date of the form year-month-day")
	errTime = errors.New("the value is not a time of the form hours:minutes:seconds")
)

const (
	secondsPerDay = 24 * 60 * 60
	microsPerDay  = secondsPerDay * 1e6
)

// What infinity is in fields that have numbers: the driver that Debezium reads with has them as 292 million years in milliseconds, of which
// Debezium takes days and microseconds.
const (
	infiniteDay         = math.MinInt32 + 10956
	minusInfiniteDay    = math.MinInt32 + 10957
	infiniteMicros      = 9223372036825200000
	minusInfiniteMicros = -9223372036832400000
)

// beforeChrist cuts the era off a date or timestamp.
func beforeChrist(b []byte) ([]byte, bool) {
	if n := len(b) - 3; n > 0 && b[n] == ' ' && b[n+1] == 'B' && b[n+2] == 'C' {
		return b[:n], true
	}
	return b, false
}

// parseDay reads the date that a text begins with and returns what follows.
func parseDay(b []byte, bc bool) (days int64, rest []byte, err error) {
	var year int64
	i := 0
	for ; i < len(b) && digit(b[i]); i++ {
		if year = year*10 + int64(b[i]-'0'); year > 1e9 {
			return 0, nil, errDate
		}
	}
	if i < 4 || len(b) < i+6 || b[i] != '-' || b[i+3] != '-' {
		return 0, nil, errDate
	}
	month, okMonth := twoDigits(b[i+1:])
	day, okDay := twoDigits(b[i+4:])
	if !okMonth || !okDay || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, nil, errDate
	}
	if bc {
		year = 1 - year
	}
	return javadate.GregorianDays(year, month, day), b[i+6:], nil
}

func twoDigits(b []byte) (int, bool) {
	if len(b) < 2 || !digit(b[0]) || !digit(b[1]) {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

// parseClock reads the time of day that a text begins with, in microseconds, and returns what follows. Seconds may be missing.
func parseClock(b []byte) (micros int64, rest []byte, err error) {
	hours, okHours := twoDigits(b)
	if !okHours || len(b) < 5 || b[2] != ':' {
		return 0, nil, errTime
	}
	minutes, okMinutes := twoDigits(b[3:])
	if !okMinutes || hours > 24 || minutes > 59 {
		return 0, nil, errTime
	}
	micros = int64(hours*3600+minutes*60) * 1e6
	if len(b) == 5 || b[5] != ':' {
		return micros, b[5:], nil
	}
	seconds, ok := twoDigits(b[6:])
	if !ok || seconds > 60 {
		return 0, nil, errTime
	}
	fraction, rest := parseFraction(b[8:])
	return micros + int64(seconds)*1e6 + fraction, rest, nil
}

// parseFraction reads up to six digits after a point.
func parseFraction(b []byte) (micros int64, rest []byte) {
	if len(b) == 0 || b[0] != '.' {
		return 0, b
	}
	i, unit := 1, int64(1e5)
	for ; i < len(b) && digit(b[i]); i++ {
		micros += int64(b[i]-'0') * unit
		unit /= 10
	}
	return micros, b[i:]
}

// parseOffset reads what is left of a text as the distance from UTC, in seconds.
func parseOffset(b []byte) (int64, error) {
	if len(b) == 0 || (b[0] != '+' && b[0] != '-') {
		return 0, errTime
	}
	var seconds int64
	for i, unit := 1, int64(3600); ; i, unit = i+3, unit/60 {
		part, ok := twoDigits(b[i:])
		if !ok || unit == 0 {
			return 0, errTime
		}
		seconds += int64(part) * unit
		if len(b) == i+2 {
			break
		}
		if b[i+2] != ':' {
			return 0, errTime
		}
	}
	if b[0] == '-' {
		return -seconds, nil
	}
	return seconds, nil
}

// instant is a point in time: seconds since 1970-01-01, UTC or without a zone, and microseconds that come after them.
type instant struct {
	seconds int64
	micros  int32
}

// The instants that infinity is in fields with numbers.
var (
	infinite      = instant{infiniteMicros / 1000000, infiniteMicros % 1000000}
	minusInfinite = instant{minusInfiniteMicros/1000000 - 1, minusInfiniteMicros%1000000 + 1000000}
)

// parseInstant reads a timestamp, with a zone or without.
func parseInstant(b []byte, zone bool) (instant, error) {
	if len(b) > 0 && b[len(b)-1] == 'y' {
		switch string(b) {
		case "infinity":
			return infinite, nil
		case "-infinity":
			return minusInfinite, nil
		}
	}
	b, bc := beforeChrist(b)
	days, rest, err := parseDay(b, bc)
	if err != nil {
		return instant{}, err
	}
	var micros, offset int64
	if len(rest) > 0 {
		if rest[0] != ' ' {
			return instant{}, errDate
		}
		if micros, rest, err = parseClock(rest[1:]); err != nil {
			return instant{}, err
		}
	}
	if zone && len(rest) > 0 {
		if offset, err = parseOffset(rest); err != nil {
			return instant{}, err
		}
		rest = nil
	}
	if len(rest) > 0 {
		return instant{}, errTime
	}
	return instant{days*secondsPerDay + micros/1e6 - offset, int32(micros % 1e6)}, nil
}

// parseDate reads a date as days since 1970-01-01.
func parseDate(b []byte) (int64, error) {
	switch {
	case bytes.Equal(b, []byte("infinity")):
		return infiniteDay, nil
	case bytes.Equal(b, []byte("-infinity")):
		return minusInfiniteDay, nil
	}
	b, bc := beforeChrist(b)
	days, rest, err := parseDay(b, bc)
	if err != nil || len(rest) > 0 {
		return 0, errDate
	}
	return days, nil
}

// appendDate prints year-month-day with at least four digits of the year, and a sign where there are more or it is before 0.
func appendDate(b []byte, days int64) []byte {
	year, month, day := javadate.GregorianDate(days)
	switch {
	case year < 0:
		b, year = append(b, '-'), -year
	case year > 9999:
		b = append(b, '+')
	}
	if year < 1000 {
		b = appendPadded(b, year, 4)
	} else {
		b = strconv.AppendInt(b, year, 10)
	}
	return appendTwo(append(appendTwo(append(b, '-'), int64(month)), '-'), int64(day))
}

// appendPadded prints a number that is not negative with leading zeros.
func appendPadded(b []byte, v int64, width int) []byte {
	n := len(b)
	b = append(b, "000000000"[:width]...)
	for i := n + width - 1; i >= n && v > 0; i-- {
		b[i] = '0' + byte(v%10)
		v /= 10
	}
	return b
}

func appendTwo(b []byte, v int64) []byte { return append(b, '0'+byte(v/10), '0'+byte(v%10)) }

// minimal is a number of digits after the point: as many as are needed.
const minimal = -1

// appendClock prints a time of day that is given in microseconds, with a number of digits after the point.
func appendClock(b []byte, micros int64, digits int) []byte {
	seconds := micros / 1e6
	b = append(appendTwo(b, seconds/3600), ':')
	b = append(appendTwo(b, seconds/60%60), ':')
	b = appendTwo(b, seconds%60)
	fraction := micros % 1e6
	if digits == minimal {
		if fraction == 0 {
			return b
		}
		for digits = 6; fraction%10 == 0; digits-- {
			fraction /= 10
		}
		return appendPadded(append(b, '.'), fraction, digits)
	}
	if digits == 0 {
		return b
	}
	for i := digits; i < 6; i++ {
		fraction /= 10
	}
	return appendPadded(append(b, '.'), fraction, digits)
}

// appendTo prints year-month-dayThours:minutes:seconds and Z.
func (t instant) appendTo(b []byte, digits int) []byte {
	days := javadate.FloorDiv(t.seconds, secondsPerDay)
	b = append(appendDate(b, days), 'T')
	return append(appendClock(b, (t.seconds-days*secondsPerDay)*1e6+int64(t.micros), digits), 'Z')
}

// millis rounds down.
func (t instant) millis() int64 { return t.seconds*1000 + int64(t.micros)/1000 }

// inMicros ends at the bounds of what has room.
func (t instant) inMicros() int64 {
	switch {
	case t.seconds > math.MaxInt64/1000000:
		return math.MaxInt64
	case t.seconds < math.MinInt64/1000000-1:
		return math.MinInt64
	}
	return t.seconds*1e6 + int64(t.micros)
}

// nanos has room for 292 years before and after 1970 and wraps beyond.
func (t instant) nanos() int64 { return t.seconds*1e9 + int64(t.micros)*1000 }
