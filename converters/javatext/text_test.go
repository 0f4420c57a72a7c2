// SPDX-License-Identifier: Apache-2.0

package javatext_test

import (
	"math/big"
	"testing"
	"time"
	_ "time/tzdata" // for machines that have none

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

func TestValuesPrintAsInJava(t *testing.T) {
	schema := connect.StructOf("n", connect.Field("a", connect.Int32), connect.Field("b", connect.OptionalString), connect.Field("c", connect.String))
	for want, v := range map[string]any{
		"null": nil, "text": "text", "true": true, "-5": int8(-5), "300": int16(300), "70000": int32(70000), "3000000000": int64(3000000000),
		"1.5": float32(1.5), "1.0E20": 1e20, "12.30": connect.NewDecimal(big.NewInt(1230), 2), "AQI=": []byte{1, 2},
		"[1, a, null]":    []any{int64(1), "a", nil},
		"[]":              []any{},
		"{a=1, b=null}":   connect.NewMap(2).Put("a", int32(1)).Put("b", nil),
		"Struct{a=1,c=x}": connect.NewStruct(schema).With("a", int32(1)).With("c", "x"),
		"Struct{}":        connect.NewStruct(schema),
		"{1 2}":           struct{ A, B int }{1, 2}, // not of the data model
	} {
		require.Equal(t, want, javatext.String(v))
	}
}

func TestDatesPrintAsInJava(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, c := range []struct {
		ms   int64
		zone *time.Location
		want string
	}{
		{0, time.UTC, "Thu Jan 01 00:00:00 UTC 1970"},
		{0, newYork, "Wed Dec 31 19:00:00 EST 1969"},
		{1594000000000, newYork, "Sun Jul 05 21:46:40 EDT 2020"},
		{-12219292800000, time.UTC, "Fri Oct 15 00:00:00 UTC 1582"},
		{-12219292800001, time.UTC, "Thu Oct 04 23:59:59 UTC 1582"}, // the Julian calendar ends
		{-62135769600000, time.UTC, "Sat Jan 01 00:00:00 UTC 1"},
		{-62135769600001, time.UTC, "Fri Dec 31 23:59:59 UTC 1"},
		{253402300800000, time.UTC, "Sat Jan 01 00:00:00 UTC 10000"},
	} {
		require.Equal(t, c.want, string(javatext.AppendDate(nil, time.UnixMilli(c.ms), c.zone)))
	}
}

func TestClassesAreNamedAsInJava(t *testing.T) {
	for want, v := range map[string]any{
		"java.lang.Boolean": true, "java.lang.Byte": int8(0), "java.lang.Short": int16(0), "java.lang.Integer": int32(0), "java.lang.Long": int64(0),
		"java.lang.Float": float32(0), "java.lang.Double": 0.0, "java.lang.String": "", "[B": []byte{}, "java.util.ArrayList": []any{},
		"java.util.HashMap": connect.NewMap(0), "java.math.BigDecimal": connect.Decimal{}, "java.util.Date": time.Time{},
		"org.apache.kafka.connect.data.Struct": connect.NewStruct(connect.StructOf("")), "int": 5,
	} {
		require.Equal(t, want, javatext.ClassName(v))
	}
}

func FuzzDecodeUTF8(f *testing.F) {
	f.Add([]byte("a\xe2\x82\xf0\x9f\x98\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		require.Equal(t, []rune(javatext.DecodeUTF8(data)), []rune(javatext.DecodeUTF8([]byte(javatext.DecodeUTF8(data)))))
	})
}
