// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestDefinesTheKeysOfKafka(t *testing.T) {
	for _, def := range []connect.ConfigDef{New().Config(), NewHeader().Config()} {
		var names []string
		for _, k := range def {
			names = append(names, k.Name)
		}
		require.Equal(t, []string{"converter.type", "schemas.enable", "schemas.cache.size", "decimal.format", "replace.null.with.default"}, names)
		require.Equal(t, true, def.Key("schemas.enable").Default)
		require.Equal(t, 1000, def.Key("schemas.cache.size").Default)
	}
}

func TestWrongOptionsAreNamedAllAtOnce(t *testing.T) {
	err := New().Configure(map[string]string{"schemas.enable": "perhaps", "decimal.format": "HEX", "schemas.cache.size": "many"}, false)
	require.Equal(t, connect.BadConfig, connect.Classify(err))
	for _, text := range []string{
		"Invalid value perhaps for configuration schemas.enable: Expected value to be either true or false",
		"Invalid value HEX for configuration decimal.format: String must be one of (case insensitive): NUMERIC, BASE64",
		"Invalid value many for configuration schemas.cache.size: Not a number of type INT",
	} {
		require.ErrorContains(t, err, text)
	}
	require.Error(t, NewHeader().Configure(map[string]string{"decimal.format": "HEX"}))
}

func TestHeadersAreJSONToo(t *testing.T) {
	h := NewHeader()
	require.NoError(t, h.Configure(map[string]string{"schemas.enable": "false"}))
	data, err := h.FromConnectHeader(context.Background(), "t", "h", connect.Int32, int32(5))
	require.NoError(t, err)
	require.Equal(t, "5", string(data))
	got, err := h.ToConnectHeader(context.Background(), "t", "h", data)
	require.NoError(t, err)
	require.Equal(t, connect.SchemaAndValue{Value: int64(5)}, got)
}

func TestWrittenBytesAreTheCallersOwn(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	first, err := conv.FromConnectData(context.Background(), "t", nil, connect.String, "one")
	require.NoError(t, err)
	_, err = conv.FromConnectData(context.Background(), "t", nil, connect.String, "two")
	require.NoError(t, err)
	require.Equal(t, `"one"`, string(first))
}

func TestReadValuesDoNotKeepTheBytes(t *testing.T) {
	conv := newConverter(t, nil)
	data := []byte(`{"schema":{"type":"map","keys":{"type":"string"},"values":{"type":"string"}},"payload":{"key":"value"}}`)
	got, err := conv.ToConnectData(context.Background(), "t", nil, data)
	require.NoError(t, err)
	for i := range data {
		data[i] = 'x'
	}
	require.True(t, connect.Equal(connect.NewMap(1).Put("key", "value"), got.Value))
	again, err := conv.ToConnectData(context.Background(), "t", nil,
		[]byte(`{"schema":{"type":"map","keys":{"type":"string"},"values":{"type":"string"}},"payload":{"key":"other"}}`))
	require.NoError(t, err)
	require.Same(t, got.Schema, again.Schema)
	require.True(t, connect.Equal(connect.NewMap(1).Put("key", "other"), again.Value))
}

func TestSchemasAreKnownAgainUpToTheSizeOfTheCache(t *testing.T) {
	message := func(i int) []byte {
		return fmt.Appendf(nil, `{"schema":{"type":"int32","name":"s%d"},"payload":1}`, i)
	}
	for size, want := range map[string]bool{"0": false, "10": true} {
		conv := newConverter(t, map[string]string{"schemas.cache.size": size})
		first, err := conv.ToConnectData(context.Background(), "t", nil, message(0))
		require.NoError(t, err)
		_, err = conv.ToConnectData(context.Background(), "t", nil, message(1))
		require.NoError(t, err)
		again, err := conv.ToConnectData(context.Background(), "t", nil, message(0))
		require.NoError(t, err)
		require.Equal(t, want, first.Schema == again.Schema, "cache of %s", size)
		for i := range 100 {
			_, err := conv.ToConnectData(context.Background(), "t", nil, message(i))
			require.NoError(t, err)
		}
		known := 0
		for i := range 100 {
			if _, ok := conv.schemas.Get(fmt.Sprintf(`{"type":"int32","name":"s%d"}`, i)); ok {
				known++
			}
		}
		require.LessOrEqual(t, known, 10)
		require.Equal(t, want, known > 0, "cache of %s", size)
	}
}

