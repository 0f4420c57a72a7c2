// SPDX-License-Identifier: Apache-2.0

package event

import (
	"time"

	"github.com/longshore-io/connect"
)

// Names of Debezium's schemas for dates and times.
const (
	timeNames          = "io.debezium.time."
	zonedTimestampName = timeNames + "ZonedTimestamp"
)

// dateType is a date by time.precision.mode.
func (m *modes) dateType() *fieldType {
	switch m.time {
	case TimeConnect:
		return &fieldType{schema: connect.Date, zero: "1970-01-01", convert: func(b []byte) (any, error) {
			days, err := parseDate(b)
			if err != nil {
				return nil, err
			}
			return time.Unix(days*secondsPerDay, 0).UTC(), nil
		}}
	case TimeISOString:
		return &fieldType{schema: named(connect.String, timeNames+"IsoDate"), zero: "1970-01-01", convert: func(b []byte) (any, error) {
			days, err := parseDate(b)
			if err != nil {
				return nil, err
			}
			var room [24]byte
			return string(append(appendDate(room[:0], days), 'Z')), nil
		}}
	}
	return &fieldType{schema: named(connect.Int32, timeNames+"Date"), zero: "1970-01-01", convert: func(b []byte) (any, error) {
		days, err := parseDate(b)
		if err != nil {
			return nil, err
		}
		return int32(days), nil
	}}
}

// timeType is a time of day without zone, of a precision.
func (m *modes) timeType(precision int) *fieldType {
	switch {
	case m.time == TimeISOString:
		return clockType(named(connect.String, timeNames+"IsoTime"), func(micros int64) any {
			var room [24]byte
			return string(append(appendClock(room[:0], micros%microsPerDay, minimal), 'Z'))
		})
	case m.time == TimeConnect:
		return clockType(connect.Time, func(micros int64) any { return time.UnixMilli(micros / 1000).UTC() })
	case m.time == TimeNanoseconds:
		return clockType(named(connect.Int64, timeNames+"NanoTime"), func(micros int64) any { return micros * 1000 })
	case m.time == TimeAdaptive && precision <= 3:
		return clockType(named(connect.Int32, timeNames+"Time"), func(micros int64) any { return int32(micros / 1000) })
	}
	return clockType(named(connect.Int64, timeNames+"MicroTime"), func(micros int64) any { return micros })
}

func clockType(schema *connect.Schema, make func(micros int64) any) *fieldType {
	return &fieldType{schema: schema, zero: "00:00:00", convert: func(b []byte) (any, error) {
		micros, rest, err := parseClock(b)
		if err != nil || len(rest) > 0 {
			return nil, errTime
		}
		return make(micros), nil
	}}
}

// timestampType is a timestamp without zone, of a precision.
func (m *modes) timestampType(precision int) *fieldType {
	switch {
	case m.time == TimeISOString:
		return instantType(named(connect.String, timeNames+"IsoTimestamp"), func(t instant) any {
			var room [48]byte
			return string(t.appendTo(room[:0], minimal))
		})
	case m.time == TimeConnect:
		return instantType(connect.Timestamp, func(t instant) any { return time.UnixMilli(t.millis()).UTC() })
	case m.time == TimeNanoseconds:
		return instantType(named(connect.Int64, timeNames+"NanoTimestamp"), func(t instant) any { return t.nanos() })
	case m.time != TimeMicroseconds && precision <= 3:
		return instantType(named(connect.Int64, timeNames+"Timestamp"), func(t instant) any { return t.millis() })
	}
	return instantType(named(connect.Int64, timeNames+"MicroTimestamp"), func(t instant) any { return t.inMicros() })
}

func instantType(schema *connect.Schema, make func(instant) any) *fieldType {
	return &fieldType{schema: schema, zero: "1970-01-01 00:00:00", convert: func(b []byte) (any, error) {
		t, err := parseInstant(b, false)
		if err != nil {
			return nil, err
		}
		return make(t), nil
	}}
}

// zonedTimestampType is a timestamp with zone: text in UTC in every mode.
func zonedTimestampType(precision int) *fieldType {
	return &fieldType{schema: named(connect.String, zonedTimestampName), null: "1970-01-01T00:00:00Z", convert: func(b []byte) (any, error) {
		t, err := parseInstant(b, true)
		switch {
		case err != nil:
			return nil, err
		case t == infinite:
			return "infinity", nil
		case t == minusInfinite:
			return "-infinity", nil
		}
		var room [48]byte
		return string(t.appendTo(room[:0], precision)), nil
	}}
}

// zonedTimeType is a time of day with zone: text in UTC.
func zonedTimeType() *fieldType {
	return &fieldType{schema: named(connect.String, timeNames+"ZonedTime"), zero: "00:00:00+00", convert: func(b []byte) (any, error) {
		micros, rest, err := parseClock(b)
		if err != nil {
			return nil, err
		}
		offset, err := parseOffset(rest)
		if err != nil {
			return nil, err
		}
		micros = (micros - offset*1e6 + 2*microsPerDay) % microsPerDay
		var room [24]byte
		return string(append(appendClock(room[:0], micros, minimal), 'Z')), nil
	}}
}
