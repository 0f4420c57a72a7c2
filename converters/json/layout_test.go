// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// reading is what a converter makes of a message, as text.
func reading(conv *Converter, message []byte) string {
	got, err := conv.ToConnectData(context.Background(), "t", nil, message)
	if err != nil {
		return "error: " + err.Error()
	}
	return notation.Show(got)
}

// layouts is a schema whose fields are in every way that a layout has one of its own for.
func layouts() (schema, inner *connect.Schema) {
	inner = connect.StructOf("inner", connect.Field("n", connect.Int32), connect.Field("s", connect.OptionalString)).WithOptional(true)
	return connect.StructOf("outer", connect.Field("id", connect.Int64), connect.Field("small", connect.Int32), connect.Field("text", connect.String),
		connect.Field("at", connect.Timestamp), connect.Field("on", connect.Boolean), connect.Field("ratio", connect.OptionalFloat64),
		connect.Field("in", inner), connect.Field("list", connect.ArrayOf(connect.String).WithOptional(true))), inner
}

const laidOutPayload = `{"id":-1,"small":2,"text":"a","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":null},"list":["b"]}`

// A payload is read in the same way, or refused with the same words, whether its beginning is known or not.
func TestWhatIsNotLaidOutIsReadAsAnyMessage(t *testing.T) {
	schema, inner := layouts()
	for name, payload := range map[string]string{
		"as converters write it": laidOutPayload,
		"other order":            `{"small":2,"id":1,"text":"a","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":null},"list":["b"]}`,
		"a field is missing":     `{"id":1,"small":2,"text":"a","at":3,"on":true,"in":{"n":4}}`,
		"a field is unknown":     `{"id":1,"small":2,"text":"a","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":null},"list":["b"],"more":1}`,
		"a field is there twice": `{"id":1,"id":2,"small":2,"text":"a","at":3,"on":true,"ratio":1.5,"in":null,"list":null}`,
		"space":                  `{"id": 1, "small":2,"text":"a","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":null},"list":["b"]}`,
		"space behind values":    `{"id":1 ,"small":2,"text":"a","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":null} ,"list":["b"]} `,
		"escapes":                `{"id":1,"small":2,"text":"a\"\u00e9\ud83d\ude00","at":3,"on":true,"ratio":1.5,"in":{"n":4,"s":"\n"},"list":["b"]}`,
		"beyond ASCII":           `{"id":1,"small":2,"text":"é😀","at":3,"on":false,"ratio":1.5,"in":{"n":4,"s":null},"list":["b"]}`,
		"not UTF-8":              "{\"id\":1,\"small\":2,\"text\":\"\xff\",\"at\":3,\"on\":true,\"ratio\":1.5,\"in\":null,\"list\":null}",
		"a control character":    "{\"id\":1,\"small\":2,\"text\":\"\n\",\"at\":3,\"on\":true,\"ratio\":1.5,\"in\":null,\"list\":null}",
		"numbers that wrap":      `{"id":98765432109876543210,"small":-98765432109876543210,"text":"a","at":3,"on":true,"ratio":1e400,"in":{"n":4294967297,"s":null},"list":[]}`,
		"fractions":              `{"id":1.9,"small":2e1,"text":"a","at":3,"on":true,"ratio":1,"in":{"n":4.5,"s":null},"list":[]}`,
		"a fraction as time":     `{"id":1,"small":2,"text":"a","at":3.5,"on":true,"ratio":1,"in":null,"list":[]}`,
		"no digits":              `{"id":-,"small":2,"text":"a","at":3,"on":true,"ratio":1,"in":null,"list":[]}`,
		"wrong types":            `{"id":"1","small":true,"text":5,"at":3,"on":1,"ratio":"x","in":{"n":4,"s":5},"list":[1]}`,
		"a number for a struct":  `{"id":1,"small":2,"text":"a","at":3,"on":true,"ratio":1,"in":5,"list":[]}`,
		"null where required":    `{"id":1,"small":2,"text":null,"at":3,"on":true,"ratio":null,"in":null,"list":null}`,
		"two errors":             `{"id":1,"small":2,"text":null,"at":3,"on":true,"ratio":null,"in":null,"list":nul}`,
		"null":                   `null`,
		"no struct":              `[1]`,
		"nothing":                ``,
		"cut off":                laidOutPayload[:len(laidOutPayload)-9],
		"something behind":       laidOutPayload + `,"other":1`,
	} {
		t.Run(name, func(t *testing.T) {
			knows := newConverter(t, nil)
			first := written(t, knows, schema, outer(schema, inner))
			reading(knows, first)
			require.Contains(t, string(first), laidOutPayload)
			require.NotNil(t, knows.beginnings[0].layout)
			message := append([]byte(nil), knows.beginnings[0].prefix...)
			message = append(append(message, payload...), '}')
			want := reading(newConverter(t, map[string]string{"schemas.cache.size": "0"}), message)
			assert.Equal(t, want, reading(knows, message))
			assert.Equal(t, want, reading(knows, message), "again")
			assert.Equal(t, reading(newConverter(t, nil), first), reading(knows, first), "nothing stays behind")
		})
	}
}

