// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

// javaTexts are the cases of testdata/java/OffsetTexts.java, whose output is testdata/texts.golden.
func javaTexts() []struct {
	connector string
	partition map[string]any
} {
	type fields = map[string]any
	cases := []struct {
		connector string
		partition map[string]any
	}{
		{"src", fields{"filename": "/data/in.txt"}},
		{`name with "quotes" and \`, fields{}},
		{"src", nil},
		{"numbers", fields{"byte": int8(-1), "int": 7, "long": int64(9007199254740993), "max": int64(math.MaxInt64), "min": int64(math.MinInt64), "short": int16(300)}},
	}
	for _, d := range []float64{0, math.Copysign(0, -1), 1, 1.5, 0.1, 100, 123456.75, 9999999, 1e7, 12345678, 1e20, -1e20, 1.5e300, 0.001, 0.00099,
		1e-7, -2.5e-5, 5e-324, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1)} {
		cases = append(cases, struct {
			connector string
			partition map[string]any
		}{"d", fields{"d": d}})
	}
	for _, f := range []float32{0.1, 1e10, 16777216, 1.5, math.MaxFloat32} {
		cases = append(cases, struct {
			connector string
			partition map[string]any
		}{"f", fields{"f": f}})
	}
	return append(cases, []struct {
		connector string
		partition map[string]any
	}{
		{"s", fields{"<a href='x'>&amp;</a>": "tab\t nl\n cr\r bs\b ff\f nul\x00 esc\x1b us\x1f del\x7f /"}},
		{"s", fields{"unicode": "é ü 漢字 😀 \u2028 \u2029 \ufeff"}},
		{"others", fields{"bytes": []byte{1, 2, 3, 255}, "no": false, "nothing": nil, "yes": true}},
	}...)
}

func TestKeysAreByteForByteThoseOfJava(t *testing.T) {
	golden, err := os.ReadFile("testdata/texts.golden")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(golden), "\n"), "\n")
	cases := javaTexts()
	require.Len(t, lines, len(cases))
	for i, c := range cases {
		partition, err := appendFields(nil, c.partition)
		require.NoError(t, err)
		assert.Equal(t, lines[i], string(encodeKey(c.connector, string(partition))))

		connector, decoded, err := decodeKey([]byte(lines[i]))
		require.NoError(t, err, lines[i])
		assert.Equal(t, c.connector, connector)
		if c.connector != "f" { // a float32 is read as a float64: 3.4028235E38 prints shorter as the former
			assert.Equal(t, string(partition), decoded)
		}
	}
}

func TestDecodedNumbersKeepTheirKind(t *testing.T) {
	fields, err := decodeOffset([]byte(`{"big":9007199254740993,"negative":-1,"real":1.0,"exponent":1E3}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"big": int64(9007199254740993), "negative": int64(-1), "real": float64(1), "exponent": float64(1000)}, fields)
}

func TestPartitionsAreComparedByWhatTheySay(t *testing.T) {
	decode := func(key string) string {
		_, partition, err := decodeKey([]byte(key))
		require.NoError(t, err)
		return partition
	}
	assert.Equal(t, decode(`["c",{"a":1,"b":"x"}]`), decode(` [ "c" , {"b":"\u0078","a":1} ] `), "order, spaces and escapes do not matter")
	assert.NotEqual(t, decode(`["c",{"a":1}]`), decode(`["c",{"a":1.0}]`), "to Java these are two partitions")
	assert.NotEqual(t, decode(`["c",{"a":1}]`), decode(`["c",{"a":"1"}]`))
	assert.NotEqual(t, decode(`["c",{}]`), decode(`["c",null]`))
}

