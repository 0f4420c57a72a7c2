// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// kind is the type of a column by the names that Java's drivers share (java.sql.Types).
type kind int

// The kinds. The zero value is any that no field is made of.
const (
	kindOther kind = iota
	kindBoolean
	kindBit
	kindTinyInt
	kindSmallInt
	kindInteger
	kindBigInt
	kindReal
	kindDouble
	kindNumeric
	kindDecimal
	kindText
	kindBytes
	kindDate
	kindTime
	kindTimestamp
)

// column is one column of a result, as the database describes it. It is comparable: while all columns are the same, so is the schema.
type column struct {
	label            string
	kind             kind
	precision, scale int
	unsigned         bool
	// required says that the column is known never to be null.
	required bool
	// zoned says that times have a zone of their own.
	zoned bool
	// native is the database's name of the type, oid PostgreSQL's number.
	native string
	oid    uint32
}

// shape is what a field of a record is made into.
type shape int

// The shapes.
const (
	shapeNone shape = iota
	shapeBoolean
	shapeInt8
	shapeInt16
	shapeInt32
	shapeInt64
	shapeFloat32
	shapeFloat64
	shapeText
	shapeBytes
	shapeDecimal
	shapeDate
	shapeTime
	shapeTimestamp
)

var shapes = [...]shape{
	kindBoolean: shapeBoolean, kindBit: shapeInt8, kindTinyInt: shapeInt8, kindSmallInt: shapeInt16, kindInteger: shapeInt32, kindBigInt: shapeInt64,
	kindReal: shapeFloat32, kindDouble: shapeFloat64, kindNumeric: shapeDecimal, kindDecimal: shapeDecimal, kindText: shapeText, kindBytes: shapeBytes,
	kindDate: shapeDate, kindTime: shapeTime, kindTimestamp: shapeTimestamp,
}

var plainSchemas = [...]*connect.Schema{
	shapeBoolean: connect.Boolean, shapeInt8: connect.Int8, shapeInt16: connect.Int16, shapeInt32: connect.Int32, shapeInt64: connect.Int64,
	shapeFloat32: connect.Float32, shapeFloat64: connect.Float64, shapeText: connect.String, shapeBytes: connect.Bytes, shapeDate: connect.Date, shapeTime: connect.Time,
}

// Bounds of the mapping of NUMERIC columns: more digits than maxDigits are no INT64 for sure, and a scale below lowestScale is no number of digits.
const (
	maxDigits   = 18
	lowestScale = -84
	// unsetScale is what drivers report where a column has none; unsetScaleShown is the scale that then counts.
	unsetScale      = -127
	unsetScaleShown = 127
	// precisionParameter is where the schema of a Decimal has the number of digits.
	precisionParameter = "connect.decimal.precision"
)

// shapeOf is what a column becomes.
func (s *settings) shapeOf(c column) shape {
	switch {
	case c.kind == kindNumeric:
		return numericShape(s.numeric, c.precision, c.scale)
	case c.unsigned && (c.kind == kindTinyInt || c.kind == kindSmallInt || c.kind == kindInteger):
		return shapes[c.kind] + 1
	}
	return shapes[c.kind]
}

// numericShape keeps a column without precision a Decimal: that it has no digits is not what its values say.
func numericShape(mapping string, precision, scale int) shape {
	if precision == 0 || scale == unsetScale {
		return shapeDecimal
	}
	whole := scale <= 0 && scale >= lowestScale && precision <= maxDigits
	switch mapping {
	case numericPrecisionOnly:
		if whole && scale == 0 {
			return integerShape(precision)
		}
	case numericBestFit, numericBestFitDoubles:
		if whole {
			return integerShape(precision)
		}
		if scale > 0 && (precision <= maxDigits || mapping == numericBestFitDoubles) {
			return shapeFloat64
		}
	}
	return shapeDecimal
}

