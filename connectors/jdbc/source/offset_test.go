// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

func TestPartitionsAreThoseOfTheOtherConnector(t *testing.T) {
	id := database.TableID{Schema: "public", Name: "t1"}
	var keys []string
	for _, p := range partitions(database.PostgreSQL, id, "shop") {
		keys = append(keys, p.Key())
	}
	assert.Equal(t, []string{`{"protocol":"1","table":"public.t1"}`, `{"table":"t1"}`, `{"protocol":"1","table":"shop.public.t1"}`}, keys)
	assert.Equal(t, `{"query":"query"}`, ofQuery().Key())
	assert.Equal(t, `{"protocol":"1","table":"shop.dbo.t"}`, partitions(database.SQLServer, database.TableID{Catalog: "shop", Schema: "dbo", Name: "t"}, "shop")[0].Key())
}

func TestOffsetsHaveTheWholeFractionInNanoseconds(t *testing.T) {
	at := time.Date(2020, 2, 3, 4, 5, 6, 123456789, time.UTC)
	for name, c := range map[string]struct {
		at   mark
		want map[string]any
	}{
		"nothing known": {mark{}, map[string]any{}},
		"a number":      {mark{id: 7, hasID: true}, map[string]any{"incrementing": int64(7)}},
		"a time":        {mark{at: at, hasAt: true}, map[string]any{"timestamp": int64(1580702706123), "timestamp_nanos": int64(123456789)}},
		"both":          {mark{at: at, hasAt: true, id: -2, hasID: true}, map[string]any{"timestamp": int64(1580702706123), "timestamp_nanos": int64(123456789), "incrementing": int64(-2)}},
		"before 1970":   {mark{at: time.Unix(-2, 500_000_000), hasAt: true}, map[string]any{"timestamp": int64(-1500), "timestamp_nanos": int64(500000000)}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, c.at.Fields())
			back, err := markOf(c.at.Fields())
			require.NoError(t, err)
			assert.Equal(t, c.want, back.Fields())
		})
	}
}

func TestAStoredTimeWithoutNanosecondsIsExactToTheMillisecond(t *testing.T) {
	m, err := markOf(map[string]any{"timestamp": int64(1580702706123)})
	require.NoError(t, err)
	assert.Equal(t, int64(123_000_000), m.Fields()["timestamp_nanos"])
	_, err = markOf(map[string]any{"timestamp": "yesterday"})
	assert.ErrorContains(t, err, "timestamp")
}

// marksOf are the offsets of records.
func marksOf(records []connect.SourceRecord) []map[string]any {
	var out []map[string]any
	for _, r := range records {
		out = append(out, r.SourceOffset.Fields())
	}
	return out
}

func TestByTimesAloneAnOffsetMovesWhenALaterRowHasCome(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY, changed TIMESTAMP NOT NULL)", "INSERT INTO orders (changed) VALUES (1000), (1000), (2000), (2000), (3000)")
	r := startTask(t, db.props(modeKey, modeTimestamp, timestampKey, "changed"), &conntest.SourceContext{})
	at := func(ms int64) map[string]any { return map[string]any{"timestamp": ms, "timestamp_nanos": int64(0)} }
	assert.Equal(t, []map[string]any{{}, at(1000), at(1000), at(2000), at(3000)}, marksOf(r.read(5)))
}

func TestReadingGoesOnFromOffsetsOfBothForms(t *testing.T) {
	for name, c := range map[string]struct {
		partition map[string]any
		offset    map[string]any
		want      []any
	}{
		"the present form":             {map[string]any{"protocol": "1", "table": "orders"}, map[string]any{"incrementing": int64(2)}, []any{int64(3), int64(4)}},
		"the older form":               {map[string]any{"table": "orders"}, map[string]any{"incrementing": int64(3)}, []any{int64(4)}},
		"an empty one":                 {map[string]any{"protocol": "1", "table": "orders"}, map[string]any{}, []any{int64(1), int64(2), int64(3), int64(4)}},
		"one of a mode with no number": {map[string]any{"table": "orders"}, map[string]any{"timestamp": int64(5)}, []any{int64(1), int64(2), int64(3), int64(4)}},
	} {
		t.Run(name, func(t *testing.T) {
			db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)", "INSERT INTO orders VALUES (1), (2), (3), (4)")
			tc := &conntest.SourceContext{}
			require.NoError(t, tc.Stored.Store(connect.MustPartition(c.partition), connect.OffsetMap(c.offset)))
			r := startTask(t, db.props(incrementingKey, "id"), tc)
			var ids []any
			for _, record := range r.read(len(c.want)) {
				ids = append(ids, record.Value.(*connect.Struct).At(0))
				assert.Equal(t, `{"protocol":"1","table":"orders"}`, record.SourcePartition.Key(), "the present form is written")
			}
			assert.Equal(t, c.want, ids)
		})
	}
}

func TestAWholeTableHasTheOlderPartitionAndNoOffset(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)", "INSERT INTO orders VALUES (1)")
	r := startTask(t, db.props(modeKey, modeBulk), &conntest.SourceContext{})
	for _, record := range r.read(3) {
		assert.Equal(t, `{"table":"orders"}`, record.SourcePartition.Key())
		assert.Nil(t, record.SourceOffset)
		assert.Equal(t, "db-orders", record.Topic)
		assert.Nil(t, record.Key)
	}
}

func TestOffsetsThatNobodyCouldGoOnFromAreRefused(t *testing.T) {
	alter := New().(connect.OffsetAlterer)
	for name, o := range map[string]connect.PartitionOffset{
		"no table":  {Partition: map[string]any{"topic": "x"}, Offset: map[string]any{"incrementing": int64(1)}},
		"no number": {Partition: map[string]any{"table": "x"}, Offset: map[string]any{"incrementing": "first"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := alter.AlterOffsets(context.Background(), nil, []connect.PartitionOffset{o})
			assert.Error(t, err)
		})
	}
	fine, err := alter.AlterOffsets(context.Background(), nil, []connect.PartitionOffset{{Partition: map[string]any{"table": "x"}}, {Partition: map[string]any{"query": "query"}, Offset: map[string]any{"timestamp": int64(5)}}})
	require.NoError(t, err)
	assert.True(t, fine)
}
