// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/position"
)

func TestChunksFollowTheOrderOfTheirKeys(t *testing.T) {
	t.Parallel()
	one := chunkQuery{table: table("id", "v"), columns: []int{0, 1}, keys: []int{0}, limit: 10}
	assert.Equal(t, `SELECT "id", "v" FROM "public"."t""x" ORDER BY "id" LIMIT 10`, one.statement())
	assert.Equal(t, `SELECT "id" FROM "public"."t""x" ORDER BY "id" DESC LIMIT 1`, one.maximum())
	one.after, one.last, one.filter = keyOfTexts("3"), keyOfTexts("9"), "v > 1"
	assert.Equal(t, `SELECT "id", "v" FROM "public"."t""x" WHERE "id" > '3' AND "id" <= '9' AND (v > 1) ORDER BY "id" LIMIT 10`, one.statement())
	assert.Equal(t, `SELECT "id" FROM "public"."t""x" WHERE (v > 1) ORDER BY "id" DESC LIMIT 1`, one.maximum())
	two := chunkQuery{table: table("a", "b"), columns: []int{0}, keys: []int{0, 1}, limit: 1, after: keyOfTexts("3", "x"), last: keyOfTexts("9", "y")}
	assert.Equal(t, `SELECT "a" FROM "public"."t""x" WHERE ROW("a", "b") > ROW('3', 'x') AND ROW("a", "b") <= ROW('9', 'y') ORDER BY "a", "b" LIMIT 1`, two.statement())
	assert.Equal(t, `SELECT "a", "b" FROM "public"."t""x" ORDER BY "a" DESC, "b" DESC LIMIT 1`, two.maximum())
}

func TestANullInAKeyComesLast(t *testing.T) {
	t.Parallel()
	def := table("a", "b")
	def.Columns[1].Optional = true
	q := chunkQuery{table: def, columns: []int{0}, keys: []int{0, 1}, limit: 1}
	assert.Equal(t, `((("a" > '3' OR "a" IS NULL)) OR ("a" = '3' AND ("b" > 'x' OR "b" IS NULL)))`, q.compare(keyOfTexts("3", "x"), true))
	assert.Equal(t, `((("a" > '3' OR "a" IS NULL)))`, q.compare(keyOfTexts("3", "<null>"), true))
	assert.Equal(t, `(("a" < '3') OR ("a" = '3' AND "b" IS NOT NULL) OR ("a" = '3' AND "b" IS NULL))`, q.compare(keyOfTexts("3", "<null>"), false))
	q.keys = []int{1}
	assert.Equal(t, "false", q.compare(keyOfTexts("<null>"), true))
}

func TestAWindowHasTheRowsThatWereNotStreamed(t *testing.T) {
	t.Parallel()
	w := newWindow()
	for i := range 4 {
		row := [][]byte{[]byte(strconv.Itoa(i)), nil}
		key, known := keyOf(row, []int{0, 1})
		require.True(t, known)
		w.add(key, row)
	}
	gone, _ := keyOf([][]byte{[]byte("2"), nil}, []int{0, 1})
	w.drop(gone)
	w.drop(gone)
	w.drop("other")
	assert.Nil(t, w.rows[2])
	assert.NotNil(t, w.rows[1])
	assert.Equal(t, "3", string(w.final[0]))
	_, known := keyOf(nil, nil)
	assert.False(t, known, "a table without a key has none")
	a, _ := keyOf([][]byte{[]byte("1"), []byte("23")}, []int{0, 1})
	b, _ := keyOf([][]byte{[]byte("12"), []byte("3")}, []int{0, 1})
	assert.NotEqual(t, a, b)
}

func TestATableIsLeftOutOnlyWhereAnotherAttemptWouldFailToo(t *testing.T) {
	t.Parallel()
	for code, refused := range map[string]bool{"42P01": true, "42703": true, "42501": true, "22012": true, "40001": false, "40P01": false, "55P03": false, "25006": false, "57P01": false, "53300": false, "08006": false} {
		assert.Equal(t, refused, refusedByServer(fmt.Errorf("read: %w", &pgconn.PgError{Code: code})), code)
	}
	assert.False(t, refusedByServer(io.ErrUnexpectedEOF))
}

func TestAPositionBehindTheHeaderOfAPageIsTheEndOfTheLastRecord(t *testing.T) {
	t.Parallel()
	for from, want := range map[position.LSN]position.LSN{0x2000: 0x2000, 0x2018: 0x2000, 0x1000028: 0x1000000, 0x2030: 0x2030, 0x1fff: 0x1fff} {
		assert.Equal(t, want, withoutPageHeader(from), from.String())
	}
}

func TestPendingTablesAreStoredAsDebeziumDoes(t *testing.T) {
	t.Parallel()
	var p pending
	assert.Nil(t, p.fields())
	c := command{Conditions: []condition{{Collection: "PUBLIC.b", Filter: "id > 5"}}}
	p = p.with(c, []catalog.ID{{Schema: "public", Name: "a"}, {Schema: "public", Name: "b"}, {Schema: "public", Name: "a"}})
	p.signal, p.sent, p.last, p.kinds = "s", keyOfTexts("5"), keyOfTexts("7"), []javaKind{javaInteger}
	fields := p.fields()
	assert.JSONEq(t, `[{"incremental_snapshot_collections_id":"public.a","incremental_snapshot_collections_additional_condition":null,"incremental_snapshot_collections_surrogate_key":null},
		{"incremental_snapshot_collections_id":"public.b","incremental_snapshot_collections_additional_condition":"id > 5","incremental_snapshot_collections_surrogate_key":null}]`, fields[collectionsKey].(string))
	assert.Equal(t, "s", fields[correlationKey])
	read, err := readPending(fields)
	require.NoError(t, err)
	assert.Equal(t, p.sent, read.sent)
	assert.Equal(t, p.last, read.last)
	assert.Equal(t, "public.a, public.b", read.names())
	fields[maximumKey] = "aced00057372"
	read, err = readPending(fields)
	require.NoError(t, err)
	assert.Nil(t, read.sent, "the table begins anew where its keys cannot be read")
	left := p.without(func(id string) bool { return id == "public.a" })
	assert.Nil(t, left.sent)
	assert.Len(t, p.tables, 2, "pending is a value")
	_, err = readPending(map[string]any{collectionsKey: "{"})
	assert.Error(t, err)
}
