// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

func TestPartitionsAreTheSameWhenTheirKeysAre(t *testing.T) {
	for name, c := range map[string]struct {
		fields map[string]any
		key    string
	}{
		"the null partition":              {nil, "null"},
		"no fields":                       {map[string]any{}, "{}"},
		"sorted fields":                   {map[string]any{"b": "2", "a": "1"}, `{"a":"1","b":"2"}`},
		"no escapes for HTML":             {map[string]any{"file": "<a>&b"}, `{"file":"<a>&b"}`},
		"integers of any size stay exact": {map[string]any{"n": int64(1<<53 + 1), "m": int8(-1)}, `{"m":-1,"n":9007199254740993}`},
		"null, bool and fractions":        {map[string]any{"a": nil, "b": true, "c": 1.5}, `{"a":null,"b":true,"c":1.5}`},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := connect.NewPartition(c.fields)
			require.NoError(t, err)
			assert.Equal(t, c.key, p.Key())
			assert.Equal(t, c.key, p.String())
			assert.Equal(t, c.fields, p.Fields())
		})
	}
}

func TestPartitionsHavePrimitiveValuesOnly(t *testing.T) {
	for _, v := range []any{[]byte("x"), []string{"x"}, map[string]any{}, struct{}{}, uint8(1)} {
		_, err := connect.NewPartition(map[string]any{"f": v})
		require.ErrorContains(t, err, "source partition: Offsets may only contain primitive types as values, but field f contains ")
		assert.Equal(t, connect.BadRecord, connect.Classify(err))
		assert.Panics(t, func() { connect.MustPartition(map[string]any{"f": v}) })
	}
	_, err := connect.NewPartition(map[string]any{"f": math.NaN()})
	require.ErrorContains(t, err, "source partition: ")
}

func TestAPartitionDoesNotChange(t *testing.T) {
	fields := map[string]any{"file": "a"}
	p := connect.MustPartition(fields)
	fields["file"] = "b"
	p.Fields()["file"] = "c"
	assert.Equal(t, map[string]any{"file": "a"}, p.Fields())
	assert.Equal(t, `{"file":"a"}`, p.Key())
}

func TestAKeyIsTheJSONOfItsFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "fields")
		asAny := map[string]any{}
		for k, v := range fields {
			asAny[k] = v
		}
		p, err := connect.NewPartition(asAny)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(p.Key()), &back); err != nil || len(back) != len(fields) {
			t.Fatalf("%s: %v", p.Key(), err)
		}
		if again := connect.MustPartition(asAny); again.Key() != p.Key() {
			t.Fatalf("%s and %s", again.Key(), p.Key())
		}
	})
}

func TestAnOffsetMapIsStoredAsItIs(t *testing.T) {
	m := connect.OffsetMap{"position": int64(3)}
	assert.Equal(t, map[string]any{"position": int64(3)}, m.Fields())
}

func TestAWholeFloatIsAnotherPartitionThanTheInteger(t *testing.T) {
	whole, float := connect.MustPartition(map[string]any{"p": 1}), connect.MustPartition(map[string]any{"p": 1.0})
	assert.Equal(t, `{"p":1}`, whole.Key())
	assert.Equal(t, `{"p":1.0}`, float.Key())
}
