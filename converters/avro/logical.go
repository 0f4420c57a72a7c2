// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// stored turns a value of a logical type into what stands for it: bytes, int32 or int64. Other values stay.
func stored(s *connect.Schema, v any) (any, error) {
	switch s.Name() {
	case connect.DecimalName:
		d, ok := v.(connect.Decimal)
		if !ok {
			return nil, wrongLogical("Decimal", "BigDecimal", v)
		}
		scale, err := connect.DecimalScale(s)
		if err != nil {
			return nil, err
		}
		if d.Scale() != scale {
			return nil, &connect.DataError{Reason: fmt.Sprintf("Decimal value has mismatching scale for given Decimal schema. "+
				"Schema has scale %d, value has scale %d.", scale, d.Scale())}
		}
		return d.Bytes(), nil
	case connect.DateName:
		if t, ok := v.(time.Time); ok {
			return connect.DateToDays(t)
		}
		return nil, wrongLogical("Date", "Date", v)
	case connect.TimeName:
		if t, ok := v.(time.Time); ok {
			return connect.TimeToMillis(t)
		}
		return nil, wrongLogical("Time", "Date", v)
	case connect.TimestampName:
		if t, ok := v.(time.Time); ok {
			return t.UnixMilli(), nil
		}
		return nil, wrongLogical("Timestamp", "Date", v)
	}
	return v, nil
}

func wrongLogical(name, expected string, v any) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s, expected %s but was class %s", name, expected, javatext.ClassName(v))}
}

// logical is how values of a schema with the name of a logical type are made of what was read.
type logical uint8

const (
	plain logical = iota
	logicalDecimal
	logicalDate
	logicalTime
	logicalTimestamp
)

var logicals = map[string]logical{connect.DecimalName: logicalDecimal, connect.DateName: logicalDate, connect.TimeName: logicalTime,
	connect.TimestampName: logicalTimestamp}

// logicalOf is the logical type of a schema whose physical type is the right one for it.
func logicalOf(s *connect.Schema) logical {
	l := logicals[s.Name()]
	switch {
	case l == logicalDecimal && s.Type() == connect.TypeBytes:
	case (l == logicalDate || l == logicalTime) && s.Type() == connect.TypeInt32:
	case l == logicalTimestamp && s.Type() == connect.TypeInt64:
	default:
		return plain
	}
	return l
}

// surfaced turns what was read into the value of a logical type; the scale is that of decimals.
func surfaced(l logical, scale int, v any) (any, error) {
	switch l {
	case logicalDecimal:
		b, ok := v.([]byte)
		if !ok {
			return nil, wrongStored("Decimal", "bytes", v)
		}
		return connect.DecimalFromBytes(b, scale), nil
	case logicalDate:
		if days, ok := v.(int32); ok {
			return connect.DateFromDays(days), nil
		}
		return nil, wrongStored("Date", "int32", v)
	case logicalTime:
		if ms, ok := v.(int32); ok {
			return connect.TimeFromMillis(ms)
		}
		return nil, wrongStored("Time", "int32", v)
	case logicalTimestamp:
		if ms, ok := v.(int64); ok {
			return time.UnixMilli(ms).UTC(), nil
		}
		return nil, wrongStored("Timestamp", "int64", v)
	}
	return v, nil
}

func wrongStored(name, expected string, v any) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s, underlying representation should be %s but was class %s",
		name, expected, javatext.ClassName(v))}
}