func TestUnreadableKeys(t *testing.T) {
	for name, key := range map[string]string{
		"nothing":                       "",
		"a plain string":                "connector-x",
		"an object":                     `{}`,
		"one element":                   `["c"]`,
		"three elements":                `["c",{},{}]`,
		"a name that is no string":      `[1,{}]`,
		"a partition that is no object": `["c","p"]`,
		"a nested partition":            `["c",{"a":{"b":1}}]`,
		"a second value":                `["c",{}] ["c",{}]`,
		"an integer too large":          `["c",{"a":9223372036854775808}]`,
		"a real number too large":       `["c",{"a":1e999}]`,
		"a cut off text":                `["c",{"a":`,
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := decodeKey([]byte(key))
			assert.Error(t, err)
		})
	}
}

func TestErrorsHaveKafkasTexts(t *testing.T) {
	_, err := decodeOffset([]byte(`{"a":{"b":1}}`))
	assert.EqualError(t, err, "Offsets may only contain primitive types as values, but field a contains MAP")
	assert.Equal(t, connect.BadRecord, connect.Classify(err))
	_, err = decodeOffset([]byte(`{"a":[1]}`))
	assert.EqualError(t, err, "Offsets may only contain primitive types as values, but field a contains ARRAY")
	_, err = decodeOffset([]byte(`[1]`))
	assert.EqualError(t, err, "Offsets must be specified as a Map")
	_, err = encodeOffset(connect.OffsetMap{"a": uint(1)})
	assert.EqualError(t, err, "Offsets may only contain primitive types as values, but field a contains uint")
}

func TestOffsetValues(t *testing.T) {
	value, err := encodeOffset(connect.OffsetMap{"position": int64(6), "gtid": "a:1-5", "snapshot": true})
	require.NoError(t, err)
	assert.Equal(t, `{"gtid":"a:1-5","position":6,"snapshot":true}`, string(value))

	for name, offset := range map[string]connect.Offset{"no offset": nil, "an offset without fields": connect.OffsetMap(nil)} {
		t.Run(name+" is a tombstone", func(t *testing.T) {
			value, err := encodeOffset(offset)
			require.NoError(t, err)
			assert.Nil(t, value)
		})
	}
	fields, err := decodeOffset([]byte("null"))
	require.NoError(t, err)
	assert.Nil(t, fields)
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		primitive := rapid.OneOf(rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Bool().AsAny(), rapid.Just(any(nil)),
			rapid.Float64Range(-1e300, 1e300).AsAny())
		fields := rapid.MapOf(rapid.String(), primitive).Draw(t, "fields")
		connector := rapid.String().Draw(t, "connector")

		text, err := appendFields(nil, fields)
		require.NoError(t, err)
		back, decoded, err := decodeKeyFields(encodeKey(connector, string(text)))
		require.NoError(t, err)
		require.Equal(t, connector, back)
		require.Equal(t, fields, decoded)
	})
}

func FuzzDecodeKey(f *testing.F) {
	golden, err := os.ReadFile("testdata/texts.golden")
	require.NoError(f, err)
	for line := range bytes.Lines(golden) {
		f.Add(line)
	}
	f.Add([]byte(`["c",{"b":1E5,"a":[]}]`))
	f.Fuzz(func(t *testing.T, key []byte) {
		connector, partition, err := decodeKey(key)
		if err != nil {
			return
		}
		again, same, err := decodeKey(encodeKey(connector, partition))
		require.NoError(t, err)
		assert.Equal(t, connector, again)
		assert.Equal(t, partition, same)
	})
}

func FuzzDecodeOffset(f *testing.F) {
	for _, value := range []string{`{"position":6}`, `null`, ``, `{"a":1.0E20,"b":"x","c":null,"d":true}`, `{"a":[1]}`, `5`} {
		f.Add([]byte(value))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		fields, err := decodeOffset(value)
		if err != nil || fields == nil {
			return
		}
		text, err := encodeOffset(connect.OffsetMap(fields))
		require.NoError(t, err)
		again, err := decodeOffset(text)
		require.NoError(t, err)
		assert.Equal(t, fields, again)
	})
}
