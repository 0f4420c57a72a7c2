// SPDX-License-Identifier: Apache-2.0

package database

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, url string) *Session {
	t.Helper()
	db, err := New(Settings{URL: url})
	require.NoError(t, err)
	s, err := db.Connect(t.Context())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func run(t *testing.T, s *Session, statements ...string) {
	t.Helper()
	for _, text := range statements {
		_, err := s.Exec(t.Context(), text)
		require.NoError(t, err, text)
	}
}

func TestTablesAndColumnsOfSQLite(t *testing.T) {
	s := open(t, "jdbc:sqlite:"+filepath.ToSlash(filepath.Join(t.TempDir(), "shop #x?.db")))
	run(t, s,
		`CREATE TABLE "Or""der" (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) NOT NULL, price DECIMAL(10,2) DEFAULT 1, twice INT AS (price * 2))`,
		`CREATE TABLE pair (a TEXT, b TEXT, c TEXT, PRIMARY KEY (b, a))`,
		`CREATE VIEW seen AS SELECT * FROM pair`)

	tables, err := s.Tables(t.Context(), Listing{Types: []string{"table"}})
	require.NoError(t, err)
	assert.Equal(t, []Table{{TableID{Name: `Or"der`}, "TABLE"}, {TableID{Name: "pair"}, "TABLE"}}, tables)

	found, err := s.Table(t.Context(), TableID{Name: "seen"})
	require.NoError(t, err)
	assert.Equal(t, &Table{TableID{Name: "seen"}, "VIEW"}, found)
	missing, err := s.Table(t.Context(), TableID{Name: "PAIR"})
	require.NoError(t, err)
	assert.Nil(t, missing, "names are compared exactly")

	columns, err := s.Columns(t.Context(), TableID{Name: `Or"der`})
	require.NoError(t, err)
	assert.Equal(t, []Column{
		{Name: "id", Type: "INTEGER", Base: "integer", Nullable: true, Key: 1, AutoIncrement: true, HasDefault: true},
		{Name: "name", Type: "VARCHAR(20)", Base: "varchar"},
		{Name: "price", Type: "DECIMAL(10,2)", Base: "decimal", Nullable: true, HasDefault: true},
		{Name: "twice", Type: "INT", Base: "int", Nullable: true, Generated: true},
	}, columns)
	columns, err = s.Columns(t.Context(), TableID{Name: "pair"})
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1, 0}, []int{columns[0].Key, columns[1].Key, columns[2].Key})
}

func TestATransactionIsCommittedOrTakenBack(t *testing.T) {
	s := open(t, "jdbc:sqlite::memory:")
	run(t, s, "CREATE TABLE t (a INT)")
	require.NoError(t, s.Begin(t.Context(), sql.LevelDefault))
	assert.ErrorIs(t, s.Begin(t.Context(), sql.LevelDefault), errNested)
	run(t, s, "INSERT INTO t VALUES (1)")
	require.NoError(t, s.Rollback(t.Context()))
	require.NoError(t, s.Begin(t.Context(), sql.LevelDefault))
	run(t, s, "INSERT INTO t VALUES (2)")
	require.NoError(t, s.Commit(t.Context()))
	require.NoError(t, s.Commit(t.Context()), "there is nothing to commit")
	var sum int
	require.NoError(t, s.one(t.Context(), "SELECT sum(a) FROM t", nil, &sum))
	assert.Equal(t, 2, sum)
}