// outer is a value that laidOutPayload is the JSON of.
func outer(schema, inner *connect.Schema) any {
	return connect.NewStruct(schema).With("id", int64(-1)).With("small", int32(2)).With("text", "a").With("at", time.UnixMilli(3).UTC()).With("on", true).
		With("ratio", 1.5).With("in", connect.NewStruct(inner).With("n", int32(4))).With("list", []any{"b"})
}

func TestAnyDamageIsSeenInTheSameWayWhetherTheBeginningIsKnownOrNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := connect.StructOf("", connect.Field("a", drawSchema(t, 0)), connect.Field("b", drawSchema(t, 0)))
		knows := &Converter{}
		require.NoError(t, knows.Configure(nil, false))
		none := &Converter{}
		require.NoError(t, none.Configure(map[string]string{"schemas.cache.size": "0"}, false))
		message, err := knows.FromConnectData(context.Background(), "t", nil, schema, values.Present(t, schema))
		require.NoError(t, err)
		require.Equal(t, reading(none, message), reading(knows, message))
		for range 10 {
			damaged := append([]byte(nil), message...)
			at := rapid.IntRange(len(message)/2, len(message)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				damaged = damaged[:at]
			case 1:
				damaged[at] = rapid.SampledFrom([]byte(`"\{}[],:0123456789-.eEn tf`+"\n\xc3")).Draw(t, "byte")
			default:
				damaged = append(damaged[:at], damaged[at+1:]...)
			}
			require.Equal(t, reading(none, damaged), reading(knows, damaged), "%q", damaged)
		}
	})
}

func TestALayoutThatMessagesDoNotHaveIsGivenUp(t *testing.T) {
	schema, record := table(1)
	conv := newConverter(t, nil)
	message := written(t, conv, schema, record)
	reading(conv, message)
	other := append(append([]byte(nil), conv.beginnings[0].prefix...), `{"name":"row","id":1}}`...)
	for range maxMisses - 1 {
		require.Equal(t, reading(conv, message), reading(conv, other))
	}
	require.NotNil(t, conv.beginnings[0].layout, "it was met in between")
	for range maxMisses {
		reading(conv, other)
	}
	require.Nil(t, conv.beginnings[0].layout)
	require.Equal(t, reading(newConverter(t, nil), message), reading(conv, message))
}

func TestOnlyStructsWithPlainNamesHaveALayout(t *testing.T) {
	require.Nil(t, newLayout(nil))
	require.Nil(t, newLayout(connect.String))
	require.Nil(t, newLayout(connect.StructOf("empty")))
	for _, name := range []string{`a"b`, `a\b`, "é", "\n"} {
		require.Nil(t, newLayout(connect.StructOf("s", connect.Field("plain", connect.String), connect.Field(name, connect.String))), name)
	}
}
