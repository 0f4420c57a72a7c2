// SPDX-License-Identifier: Apache-2.0

package jsonschema

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
	connect.DecimalOf(0), connect.DecimalOf(3), connect.DecimalOf(-2), connect.Date, connect.Time, connect.Timestamp,
}

func drawSchema(t *rapid.T, depth int) *connect.Schema {
	s := drawBare(t, depth).WithOptional(rapid.Bool().Draw(t, "optional"))
	if s.Name() == "" && rapid.Bool().Draw(t, "named") {
		s = s.WithName("n"+texts.Draw(t, "name")).WithVersion(rapid.IntRange(0, 9).Draw(t, "version")).WithDoc(texts.Draw(t, "doc")).
			WithParameter("p"+texts.Draw(t, "parameter"), texts.Draw(t, "parameter value"))
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
		key := rapid.SampledFrom([]*connect.Schema{connect.String, connect.OptionalString, connect.Int64, connect.Int8, connect.Boolean}).Draw(t, "key")
		return connect.MapOf(key, drawSchema(t, depth+1))
	case 3:
		var fields []connect.SchemaField
		for i := range rapid.IntRange(0, 14).Draw(t, "fields") {
			fields = append(fields, connect.Field(fmt.Sprintf("%d%s", i, texts.Draw(t, "field")), drawSchema(t, 3)))
		}
		return connect.StructOf("", fields...)
	}
	return rapid.SampledFrom(primitives).Draw(t, "primitive")
}

func drawValue(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	switch s.Name() {
	case connect.DecimalName:
		scale, _ := connect.DecimalScale(s)
		return connect.NewDecimal(big.NewInt(rapid.Int64().Draw(t, "digits")), scale)
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
		for range rapid.IntRange(0, 14).Draw(t, "entries") {
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

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := drawSchema(t, 0)
		value := drawValue(t, schema)
		opts := &options{additionalProperties: rapid.Bool().Draw(t, "additional"), numericDecimals: rapid.Bool().Draw(t, "numeric"), flattenSingletons: true}
		text, err := textOf(schema, opts)
		require.NoError(t, err)
		w := writer{opts: opts}
		_, err = w.value(schema, value)
		require.NoError(t, err)
		got, err := readAll(text, 0, string(w.out), opts)
		require.NoError(t, err, "%s\n%s", text, w.out)
		require.True(t, schema.Equal(got.Schema), "%s", text)
		require.True(t, connect.Equal(value, got.Value), "%s", w.out)
		again, err := textOf(got.Schema, opts)
		require.NoError(t, err)
		require.Equal(t, text, again)
	})
}

func FuzzToConnectData(f *testing.F) {
	for _, c := range loadGolden(f, "read.jsonl") {
		f.Add(c.Text, []byte(c.In), byte(len(c.Name)))
	}
	server := registrytest.Start(f)
	f.Fuzz(func(t *testing.T, text string, body []byte, flags byte) {
		props := map[string]string{}
		for i, key := range []string{generalizedKey, optionalKey, validateKey, ignoreDefaultKey} {
			if flags>>i&1 == 1 {
				props[key] = "true"
			}
		}
		c := newConverter(t, server.URL, props)
		defer c.registry.Close()
		id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: text})
		got, err := c.ToConnectData(context.Background(), "t", nil, message(id, string(body)))
		if err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
			return
		}
		if _, err := c.FromConnectData(context.Background(), "out", nil, got.Schema, got.Value); err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
		}
	})
}