func integerShape(precision int) shape {
	switch {
	case precision > 9:
		return shapeInt64
	case precision > 4:
		return shapeInt32
	case precision > 2:
		return shapeInt16
	}
	return shapeInt8
}

// decimalScale is how many digits after the point a Decimal has.
func decimalScale(c column) int {
	if c.scale == unsetScale {
		return unsetScaleShown
	}
	return c.scale
}

// schemaOf is the schema of a column's field.
func (s *settings) schemaOf(c column, to shape) *connect.Schema {
	var schema *connect.Schema
	switch to {
	case shapeTimestamp:
		schema = timestampSchema(s.granularity)
	case shapeDecimal:
		schema = connect.DecimalOf(decimalScale(c)).WithParameter(precisionParameter, strconv.Itoa(c.precision))
	default:
		schema = plainSchemas[to]
	}
	return schema.WithOptional(!c.required)
}

func timestampSchema(granularity string) *connect.Schema {
	switch granularity {
	case granularityMicrosLong, granularityNanosLong:
		return connect.Int64
	case granularityLogical:
		return connect.Timestamp
	}
	return connect.String
}

// layout is the schema of a result's records.
type layout struct {
	columns []column
	schema  *connect.Schema
	// shapes has what each column becomes, shapeNone for those without a field; at is the place of its field.
	shapes []shape
	at     []int
	// times are the columns that hold the row's time, the first that is not null; id is the field that counts up, -1 for none.
	times []int
	id    int
}

// layoutOf makes the schema of records, and finds the columns that say where reading goes on.
func (s *settings) layoutOf(t *target, columns []column, logger *slog.Logger) (*layout, error) {
	l := &layout{columns: columns, shapes: make([]shape, len(columns)), at: make([]int, len(columns)), id: -1}
	var fields []connect.SchemaField
	seen := map[string]bool{}
	for i, c := range columns {
		if seen[c.label] {
			return nil, connect.Errorf(connect.Fatal, "the result of %s has two columns that are called %s: give one another label by AS", t, c.label)
		}
		seen[c.label] = true
		to := s.shapeOf(c)
		if to == shapeNone {
			logger.Warn("A column is left out of the records: there is no type for it", "table", t.String(), "column", c.label, "type", c.native)
			continue
		}
		l.shapes[i], l.at[i] = to, len(fields)
		fields = append(fields, connect.Field(c.label, s.schemaOf(c, to)))
	}
	schema, err := connect.NewStructSchema(t.schemaName, fields)
	if err != nil {
		return nil, fmt.Errorf("make the schema of %s: %w", t, err)
	}
	l.schema = schema
	return l, l.find(t)
}

// find looks the columns up by which new rows are found: that of times in any case, that of numbers exactly.
func (l *layout) find(t *target) error {
	for _, name := range t.criteria.timestamps {
		i, err := l.timeColumn(name)
		if err != nil {
			return err
		}
		l.times = append(l.times, i)
	}
	if name := t.criteria.incrementing; name != "" {
		field := l.schema.Field(name)
		if field == nil {
			return &connect.DataError{Reason: fmt.Sprintf("the records of %s have no field %s, the column that counts up: it must be written as in the database", t, name)}
		}
		l.id = field.Index
	}
	return nil
}

func (l *layout) timeColumn(name string) (int, error) {
	found := -1
	for i, c := range l.columns {
		switch {
		case l.shapes[i] == shapeNone:
		case c.label == name:
			return i, nil
		case strings.EqualFold(c.label, name):
			if found >= 0 {
				return 0, &connect.DataError{Reason: fmt.Sprintf("timestamp column %s is not unique: %s and %s differ in capital letters only", name, l.columns[found].label, c.label)}
			}
			found = i
		}
	}
	if found < 0 {
		return 0, &connect.DataError{Reason: fmt.Sprintf("the records have no field %s, the column with times", name)}
	}
	return found, nil
}
