// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/drawn"
	"github.com/longshore-io/connect/converters/registry"
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

var primitives = drawn.Primitives(0, 3)

// values are what Google's types for dates and times can carry, which end with the year 9999 and at midnight.
var values = &drawn.Values{
	Days: drawn.Range{-700_000, 2_900_000}, TimeOfDay: drawn.Range{0, 86399999}, Millis: drawn.Range{minSeconds * 1000, maxSeconds * 1000},
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
		value := values.Of(rt, schema)
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
		for i, key := range []string{optionalKey, wrapperKey, flattenKey, structNullsKey, intEnumsKey, registry.GeneralizedKey, enhancedKey} {
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
