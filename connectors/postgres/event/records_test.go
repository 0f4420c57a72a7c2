// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	jsonconverter "github.com/longshore-io/connect/converters/json"
)

// typed is a column of a built-in type.
func typed(name, typ string, optional bool) catalog.Column {
	return catalog.Column{Name: name, Type: &catalog.Type{Name: typ, Kind: catalog.KindBase, Modifier: -1}, Modifier: -1, Optional: optional}
}

// pets is a table with a key, a text, and a text that may be large.
func pets() *catalog.Table {
	name := typed("name", "text", false)
	name.Default = "'x'::text"
	return &catalog.Table{ID: catalog.ID{Schema: "public", Name: "pets"}, Key: []int{0}, PrimaryKey: true,
		Columns: []catalog.Column{typed("id", "int4", false), name, typed("notes", "text", true)}}
}

func row(values ...string) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		if v != "NULL" {
			out[i] = []byte(v)
		}
	}
	return out
}

func here() *event.Position {
	return &event.Position{LSN: 25417944, LastCommit: 25417720, TxID: 747, Time: 1795393357886684, Now: 1795393357993478932,
		Offset: connect.OffsetMap{"lsn": int64(25417944)}}
}

// shown is a value as JSON without its schema.
func shown(t *testing.T, schema *connect.Schema, value any) string {
	t.Helper()
	c := jsonconverter.New()
	require.NoError(t, c.Configure(map[string]string{"schemas.enable": "false", "replace.null.with.default": "false"}, false))
	text, err := c.FromConnectData(t.Context(), "t", nil, schema, value)
	require.NoError(t, err)
	if text == nil {
		return "null"
	}
	return string(text)
}

// story is what records say in short: operation, key, before and after.
func story(t *testing.T, records []connect.SourceRecord) []string {
	t.Helper()
	var lines []string
	for _, r := range records {
		line := shown(t, r.KeySchema, r.Key)
		if r.Value == nil {
			lines = append(lines, "tombstone "+line)
			continue
		}
		var v struct {
			Op            string
			Before, After json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(shown(t, r.ValueSchema, r.Value)), &v))
		lines = append(lines, v.Op+" "+line+" "+string(v.Before)+" "+string(v.After))
	}
	return lines
}

func TestARecordHasTheWholeEnvelope(t *testing.T) {
	records := tableOf(t, event.Options{Prefix: "c1", Database: "postgres"}, pets()).Update(nil, nil, row("4", "FOUR", "NULL"), here())
	require.Len(t, records, 1)
	r := records[0]
	assert.Equal(t, "c1.public.pets", r.Topic)
	assert.Nil(t, r.Partition)
	assert.True(t, r.Timestamp.IsZero())
	assert.Equal(t, map[string]any{"server": "c1"}, r.SourcePartition.Fields())
	assert.Equal(t, `{"id":4}`, shown(t, r.KeySchema, r.Key))
	assert.Equal(t, `{"before":null,"after":{"id":4,"name":"FOUR","notes":null},"source":{"version":"3.3.1.Final","connector":"postgresql","name":"c1",`+
		`"ts_ms":1795393357886,"snapshot":"false","db":"postgres","sequence":"[\"25417720\",\"25417944\"]","ts_us":1795393357886684,`+
		`"ts_ns":1795393357886684000,"schema":"public","table":"pets","txId":747,"lsn":25417944,"xmin":null},"transaction":null,"op":"u",`+
		`"ts_ms":1795393357993,"ts_us":1795393357993478,"ts_ns":1795393357993478932}`, shown(t, r.ValueSchema, r.Value))
	assert.Equal(t, "c1.public.pets.Key", r.KeySchema.Name())
	assert.Equal(t, "c1.public.pets.Envelope", r.ValueSchema.Name())
	version, _ := r.ValueSchema.Version()
	assert.Equal(t, 2, version)
	assert.Equal(t, "c1.public.pets.Value", r.ValueSchema.Field("after").Schema.Name())
	assert.True(t, r.ValueSchema.Field("after").Schema.IsOptional())
	require.NoError(t, r.ValueSchema.Validate(r.Value))
	var headers []string
	for _, h := range r.Headers {
		headers = append(headers, h.Key+"="+h.Value.(string))
	}
	assert.Equal(t, []string{"__debezium.context.connectorLogicalName=c1", "__debezium.context.taskId=0", "__debezium.context.connectorName=postgresql"}, headers)
}

