// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

// allTypes are the types that have a form of their own, and some that have none.
var allTypes = []string{"bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "money", "text", "varchar", "bpchar", "name", "char", "json", "jsonb", "xml",
	"uuid", "ltree", "tsvector", "isbn", "citext", "inet", "cidr", "macaddr", "macaddr8", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "bytea",
	"bit", "varbit", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "point", "geometry", "geography", "hstore", "vector", "halfvec", "sparsevec",
	"box", "path", "tsquery", "pg_lsn"}

// columnOf is a table of one column, which may be null, of a type, or of arrays of it.
func columnOf(t testing.TB, o event.Options, typ string, modifier int32, array bool) *event.Table {
	t.Helper()
	c := typed("v", typ, true)
	c.Modifier = modifier
	if array {
		c.Type = &catalog.Type{Name: "_" + typ, Kind: catalog.KindArray, Element: c.Type, Modifier: -1}
	}
	return tableOf(t, o, &catalog.Table{ID: catalog.ID{Schema: "s", Name: "t"}, Columns: []catalog.Column{c}})
}

// convert is the value of a text, nil where it has none.
func convert(t testing.TB, table *event.Table, text string) any {
	t.Helper()
	r := table.Read(nil, [][]byte{[]byte(text)}, &event.Position{})[0]
	after, err := r.Value.(*connect.Struct).Get("after")
	require.NoError(t, err)
	if len(after.(*connect.Struct).Schema().Fields()) == 0 {
		return nil
	}
	return after.(*connect.Struct).At(0)
}

func TestTypesOfExtensionsHaveTheirForms(t *testing.T) {
	for _, c := range []struct{ typ, text, want string }{
		{"geometry", "0101000020E6100000000000000000F03F0000000000000040", `{"wkb":"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==","srid":4326}`},
		{"geography", "0101000000000000000000F03F0000000000000040", `{"wkb":"AQEAAAAAAAAAAADwPwAAAAAAAABA","srid":null}`},
		{"vector", "[1,2.5,-3]", `[1.0,2.5,-3.0]`},
		{"halfvec", "[1,2.5]", `[1.0,2.5]`},
		{"sparsevec", "{1:1.5,3:2}/5", `{"dimensions":5,"vector":[[1,1.5],[3,2.0]]}`},
		{"sparsevec", "{1:1.5}/40000", `null`},
		{"sparsevec", "{}/5", `{"dimensions":5,"vector":[]}`},
		{"geometry", "0101", `null`},
	} {
		table := columnOf(t, event.Options{}, c.typ, -1, false)
		assert.Equal(t, `{"v":`+c.want+`}`, shown(t, table.ValueSchema().Field("after").Schema, table.Read(nil, row(c.text), here())[0].Value.(*connect.Struct).At(1)), c.typ)
	}
}

func TestWhatIsNotAsInDebeziumIsSaid(t *testing.T) {
	assert.Equal(t, []any{int32(-2147472692), int32(-735160)}, convert(t, columnOf(t, event.Options{}, "date", -1, true), `{infinity,"0044-03-15 BC"}`))
	assert.Equal(t, []any{int64(9223372036825200000), int64(-63517820277000000)}, convert(t, columnOf(t, event.Options{}, "timestamp", -1, true), `{infinity,"0044-03-15 01:02:03 BC"}`))
	assert.True(t, connect.Equal([]any{1.5, math.NaN()}, convert(t, columnOf(t, event.Options{DecimalMode: event.DecimalDouble}, "numeric", -1, true), "{1.5,NaN}")))
	assert.Equal(t, "some_name", convert(t, columnOf(t, event.Options{}, "name", -1, false), "some_name"))
	def := pets()
	def.Columns[2] = typed("notes", "timestamp", true)
	def.Columns[2].Default = "'infinity'::timestamp without time zone"
	assert.Nil(t, tableOf(t, event.Options{}, def).ValueSchema().Field("after").Schema.Field("notes").Schema.Default())
}

func TestANegativeScaleHasNoDigitsAfterThePoint(t *testing.T) {
	table := columnOf(t, event.Options{}, "numeric", 5<<16|(-2&0x7ff)+4, false)
	schema := table.ValueSchema().Field("after").Schema.Field("v").Schema
	scale, _ := schema.Parameter("scale")
	precision, _ := schema.Parameter("connect.decimal.precision")
	assert.Equal(t, "0/7", scale+"/"+precision)
	assert.Equal(t, "1234500", convert(t, table, "1234500").(connect.Decimal).Plain())
}

func TestMoneyIsReadInEveryLanguage(t *testing.T) {
	for text, want := range map[string]string{"$1,234.56": "1234.56", "-$1,234.56": "-1234.56", "1.234,56 €": "1234.56", "¥1,235": "1235.00", "($0.05)": "-0.05", "Fr. 7.50": "7.50",
		"R$ 0,10": "0.10", "kr 1 000,00": "1000.00", "$92,233,720,368,547,758.07": "92233720368547758.07", "": "null"} {
		v := convert(t, columnOf(t, event.Options{}, "money", -1, false), text)
		if d, ok := v.(connect.Decimal); ok {
			assert.Equal(t, want, d.Plain(), text)
		} else {
			assert.Equal(t, want, "null", text)
		}
	}
}

