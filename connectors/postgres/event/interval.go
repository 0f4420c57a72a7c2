// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"github.com/longshore-io/connect"
)

var errInterval = errors.New("the value is not an interval in the style postgres")

// span is an interval as PostgreSQL prints it. The parts may have different signs; those of the time have one.
type span struct {
	years, months, days   int64
	hours, minutes        int64
	seconds, microseconds int64
}

func (m *modes) intervalType() *fieldType {
	if m.interval == IntervalString {
		return &fieldType{schema: named(connect.String, timeNames+"Interval"), zero: "00:00:00", convert: func(b []byte) (any, error) {
			s, err := parseSpan(b)
			if err != nil {
				return nil, err
			}
			return s.iso(), nil
		}}
	}
	return &fieldType{schema: named(connect.Int64, timeNames+"MicroDuration"), zero: "00:00:00", convert: func(b []byte) (any, error) {
		s, err := parseSpan(b)
		if err != nil {
			return nil, err
		}
		return s.micros(), nil
	}}
}

// parseSpan reads parts such as "1 year 2 mons -3 days 04:05:06.789".
func parseSpan(b []byte) (s span, err error) {
	for len(b) > 0 {
		word, rest, _ := bytes.Cut(b, []byte{' '})
		if bytes.IndexByte(word, ':') >= 0 {
			if len(rest) > 0 || !s.clock(word) {
				return span{}, errInterval
			}
			return s, nil
		}
		unit, next, _ := bytes.Cut(rest, []byte{' '})
		v, err := parseInt(word, -1<<31, 1<<31-1)
		if err != nil || !s.part(v, unit) {
			return span{}, errInterval
		}
		b = next
	}
	return s, nil
}

func (s *span) part(v int64, unit []byte) bool {
	switch string(unit) {
	case "year", "years":
		s.years = v
	case "mon", "mons":
		s.months = v
	case "day", "days":
		s.days = v
	default:
		return false
	}
	return true
}

// clock reads hours:minutes:seconds, of which there may be more than a day has.
func (s *span) clock(b []byte) bool {
	sign := int64(1)
	if b[0] == '-' || b[0] == '+' {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	hours, rest, _ := bytes.Cut(b, []byte{':'})
	h, err := parseInt(hours, 0, 1<<31-1)
	if err != nil || len(rest) < 2 {
		return false
	}
	minutes, ok := twoDigits(rest)
	if !ok {
		return false
	}
	s.hours, s.minutes = sign*h, sign*int64(minutes)
	if len(rest) == 2 {
		return true
	}
	seconds, ok := twoDigits(rest[3:])
	if !ok || rest[2] != ':' {
		return false
	}
	fraction, rest := parseFraction(rest[5:])
	s.seconds, s.microseconds = sign*int64(seconds), sign*fraction
	return len(rest) == 0
}

// micros takes a month for a twelfth of 365.25 days and counts in floating point, as Debezium does. The conversions keep machines that can from
// multiplying and adding in one step, which rounds once less.
func (s *span) micros() int64 {
	const daysPerMonth = 365.25 / 12
	days := float64(float64(s.years*12+s.months)*daysPerMonth) + float64(s.days)
	hours := float64(days*24) + float64(s.hours)
	minutes := float64(hours*60) + float64(s.minutes)
	seconds := float64(minutes*60) + (float64(s.seconds) + float64(float64(s.microseconds)/1e6))
	return wholeOf(seconds * 1e6)
}

// wholeOf cuts the fraction off and ends at the bounds, as Java does.
func wholeOf(v float64) int64 {
	switch {
	case v >= math.MaxInt64:
		return math.MaxInt64
	case v <= math.MinInt64:
		return math.MinInt64
	}
	return int64(v)
}

// iso prints all parts in ISO 8601, each with its sign.
func (s *span) iso() string {
	b := make([]byte, 0, 48)
	b = strconv.AppendInt(append(b, 'P'), s.years, 10)
	b = strconv.AppendInt(append(b, 'Y'), s.months, 10)
	b = strconv.AppendInt(append(b, 'M'), s.days, 10)
	b = strconv.AppendInt(append(b, "DT"...), s.hours, 10)
	b = append(strconv.AppendInt(append(b, 'H'), s.minutes, 10), 'M')
	seconds, micros := s.seconds, s.microseconds
	if seconds < 0 || micros < 0 {
		b, seconds, micros = append(b, '-'), -seconds, -micros
	}
	b = strconv.AppendInt(b, seconds, 10)
	if micros > 0 {
		b = append(b, '.')
		b = bytes.TrimRight(appendPadded(b, micros, 6), "0")
	}
	return string(append(b, 'S'))
}