func TestEachOperationHasItsRecords(t *testing.T) {
	table := tableOf(t, event.Options{Skipped: []string{}}, pets())
	for name, c := range map[string]struct {
		records []connect.SourceRecord
		want    []string
	}{
		"read":   {table.Read(nil, row("1", "a", "n"), here()), []string{`r {"id":1} null {"id":1,"name":"a","notes":"n"}`}},
		"insert": {table.Insert(nil, row("1", "a", "NULL"), here()), []string{`c {"id":1} null {"id":1,"name":"a","notes":null}`}},
		"delete of a key": {table.Delete(nil, row("1", "NULL", "NULL"), here()),
			[]string{`d {"id":1} {"id":1,"name":"x","notes":null} null`, `tombstone {"id":1}`}},
		"delete of a whole row": {table.Delete(nil, row("1", "a", "n"), here()),
			[]string{`d {"id":1} {"id":1,"name":"a","notes":"n"} null`, `tombstone {"id":1}`}},
		"truncate": {table.Truncate(nil, here()), []string{`t null null null`}},
		"update":   {table.Update(nil, nil, row("1", "b", "n"), here()), []string{`u {"id":1} null {"id":1,"name":"b","notes":"n"}`}},
		"update with the row before": {table.Update(nil, row("1", "a", "n"), row("1", "b", "n"), here()),
			[]string{`u {"id":1} {"id":1,"name":"a","notes":"n"} {"id":1,"name":"b","notes":"n"}`}},
		"update of the key": {table.Update(nil, row("1", "NULL", "NULL"), row("2", "a", "n"), here()),
			[]string{`d {"id":1} {"id":1,"name":"x","notes":null} null`, `tombstone {"id":1}`, `c {"id":2} null {"id":2,"name":"a","notes":"n"}`}},
	} {
		assert.Equal(t, c.want, story(t, c.records), name)
	}
	assert.Nil(t, table.Truncate(nil, here())[0].KeySchema)
}

func TestAKeyChangeNamesTheOtherKeyInHeaders(t *testing.T) {
	records := tableOf(t, event.Options{}, pets()).Update(nil, row("1", "NULL", "NULL"), row("2", "a", "n"), here())
	require.Len(t, records, 3)
	for i, want := range []struct{ header, key string }{{"__debezium.newkey", `{"id":2}`}, {"__debezium.newkey", `{"id":2}`}, {"__debezium.oldkey", `{"id":1}`}} {
		h := records[i].Headers[0]
		assert.Equal(t, want.header, h.Key)
		assert.Equal(t, want.key, shown(t, h.Schema, h.Value))
		assert.Len(t, records[i].Headers, 4)
	}
	assert.Nil(t, records[1].ValueSchema)
}

func TestWhatIsSkippedIsNotTold(t *testing.T) {
	old, updated := row("1", "a", "n"), row("2", "a", "n")
	assert.Equal(t, []string{`c {"id":2} null {"id":2,"name":"a","notes":"n"}`},
		story(t, tableOf(t, event.Options{Skipped: []string{"d"}}, pets()).Update(nil, old, updated, here())))
	assert.Empty(t, tableOf(t, event.Options{}, pets()).Truncate(nil, here()), "truncates are skipped unless something else is")
	assert.Empty(t, tableOf(t, event.Options{SkipUnchanged: true}, pets()).Update(nil, old, old, here()))
	assert.Len(t, tableOf(t, event.Options{NoTombstones: true}, pets()).Delete(nil, old, here()), 1)
	assert.Empty(t, tableOf(t, event.Options{NoContextHeaders: true}, pets()).Read(nil, old, here())[0].Headers)
	_, err := event.NewBuilder(event.Options{Skipped: []string{"x"}})
	require.ErrorContains(t, err, `no operation "x"`)
}

func TestALargeValueThatWasNotSentIsTakenFromTheRowBefore(t *testing.T) {
	table := tableOf(t, event.Options{}, pets())
	updated := [][]byte{[]byte("1"), []byte("b"), event.Unchanged}
	assert.Equal(t, []string{`u {"id":1} {"id":1,"name":"a","notes":"large"} {"id":1,"name":"b","notes":"large"}`},
		story(t, table.Update(nil, row("1", "a", "large"), updated, here())))
	assert.Equal(t, []string{`u {"id":1} null {"id":1,"name":"b","notes":"__debezium_unavailable_value"}`}, story(t, table.Update(nil, nil, updated, here())))
	assert.Equal(t, []string{`u {"id":1} {"id":1,"name":"x","notes":null} {"id":1,"name":"b","notes":"__debezium_unavailable_value"}`},
		story(t, table.Update(nil, row("1", "NULL", "NULL"), updated, here())), "null in the row of a key is no value")
}

