// SPDX-License-Identifier: Apache-2.0

//go:build real

package catalog_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/internal/databasetest"
)

func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) }

// counted counts queries.
type counted struct {
	*pgx.Conn
	queries int
}

func (c *counted) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	c.queries++
	return c.Conn.Query(ctx, sql, args...)
}

func connection(t *testing.T, statements ...string) *counted {
	t.Helper()
	db := databasetest.PostgreSQL(t)
	db.Exec(t, statements...)
	conn, err := pgx.Connect(t.Context(), db.DSN())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close(context.Background())) })
	return &counted{Conn: conn}
}

func read(t *testing.T, c *counted) (*catalog.Types, map[string]*catalog.Table) {
	t.Helper()
	types, err := catalog.ReadTypes(t.Context(), c)
	require.NoError(t, err)
	tables, err := catalog.ReadTables(t.Context(), c, types, func(id catalog.ID) bool { return id.Schema == "public" || id.Schema == "Other" })
	require.NoError(t, err)
	byName := map[string]*catalog.Table{}
	for _, table := range tables {
		byName[table.String()] = table
	}
	return types, byName
}

func TestTablesAreReadInFewQueries(t *testing.T) {
	c := connection(t,
		`CREATE TYPE mood AS ENUM ('sad', 'ok')`, `CREATE DOMAIN price AS numeric(8,3) NOT NULL`, `CREATE SCHEMA "Other"`,
		`CREATE TABLE a (z int, gone int, id bigserial, m mood[] DEFAULT '{}', p price, g int GENERATED ALWAYS AS (z * 2) STORED, v varchar(20) NOT NULL, PRIMARY KEY (v, id))`,
		`ALTER TABLE a DROP COLUMN gone`, `COMMENT ON TABLE a IS 'about a'`, `COMMENT ON COLUMN a.z IS 'about z'`, `ALTER TABLE a REPLICA IDENTITY FULL`,
		`CREATE TABLE "Other"."B c" (x int, y int)`, `CREATE UNIQUE INDEX expression ON "Other"."B c" ((x + 1))`, `CREATE UNIQUE INDEX z_second ON "Other"."B c" (x)`,
		`CREATE UNIQUE INDEX first ON "Other"."B c" (y) INCLUDE (x)`,
		`CREATE TABLE parted (id int, k int) PARTITION BY LIST (k)`, `CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)`,
		`CREATE TABLE bare (x int, r a)`, `CREATE VIEW view AS SELECT 1 AS x`)
	_, tables := read(t, c)
	assert.Equal(t, 5, c.queries, "types, tables, columns, the composite type, keys")
	require.Len(t, tables, 5)
	a := tables["public.a"]
	assert.Equal(t, []int{5, 1}, a.Key)
	assert.True(t, a.PrimaryKey)
	assert.Equal(t, catalog.IdentityFull, a.Identity)
	assert.Equal(t, "about a", a.Comment)
	var names []string
	for _, column := range a.Columns {
		names = append(names, column.Name)
	}
	assert.Equal(t, []string{"z", "id", "m", "p", "g", "v"}, names)
	assert.Equal(t, "about z", a.Columns[0].Comment)
	assert.True(t, a.Columns[0].Optional)
	assert.Equal(t, "nextval('a_id_seq'::regclass)", a.Columns[1].Default)
	assert.Equal(t, "mood", a.Columns[2].Type.Element.Name)
	assert.Equal(t, []string{"sad", "ok"}, a.Columns[2].Type.Element.Labels)
	assert.False(t, a.Columns[3].Optional, "the domain does not allow null")
	assert.Equal(t, "numeric", a.Columns[3].Type.Root.Name)
	assert.True(t, a.Columns[4].Generated)
	assert.Empty(t, a.Columns[4].Default)
	assert.Equal(t, int32(24), a.Columns[5].Modifier)
	b := tables["Other.B c"]
	assert.Equal(t, []int{1}, b.Key, "the first index by name that is not over expressions, without what it includes")
	assert.False(t, b.PrimaryKey)
	assert.True(t, tables["public.parted"].Partitioned)
	assert.True(t, tables["public.part"].Partition)
	assert.Empty(t, tables["public.bare"].Key)
	assert.Equal(t, catalog.KindComposite, tables["public.bare"].Columns[1].Type.Kind)
}

func TestARelationLearnsNewTypes(t *testing.T) {
	c := connection(t, `CREATE TABLE t (id int PRIMARY KEY)`)
	types, tables := read(t, c)
	_, err := c.Exec(t.Context(), `CREATE TYPE late AS ENUM ('a'); ALTER TABLE t ADD COLUMN l late DEFAULT 'a'`)
	require.NoError(t, err)
	var oid uint32
	require.NoError(t, c.QueryRow(t.Context(), `SELECT 'late'::regtype::oid`).Scan(&oid))
	assert.Equal(t, catalog.KindUnknown, types.ByOID(oid).Kind)
	table, err := catalog.Refresh(t.Context(), c, types, catalog.Relation{ID: catalog.ID{Schema: "public", Name: "t"}, OID: tables["public.t"].OID, Identity: 'd',
		Columns: []catalog.RelationColumn{{Name: "id", TypeOID: 23, Modifier: -1}, {Name: "l", TypeOID: oid, Modifier: -1}}})
	require.NoError(t, err)
	assert.Equal(t, []int{0}, table.Key)
	assert.Equal(t, []string{"a"}, table.Columns[1].Type.Labels)
	assert.Equal(t, "'a'::late", table.Columns[1].Default)
	gone, err := catalog.Refresh(t.Context(), c, types, catalog.Relation{ID: catalog.ID{Schema: "public", Name: "gone"}, OID: 1, Columns: []catalog.RelationColumn{{Name: "id", TypeOID: 23, Modifier: -1}}})
	require.NoError(t, err)
	assert.Empty(t, gone.Key)
	assert.True(t, gone.Columns[0].Optional)
}

func TestATableThatWasMadeAgainLendsItsKeyToChangesOfTheFormerOne(t *testing.T) {
	c := connection(t, `CREATE SCHEMA "A b"`, `CREATE TABLE "A b"."c.d" (id int PRIMARY KEY)`)
	types, tables := read(t, c)
	require.Empty(t, tables)
	oid := func(name string) (oid uint32) {
		require.NoError(t, c.QueryRow(t.Context(), `SELECT '`+name+`'::regclass::oid`).Scan(&oid))
		return oid
	}
	refresh := func(oid uint32) *catalog.Table {
		table, err := catalog.Refresh(t.Context(), c, types, catalog.Relation{ID: catalog.ID{Schema: "A b", Name: "c.d"}, OID: oid, Columns: []catalog.RelationColumn{{Name: "id", TypeOID: 23, Modifier: -1}}})
		require.NoError(t, err)
		return table
	}
	first := oid(`"A b"."c.d"`)
	_, err := c.Exec(t.Context(), `DROP TABLE "A b"."c.d"; CREATE TABLE "A b"."c.d" (id int PRIMARY KEY)`)
	require.NoError(t, err)
	again := refresh(first)
	assert.Equal(t, []int{0}, again.Key)
	assert.False(t, again.Columns[0].Optional)
	assert.Equal(t, first, again.OID)
	_, err = c.Exec(t.Context(), `ALTER TABLE "A b"."c.d" RENAME TO other; CREATE TABLE "A b"."c.d" (id int)`)
	require.NoError(t, err)
	assert.Equal(t, []int{0}, refresh(oid(`"A b".other`)).Key, "a table that was renamed is still the same")
}
