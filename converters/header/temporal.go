// SPDX-License-Identifier: Apache-2.0

package header

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javadate"
)

// The patterns in which letters stand for numbers of any length and everything else for itself.
const (
	datePattern      = "y-M-d"
	timePattern      = "H:m:s.SZ"
	timestampPattern = "y-M-dTH:m:s.SZ"
)

// Lengths of well-formed texts, in UTF-16 units: only texts of these lengths are tried.
const (
	dateLength      = len("2006-01-02")
	timeLength      = len("15:04:05.000Z")
	timestampLength = len("2006-01-02T15:04:05.000Z")
)

// temporalOf reads a date, time of day or timestamp by the length of the text; nil for what is none. Colons may be escaped.
func temporalOf(text string, zone *time.Location) *connect.SchemaAndValue {
	text = strings.ReplaceAll(text, `\:`, ":")
	switch utf16Length(text) {
	case dateLength:
		return parseTemporal(text, datePattern, connect.Date, zone)
	case timeLength:
		return parseTemporal(text, timePattern, connect.Time, zone)
	case timestampLength:
		return parseTemporal(text, timestampPattern, connect.Timestamp, zone)
	}
	return nil
}

func utf16Length(s string) int {
	if len(s) > 3*timestampLength {
		return len(s) / 3 // long enough to be none of ours
	}
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// parseTemporal is as lenient as Java's SimpleDateFormat: fields may be out of range and carry over, may have spaces in
// front and any number of digits, and text may follow the last one.
func parseTemporal(text, pattern string, schema *connect.Schema, zone *time.Location) *connect.SchemaAndValue {
	fields := map[rune]int{'y': 1970, 'M': 1, 'd': 1}
	for _, p := range pattern {
		if !strings.ContainsRune("yMdHmsS", p) {
			if text == "" || rune(text[0]) != p {
				return nil
			}
			text = text[1:]
			continue
		}
		n, rest, ok := leadingNumber(text)
		if !ok {
			return nil
		}
		fields[p], text = n, rest
	}
	days := javadate.DaysOf(fields['y'], fields['M'], fields['d'])
	midnight := time.Unix(days*24*60*60, 0).UTC()
	t := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), fields['H'], fields['m'], fields['s'], 0, zone)
	t = time.UnixMilli(t.UnixMilli() + int64(fields['S'])) // in nanoseconds many milliseconds would overflow
	return &connect.SchemaAndValue{Schema: schema, Value: t.UTC()}
}

// leadingNumber reads a number as Java's integer format does: spaces in front, a minus sign, digits of any script, and an
// exponent.
func leadingNumber(text string) (int, string, bool) {
	text = strings.TrimLeft(text, " \t")
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	n, rest := digits(text)
	if len(rest) == len(text) {
		return 0, "", false
	}
	if exponent, ok := strings.CutPrefix(rest, "E"); ok {
		n, rest = withExponent(n, exponent, rest)
	}
	if negative {
		n = -n
	}
	return int(int32(n)), rest, true
}

// digits reads at most as many digits as a text of ours has, and so stays within 64 bits; the field has 32, as in Java.
func digits(text string) (int, string) {
	n := 0
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		v := int(r - '0')
		if r > unicode.MaxASCII {
			var ok bool
			if v, ok = digitValue(r); !ok {
				break
			}
		}
		if v < 0 || v > 9 {
			break
		}
		n, text = n*10+v, text[size:]
	}
	return n, text
}

// withExponent returns the number unchanged, and the text from the E on, where no exponent follows.
func withExponent(n int, exponent, rest string) (int, string) {
	negative := strings.HasPrefix(exponent, "-")
	exponent = strings.TrimPrefix(exponent, "-")
	e, after := digits(exponent)
	if len(after) == len(exponent) {
		return n, rest
	}
	for range min(e, 10) {
		if negative {
			n /= 10
		} else {
			n *= 10
		}
	}
	return n, after
}
