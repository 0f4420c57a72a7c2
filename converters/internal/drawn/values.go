// SPDX-License-Identifier: Apache-2.0

package drawn

import (
	"math"
	"math/big"
	"time"

	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

// Range is the least and the greatest number to draw.
type Range [2]int64

// Values says which values to draw, where a format cannot carry all of them. A field that is not set does not narrow them.
type Values struct {
	// Days since 1970 are what a Date is made of; milliseconds since midnight a Time; milliseconds since 1970 a Timestamp.
	Days, TimeOfDay, Millis Range
	// NoNegativeZero keeps out the zero of floats that has a sign.
	NoNegativeZero bool
	// Entries is how often something is put into a map at the most; 4 times without it.
	Entries int
	// NullIsDefault draws the default of a field where null would be, for a format that writes null as the default.
	NullIsDefault bool
}

const (
	mostElements = 4
	// Bytes of a decimal without its scale: more than an int64 has.
	mostDigits = 20
)

// Of draws a value of the schema, with null among them where the schema is optional.
func (v *Values) Of(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	return v.Present(t, s)
}

// Present draws a value of the schema that is not null itself; its parts may be.
func (v *Values) Present(t *rapid.T, s *connect.Schema) any {
	switch s.Name() {
	case connect.DecimalName:
		return decimal(t, s)
	case connect.DateName:
		return connect.DateFromDays(int32(v.Days.draw(t, "days", -1e6, 1e6)))
	case connect.TimeName:
		return time.UnixMilli(v.TimeOfDay.draw(t, "ms", 0, 86400000)).UTC()
	case connect.TimestampName:
		return time.UnixMilli(v.Millis.draw(t, "ms", -1e14, 1e14)).UTC()
	}
	return v.physical(t, s)
}

// draw takes first and last where there is no range.
func (r Range) draw(t *rapid.T, label string, first, last int64) int64 {
	if r != (Range{}) {
		first, last = r[0], r[1]
	}
	return rapid.Int64Range(first, last).Draw(t, label)
}

func decimal(t *rapid.T, s *connect.Schema) connect.Decimal {
	scale, err := connect.DecimalScale(s)
	if err != nil {
		t.Fatal(err)
	}
	digits := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, mostDigits).Draw(t, "digits"))
	if rapid.Bool().Draw(t, "negative") {
		digits.Neg(digits)
	}
	return connect.NewDecimal(digits, scale)
}

func (v *Values) physical(t *rapid.T, s *connect.Schema) any {
	switch s.Type() {
	case connect.TypeInt8:
		return rapid.Int8().Draw(t, "int8")
	case connect.TypeInt16:
		return rapid.Int16().Draw(t, "int16")
	case connect.TypeInt32:
		return rapid.Int32().Draw(t, "int32")
	case connect.TypeInt64:
		return rapid.Int64().Draw(t, "int64")
	case connect.TypeFloat32:
		return rapid.Float32().Filter(func(f float32) bool { return v.may(float64(f)) }).Draw(t, "float32")
	case connect.TypeFloat64:
		return rapid.Float64().Filter(v.may).Draw(t, "float64")
	case connect.TypeBoolean:
		return rapid.Bool().Draw(t, "boolean")
	case connect.TypeString:
		return Texts.Draw(t, "string")
	case connect.TypeBytes:
		return append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")...)
	case connect.TypeArray:
		return v.list(t, s)
	case connect.TypeMap:
		return v.entries(t, s)
	}
	return v.structure(t, s)
}

func (v *Values) may(f float64) bool { return !v.NoNegativeZero || f != 0 || !math.Signbit(f) }

func (v *Values) list(t *rapid.T, s *connect.Schema) []any {
	list := []any{}
	for range rapid.IntRange(0, mostElements).Draw(t, "elements") {
		list = append(list, v.Of(t, s.ValueSchema()))
	}
	return list
}

func (v *Values) entries(t *rapid.T, s *connect.Schema) *connect.Map {
	most := v.Entries
	if most == 0 {
		most = 4
	}
	m := connect.NewMap(0)
	for range rapid.IntRange(0, most).Draw(t, "entries") {
		m.Put(v.Of(t, s.KeySchema()), v.Of(t, s.ValueSchema()))
	}
	return m
}

func (v *Values) structure(t *rapid.T, s *connect.Schema) *connect.Struct {
	st := connect.NewStruct(s)
	for i, f := range s.Fields() {
		value := v.Of(t, f.Schema)
		if value == nil && v.NullIsDefault {
			value = f.Schema.Default()
		}
		st.SetAt(i, value)
	}
	return st
}
