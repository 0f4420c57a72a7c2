// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javadate"
)

const (
	millisPerDay = 24 * 60 * 60 * 1000
	// The seconds that a Timestamp of Protobuf may have: years 1 to 9999.
	minSeconds, maxSeconds = -62135596800, 253402300799
)

// appendLogical appends the content of the message for a logical type.
func appendLogical(dst []byte, s *connect.Schema, v any) ([]byte, error) {
	if s.Name() == connect.DecimalName {
		d, ok := v.(connect.Decimal)
		if !ok {
			return nil, wrongLogical(s, "BigDecimal", v)
		}
		dst = protowire.AppendBytes(protowire.AppendTag(dst, 1, protowire.BytesType), d.Bytes())
		return appendNumbers(dst, 2, int64(precision(d)), int64(d.Scale())), nil
	}
	t, ok := v.(time.Time)
	if !ok {
		return nil, wrongLogical(s, "Date", v)
	}
	switch s.Name() {
	case connect.DateName:
		days, err := connect.DateToDays(t)
		if err != nil {
			return nil, err
		}
		year, month, day := javatext.DateOf(int64(days))
		return appendNumbers(dst, 1, int64(year), int64(month), int64(day)), nil
	case connect.TimeName:
		return appendTime(dst, t)
	}
	return appendTimestamp(dst, t)
}

func wrongLogical(s *connect.Schema, expected string, v any) error {
	return &connect.DataError{Reason: "Invalid type for " + shortName(s) + ", expected " + expected + " but was class " + javatext.ClassName(v)}
}

func shortName(s *connect.Schema) string {
	return strings.TrimPrefix(s.Name(), "org.apache.kafka.connect.data.")
}

// appendNumbers appends whole numbers in fields that follow each other, zeros left out.
func appendNumbers(dst []byte, first protowire.Number, numbers ...int64) []byte {
	for i, n := range numbers {
		if n != 0 {
			dst = protowire.AppendVarint(protowire.AppendTag(dst, first+protowire.Number(i), protowire.VarintType), uint64(n))
		}
	}
	return dst
}

// precision is the number of digits, 1 for zero.
func precision(d connect.Decimal) int { return len(new(big.Int).Abs(d.Unscaled()).String()) }

func appendTime(dst []byte, t time.Time) ([]byte, error) {
	ms := t.UnixMilli()
	if ms < 0 || ms > millisPerDay {
		return nil, &connect.DataError{Reason: "Time values must use number of millis greater than 0 and less than 86400000"}
	}
	ms %= millisPerDay
	return appendNumbers(dst, 1, ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000*1_000_000), nil
}

func appendTimestamp(dst []byte, t time.Time) ([]byte, error) {
	ms := t.UnixMilli()
	seconds, rest := ms/1000, ms%1000
	if rest < 0 {
		seconds, rest = seconds-1, rest+1000
	}
	if seconds < minSeconds || seconds > maxSeconds {
		return nil, &connect.DataError{Reason: fmt.Sprintf("Timestamp is not valid. See proto definition for valid values. Seconds (%d) must be in range [-62,135,596,800, +253,402,300,799].", seconds)}
	}
	return appendNumbers(dst, 1, seconds, rest*1_000_000), nil
}

// logicalValue reads the message for a logical type; fields are found by name, as the message may be somebody's own.
func logicalValue(s *connect.Schema, m protoreflect.Message) (any, error) {
	switch s.Name() {
	case connect.DecimalName:
		return decimalValue(m)
	case connect.DateName:
		return dateValue(numberOf(m, "year"), numberOf(m, "month"), numberOf(m, "day"))
	case connect.TimeName:
		return timeValue(numberOf(m, "hours"), numberOf(m, "minutes"), numberOf(m, "seconds"), numberOf(m, "nanos"))
	}
	seconds, nanos := numberOf(m, "seconds"), numberOf(m, "nanos")
	if seconds < minSeconds || seconds > maxSeconds || nanos < 0 || nanos > 999_999_999 {
		return nil, &connect.DataError{Reason: fmt.Sprintf("Timestamp is not valid: %d seconds and %d nanoseconds", seconds, nanos)}
	}
	return time.UnixMilli(seconds*1000 + nanos/1_000_000).UTC(), nil
}

func numberOf(m protoreflect.Message, name protoreflect.Name) int64 {
	fd := m.Descriptor().Fields().ByName(name)
	if fd == nil || fd.Cardinality() == protoreflect.Repeated {
		return 0
	}
	switch v := m.Get(fd).Interface().(type) {
	case int32:
		return int64(v)
	case int64:
		return v
	case uint32:
		return int64(int32(v))
	}
	return 0
}

func decimalValue(m protoreflect.Message) (any, error) {
	fd := m.Descriptor().Fields().ByName("value")
	if fd == nil || fd.Kind() != protoreflect.BytesKind {
		return nil, &connect.DataError{Reason: "the message of a Decimal has no bytes named value"}
	}
	b := m.Get(fd).Bytes()
	if len(b) == 0 {
		return nil, &connect.DataError{Reason: "Zero length BigInteger"}
	}
	d := connect.DecimalFromBytes(b, int(numberOf(m, scaleParam)))
	digits := int(numberOf(m, precisionMeta))
	if digits < 0 {
		return nil, &connect.DataError{Reason: "Digits < 0"}
	}
	if over := precision(d) - digits; digits > 0 && over > 0 {
		d = rounded(d, over)
		if over = precision(d) - digits; over > 0 { // 99 became 100
			d = rounded(d, over)
		}
	}
	return d, nil
}

// rounded drops digits at the end, half up.
func rounded(d connect.Decimal, digits int) connect.Decimal {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	half := new(big.Int).Rsh(power, 1)
	if d.Unscaled().Sign() < 0 {
		half.Neg(half)
	}
	v := new(big.Int).Add(d.Unscaled(), half)
	return connect.NewDecimal(v.Quo(v, power), d.Scale()-digits)
}

func dateValue(year, month, day int64) (any, error) {
	wrong := &connect.DataError{Reason: fmt.Sprintf("Invalid date: year %d, month %d, day %d", year, month, day)}
	if year < 1 || year > 1<<20 || month < 1 || month > 12 || day < 1 || day > 31 {
		return nil, wrong
	}
	days := javadate.DaysOf(int(year), int(month), int(day))
	if y, m, d := javatext.DateOf(days); int64(y) != year || int64(m) != month || int64(d) != day {
		return nil, wrong
	}
	return connect.DateFromDays(int32(days)), nil
}

func timeValue(hours, minutes, seconds, nanos int64) (any, error) {
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 || nanos < 0 || nanos > 999_999_999 {
		return nil, &connect.DataError{Reason: fmt.Sprintf("Invalid time of day: %d hours, %d minutes, %d seconds, %d nanoseconds", hours, minutes, seconds, nanos)}
	}
	return time.UnixMilli(((hours*60+minutes)*60+seconds)*1000 + nanos/1_000_000).UTC(), nil
}
