// SPDX-License-Identifier: Apache-2.0

//go:build real

package database

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

func loggedIn(t *testing.T, server *databasetest.Server, url string) *Session {
	t.Helper()
	db, err := New(Settings{URL: url, Properties: map[string]string{"user": server.User, "password": server.Password}})
	require.NoError(t, err)
	s, err := db.Connect(t.Context())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// within fails the test where a call takes long.
func within(t *testing.T, limit time.Duration, what string, call func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); call() }()
	select {
	case <-done:
	case <-time.After(limit):
		require.FailNow(t, what+" has not returned")
	}
}

func TestATransactionEndsWithItsContextWhileTheServerHangs(t *testing.T) {
	for name, server := range map[string]func(testing.TB) *databasetest.Server{"PostgreSQL": databasetest.PostgreSQL, "MariaDB": databasetest.MariaDB} {
		for end, finish := range map[string]func(*Session, context.Context) error{"commit": (*Session).Commit, "rollback": (*Session).Rollback} {
			t.Run(name+" "+end, func(t *testing.T) {
				db := server(t)
				db.Exec(t, "CREATE TABLE t (a int)")
				wire := conntest.NewWire(t, db.Addr())
				s := loggedIn(t, db, strings.Replace(db.JDBC(), db.Addr(), wire.Addr(), 1))
				require.NoError(t, s.Begin(t.Context(), sql.LevelReadCommitted))
				run(t, s, "INSERT INTO t VALUES (1)")
				defer wire.Hang()()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				within(t, 5*time.Second, end, func() { assert.Error(t, finish(s, ctx)) })
				within(t, 5*time.Second, "Close", s.Close)
				assert.False(t, s.Alive(t.Context()))
			})
		}
	}
}

func TestARollbackThatCannotBeMadeEndsTheConnection(t *testing.T) {
	db := databasetest.MariaDB(t)
	db.Exec(t, "CREATE TABLE t (a int)")
	s := loggedIn(t, db, db.JDBC())
	require.NoError(t, s.Begin(t.Context(), sql.LevelDefault))
	run(t, s, "INSERT INTO t VALUES (1)")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, s.Rollback(ended))
	// Another transaction on the same connection would have committed the first.
	assert.Equal(t, Lost, FailureOf(s.Begin(t.Context(), sql.LevelDefault)))
	assert.Equal(t, [][]string{{"0"}}, db.Query(t, "SELECT count(*) FROM t"))
}

func TestTextIsUTF8WhateverTheDatabaseHas(t *testing.T) {
	const text = "naïve Ærøskøbing"
	t.Run("PostgreSQL", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		latin := "latin_" + db.Database
		db.Exec(t, "CREATE DATABASE "+latin+" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
		s := loggedIn(t, db, strings.Replace(db.JDBC(), "/"+db.Database, "/"+latin, 1))
		t.Cleanup(func() { assert.NoError(t, db.Run(context.Background(), "DROP DATABASE "+latin+" WITH (FORCE)")) })
		roundTrip(t, s, text, "SELECT length(a)::int, a FROM t")
	})
	t.Run("MariaDB", func(t *testing.T) {
		db := databasetest.MariaDB(t)
		s := loggedIn(t, db, db.JDBC()+"?connectionCollation=latin1_swedish_ci")
		roundTrip(t, s, text, "SELECT char_length(a), a FROM t")
	})
}

func roundTrip(t *testing.T, s *Session, text, query string) {
	t.Helper()
	run(t, s, "CREATE TABLE t (a varchar(100))")
	_, err := s.Exec(t.Context(), "INSERT INTO t VALUES ("+s.Database().Placeholder(1)+")", text)
	require.NoError(t, err)
	var length int
	var got string
	require.NoError(t, s.one(t.Context(), query, nil, &length, &got))
	assert.Equal(t, []any{len([]rune(text)), text}, []any{length, got})
}

func TestSessionsOfMariaDBHaveWhatTheURLSays(t *testing.T) {
	db := databasetest.MariaDB(t)
	s := loggedIn(t, db, "jdbc:mysql://127.0.0.1:1,"+db.Addr()+"/"+db.Database+"?connectTimeout=500&sslMode=DISABLED&connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&sessionVariables="+
		url.QueryEscape("lock_wait_timeout=7,@greeting='a,b;c'"))
	var zone, mode, greeting string
	var wait int
	require.NoError(t, s.one(t.Context(), "SELECT @@time_zone, @@sql_mode, @greeting, @@lock_wait_timeout", nil, &zone, &mode, &greeting, &wait))
	assert.Equal(t, []any{"+00:00", "a,b;c", 7}, []any{zone, greeting, wait})
	assert.Contains(t, mode, "STRICT_TRANS_TABLES")
}

// A packet that is longer than the server takes ends the connection.
func TestManyValuesAreMoreThanOnePacket(t *testing.T) {
	db := databasetest.MariaDB(t)
	s := loggedIn(t, db, db.JDBC())
	run(t, s, "CREATE TABLE t (a longtext)")
	const rows = 400
	args := make([]any, rows)
	for i := range args {
		args[i] = strings.Repeat("x", 60_000)
	}
	n, err := s.Exec(t.Context(), "INSERT INTO t VALUES (?)"+strings.Repeat(", (?)", rows-1), args...)
	require.NoError(t, err)
	assert.EqualValues(t, rows, n)
	assert.Equal(t, [][]string{{fmt.Sprint(rows * 60_000)}}, db.Query(t, "SELECT sum(length(a)) FROM t"))
}
