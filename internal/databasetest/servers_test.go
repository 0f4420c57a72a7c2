// SPDX-License-Identifier: Apache-2.0

//go:build real

package databasetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAServerKeepsItsDataAndPortWhenItIsKilled(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *Server{
		"PostgreSQL fetched":               func(t *testing.T) *Server { return StartPostgreSQL(t, Config{Fetched: true}) },
		"PostgreSQL installed if there is": func(t *testing.T) *Server { return StartPostgreSQL(t, Config{Durable: true}) },
		"MariaDB":                          func(t *testing.T) *Server { return StartMariaDB(t, Config{Durable: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Exec(t, "CREATE TABLE kept (id int PRIMARY KEY, word varchar(10))", "INSERT INTO kept VALUES (1, 'one'), (2, NULL)")
			addr, pid := s.Addr(), s.PID()
			require.NoError(t, s.Kill())
			require.Error(t, s.Run(t.Context(), "SELECT 1"), "nobody answers")

			require.NoError(t, s.Start())
			assert.Equal(t, addr, s.Addr())
			assert.NotEqual(t, pid, s.PID())
			assert.Equal(t, [][]string{{"1", "one"}, {"2", null}}, s.Query(t, "SELECT id, word FROM kept ORDER BY id"))

			require.NoError(t, s.Stop())
			require.NoError(t, s.Start())
			assert.Len(t, s.Query(t, "SELECT id FROM kept"), 2)
		})
	}
}

func TestThePostgreSQLOfTheCacheIsTheVersionThatIsWanted(t *testing.T) {
	s := StartPostgreSQL(t, Config{Fetched: true, Settings: map[string]string{"work_mem": "7MB"}})
	assert.Equal(t, [][]string{{"17.11"}}, s.Query(t, "SHOW server_version"))
	assert.Equal(t, [][]string{{"logical"}}, s.Query(t, "SHOW wal_level"))
	assert.Equal(t, [][]string{{"7MB"}}, s.Query(t, "SHOW work_mem"))
	s.Exec(t, "CREATE EXTENSION hstore", "CREATE EXTENSION citext", "CREATE EXTENSION ltree", "CREATE EXTENSION isn")
}

func TestAPausedServerAnswersNothing(t *testing.T) {
	s := StartPostgreSQL(t, Config{})
	require.NoError(t, s.Pause())
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	assert.Error(t, s.Run(ctx, "SELECT 1"))
	require.NoError(t, s.Resume())
	s.Exec(t, "SELECT 1")
}

func TestTestsShareAServerAndHaveDatabasesOfTheirOwn(t *testing.T) {
	for name, database := range map[string]func(testing.TB) *Server{"PostgreSQL": PostgreSQL, "MariaDB": MariaDB} {
		t.Run(name, func(t *testing.T) {
			a, b := database(t), database(t)
			assert.Equal(t, a.Addr(), b.Addr())
			a.Exec(t, "CREATE TABLE same (a int)")
			b.Exec(t, "CREATE TABLE same (b int)")
			assert.Zero(t, a.PID(), "a shared server is nobody's to kill")
		})
	}
}

func TestADatabaseEndsWithItsSlots(t *testing.T) {
	other := PostgreSQL(t)
	t.Run("the test with a slot", func(t *testing.T) {
		PostgreSQL(t).Exec(t, "SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')")
	})
	assert.Empty(t, other.Query(t, "SELECT slot_name FROM pg_replication_slots WHERE slot_name = 'left_behind'"))
}
