// SPDX-License-Identifier: Apache-2.0

package jsonschema

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

var primitives = drawn.Primitives(0, 3, -2)

// values are what JSON can carry: zero loses its sign.
var values = &drawn.Values{NoNegativeZero: true, Entries: 14}

func drawSchema(t *rapid.T, depth int) *connect.Schema {
	return drawn.Named(t, drawBare(t, depth).WithOptional(rapid.Bool().Draw(t, "optional")))
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
			fields = append(fields, connect.Field(fmt.Sprintf("%d_%s", i, drawn.Texts.Draw(t, "field")), drawSchema(t, 3)))
		}
		return connect.StructOf("", fields...)
	}
	return rapid.SampledFrom(primitives).Draw(t, "primitive")
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := drawSchema(t, 0)
		value := values.Of(t, schema)
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
		for i, key := range []string{registry.GeneralizedKey, optionalKey, validateKey, registry.IgnoreDefaultKey} {
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
