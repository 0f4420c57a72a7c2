// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
	"github.com/longshore-io/connect/converters/notation"
)

// Text that Java strings and JSON both can hold.
var texts = rapid.String().Filter(func(s string) bool { return utf8.ValidString(s) })

var primitives = []*connect.Schema{
	connect.Int8, connect.Int16, connect.Int32, connect.Int64, connect.Float32, connect.Float64, connect.Boolean, connect.String, connect.Bytes,
	connect.DecimalOf(0), connect.DecimalOf(3), connect.DecimalOf(-2), connect.Date, connect.Time, connect.Timestamp,
}

func drawSchema(t *rapid.T, depth int) *connect.Schema {
	s := drawBare(t, depth)
	s = s.WithOptional(rapid.Bool().Draw(t, "optional"))
	if s.Name() == "" && rapid.Bool().Draw(t, "named") {
		s = s.WithName("n"+texts.Draw(t, "name")).WithVersion(rapid.IntRange(0, 9).Draw(t, "version")).WithDoc(texts.Draw(t, "doc")).
			WithParameter("p"+texts.Draw(t, "parameter"), texts.Draw(t, "parameter value"))
	}
	if s.Type() != connect.TypeStruct && rapid.IntRange(0, 4).Draw(t, "default") == 0 {
		s = s.WithDefault(drawPresent(t, s))
	}
	return s
}

func drawBare(t *rapid.T, depth int) *connect.Schema {
	kinds := 4
	if depth > 2 {
		kinds = 1
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 1:
		return connect.ArrayOf(drawSchema(t, depth+1))
	case 2:
		key := rapid.SampledFrom([]*connect.Schema{connect.String, connect.Int64, connect.Int8, connect.Boolean}).Draw(t, "key")
		return connect.MapOf(key, drawSchema(t, depth+1))
	case 3:
		var fields []connect.SchemaField
		for i := range rapid.IntRange(0, 4).Draw(t, "fields") {
			fields = append(fields, connect.Field(fmt.Sprintf("%d%s", i, texts.Draw(t, "field")), drawSchema(t, depth+1)))
		}
		return connect.StructOf("", fields...)
	}
	return rapid.SampledFrom(primitives).Draw(t, "primitive")
}

func drawValue(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	return drawPresent(t, s)
}

func drawPresent(t *rapid.T, s *connect.Schema) any {
	switch s.Name() {
	case connect.DecimalName:
		scale, _ := connect.DecimalScale(s)
		digits := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "digits"))
		if rapid.Bool().Draw(t, "negative") {
			digits.Neg(digits)
		}
		return connect.NewDecimal(digits, scale)
	case connect.DateName:
		return connect.DateFromDays(rapid.Int32Range(-1e6, 1e6).Draw(t, "days"))
	case connect.TimeName:
		return time.UnixMilli(rapid.Int64Range(0, 86400000).Draw(t, "ms")).UTC()
	case connect.TimestampName:
		return time.UnixMilli(rapid.Int64Range(-1e14, 1e14).Draw(t, "ms")).UTC()
	}
	return drawPhysical(t, s)
}

func drawPhysical(t *rapid.T, s *connect.Schema) any {
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
		return rapid.Float32().Filter(func(f float32) bool { return f != 0 && !math.IsInf(float64(f), 0) }).Draw(t, "float32")
	case connect.TypeFloat64:
		return rapid.Float64().Filter(func(f float64) bool { return f != 0 && !math.IsInf(f, 0) }).Draw(t, "float64")
	case connect.TypeBoolean:
		return rapid.Bool().Draw(t, "boolean")
	case connect.TypeString:
		return texts.Draw(t, "string")
	case connect.TypeBytes:
		return append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")...)
	}
	return drawParts(t, s)
}

func drawParts(t *rapid.T, s *connect.Schema) any {
	switch s.Type() {
	case connect.TypeArray:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "elements") {
			list = append(list, drawValue(t, s.ValueSchema()))
		}
		return list
	case connect.TypeMap:
		m := connect.NewMap(0)
		for range rapid.IntRange(0, 20).Draw(t, "entries") {
			m.Put(drawPresent(t, s.KeySchema()), drawValue(t, s.ValueSchema()))
		}
		return m
	}
	st := connect.NewStruct(s)
	for i, f := range s.Fields() {
		st.SetAt(i, drawValue(t, f.Schema))
	}
	return st
}

func TestWhatIsWrittenWithItsSchemaIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := drawSchema(t, 0)
		value := drawValue(t, schema)
		format := rapid.SampledFrom([]string{"base64", "numeric"}).Draw(t, "decimals")
		conv := &Converter{}
		// Null is kept null, so that what is read is what was written.
		require.NoError(t, conv.Configure(map[string]string{"decimal.format": format, "replace.null.with.default": "false"}, true))
		data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
		require.NoError(t, err)
		got, err := conv.ToConnectData(context.Background(), "t", nil, data)
		require.NoError(t, err, "%s", data)
		require.True(t, schema.Equal(got.Schema), "%s", data)
		require.True(t, connect.Equal(value, got.Value), "wrote %s\nread %s", data, notation.Show(got))

		again, err := conv.FromConnectData(context.Background(), "t", nil, got.Schema, got.Value)
		require.NoError(t, err)
		fromPrefix, err := conv.ToConnectData(context.Background(), "t", nil, again)
		require.NoError(t, err)
		require.Equal(t, notation.Show(got), notation.Show(fromPrefix), "read again")
	})
}

func FuzzRead(f *testing.F) {
	for i, c := range golden.Load(f, "json-read") {
		if i%5 == 0 {
			f.Add(c.Input())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, options := range modes {
			conv := newConverter(t, options)
			got, err := conv.ToConnectData(context.Background(), "t", nil, data)
			if err != nil {
				require.Equal(t, connect.BadRecord, connect.Classify(err))
				continue
			}
			again, err := conv.ToConnectData(context.Background(), "t", nil, data)
			require.NoError(t, err)
			require.Equal(t, notation.Show(got), notation.Show(again), "read again")
			if _, err := conv.FromConnectData(context.Background(), "t", nil, got.Schema, got.Value); err != nil {
				require.Equal(t, connect.BadRecord, connect.Classify(err))
			}
		}
	})
}
