// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"fmt"
	"time"
)

// Parse reads a time at the beginning of a text; what follows is ignored, fields may be out of range and carry over, and
// blanks may stand in front of numbers, all as in Java. The error is Java's: Unparseable date: "...".
func (f *Format) Parse(text string) (time.Time, error) {
	r := reader{format: f, text: []rune(text)}
	if !r.items() || r.at == 0 {
		return time.Time{}, fmt.Errorf("Unparseable date: %q", quoted(text)) //nolint:staticcheck // Java's text
	}
	t := r.time(f.zone)
	if r.ambiguous && t.Before(f.centuryFrom.Truncate(time.Millisecond)) {
		r.value[fieldYear] += 100
		t = r.time(f.zone)
	}
	return t, nil
}

// quoted prints itself between quotes as it is.
type quoted string

// Format writes the text for %q.
func (q quoted) Format(s fmt.State, _ rune) { fmt.Fprintf(s, `"%s"`, string(q)) }

// reader goes over a text.
type reader struct {
	parsed
	format *Format
	text   []rune
	at     int
	// ambiguous says that the year is of two digits and those of the first year they can mean.
	ambiguous bool
}

func (r *reader) items() bool {
	for i, it := range r.format.items {
		if it.letter == 0 {
			if !r.literal(it.text) {
				return false
			}
			continue
		}
		// Digits of two fields that touch are told apart by their counts.
		touches := i+1 < len(r.format.items) && !r.format.items[i+1].isText()
		if !r.field(it, touches) {
			return false
		}
	}
	return true
}

func (r *reader) literal(text string) bool {
	for _, c := range text {
		if r.at >= len(r.text) || r.text[r.at] != c {
			return false
		}
		r.at++
	}
	return true
}

func (r *reader) field(it item, touches bool) bool {
	start := r.at
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t') {
		r.at++
	}
	if r.at >= len(r.text) {
		return false
	}
	switch it.letter {
	case 'G':
		return r.name(start, fieldEra, eras)
	case 'a':
		return r.name(start, fieldHalf, halves)
	case 'E':
		return r.names(start, fieldDayOfWeek, weekdays, shortWeekdays, 1)
	case 'M', 'L':
		if it.count > 2 {
			return r.names(start, fieldMonth, months, shortMonths, 0)
		}
	case 'z', 'Z':
		return r.zone(start)
	case 'X':
		return r.isoZone(it.count)
	}
	return r.number(it, start, touches)
}

func (r *reader) name(start int, f field, names []string) bool {
	i, length := longest(r.text[start:], names)
	if length == 0 {
		return false
	}
	r.set(f, i)
	r.at = start + length
	return true
}

// names tries long names before short ones.
func (r *reader) names(start int, f field, long, short []string, first int) bool {
	if !r.name(start, f, long) && !r.name(start, f, short) {
		return false
	}
	r.value[f] += first
	return true
}

func (r *reader) number(it item, start int, touches bool) bool {
	text := r.text
	if touches {
		if start+it.count > len(text) {
			return false
		}
		text = text[:start+it.count]
	}
	from := r.at
	v, end := number(text, from)
	if end == from {
		return false
	}
	r.at = end
	r.put(it, v, text[from:end])
	return true
}

var numberFields = map[byte]field{
	'd': fieldDay, 'D': fieldDayOfYear, 'F': fieldDayOfWeekInMonth, 'w': fieldWeekOfYear, 'W': fieldWeekOfMonth,
	'H': fieldHourOfDay, 'K': fieldHour, 'm': fieldMinute, 's': fieldSecond, 'S': fieldMillisecond,
}

func (r *reader) put(it item, v int, digits []rune) {
	switch it.letter {
	case 'y':
		r.set(fieldYear, r.year(it.count, v, digits))
	case 'Y':
		r.set(fieldWeekYear, r.year(it.count, v, digits))
	case 'M', 'L':
		r.set(fieldMonth, v-1)
	case 'u':
		if v >= 1 && v <= 7 {
			v = v%7 + 1
		}
		r.set(fieldDayOfWeek, v)
	case 'k':
		r.set(fieldHourOfDay, wrapped(v, 24))
	case 'h':
		r.set(fieldHour, wrapped(v, 12))
	default:
		r.set(numberFields[it.letter], v)
	}
}

// wrapped is 0 for the hour that is counted last.
func wrapped(v, last int) int {
	if v == last {
		return 0
	}
	return v
}

// year finds the century of a year of exactly two digits, where the pattern has one or two letters.
func (r *reader) year(count, v int, text []rune) int {
	if count > 2 || len(text) != 2 {
		return v
	}
	for _, c := range text {
		if _, ok := digit(c); !ok {
			return v
		}
	}
	from := dateOf(FloorDiv(r.format.centuryFrom.Unix(), secondsPerDay)).year
	r.ambiguous = v == from%100
	if v < from%100 {
		v += 100
	}
	return v + from/100*100
}