func TestBytesAreReadInTheOlderFormToo(t *testing.T) {
	assert.Equal(t, []byte("a\\b\x00\xff"), convert(t, columnOf(t, event.Options{}, "bytea", -1, false), `a\\b\000\377`))
}

func TestIntegersAreReadToTheirBounds(t *testing.T) {
	table := columnOf(t, event.Options{}, "int8", -1, false)
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, -1})).Draw(t, "v")
		if got := table.Read(nil, [][]byte{strconv.AppendInt(nil, v, 10)}, &event.Position{})[0].Value.(*connect.Struct).At(1).(*connect.Struct).At(0); got != v {
			t.Fatalf("%v for %d", got, v)
		}
	})
	for _, text := range []string{"9223372036854775808", "-9223372036854775809", "", "-", "1 ", "0x1", "99999999999999999999"} {
		assert.Nil(t, convert(t, table, text), text)
	}
	assert.Nil(t, convert(t, columnOf(t, event.Options{}, "int2", -1, false), "32768"))
}

// TestTimesAreThoseOfGo compares our calendar with that of the standard library, which is the same one.
func TestTimesAreThoseOfGo(t *testing.T) {
	micros := columnOf(t, event.Options{}, "timestamp", -1, false)
	iso := columnOf(t, event.Options{}, "timestamptz", -1, false)
	rapid.Check(t, func(t *rapid.T) {
		const year = 366 * 24 * 3600 * 1000000
		at := time.UnixMicro(rapid.Int64Range(-1969*year, 8000*year).Draw(t, "micros")).UTC()
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "zone")*60)
		value := func(table *event.Table, text string) any {
			return table.Read(nil, [][]byte{[]byte(text)}, &event.Position{})[0].Value.(*connect.Struct).At(1).(*connect.Struct).At(0)
		}
		if at.Year() < 1 || at.Year() > 9998 {
			return
		}
		if got := value(micros, at.Format("2006-01-02 15:04:05.999999")); got != at.UnixMicro() {
			t.Fatalf("%v is %v", at, got)
		}
		local := at.In(zone)
		if local.Year() < 1 {
			return
		}
		if got := value(iso, local.Format("2006-01-02 15:04:05.999999-07:00")); got != at.Format("2006-01-02T15:04:05.000000Z") {
			t.Fatalf("%v is %v", local, got)
		}
	})
}

func TestArraysOfTextComeBackAsTheyWereQuoted(t *testing.T) {
	table := columnOf(t, event.Options{}, "text", -1, true)
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "NULL", `"`, `\`, "{", "}", ",", "a b"}))).Draw(t, "elements")
		elements := make([]string, len(want))
		values := make([]any, len(want))
		for i, e := range want {
			elements[i], values[i] = `"`+quote.Replace(e)+`"`, e
			if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
				elements[i], values[i] = "NULL", nil
			}
		}
		got := table.Read(nil, [][]byte{[]byte("{" + strings.Join(elements, ",") + "}")}, &event.Position{})[0].Value.(*connect.Struct).At(1).(*connect.Struct).At(0)
		if !connect.Equal(got, values) {
			t.Fatalf("%q is %q", values, got)
		}
	})
}

func TestWhatIsNoArrayIsNone(t *testing.T) {
	table := columnOf(t, event.Options{}, "int4", -1, true)
	for _, text := range []string{"", "{", "}", "{1", "{1,", "{1,}", "{1}x", "{1}}", "{{1}", "[0:1]", "1", `{"1}`, `{1"2"}`, `{"1"2}`, `{\`, `{"\`} {
		assert.Nil(t, convert(t, table, text), text)
	}
	assert.Equal(t, []any{int32(5), nil}, convert(t, table, "[0:1]={5,NULL}"))
	assert.Equal(t, []any{nil, nil}, convert(t, table, `{{1,"}"},{2}}`))
}

func FuzzAnyTextOfAnyType(f *testing.F) {
	for i, text := range []string{"1", "-12.50", "2024-02-29 12:34:56.5+02 BC", `{"a",NULL,{}}`, `"a"=>"b", "c"=>NULL`, "infinity", "1 mon -04:05:06", `\x00`, "(1,2)", "{1:2}/3", "$1.5"} {
		f.Add(i, text)
	}
	modes := []event.Options{{}, {DecimalMode: event.DecimalDouble, TimeMode: event.TimeISOString, BinaryMode: event.BinaryHex, IntervalMode: event.IntervalString, HstoreMode: event.HstoreMap, UnknownTypes: true},
		{DecimalMode: event.DecimalString, TimeMode: event.TimeConnect, BinaryMode: event.BinaryBase64}, {TimeMode: event.TimeNanoseconds}}
	var tables []*event.Table
	for _, o := range modes {
		for _, typ := range allTypes {
			for _, modifier := range []int32{-1, 3, 10<<16 | 2 + 4} {
				tables = append(tables, columnOf(f, o, typ, modifier, false), columnOf(f, o, typ, modifier, true))
			}
		}
	}
	f.Fuzz(func(t *testing.T, _ int, text string) {
		for _, table := range tables {
			r := table.Read(nil, [][]byte{[]byte(text)}, &event.Position{})[0]
			if err := r.ValueSchema.Field("after").Schema.Validate(r.Value.(*connect.Struct).At(1)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
