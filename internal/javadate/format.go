// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"strconv"
	"time"
)

// Format returns the text of a time.
func (f *Format) Format(t time.Time) string {
	var few [64]byte
	return string(f.Append(few[:0], t))
}

// Append appends the text of a time.
func (f *Format) Append(dst []byte, t time.Time) []byte {
	t = t.In(f.zone)
	_, offset := t.Zone()
	m := moment{Time: t, offset: offset, date: dateOf(FloorDiv(t.Unix()+int64(offset), secondsPerDay))}
	for _, it := range f.items {
		if it.letter == 0 {
			dst = append(dst, it.text...)
			continue
		}
		dst = m.append(dst, it)
	}
	return dst
}

// moment is a time with its date in Java's calendar and its offset in seconds.
type moment struct {
	time.Time
	date   date
	offset int
}

func (m *moment) append(dst []byte, it item) []byte {
	switch it.letter {
	case 'G':
		if m.date.year <= 0 {
			return append(dst, eras[0]...)
		}
		return append(dst, eras[1]...)
	case 'y':
		return appendYear(dst, eraYear(m.date.year), it.count)
	case 'Y':
		year, _ := m.date.week()
		return appendYear(dst, year, it.count)
	case 'M', 'L':
		return appendName(dst, it.count, months[m.date.month-1], m.date.month)
	case 'E':
		return appendName(dst, max(it.count, 3), weekdays[weekday(m.date.days)-1], 0)
	case 'a':
		return append(dst, halves[m.Hour()/12]...)
	case 'z':
		return append(dst, zoneName(m.Time, it.count >= 4)...)
	case 'Z':
		return appendOffset(dst, m.offset, "")
	case 'X':
		return m.appendISO(dst, it.count)
	}
	return appendPadded(dst, m.number(it.letter), it.count)
}

func (m *moment) number(letter byte) int {
	switch letter {
	case 'd':
		return m.date.day
	case 'D':
		return m.date.dayOfYear()
	case 'F':
		return int(m.date.days-DaysOf(m.date.year, m.date.month, 1))/7 + 1
	case 'w':
		_, week := m.date.week()
		return week
	case 'W':
		return m.date.weekOfMonth()
	case 'u':
		return (weekday(m.date.days)+5)%7 + 1
	case 'H':
		return m.Hour()
	case 'k':
		return (m.Hour()+23)%24 + 1
	case 'K':
		return m.Hour() % 12
	case 'h':
		return (m.Hour()+11)%12 + 1
	case 'm':
		return m.Minute()
	case 's':
		return m.Second()
	}
	return m.Nanosecond() / int(time.Millisecond)
}

// eraYear counts back from 1 before Christ.
func eraYear(year int) int {
	if year <= 0 {
		return 1 - year
	}
	return year
}

func appendYear(dst []byte, year, count int) []byte {
	if count == 2 {
		return appendPadded(dst, year%100, 2)
	}
	return appendPadded(dst, year, count)
}

func appendName(dst []byte, count int, name string, number int) []byte {
	switch {
	case count >= 4:
		return append(dst, name...)
	case count == 3:
		return append(dst, name[:3]...)
	}
	return appendPadded(dst, number, count)
}

func appendPadded(dst []byte, n, count int) []byte {
	if n < 0 {
		dst = append(dst, '-')
		n = -n
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(n), 10)
	for range count - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}

func appendOffset(dst []byte, offset int, separator string) []byte {
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	minutes := offset / 60
	dst = appendPadded(append(dst, sign), minutes/60, 2)
	return appendPadded(append(dst, separator...), minutes%60, 2)
}

func (m *moment) appendISO(dst []byte, count int) []byte {
	switch {
	case m.offset == 0:
		return append(dst, 'Z')
	case count == 1:
		return appendOffset(dst, m.offset, "")[:len(dst)+3]
	case count == 2:
		return appendOffset(dst, m.offset, "")
	}
	return appendOffset(dst, m.offset, ":")
}
