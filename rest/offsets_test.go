// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
)

func TestOffsets(t *testing.T) {
	const empty = `{"error_code":400,"message":"Partitions / offsets need to be provided for an alter offsets request"}`
	altered := &fakeHerder{message: "The offsets for this connector have been altered successfully"}
	shown := []connect.PartitionOffset{
		{Partition: map[string]any{"file": "<ä>"}, Offset: map[string]any{"position": int64(9007199254740993), "part": 1.0, "tiny": 1e-7, "big": 1e20, "b": true, "n": nil}},
		{Partition: map[string]any{}, Offset: map[string]any{"x": math.Inf(1), "y": math.Inf(-1), "z": math.NaN()}},
		{Offset: map[string]any{}},
		{Partition: map[string]any{"kafka_partition": 0, "kafka_topic": "t"}},
	}
	runAll(t, []exchange{
		{name: "offsets keep integers exact and floats floats", request: "GET /connectors/x/offsets", herder: &fakeHerder{offsets: shown}, status: 200, contentType: jsonType, call: `offsets "x"`,
			answer: `{"offsets":[{"partition":{"file":"<ä>"},"offset":{"b":true,"big":1e+20,"n":null,"part":1.0,"position":9007199254740993,"tiny":1e-07}},` +
				`{"partition":{},"offset":{"x":"Infinity","y":"-Infinity","z":"NaN"}},` +
				`{"partition":null,"offset":{}},{"partition":{"kafka_partition":0,"kafka_topic":"t"},"offset":null}]}`},
		{name: "no offsets", request: "GET /connectors/x/offsets", status: 200, contentType: jsonType, answer: `{"offsets":[]}`, call: `offsets "x"`},
		{name: "alter", request: "PATCH /connectors/x/offsets", body: `{"offsets":[{"partition":{"p":1},"offset":{"o":9007199254740993}},{"partition":{"p":1.0}}]}`, herder: altered,
			status: 200, contentType: jsonType, answer: `{"message":"The offsets for this connector have been altered successfully"}`,
			call: `alter "x" []connect.PartitionOffset{connect.PartitionOffset{Partition:map[string]interface {}{"p":1}, Offset:map[string]interface {}{"o":9007199254740993}}, ` +
				`connect.PartitionOffset{Partition:map[string]interface {}{"p":1}, Offset:map[string]interface {}(nil)}}`},
		{name: "that there is something to alter counts before the connector", request: "PATCH /connectors/ghost/offsets", body: `{"offsets":[]}`,
			herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Connector ghost not found")}, status: 400, contentType: jsonType, answer: empty},
		{name: "no field", request: "PATCH /connectors/x/offsets", body: `{}`, status: 400, contentType: jsonType, answer: empty},
		{name: "null", request: "PATCH /connectors/x/offsets", body: `{"offsets":null}`, status: 400, contentType: jsonType, answer: empty},
		{name: "alter what is not there", request: "PATCH /connectors/ghost/offsets", body: `{"offsets":[{}]}`, herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Connector ghost not found")},
			status: 404, contentType: jsonType, answer: `{"error_code":404,"message":"Connector ghost not found"}`,
			call: `alter "ghost" []connect.PartitionOffset{connect.PartitionOffset{Partition:map[string]interface {}(nil), Offset:map[string]interface {}(nil)}}`},
		{name: "reset", request: "DELETE /connectors/x/offsets", herder: &fakeHerder{message: "done"}, status: 200, contentType: jsonType, answer: `{"message":"done"}`, call: `reset offsets "x"`},
	})
}

func TestDecodeOffsets(t *testing.T) {
	type fields = map[string]any
	tests := []struct {
		name, body string
		want       []connect.PartitionOffset
	}{
		{"integers and floats", `{"offsets":[{"partition":{"a":-1,"b":1.0,"c":1e2},"offset":{"d":9223372036854775807,"e":-0}}]}`,
			[]connect.PartitionOffset{{Partition: fields{"a": int64(-1), "b": 1.0, "c": 100.0}, Offset: fields{"d": int64(math.MaxInt64), "e": int64(0)}}}},
		{"texts, booleans and null", `{"offsets":[{"partition":{"a":"\u00e4<","b":"7"},"offset":{"c":true,"d":false,"e":null}}]}`,
			[]connect.PartitionOffset{{Partition: fields{"a": "ä<", "b": "7"}, Offset: fields{"c": true, "d": false, "e": nil}}}},
		{"null, missing and empty are told apart", `{"offsets":[{"partition":{},"offset":null},{"offset":{}}]}`,
			[]connect.PartitionOffset{{Partition: fields{}}, {Offset: fields{}}}},
		{"of a partition that comes twice the last offset counts", `{"offsets":[{"partition":{"a":1,"b":2},"offset":{"o":1}},{"partition":{"c":1}},{"partition":{"b":2,"a":1},"offset":{"o":3}}]}`,
			[]connect.PartitionOffset{{Partition: fields{"a": int64(1), "b": int64(2)}, Offset: fields{"o": int64(3)}}, {Partition: fields{"c": int64(1)}}}},
		{"a number, a float and a text are three partitions", `{"offsets":[{"partition":{"a":1}},{"partition":{"a":1.0}},{"partition":{"a":"1"}}]}`,
			[]connect.PartitionOffset{{Partition: fields{"a": int64(1)}}, {Partition: fields{"a": 1.0}}, {Partition: fields{"a": "1"}}}},
		{"of fields that come twice the last counts", `{"offsets":[{}],"offsets":[{"partition":{"a":1},"offset":{"b":1},"offset":{"c":2,"c":3}}]}`,
			[]connect.PartitionOffset{{Partition: fields{"a": int64(1)}, Offset: fields{"c": int64(3)}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			offsets, err := decodeOffsets([]byte(tt.body))
			require.NoError(t, err)
			assert.Equal(t, tt.want, offsets)
		})
	}
}

func TestDecodeOffsetsSaysWhatIsWrongAndWhere(t *testing.T) {
	const element = `: an element of "offsets" has a "partition" and an "offset"`
	tests := []struct{ name, body, want string }{
		{"an unknown field", `{"offsets":[{}],"x":1}`, `Unrecognized field "x": offsets are altered with the one field "offsets" (line 1, column 21)`},
		{"an unknown field of an element", `{"offsets":[{},{"x":1}]}`, `Unrecognized field "x"` + element + ` (line 1, column 21)`},
		{"an object for the list", `{"offsets":{}}`, `The field "offsets" must be a JSON array, not an object (line 1, column 12)`},
		{"a text for the list", `{"offsets":""}`, `The field "offsets" must be a JSON array, not a string (line 1, column 12)`},
		{"an element that is null", `{"offsets":[null]}`, `An element of "offsets" must be a JSON object, not null (line 1, column 13)`},
		{"an element that is a list", "{\"offsets\":[{},\n []]}", `An element of "offsets" must be a JSON object, not an array (line 2, column 2)`},
		{"a partition that is a text", `{"offsets":[{"partition":"a"}]}`, `The field "partition" must be a JSON object, not a string (line 1, column 26)`},
		{"an offset that is a list", `{"offsets":[{"offset":[]}]}`, `The field "offset" must be a JSON object, not an array (line 1, column 23)`},
		{"an object within", `{"offsets":[{"offset":{"p":{}}}]}`, `Offsets may only contain primitive types as values, but field p contains MAP (line 1, column 28)`},
		{"a list within", `{"offsets":[{"partition":{"p":[1]}}]}`, `Offsets may only contain primitive types as values, but field p contains ARRAY (line 1, column 31)`},
		{"an integer that is too large", `{"offsets":[{"offset":{"p":9223372036854775808}}]}`, `The number 9223372036854775808 of the field "p" does not fit 64 bits (line 1, column 28)`},
		{"a float that is too large", `{"offsets":[{"offset":{"p":1e400}}]}`, `The number 1e400 of the field "p" does not fit 64 bits (line 1, column 28)`},
		{"an array", `[]`, `The request body must be a JSON object, not an array (line 1, column 1)`},
		{"nothing", ``, `The request body is empty: a JSON object was expected`},
		{"something behind it", `{"offsets":[{}]}]`, `The request body is not valid JSON: something follows the value (line 1, column 17)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeOffsets([]byte(tt.body))
			require.EqualError(t, err, tt.want)
		})
	}
}

// What a user was shown can be sent back, and means the same.
func TestShownOffsetsCanBeSentBack(t *testing.T) {
	primitive := rapid.OneOf(
		rapid.Just(any(nil)), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(),
	)
	fields := rapid.MapOf(rapid.String(), primitive)
	rapid.Check(t, func(t *rapid.T) {
		want := []connect.PartitionOffset{{Partition: fields.Draw(t, "partition"), Offset: fields.Draw(t, "offset")}}
		answer, err := getOffsets(t.Context(), &fakeHerder{offsets: want}, request{})
		require.NoError(t, err)
		got, err := decodeOffsets(encode(answer.body))
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
