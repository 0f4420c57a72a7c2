// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// byRow writes row by row only.
type byRow struct{ writer }

func (w byRow) fast(ctx context.Context, u *unit) error { return w.slow(ctx, u) }

// rowByRow makes a task write row by row.
func rowByRow(task connect.SinkTask) {
	writerOf(task, func(w writer) writer { return byRow{w} })
}

// puts are records in pieces, as a consumer might hand them over.
type puts [][]connect.SinkRecord

// drawPuts makes records out of words of some letters, with keys from a few, in pieces.
func drawPuts(t *rapid.T, letters string, make func(words string) []connect.SinkRecord) (puts, string) {
	word := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%c%d", rapid.SampledFrom([]rune(letters)).Draw(t, "kind"), rapid.IntRange(1, 4).Draw(t, "key"))
	})
	words := strings.Join(rapid.SliceOfN(word, 1, 40).Draw(t, "words"), " ")
	records := make(words)
	var out puts
	for len(records) > 0 {
		n := rapid.IntRange(1, len(records)).Draw(t, "put")
		out = append(out, records[:n])
		records = records[n:]
	}
	return out, words
}

// model is what has to be in the table: by key what c and C have written last; d and t have deleted. With keepSize a size that was written stays
// when a record without size comes.
func model(words string, keepSize bool) []string {
	type order struct{ name, size string }
	have := map[byte]order{}
	for i, word := range strings.Fields(words) {
		switch word[0] {
		case 'd', 't':
			delete(have, word[1])
		case 'C':
			have[word[1]] = order{fmt.Sprint("name ", i), "7"}
		default:
			o := order{fmt.Sprint("name ", i), "7"}
			if keepSize && have[word[1]].size != "" {
				o.size = have[word[1]].size
			}
			have[word[1]] = o
		}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(have)) {
		out = append(out, fmt.Sprintf("%c %s %s", key, have[key].name, have[key].size))
	}
	return out
}

func TestWhatIsInTheTableIsWhatTheRecordsSayInTheirOrder(t *testing.T) {
	url := sqliteFile(t)
	check := open(t, url, nil)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		table := fmt.Sprint("orders_", n)
		_, err := check.Exec(t.Context(), "CREATE TABLE "+table+" (id INTEGER PRIMARY KEY, name TEXT, size INTEGER DEFAULT 7)")
		require.NoError(rt, err)
		parts, words := drawPuts(rt, "cccCdt", orders)
		task := NewConfluent().NewTask()
		require.NoError(rt, task.Start(t.Context(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "table.name.format": table, "insert.mode": "upsert", "pk.mode": "record_key",
			"delete.enabled": "true", "batch.size": fmt.Sprint(rapid.IntRange(0, 10).Draw(rt, "batch"))}))
		for _, records := range parts {
			require.NoError(rt, task.Put(t.Context(), records))
		}
		require.NoError(rt, task.Stop(t.Context()))
		require.Equal(rt, model(words, false), rowsOf(t, check, "SELECT id || ' ' || name || ' ' || coalesce(size, 'null') FROM "+table+" ORDER BY id"), words)
		_, err = check.Exec(t.Context(), "DROP TABLE "+table)
		require.NoError(rt, err)
	})
}

func TestTypesInSQLite(t *testing.T) {
	url := sqliteFile(t)
	schema := connect.StructOf("all", connect.Field("id", connect.Int64), connect.Field("b", connect.Boolean), connect.Field("f", connect.Float32), connect.Field("s", connect.OptionalString),
		connect.Field("y", connect.Bytes), connect.Field("d", connect.DecimalOf(2)), connect.Field("at", connect.Timestamp), connect.Field("day", connect.Date), connect.Field("n", connect.Optional(connect.Int8.WithDefault(int8(3)))))
	amount, _ := connect.ParseDecimal("12.50")
	w := written{topic: "all"}
	task := start(t, NewConfluent(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "auto.create": "true", "db.timezone": "America/New_York"})
	require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{
		w.record(nil, nil, schema, fill(schema, int64(1)<<60, true, float32(0.5), "it's", []byte{0, 255}, amount, time.UnixMilli(-1).UTC(), connect.DateFromDays(-1), nil))}))
	assert.Equal(t, []string{"1152921504606846976|1|0.5|it's|00FF|real 12.5|-1|-86400000|3"},
		rowsOf(t, open(t, url, nil), `SELECT id||'|'||b||'|'||f||'|'||s||'|'||hex(y)||'|'||typeof(d)||' '||d||'|'||at||'|'||day||'|'||n FROM "all"`))
}

func TestATextIsWrittenToItsColumn(t *testing.T) {
	url := sqliteFile(t)
	task := start(t, NewConfluent(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "auto.create": "true", "pk.mode": "kafka"})
	w := written{topic: "lines"}
	require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{w.record(nil, nil, connect.String, "hello")}))
	assert.Equal(t, []string{"lines 0 0 hello"}, rowsOf(t, open(t, url, nil), "SELECT __connect_topic || ' ' || __connect_partition || ' ' || __connect_offset || ' ' || record_value FROM lines"))
}

// guarded is a table that refuses the name "refused".
func guarded(t testing.TB) (url string, check *database.Session) {
	url = sqliteFile(t)
	check = open(t, url, nil)
	_, err := check.Exec(t.Context(), "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> 'refused'))")
	require.NoError(t, err)
	return url, check
}

func refusedAt(records []connect.SinkRecord, n int) []connect.SinkRecord {
	records[n].Value.(*connect.Struct).SetAt(1, "refused")
	return records
}

