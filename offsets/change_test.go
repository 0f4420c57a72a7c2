// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestOffsetsTakeTheFormInWhichTheyAreStored(t *testing.T) {
	normal, err := Normalize([]connect.PartitionOffset{
		{Partition: map[string]any{"a": 1, "b": "x"}, Offset: map[string]any{"n": int32(1)}},
		{Partition: nil, Offset: map[string]any{"f": float32(0.5), "ok": true, "no": nil}},
		{Partition: map[string]any{"b": "x", "a": json.Number("1")}, Offset: map[string]any{"n": json.Number("9007199254740993")}},
		{Partition: map[string]any{"a": json.Number("1.0"), "b": "x"}},
	})
	require.NoError(t, err)
	assert.Equal(t, []connect.PartitionOffset{
		{Partition: map[string]any{"a": int64(1), "b": "x"}, Offset: map[string]any{"n": int64(9007199254740993)}},
		{Partition: nil, Offset: map[string]any{"f": 0.5, "ok": true, "no": nil}},
		{Partition: map[string]any{"a": 1.0, "b": "x"}},
	}, normal)

	writes, err := ToWrite(normal)
	require.NoError(t, err)
	s, log := openTopic(t, quiet)
	require.NoError(t, s.Write(t.Context(), "c", writes))
	assert.Equal(t, map[string]string{`["c",{"a":1,"b":"x"}]`: `{"n":9007199254740993}`, `["c",null]`: `{"f":0.5,"no":null,"ok":true}`}, log.live())
	assert.Len(t, log.records, 3)
}

func TestWhatCannotBeStoredIsRefusedInKafkasWords(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		text  string
	}{
		"an object":             {map[string]any{}, "Offsets may only contain primitive types as values, but field f contains MAP"},
		"an array":              {[]any{}, "Offsets may only contain primitive types as values, but field f contains ARRAY"},
		"an integer of 65 bits": {json.Number("18446744073709551616"), "Offsets may only contain primitive types as values, but field f contains class java.math.BigInteger"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Normalize([]connect.PartitionOffset{{Partition: map[string]any{"f": c.value}}})
			require.EqualError(t, err, c.text)
			_, err = Normalize([]connect.PartitionOffset{{Offset: map[string]any{"f": c.value}}})
			require.EqualError(t, err, c.text)
		})
	}
}
