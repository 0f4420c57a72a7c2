// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

func newConverter(t testing.TB, url string, more map[string]string) *Converter {
	t.Helper()
	return registrytest.Configured(t, New().(*Converter), url, more)
}

func message(id int, json string) []byte {
	return append([]byte{0, 0, byte(id >> 16), byte(id >> 8), byte(id)}, json...)
}

func TestAMessageGoesThereAndBackThroughTheRegistry(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	schema := connect.StructOf("a.b.Row", connect.Field("id", connect.Int64), connect.Field("name", connect.OptionalString))
	value := connect.NewStruct(schema).With("id", int64(5))
	data, err := newConverter(t, server.URL, nil).FromConnectData(ctx, "t", nil, schema, value)
	require.NoError(t, err)
	require.Equal(t, string(message(1, `{"id":5,"name":null}`)), string(data))
	got, err := newConverter(t, server.URL, nil).ToConnectData(ctx, "t", nil, data)
	require.NoError(t, err)
	require.True(t, schema.WithVersion(1).Equal(got.Schema), "the version is the registry's")
	require.Nil(t, got.Value.(*connect.Struct).At(1))
	require.Equal(t, int64(5), got.Value.(*connect.Struct).At(0))
}

func TestNullWithoutSchemaIsATombstone(t *testing.T) {
	c := newConverter(t, "http://127.0.0.1:1", nil)
	data, err := c.FromConnectData(context.Background(), "t", nil, nil, nil)
	require.NoError(t, err)
	require.Nil(t, data)
	got, err := c.ToConnectData(context.Background(), "t", nil, nil)
	require.NoError(t, err)
	require.Equal(t, connect.SchemaAndValue{}, got)
}

func TestNullOfAnOptionalSchemaIsTheWordNull(t *testing.T) {
	c := newConverter(t, registrytest.Start(t).URL, nil)
	data, err := c.FromConnectData(context.Background(), "t", nil, connect.OptionalString, nil)
	require.NoError(t, err)
	require.Equal(t, string(message(1, "null")), string(data))
	got, err := c.ToConnectData(context.Background(), "t", nil, data)
	require.NoError(t, err)
	require.Nil(t, got.Value)
}

func TestSchemasMayChangeFromRecordToRecord(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	c := newConverter(t, server.URL, nil)
	first := connect.StructOf("R", connect.Field("a", connect.Int32))
	second := connect.StructOf("R", connect.Field("a", connect.Int32), connect.Field("b", connect.OptionalString))
	var ids []byte
	for _, s := range []*connect.Schema{first, second, first, second, connect.StructOf("R", connect.Field("a", connect.Int32))} {
		data, err := c.FromConnectData(ctx, "t", nil, s, connect.NewStruct(s).With("a", int32(1)))
		require.NoError(t, err)
		ids = append(ids, data[4])
		got, err := c.ToConnectData(ctx, "t", nil, data)
		require.NoError(t, err)
		require.Len(t, got.Schema.Fields(), len(s.Fields()))
	}
	require.Equal(t, []byte{1, 2, 1, 2, 1}, ids)
}

func TestReferencesAreReadAndNothingIsFetched(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	server.Register("other", registrytest.Schema{Type: "JSON", Text: `{"$id":"http://x/other.json","type":"object","title":"O","definitions":{"D":{"type":"integer"}},"properties":{"d":{"$ref":"#/definitions/D"}}}`})
	references := []registrytest.Reference{{Name: "other.json", Subject: "other", Version: 1}}
	c := newConverter(t, server.URL, nil)
	for _, ref := range []string{"other.json", "http://x/other.json", "other.json#/definitions/D"} {
		id := server.Register("t-value", registrytest.Schema{Type: "JSON", References: references,
			Text: fmt.Sprintf(`{"$id":"http://x/main.json","type":"object","properties":{"o":{"$ref":%q}}}`, ref)})
		_, err := c.ToConnectData(ctx, "t", nil, message(id, `{}`))
		require.NoError(t, err, ref)
	}
	id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: fmt.Sprintf(`{"$ref":%q}`, server.URL+"/subjects")})
	_, err := c.ToConnectData(ctx, "t", nil, message(id, `{}`))
	require.ErrorContains(t, err, "neither in it nor among its references")
}

func TestMessagesThatDoNotFitTheirSchemaAreRefusedWhereThatIsWanted(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: `{"type":"object","properties":{"a":{"type":"integer","minimum":3},"s":{"type":"string","pattern":"^x","maxLength":3},
		"l":{"type":"array","items":{"enum":["a","b"]},"uniqueItems":true}},"required":["a"],"additionalProperties":false}`})
	strict, lax := newConverter(t, server.URL, map[string]string{"json.fail.invalid.schema": "true"}), newConverter(t, server.URL, nil)
	for text, want := range map[string]string{
		`{"a":3,"s":"xy","l":["a","b"]}`: "", `{"a":2}`: "minimum", `{"s":"x"}`: `required property "a"`, `{"a":3,"s":"y"}`: "pattern", `{"a":3,"s":"xxxx"}`: "maxLength",
		`{"a":3,"l":["a","a"]}`: "twice", `{"a":3,"l":["c"]}`: "not one of", `{"a":3,"z":1}`: `property "z" is not allowed`, `{"a":"3"}`: "expected type",
	} {
		_, err := lax.ToConnectData(ctx, "t", nil, message(id, text))
		require.NoError(t, err, text)
		_, err = strict.ToConnectData(ctx, "t", nil, message(id, text))
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
	}
}

func TestWhatCannotBeReadIsABadRecord(t *testing.T) {
	server := registrytest.Start(t)
	c := newConverter(t, server.URL, nil)
	for text, want := range map[string]string{
		`{"type":"object","properties":{"r":{"$ref":"#"}}}`: "refers to itself", `{"$ref":"#"}`: "refers to itself", `{}`: "allows anything", `{"type":"what"}`: "unknown type",
		`{"type":"object","properties":{"a":5}}`: "has to be an object",
	} {
		id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: text})
		_, err := c.ToConnectData(context.Background(), "t", nil, message(id, `{}`))
		require.ErrorContains(t, err, want, text)
		require.Equal(t, connect.BadRecord, connect.Classify(err), text)
	}
	id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: `{"type":"string"}`})
	for data, want := range map[string]string{"\x01": "Unknown magic byte!", string(message(id, strings.Repeat("[", 2000))): "nested deeper", string(message(id, "\"\xff\"")): "UTF-8"} {
		_, err := c.ToConnectData(context.Background(), "t", nil, []byte(data))
		require.ErrorContains(t, err, want)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
	}
}

func TestTheLatestVersionMayBeWrittenWith(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("t-value", registrytest.Schema{Type: "JSON", Text: `{"type":"object","properties":{"a":{"type":"integer"},"more":{"type":"string"}}}`})
	c := newConverter(t, server.URL, map[string]string{"auto.register.schemas": "false", "use.latest.version": "true"})
	s := connect.StructOf("R", connect.Field("a", connect.Int32))
	data, err := c.FromConnectData(context.Background(), "t", nil, s, connect.NewStruct(s).With("a", int32(3)))
	require.NoError(t, err)
	require.Equal(t, string(message(1, `{"a":3}`)), string(data))
	bad := connect.StructOf("R", connect.Field("a", connect.String))
	_, err = c.FromConnectData(context.Background(), "t", nil, bad, connect.NewStruct(bad).With("a", "x"))
	require.ErrorContains(t, err, "STRING cannot be read as INT64")
}