func TestAnErrorOfTheDatabaseIsRetriedAndThenFailsTheTask(t *testing.T) {
	url, check := guarded(t)
	task := start(t, NewConfluent(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "max.retries": "2", "retry.backoff.ms": "70"})
	for range 2 {
		err := task.Put(t.Context(), refusedAt(orders("c1 c2 c3"), 1))
		require.ErrorContains(t, err, "write the record of topic orders, partition 0, offset 1 to table orders")
		require.Equal(t, connect.Transient, connect.Classify(err))
		assert.Equal(t, 70*time.Millisecond, task.Steered.After)
	}
	err := task.Put(t.Context(), refusedAt(orders("c1 c2 c3"), 1))
	require.ErrorContains(t, err, "offset 1")
	require.Equal(t, connect.Fatal, connect.Classify(err))
	assert.Empty(t, rowsOf(t, check, "SELECT name FROM orders"), "nothing of a put that failed stays")
}

func TestRetriesBeginAnewAfterASuccess(t *testing.T) {
	url, _ := guarded(t)
	task := start(t, NewConfluent(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "max.retries": "1", "insert.mode": "upsert", "pk.mode": "record_key"})
	for range 3 {
		require.Equal(t, connect.Transient, connect.Classify(task.Put(t.Context(), refusedAt(orders("c1 c2"), 1))))
		require.NoError(t, task.Put(t.Context(), orders("c1 c2")))
	}
}

func TestRecordsAtFaultAreReportedOneByOne(t *testing.T) {
	url, check := guarded(t)
	var reported letters
	task := start(t, NewConfluent(), &conntest.SinkContext{Reporter: &reported}, map[string]string{"connection.url": url, "max.retries": "0"})
	require.NoError(t, task.Put(t.Context(), refusedAt(refusedAt(orders("c1 c2 c3 c4"), 1), 3)))
	assert.Equal(t, []string{"name 0", "name 2"}, rowsOf(t, check, "SELECT name FROM orders ORDER BY id"))
	require.Len(t, reported.got, 2)
	assert.Contains(t, reported.got[0], "1: write the record of topic orders, partition 0, offset 1")
	assert.Contains(t, reported.got[1], "3: write the record")
}

func TestATableThatDoesNotFitIsReportedWithoutRetries(t *testing.T) {
	url, check := guarded(t)
	var reported letters
	task := start(t, NewConfluent(), &conntest.SinkContext{Reporter: &reported}, map[string]string{"connection.url": url, "max.retries": "5"})
	require.NoError(t, task.Put(t.Context(), orders("c1 C2 c3")))
	assert.Equal(t, []string{"name 0", "name 2"}, rowsOf(t, check, "SELECT name FROM orders ORDER BY id"))
	assert.Contains(t, reported.String(), "1: Table orders has no column for the fields size and auto.evolve is not enabled")
}

func TestValuesOfAnotherTypeFailTheTaskAtOnce(t *testing.T) {
	var reported letters
	nested := connect.StructOf("n", connect.Field("id", connect.Int32), connect.Field("inner", orderKey))
	w := written{topic: "orders"}
	url := sqliteFile(t)
	_, err := open(t, url, nil).Exec(t.Context(), "CREATE TABLE orders (id INTEGER, \"inner\" TEXT)")
	require.NoError(t, err)
	task := start(t, NewConfluent(), &conntest.SinkContext{Reporter: &reported}, map[string]string{"connection.url": url})
	err = task.Put(t.Context(), []connect.SinkRecord{w.record(nil, nil, nested, fill(nested, int32(1), fill(orderKey, int32(2))))})
	require.ErrorContains(t, err, "Field inner has the type STRUCT")
	assert.NotEqual(t, connect.Transient, connect.Classify(err))
	assert.Empty(t, reported.got)
}

func TestSensitiveValuesCanBeLeftOutOfErrors(t *testing.T) {
	url, _ := guarded(t)
	task := start(t, NewConfluent(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "max.retries": "0", "trim.sensitive.log": "true"})
	err := task.Put(t.Context(), refusedAt(orders("c1"), 0))
	require.ErrorContains(t, err, "trim.sensitive.log hides the rest")
	assert.NotContains(t, err.Error(), "CHECK")
}

func TestDebeziumsClassReportsRecordsAtFault(t *testing.T) {
	url, check := guarded(t)
	var reported letters
	props := map[string]string{"connection.url": url, "connection.username": "", "collection.name.format": "orders"}
	task := start(t, NewDebezium(), &conntest.SinkContext{Reporter: &reported}, props)
	records := events("f1 f2 f3")
	refusedAt(records, 1)
	records = append(records, events("n4")[0])
	records[3].Value, records[3].Offset = "no struct", 3
	require.NoError(t, task.Put(t.Context(), records))
	assert.Equal(t, []string{"name 0", "name 2"}, rowsOf(t, check, "SELECT name FROM orders ORDER BY id"))
	assert.Contains(t, reported.String(), "1: write the record")
	assert.Contains(t, reported.String(), "3: Record of topic shop.public.orders")
}

func TestWhatDebeziumsClassFlushedBeforeAFailureStays(t *testing.T) {
	url, check := guarded(t)
	task := start(t, NewDebezium(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "connection.username": "", "collection.name.format": "orders", "batch.size": "2"})
	err := task.Put(t.Context(), refusedAt(events("f1 f2 f3 f4"), 3))
	require.ErrorContains(t, err, "JDBC sink connector failure: write the record of topic shop.public.orders, partition 0, offset 3")
	assert.Equal(t, []string{"name 0", "name 1"}, rowsOf(t, check, "SELECT name FROM orders ORDER BY id"))
}
