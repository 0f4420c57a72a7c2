// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// samples has a value of every type, no two equal.
func samples() []any {
	s := connect.StructOf("s", connect.Field("a", connect.Int8))
	return []any{
		nil, true, false, int8(1), int16(1), int32(1), int64(1), float32(1), float64(1), math.NaN(), 0.0, math.Copysign(0, -1), "1", "", []byte("1"), []byte{},
		[]any{}, []any{int8(1)}, []any{[]byte("1")}, connect.NewMap(0), connect.NewMap(0).Put("a", 1), connect.NewMap(0).Put("a", nil),
		connect.NewStruct(s), connect.NewStruct(s).With("a", int8(1)), connect.NewDecimal(big.NewInt(10), 1), connect.NewDecimal(big.NewInt(100), 2),
		time.UnixMilli(0).UTC(), time.UnixMilli(1).UTC(),
	}
}

func TestValuesAreEqualToThemselvesOnly(t *testing.T) {
	for i, a := range samples() {
		for j, b := range samples() {
			require.Equal(t, i == j, connect.Equal(a, b), "%T %v and %T %v", a, a, b, b)
		}
	}
}

func TestMapsAreEqualInAnyOrderAndTimesInAnyZone(t *testing.T) {
	require.True(t, connect.Equal(connect.NewMap(0).Put("a", 1).Put("b", 2), connect.NewMap(0).Put("b", 2).Put("a", 1)))
	require.True(t, connect.Equal(time.UnixMilli(5).UTC(), time.UnixMilli(5).In(time.FixedZone("x", 3600))))
	require.True(t, connect.Equal([]any{math.NaN()}, []any{math.NaN()}))
}

func TestValuesFitTheirSchemaOnly(t *testing.T) {
	s := connect.StructOf("s", connect.Field("a", connect.OptionalInt8))
	now := time.UnixMilli(0).UTC()
	values := map[*connect.Schema]any{
		connect.Int8: int8(1), connect.Int16: int16(1), connect.Int32: int32(1), connect.Int64: int64(1), connect.Float32: float32(1),
		connect.Float64: 1.0, connect.Boolean: true, connect.String: "x", connect.Bytes: []byte{1},
		connect.ArrayOf(connect.Int8): []any{int8(1)}, connect.MapOf(connect.String, connect.Int8): connect.NewMap(0).Put("a", int8(1)),
		s: connect.NewStruct(s), connect.DecimalOf(1): connect.NewDecimal(big.NewInt(1), 1), connect.Timestamp: now,
	}
	for schema := range values {
		for other, v := range values {
			err := schema.Validate(v)
			require.Equal(t, schema == other, err == nil, "%s for %T: %v", schema, v, err)
		}
		require.Error(t, schema.Validate(nil))
		require.NoError(t, connect.Optional(schema).Validate(nil))
		require.Error(t, schema.Validate(5), "a Go type that is not of the data model")
	}
	require.NoError(t, connect.Date.Validate(now))
	require.Error(t, connect.Date.Validate(int32(1)))
}

func TestErrorsNameThePlaceAsKafkaConnectDoes(t *testing.T) {
	for _, c := range []struct {
		schema *connect.Schema
		value  any
		want   string
	}{
		{connect.Int8, nil, "Invalid value: null used for required value, schema type: INT8"},
		{connect.ArrayOf(connect.String), []any{nil}, "Invalid value: null used for required element of array value, schema type: STRING"},
		{connect.ArrayOf(connect.ArrayOf(connect.String)), []any{[]any{nil}},
			"Invalid value: null used for required element of array element of array value, schema type: STRING"},
		{connect.MapOf(connect.String, connect.Int8), connect.NewMap(0).Put("a", nil),
			"Invalid value: null used for required value of map value, schema type: INT8"},
		{connect.MapOf(connect.String, connect.Int8), connect.NewMap(0).Put(nil, int8(1)),
			"Invalid value: null used for required key of map value, schema type: STRING"},
		{connect.Date, int32(1), `Invalid object for schema "org.apache.kafka.connect.data.Date" with type INT32: int32 for value`},
	} {
		err := c.schema.Validate(c.value)
		require.EqualError(t, err, c.want)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
	}
	field := connect.NewStruct(connect.StructOf("s", connect.Field("f", connect.ArrayOf(connect.String))))
	require.EqualError(t, field.Put("f", []any{nil}), `Invalid value: null used for required element of array field: "f", schema type: STRING`)
}

func TestPartsWithoutSchemaTakeAnyValue(t *testing.T) {
	require.NoError(t, connect.ArrayOf(nil).Validate([]any{nil, "x", int8(1)}))
	require.NoError(t, connect.MapOf(nil, nil).Validate(connect.NewMap(0).Put("a", nil)))
}

func TestLogicalNameOnAnotherTypeDoesNotPanic(t *testing.T) {
	odd := connect.ArrayOf(connect.Int8).WithName(connect.DecimalName)
	require.NoError(t, odd.Validate(connect.NewDecimal(big.NewInt(1), 0)))
	require.Error(t, odd.Validate([]any{int8(1)}))
}

func TestCheckingAGoodValueAllocatesNothing(t *testing.T) {
	s := connect.NewStruct(connect.StructOf("s", connect.Field("f", connect.ArrayOf(connect.String)), connect.Field("g", connect.String)))
	var list, text any = []any{"a", "b"}, "text"
	require.Zero(t, testing.AllocsPerRun(100, func() { s.With("f", list).With("g", text) }))
}