func TestAKeyThatWasNotSentIsTakenFromTheRowBefore(t *testing.T) {
	def := pets()
	def.Key = []int{2}
	updated := [][]byte{[]byte("1"), []byte("b"), event.Unchanged}
	for name, o := range map[string]event.Options{
		"as it is": {}, "a mask on the column": {Columns: []event.ColumnRule{{Kind: event.RuleMask, Columns: patterns(`.*\.notes`), Length: 1}}},
		"the column left out": {Filter: event.FilterOptions{ColumnExclude: patterns(`.*\.notes`)}},
	} {
		records := tableOf(t, o, def).Update(nil, row("1", "a", "large"), updated, here())
		require.Len(t, records, 1, name)
		assert.Contains(t, story(t, records)[0], `u {"notes":"large"} `, name)
	}
}

func TestKeysCanBeChosen(t *testing.T) {
	def := pets()
	def.Key = nil
	assert.Equal(t, []string{`d null {"id":1,"name":"a","notes":"n"} null`, `tombstone null`}, story(t, tableOf(t, event.Options{}, def).Delete(nil, row("1", "a", "n"), here())))
	table := tableOf(t, event.Options{KeyColumns: patterns(`PUBLIC\.p.*\.notes`, `(.*)\.pets\.id`)}, pets())
	r := table.Read(nil, row("1", "a", "NULL"), here())[0]
	assert.Equal(t, `{"notes":null,"id":1}`, shown(t, r.KeySchema, r.Key))
	other := tableOf(t, event.Options{KeyColumns: patterns(`other\.t\.a`)}, pets())
	assert.Equal(t, `{"id":1}`, shown(t, other.KeySchema(), other.Read(nil, row("1", "a", "n"), here())[0].Key))
}

func TestExcludedColumnsStayInTheKey(t *testing.T) {
	table := tableOf(t, event.Options{Filter: event.FilterOptions{ColumnExclude: patterns(`.*\.id`, `.*\.notes`)}}, pets())
	assert.Equal(t, []int{0, 1}, table.Needed())
	assert.Equal(t, []string{`r {"id":1} null {"name":"a"}`}, story(t, table.Read(nil, [][]byte{[]byte("1"), []byte("a"), nil}, here())))
}

func TestValuesThatCannotBeConvertedAreReportedAndNull(t *testing.T) {
	var reported []string
	o := event.Options{Report: func(id catalog.ID, column string, err error) {
		reported = append(reported, id.String()+"."+column+": "+err.Error())
	}}
	def := pets()
	def.Columns[2] = typed("notes", "int4", true)
	assert.Equal(t, []string{`r {"id":1} null {"id":1,"name":"a","notes":null}`}, story(t, tableOf(t, o, def).Read(nil, row("1", "a", "secret"), here())))
	assert.Equal(t, []string{"public.pets.notes: the value is not a whole number of this type"}, reported)
}

func TestAnEventWithoutAValueThatItHasToHaveCanBeLeftOut(t *testing.T) {
	def := pets()
	def.Columns[2] = typed("notes", "numeric", false)
	whole, broken := row("1", "a", "1"), row("1", "a", "NaN")
	all := func(o event.Options) (records []connect.SourceRecord) {
		table := tableOf(t, o, def)
		records = table.Insert(table.Read(records, broken, here()), broken, here())
		records = table.Update(table.Update(records, whole, broken, here()), broken, whole, here())
		return table.Delete(records, broken, here())
	}
	assert.Len(t, all(event.Options{}), 6)
	assert.Empty(t, all(event.Options{LeaveOutBroken: true}))
	def.Columns[2].Optional = true
	assert.Len(t, all(event.Options{LeaveOutBroken: true}), 6)
}

func TestTheSourceBlockTellsOfSnapshots(t *testing.T) {
	table, at := tableOf(t, event.Options{}, pets()), here()
	at.LastCommit = 0
	source := func() string {
		r := table.Read(nil, row("1", "a", "n"), at)[0]
		s, err := r.Value.(*connect.Struct).Get("source")
		require.NoError(t, err)
		return shown(t, r.ValueSchema.Field("source").Schema, s)
	}
	at.Mark = event.SnapshotFirst
	first := source()
	assert.Contains(t, first, `"snapshot":"first"`)
	assert.Contains(t, first, `"sequence":"[null,\"25417944\"]"`)
	at.Mark = event.SnapshotIncremental
	assert.Contains(t, source(), `"txId":null,"lsn":null`)
	at.Mark, at.Xmin = event.SnapshotLast, 740
	assert.Contains(t, source(), `"snapshot":"last"`)
	assert.Contains(t, source(), `"lsn":25417944,"xmin":740`)
	at.Mark, at.Xmin, at.Time = event.SnapshotFirst, 0, 1795393357886684
	assert.Equal(t, first, source(), "what was cached for others must not show")
}
