// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/drawn"
	"github.com/longshore-io/connect/converters/internal/golden"
	"github.com/longshore-io/connect/converters/notation"
)

var primitives = drawn.Primitives(0, 3, -2)

// values are what JSON can carry: zero loses its sign. Maps are larger than what Java's begin with.
var values = &drawn.Values{NoNegativeZero: true, Entries: 20}

func drawSchema(t *rapid.T, depth int) *connect.Schema {
	s := drawn.Named(t, drawBare(t, depth).WithOptional(rapid.Bool().Draw(t, "optional")))
	if s.Type() != connect.TypeStruct && rapid.IntRange(0, 4).Draw(t, "default") == 0 {
		s = s.WithDefault(values.Present(t, s))
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
			fields = append(fields, connect.Field(fmt.Sprintf("%d%s", i, drawn.Texts.Draw(t, "field")), drawSchema(t, depth+1)))
		}
		return connect.StructOf("", fields...)
	}
	return rapid.SampledFrom(primitives).Draw(t, "primitive")
}

func TestWhatIsWrittenWithItsSchemaIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := drawSchema(t, 0)
		value := values.Of(t, schema)
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
