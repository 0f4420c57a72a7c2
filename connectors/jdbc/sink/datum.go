// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
)

// kind is what a database is given for a value: the type of the parameter.
type kind uint8

const (
	kindText kind = iota + 1
	kindBool
	kindInt16
	kindInt32
	kindInt64
	kindFloat32
	kindFloat64
	kindBytes
	// kindNumeric is a number of any size.
	kindNumeric
	// kindDate is a day without zone.
	kindDate
	// kindTime is a time of day without zone.
	kindTime
	// kindTimestamp is what clock and calendar show somewhere, without saying where.
	kindTimestamp
	// kindInstant is a point in time.
	kindInstant
)

// datum is a value on its way into a parameter of some kind. It is passed by value: making one allocates nothing.
//
//	kindBool, kindInt*       n
//	kindFloat*               n has the bits of the float64
//	kindText                 s
//	kindBytes                x is the []byte
//	kindNumeric              x is the connect.Decimal
//	kindDate                 n has days since 1970-01-01
//	kindTime                 n has nanoseconds since midnight
//	kindTimestamp, -Instant  n has seconds since 1970-01-01 and nano the rest; endOfTime and beginOfTime are PostgreSQL's infinities
type datum struct {
	null bool
	nano int32
	n    int64
	s    string
	x    any
}

const (
	endOfTime   = math.MaxInt64
	beginOfTime = math.MinInt64

	secondsPerDay = 24 * 60 * 60
	nanosPerDay   = secondsPerDay * int64(time.Second)
)

// convert turns a value of the data model, which is not nil, into a datum.
type convert func(v any) (datum, error)

// misfit is a value whose Go type is not that of its schema: a converter or transform made it.
func misfit(v any, want string) error {
	return &connect.DataError{Reason: fmt.Sprintf("A value of type %T came where the schema says %s", v, want)}
}

func convertBool(v any) (datum, error) {
	b, ok := v.(bool)
	switch {
	case !ok:
		return datum{}, misfit(v, "BOOLEAN")
	case b:
		return datum{n: 1}, nil
	}
	return datum{}, nil
}

// convertInteger takes integers of all sizes.
func convertInteger(v any) (datum, error) {
	switch n := v.(type) {
	case int64:
		return datum{n: n}, nil
	case int32:
		return datum{n: int64(n)}, nil
	case int16:
		return datum{n: int64(n)}, nil
	case int8:
		return datum{n: int64(n)}, nil
	}
	return datum{}, misfit(v, "an integer")
}

func convertFloat(v any) (datum, error) {
	switch f := v.(type) {
	case float64:
		return datum{n: int64(math.Float64bits(f))}, nil
	case float32:
		return datum{n: int64(math.Float64bits(float64(f)))}, nil
	}
	return datum{}, misfit(v, "a floating point number")
}

func (d datum) float() float64 { return math.Float64frombits(uint64(d.n)) }

func convertText(v any) (datum, error) {
	s, ok := v.(string)
	if !ok {
		return datum{}, misfit(v, "STRING")
	}
	return datum{s: s}, nil
}

func convertBytes(v any) (datum, error) {
	if _, ok := v.([]byte); !ok {
		return datum{}, misfit(v, "BYTES")
	}
	return datum{x: v}, nil
}

func convertDecimal(v any) (datum, error) {
	if _, ok := v.(connect.Decimal); !ok {
		return datum{}, misfit(v, "Decimal")
	}
	return datum{x: v}, nil
}

// timestampOf is the datum of a time: what its own zone's clock shows.
func timestampOf(t time.Time) datum {
	_, offset := t.Zone()
	return datum{n: t.Unix() + int64(offset), nano: int32(t.Nanosecond())}
}

// instantOf is the datum of a point in time.
func instantOf(t time.Time) datum { return datum{n: t.Unix(), nano: int32(t.Nanosecond())} }

// utc is the time of a timestamp or instant.
func (d datum) utc() time.Time { return time.Unix(d.n, int64(d.nano)).UTC() }

// micros is the time of a timestamp or instant in microseconds, rounded half up.
func (d datum) micros() int64 { return d.n*1e6 + int64(d.nano+500)/1000 }

// appendDate prints a day since 1970-01-01.
func appendDate(dst []byte, days int64) []byte {
	return time.Unix(days*secondsPerDay, 0).UTC().AppendFormat(dst, time.DateOnly)
}

// appendClock prints a time of day with so many digits behind the point; it may have more hours than a day and be negative.
func appendClock(dst []byte, nanos int64, digits int) []byte {
	if nanos < 0 {
		dst, nanos = append(dst, '-'), -nanos
	}
	dst = fmt.Appendf(dst, "%02d:", nanos/int64(time.Hour))
	return time.Unix(0, nanos).UTC().AppendFormat(dst, "04:05"+fraction(digits))
}

// appendTimestamp prints date and time with so many digits behind the point.
func appendTimestamp(dst []byte, t time.Time, digits int) []byte {
	return t.AppendFormat(dst, "2006-01-02 15:04:05"+fraction(digits))
}

func fraction(digits int) string {
	if digits == 0 {
		return ""
	}
	return ".000000000"[:digits+1]
}

// text prints a datum for messages.
func (d datum) text(k kind) string {
	switch {
	case d.null:
		return "null"
	case k == kindText:
		return strconv.Quote(d.s)
	}
	return fmt.Sprint(d.plain(k))
}

// plain is the datum as a value of database/sql, with times in UTC.
func (d datum) plain(k kind) any {
	switch k {
	case kindText:
		return d.s
	case kindBool:
		return d.n != 0
	case kindInt16, kindInt32, kindInt64:
		return d.n
	case kindFloat32, kindFloat64:
		return d.float()
	case kindBytes:
		return d.x
	case kindNumeric:
		return d.x.(connect.Decimal).Plain()
	case kindDate:
		return time.Unix(d.n*secondsPerDay, 0).UTC()
	case kindTime:
		return time.Unix(0, d.n).UTC()
	}
	return d.utc()
}
