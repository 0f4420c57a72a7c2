// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"context"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

func newConverter(t testing.TB, url string, more map[string]string) *Converter {
	t.Helper()
	return registrytest.Configured(t, New().(*Converter), url, more)
}

func TestAMessageGoesThereAndBackThroughTheRegistry(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	schema := connect.StructOf("a.b.Row", connect.Field("id", connect.Int64), connect.Field("name", connect.OptionalString))
	value := connect.NewStruct(schema).With("id", int64(5)).With("name", "x")
	data, err := newConverter(t, server.URL, nil).FromConnectData(ctx, "t", nil, schema, value)
	require.NoError(t, err)
	require.Equal(t, "0000000001"+"00"+"0805"+"120178", hex.EncodeToString(data), "frame, place of the message, fields")
	got, err := newConverter(t, server.URL, nil).ToConnectData(ctx, "t", nil, data)
	require.NoError(t, err)
	require.Equal(t, "Row", got.Schema.Name())
	version, _ := got.Schema.Version()
	require.Equal(t, 1, version)
	require.Equal(t, `{"schema":null,"value":{"struct":[["id",{"int64":5}],["name",{"string":"x"}]]}}`, notation.Show(connect.SchemaAndValue{Value: got.Value}))
}

func TestAValueThatIsNoStructIsAWrapperMessage(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	c := newConverter(t, server.URL, nil)
	data, err := c.FromConnectData(ctx, "t", nil, connect.Int32, int32(7))
	require.NoError(t, err)
	require.Equal(t, "0000000001"+"0208"+"0807", hex.EncodeToString(data), "the fifth message of its file")
	got, err := c.ToConnectData(ctx, "t", nil, data)
	require.NoError(t, err)
	require.Equal(t, int32(7), got.Value)
	require.Equal(t, connect.TypeInt32, got.Schema.Type())
}

func TestNullIsATombstone(t *testing.T) {
	c := newConverter(t, "http://127.0.0.1:1", nil)
	for _, schema := range []*connect.Schema{nil, connect.OptionalString, connect.StructOf("a")} {
		data, err := c.FromConnectData(context.Background(), "t", nil, schema, nil)
		require.NoError(t, err)
		require.Nil(t, data)
	}
	got, err := c.ToConnectData(context.Background(), "t", nil, nil)
	require.NoError(t, err)
	require.Equal(t, connect.SchemaAndValue{}, got)
}

func TestSchemasMayChangeFromRecordToRecord(t *testing.T) {
	server := registrytest.Start(t)
	ctx := context.Background()
	c := newConverter(t, server.URL, nil)
	first := connect.StructOf("R", connect.Field("a", connect.Int32))
	second := connect.StructOf("R", connect.Field("a", connect.Int32), connect.Field("b", connect.OptionalString))
	var ids []byte
	for _, s := range []*connect.Schema{first, second, first, second} {
		data, err := c.FromConnectData(ctx, "t", nil, s, connect.NewStruct(s).With("a", int32(1)))
		require.NoError(t, err)
		ids = append(ids, data[4])
		got, err := c.ToConnectData(ctx, "t", nil, data)
		require.NoError(t, err)
		require.Len(t, got.Schema.Fields(), len(s.Fields()))
	}
	require.Equal(t, []byte{1, 2, 1, 2}, ids)
}

func TestTextsWithReferencesAreRead(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("other", registrytest.Schema{Type: "PROTOBUF", Text: "syntax = \"proto3\"; package o; message Other { string s = 1; }"})
	id := server.Register("t-value", registrytest.Schema{Type: "PROTOBUF",
		Text:       "syntax = \"proto3\"; import \"o/other.proto\"; message First { } message R { message In { o.Other other = 1; } }",
		References: []registrytest.Reference{{Name: "o/other.proto", Subject: "other", Version: 1}}})
	data := append([]byte{0, 0, 0, 0, byte(id)}, 4, 2, 0) // two numbers: 1, 0
	data = append(data, 0x0a, 3, 0x0a, 1, 'x')
	got, err := newConverter(t, server.URL, nil).ToConnectData(context.Background(), "t", nil, data)
	require.NoError(t, err)
	require.Equal(t, "In", got.Schema.Name())
	require.Equal(t, `{"schema":null,"value":{"struct":[["other",{"struct":[["s",{"string":"x"}]]}]]}}`, notation.Show(connect.SchemaAndValue{Value: got.Value}))
}

func TestTheLatestVersionMayBeWrittenWith(t *testing.T) {
	server := registrytest.Start(t)
	text := "syntax = \"proto3\"; message Before {} message R { int32 a = 1; string more = 2; }"
	server.Register("t-value", registrytest.Schema{Type: "PROTOBUF", Text: text})
	c := newConverter(t, server.URL, map[string]string{"auto.register.schemas": "false", "use.latest.version": "true"})
	s := connect.StructOf("R", connect.Field("a", connect.Int32))
	data, err := c.FromConnectData(context.Background(), "t", nil, s, connect.NewStruct(s).With("a", int32(3)))
	require.NoError(t, err)
	require.Equal(t, "0000000001"+"0202"+"0803", hex.EncodeToString(data))
	bad := connect.StructOf("R", connect.Field("a", connect.String))
	_, err = c.FromConnectData(context.Background(), "t", nil, bad, connect.NewStruct(bad).With("a", "x"))
	require.ErrorContains(t, err, "cannot be read as int32")
}

func TestWhatCannotBeReadIsABadRecord(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("t-value", registrytest.Schema{Type: "PROTOBUF", Text: "syntax = \"proto3\"; message R { R r = 1; }"})
	server.Register("t-value", registrytest.Schema{Type: "PROTOBUF", Text: "syntax = \"proto3\"; message R { int32 a = 1; }"})
	server.Register("t-value", registrytest.Schema{Type: "PROTOBUF", Text: "nonsense"})
	c := newConverter(t, server.URL, nil)
	for name, c2 := range map[string]struct {
		data []byte
		want string
	}{
		"no frame":       {[]byte{1, 2, 3, 4, 5, 6}, "Unknown magic byte!"},
		"recursive":      {[]byte{0, 0, 0, 0, 1, 0}, "contains itself"},
		"place cut off":  {[]byte{0, 0, 0, 0, 2}, "cut off"},
		"no such place":  {[]byte{0, 0, 0, 0, 2, 2, 8}, "no message at the place"},
		"negative place": {[]byte{0, 0, 0, 0, 2, 1}, "no message at the place"},
		"broken body":    {[]byte{0, 0, 0, 0, 2, 0, 8}, "Failed to deserialize data for topic t to Protobuf"},
		"broken text":    {[]byte{0, 0, 0, 0, 3, 0}, "Invalid protobuf schema definition"},
		"unknown id":     {[]byte{0, 0, 0, 0, 9, 0}, "9"},
	} {
		_, err := c.ToConnectData(context.Background(), "t", nil, c2.data)
		require.ErrorContains(t, err, c2.want, name)
		require.Equal(t, connect.BadRecord, connect.Classify(err), name)
	}
}
