// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	jsonconverter "github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/internal/javaregex"
)

// goldenOptions are the modes of golden_cases_test.go as options.
var goldenOptions = map[string]event.Options{
	"default": {},
	"double": {DecimalMode: event.DecimalDouble, TimeMode: event.TimeISOString, BinaryMode: event.BinaryBase64, IntervalMode: event.IntervalString,
		HstoreMode: event.HstoreMap, UnknownTypes: true},
	"string":            {DecimalMode: event.DecimalString, TimeMode: event.TimeConnect, BinaryMode: event.BinaryHex, UnknownTypes: true, MoneyDigits: new(1)},
	"nanoseconds":       {TimeMode: event.TimeNanoseconds, BinaryMode: event.BinaryBase64URLSafe, UnknownTypes: true},
	"microseconds":      {TimeMode: event.TimeMicroseconds, UnknownTypes: true, Placeholder: []byte("\x00\xffA")},
	"time_microseconds": {TimeMode: event.TimeAdaptiveMicroseconds, Columns: []event.ColumnRule{{Kind: event.RulePropagateType, Columns: patterns(".*")}}},
}

func patterns(items ...string) event.Patterns {
	var all event.Patterns
	for _, item := range items {
		p, err := javaregex.Compile("(?i)" + item)
		if err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

// replay makes what Debezium made of the golden tables.
type replay struct {
	converter connect.Converter
	at        *event.Position
}

func newReplay(t *testing.T) *replay {
	t.Helper()
	c := jsonconverter.New()
	require.NoError(t, c.Configure(map[string]string{"schemas.enable": "true", "replace.null.with.default": "false"}, false))
	return &replay{converter: c, at: &event.Position{LSN: 1, Time: 1, Now: 1}}
}

// printed is a value as the JSON converter prints it, in the parts that are compared.
type printed struct {
	Schema struct {
		Fields []json.RawMessage
	}
	Payload struct{ Before, After json.RawMessage }
}

func (r *replay) print(t *testing.T, record connect.SourceRecord) printed {
	t.Helper()
	var p printed
	text, err := r.converter.FromConnectData(t.Context(), "t", nil, record.ValueSchema, record.Value)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &p))
	return p
}

func (r *replay) printKey(t *testing.T, record connect.SourceRecord) string {
	t.Helper()
	var p struct{ Schema json.RawMessage }
	text, err := r.converter.FromConnectData(t.Context(), "t", nil, record.KeySchema, record.Key)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &p))
	return string(p.Schema)
}

func TestValuesAreThoseOfDebezium(t *testing.T) {
	tables := map[string]goldenTable{}
	for _, g := range readGolden[goldenTable](t, goldenTablesFile) {
		tables[g.Table.Name] = g
	}
	first, byMode := map[string]golden{}, map[string]map[string]golden{}
	for _, g := range readGolden[golden](t, goldenValuesFile) {
		if g.Mode == "default" {
			first[g.Table] = g
		}
		if byMode[g.Mode] == nil {
			byMode[g.Mode] = map[string]golden{}
		}
		byMode[g.Mode][g.Table] = g
	}
	require.Len(t, goldenOptions, len(byMode))
	for _, mode := range slices.Sorted(maps.Keys(goldenOptions)) {
		for _, name := range slices.Sorted(maps.Keys(first)) {
			want, ok := byMode[mode][name]
			if !ok {
				want = first[name]
			}
			t.Run(mode+"/"+name, func(t *testing.T) { newReplay(t).compare(t, goldenOptions[mode], tables[name], want) })
		}
	}
}

// deliberate are the tables of values that are not as in Debezium.
var deliberate = map[string]string{
	"a_date_far":      "in arrays infinity and the years before Christ are what they are outside of them; Debezium has the driver's there",
	"a_timestamp_far": "likewise",
	"a_numeric_nan":   "what is no number has its form in arrays, too; Debezium leaves the whole array out",
	"d_68":            "there is no infinite default; Debezium has one that is another number than the values have",
	"d_69":            "likewise",
	"t_name":          "a name is the text that it is; Debezium has null in the stream",
}

// compare holds our records of a table against Debezium's.
func (r *replay) compare(t *testing.T, o event.Options, in goldenTable, want golden) {
	t.Helper()
	if deliberate[in.Table.Name] != "" {
		return
	}
	table := tableOf(t, o, in.Table)
	streamed := tableOf(t, o, asStreamed(in.Table))
	wantRow, wantRead := want.StreamedRow, want.StreamedRead
	if wantRow == nil {
		wantRow = want.Row
	}
	if wantRead == nil {
		wantRead = want.Read
	}
	switch in.Table.Name[0] {
	case 'x':
		r.compareUnchanged(t, table, want)
		return
	case 'd':
		record := table.Read(nil, [][]byte{[]byte("1"), nil}, r.at)[0]
		if len(in.Table.Columns) == len(asStreamed(in.Table).Columns) {
			sameJSON(t, string(wantRow), string(r.print(t, record).Schema.Fields[1]))
		} else {
			sameJSON(t, string(want.Row), string(r.print(t, record).Schema.Fields[1]))
		}
		sameJSON(t, string(want.Key), r.printKey(t, record))
		record = streamed.Insert(nil, [][]byte{[]byte("1"), nil}, r.at)[0]
		sameJSON(t, string(wantRow), string(r.print(t, record).Schema.Fields[1]))
		return
	}
	for i, row := range in.Rows {
		p := r.print(t, table.Insert(nil, texts(row), r.at)[0])
		sameJSON(t, string(wantRead[i]), string(p.Payload.After))
		sameJSON(t, string(wantRow), string(p.Schema.Fields[1]))
	}
	sameJSON(t, string(want.Key), r.printKey(t, table.Read(nil, texts(in.Rows[0]), r.at)[0]))
	if want.Deleted != nil {
		p := r.print(t, table.Delete(nil, [][]byte{[]byte("1"), nil, nil}, r.at)[0])
		sameJSON(t, string(want.Deleted), string(p.Payload.Before))
	}
}

func (r *replay) compareUnchanged(t *testing.T, table *event.Table, want golden) {
	t.Helper()
	row := [][]byte{[]byte("1"), []byte("2"), event.Unchanged, event.Unchanged}
	p := r.print(t, table.Update(nil, nil, row, r.at)[0])
	sameJSON(t, string(want.Unchanged), string(p.Payload.After))
}

// asStreamed is a table as the stream tells of it: without columns that are computed.
func asStreamed(def *catalog.Table) *catalog.Table {
	c := *def
	c.Columns = slices.DeleteFunc(slices.Clone(def.Columns), func(c catalog.Column) bool { return c.Generated })
	return &c
}

// sameJSON compares texts of JSON, with the numbers as they are written and the names of the tables' schemas left out.
func sameJSON(t *testing.T, want, got string) {
	t.Helper()
	assert.Equal(t, plain(t, want), plain(t, got))
}

func plain(t *testing.T, text string) string {
	t.Helper()
	var v any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&v), text)
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}
