// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

// nine is the table of nine columns that speed is compared with.
func nine() *catalog.Table {
	t := &catalog.Table{ID: catalog.ID{Schema: "public", Name: "nine"}, Key: []int{0}, PrimaryKey: true}
	for i, name := range []string{"int8", "text", "varchar", "numeric", "timestamp", "timestamptz", "bool", "float8", "jsonb"} {
		modifier := int32(-1)
		if name == "numeric" {
			modifier = 10<<16 + 2 + 4
		}
		t.Columns = append(t.Columns, catalog.Column{Name: "c_" + name, Type: &catalog.Type{Name: name, Kind: catalog.KindBase, Modifier: -1},
			Modifier: modifier, Optional: i > 0})
	}
	return t
}

func nineValues() [][]byte {
	return [][]byte{[]byte("1234567"), []byte("the quick brown fox jumps over the lazy dog"), []byte("customer-1234567"), []byte("12345.67"),
		[]byte("2024-02-29 12:34:56.123456"), []byte("2024-02-29 12:34:56.123456+00"), []byte("t"), []byte("3.141592653589793"),
		[]byte(`{"a": 1, "b": [true, null]}`)}
}

func tableOf(t testing.TB, o event.Options, def *catalog.Table) *event.Table {
	t.Helper()
	if o.Prefix == "" {
		o.Prefix, o.Database = "p", "db"
	}
	b, err := event.NewBuilder(o)
	require.NoError(t, err)
	table, err := b.Table(def)
	require.NoError(t, err)
	return table
}

func BenchmarkSnapshotRow(b *testing.B) {
	table, row := tableOf(b, event.Options{}, nine()), nineValues()
	at := &event.Position{LSN: 12345678, TxID: 746, Time: 1795393357886684, Mark: event.SnapshotTrue, Now: 1795393357993478932}
	batch := make([]connect.SourceRecord, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if len(batch) == cap(batch) {
			batch = batch[:0]
		}
		batch = table.Read(batch, row, at)
	}
}

func BenchmarkStreamedUpdate(b *testing.B) {
	table, row := tableOf(b, event.Options{}, nine()), nineValues()
	at := &event.Position{LSN: 12345678, LastCommit: 12345600, TxID: 746, Time: 1795393357886684, Now: 1795393357993478932}
	batch := make([]connect.SourceRecord, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if len(batch) == cap(batch) {
			batch = batch[:0]
			at.Now++
		}
		at.LSN += 200
		batch = table.Update(batch, nil, row, at)
	}
}