func TestSchemaThatIsMadeAnewForEveryRecordIsWrittenAlike(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.cache.size": "2"})
	want := `{"schema":{"type":"struct","fields":[{"type":"int8","optional":false,"field":"a"}],"optional":false,"name":"n"},"payload":{"a":1}}`
	kept := connect.StructOf("n", connect.Field("a", connect.Int8))
	for range 10 {
		own := connect.StructOf("n", connect.Field("a", connect.Int8))
		for _, schema := range []*connect.Schema{own, kept} {
			data, err := conv.FromConnectData(context.Background(), "t", nil, schema, connect.NewStruct(own).With("a", int8(1)))
			require.NoError(t, err)
			require.Equal(t, want, string(data))
		}
	}
}

func TestNestingHasALimit(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	_, err := conv.ToConnectData(context.Background(), "t", nil, deep(1000))
	require.NoError(t, err)
	_, err = conv.ToConnectData(context.Background(), "t", nil, deep(1001))
	require.ErrorContains(t, err, "document nesting depth (1001) exceeds the maximum allowed (1000)")
	_, err = conv.ToConnectData(context.Background(), "t", nil, []byte(strings.Repeat("[", 10_000_000)))
	require.Error(t, err)
}

func TestTextThatIsNotUTF8(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	data, err := conv.FromConnectData(context.Background(), "t", nil, nil, "a\xff\xfeb")
	require.NoError(t, err)
	require.Equal(t, "\"a\ufffd\ufffdb\"", string(data))
	_, err = conv.ToConnectData(context.Background(), "t", nil, []byte("\"a\xffb\""))
	require.ErrorContains(t, err, "Converting byte[] to Kafka Connect data failed due to serialization error: invalid UTF-8 at byte 2")
}

func TestHalfASurrogatePairIsReplaced(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	for text, want := range map[string]string{
		`"\ud83d"`: "\ufffd", `"\ude00x"`: "\ufffdx", `"\ud83dx"`: "\ufffdx", `"\ud83d\u0041"`: "\ufffdA", `"\ud83d\ud83d\ude00"`: "\ufffd😀",
	} {
		got, err := conv.ToConnectData(context.Background(), "t", nil, []byte(text))
		require.NoError(t, err)
		require.Equal(t, want, got.Value, text)
	}
}

func TestSyntaxErrorsSayWhereAndWhat(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	for text, want := range map[string]string{
		`{"a":1,}`: `unexpected character '}' at byte 7: want the name of a field in double quotes`,
		`[1 2]`:    `unexpected character '2' at byte 3: want a comma or ']'`,
		`{"a" 1}`:  `unexpected character '1' at byte 5: want a colon after the name of a field`,
		`"abc`:     `unexpected end of input: want the closing quote of a string`,
		`truex`:    `unrecognized token at byte 0`,
		"\"\n\"":   `control character 0xa in a string at byte 1 must be escaped`,
	} {
		_, err := conv.ToConnectData(context.Background(), "t", nil, []byte(text))
		require.ErrorContains(t, err, want)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
	}
}

func TestASchemaThatContainsItselfHasNoJSON(t *testing.T) {
	base, err := connect.NewStructSchema("tree", nil)
	require.NoError(t, err)
	tree, err := connect.NewRecursiveStruct(base, func(self *connect.Schema) ([]connect.SchemaField, error) {
		return []connect.SchemaField{{Name: "next", Schema: connect.Optional(self)}}, nil
	})
	require.NoError(t, err)
	c := New()
	require.NoError(t, c.Configure(map[string]string{}, false))
	_, err = c.FromConnectData(t.Context(), "t", nil, tree, connect.NewStruct(tree))
	require.ErrorContains(t, err, "contains itself")
}
