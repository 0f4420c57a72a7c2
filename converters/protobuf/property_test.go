// SPDX-License-Identifier: Apache-2.0

package protobuf

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
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

var texts = rapid.String().Filter(utf8.ValidString)

var primitives = []*connect.Schema{
	connect.Int8, connect.Int16, connect.Int32, connect.Int64, connect.Float32, connect.Float64, connect.Boolean, connect.String, connect.Bytes,
	connect.DecimalOf(0), connect.DecimalOf(3), connect.Date, connect.Time, connect.Timestamp,
}

// drawStruct makes schemas that Protobuf can carry: names of structs differ, and lists and maps are not in lists and maps.
func drawStruct(t *rapid.T, depth int, names *int) *connect.Schema {
	*names++
	name := fmt.Sprintf("p.S%d", *names)
	var fields []connect.SchemaField
	for i := range rapid.IntRange(0, 5).Draw(t, "fields") {
		fields = append(fields, connect.Field(fmt.Sprintf("f%d", i), drawField(t, depth, names)))
	}
	return connect.StructOf(name, fields...)
}

func drawField(t *rapid.T, depth int, names *int) *connect.Schema {
	s := drawSingle(t, depth, names)
	switch rapid.IntRange(0, 4).Draw(t, "form") {
	case 0:
		return connect.ArrayOf(s.WithOptional(false))
	case 1:
		*names++
		key := rapid.SampledFrom([]*connect.Schema{connect.String, connect.Int32, connect.Int64, connect.Boolean}).Draw(t, "key")
		return connect.MapOf(key, s.WithOptional(false)).WithName(fmt.Sprintf("m%d", *names))
	}
	return s.WithOptional(rapid.Bool().Draw(t, "optional"))
}

func drawSingle(t *rapid.T, depth int, names *int) *connect.Schema {
	if depth < 3 && rapid.IntRange(0, 3).Draw(t, "struct") == 0 {
		return drawStruct(t, depth+1, names)
	}
	return rapid.SampledFrom(primitives).Draw(t, "primitive")
}

func drawValue(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.Bool().Draw(t, "null") {
		return nil
	}
	switch s.Name() {
	case connect.DecimalName:
		scale, _ := connect.DecimalScale(s)
		return connect.NewDecimal(big.NewInt(rapid.Int64().Draw(t, "digits")), scale)
	case connect.DateName:
		return connect.DateFromDays(rapid.Int32Range(-700_000, 2_900_000).Draw(t, "days"))
	case connect.TimeName:
		return time.UnixMilli(rapid.Int64Range(0, 86399999).Draw(t, "ms")).UTC()
	case connect.TimestampName:
		return time.UnixMilli(rapid.Int64Range(minSeconds*1000, maxSeconds*1000).Draw(t, "ms")).UTC()
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
		return rapid.Float32().Filter(func(f float32) bool { return !math.IsNaN(float64(f)) }).Draw(t, "float32")
	case connect.TypeFloat64:
		return rapid.Float64().Filter(func(f float64) bool { return !math.IsNaN(f) }).Draw(t, "float64")
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
		for range rapid.IntRange(0, 4).Draw(t, "entries") {
			m.Put(drawValue(t, s.KeySchema()), drawValue(t, s.ValueSchema()))
		}
		return m
	}
	st := connect.NewStruct(s)
	for i, f := range s.Fields() {
		st.SetAt(i, drawValue(t, f.Schema))
	}
	return st
}

// same compares what was written with what was read: names and parameters of schemas change on the way.
func same(a, b any) bool {
	switch a := a.(type) {
	case *connect.Struct:
		other, ok := b.(*connect.Struct)
		if !ok || len(a.Schema().Fields()) != len(other.Schema().Fields()) {
			return false
		}
		for i := range a.Schema().Fields() {
			if !same(a.At(i), other.At(i)) {
				return false
			}
		}
		return true
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for i := range a {
			if !same(a[i], other[i]) {
				return false
			}
		}
		return true
	case *connect.Map:
		other, ok := b.(*connect.Map)
		if !ok || a.Len() != other.Len() {
			return false
		}
		for k, v := range a.All() {
			if w, there := other.Get(k); !there || !same(v, w) {
				return false
			}
		}
		return true
	}
	switch small := a.(type) { // small numbers in wrappers are read as INT32
	case int8:
		if wide, ok := b.(int32); ok {
			return int32(small) == wide
		}
	case int16:
		if wide, ok := b.(int32); ok {
			return int32(small) == wide
		}
	}
	return connect.Equal(a, b)
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	converters := map[string]*Converter{}
	for _, option := range []string{optionalKey, wrapperKey} {
		converters[option] = newConverter(t, server.URL, map[string]string{option: "true"})
	}
	rapid.Check(t, func(rt *rapid.T) {
		names := 0
		schema := drawStruct(rt, 0, &names)
		value := drawValue(rt, schema)
		// Without one of these options, null is the zero of its type.
		option := rapid.SampledFrom([]string{optionalKey, wrapperKey}).Draw(rt, "option")
		c := converters[option]
		data, err := c.FromConnectData(ctx, "t", nil, schema, value)
		require.NoError(rt, err)
		got, err := c.ToConnectData(ctx, "t", nil, data)
		require.NoError(rt, err)
		require.True(rt, same(value, got.Value), "wrote %v, read %v", value, got.Value)
		again, err := c.FromConnectData(ctx, "u", nil, got.Schema, got.Value)
		require.NoError(rt, err)
		back, err := c.ToConnectData(ctx, "u", nil, again)
		require.NoError(rt, err)
		require.True(rt, same(got.Value, back.Value))
	})
}

func FuzzToConnectData(f *testing.F) {
	cases := loadGolden(f, "read.jsonl")
	for _, c := range cases {
		f.Add(c.Text, c.In, byte(0), byte(len(c.Name)))
	}
	server := registrytest.Start(f)
	f.Fuzz(func(t *testing.T, text string, body []byte, place, flags byte) {
		props := map[string]string{}
		for i, key := range []string{optionalKey, wrapperKey, flattenKey, structNullsKey, intEnumsKey, generalizedKey, enhancedKey} {
			if flags>>i&1 == 1 {
				props[key] = "true"
			}
		}
		c := newConverter(t, server.URL, props)
		defer c.registry.Close()
		id := server.Register("t-value", registrytest.Schema{Type: "PROTOBUF", Text: text})
		data := append([]byte{0, 0, byte(id >> 16), byte(id >> 8), byte(id), place}, body...)
		got, err := c.ToConnectData(context.Background(), "t", nil, data)
		if err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
			return
		}
		if _, err := c.FromConnectData(context.Background(), "out", nil, got.Schema, got.Value); err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
		}
	})
}
