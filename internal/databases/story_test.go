// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
)

// story is what happens in a database, and the configurations in which both sides capture it.
type story struct {
	name string
	// letter tells its slots and topics from those of other stories.
	letter string
	modes  []mode
	// before is what the database has when the connectors come.
	before []string
	after  []step
	// late says that both sides are stopped while it happens: then they find a catalog that is far ahead of the changes.
	late bool
}

// step is a statement of a session. Each statement that names none has a session, and where it is one alone a transaction, of its own.
type step struct{ session, sql string }

func steps(statements ...string) []step {
	all := make([]step, len(statements))
	for i, sql := range statements {
		all[i].sql = sql
	}
	return all
}

// in are statements of a session that stays open, so that those of several transactions come in turns.
func in(session string, statements ...string) []step {
	all := steps(statements...)
	for i := range all {
		all[i].session = session
	}
	return all
}

func together(parts ...[]step) (all []step) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// sessions are those that steps have opened.
type sessions struct {
	t    *testing.T
	db   *databasetest.Server
	open map[string]*pgconn.PgConn
}

func newSessions(t *testing.T, db *databasetest.Server) *sessions {
	t.Helper()
	s := &sessions{t, db, map[string]*pgconn.PgConn{}}
	t.Cleanup(s.close)
	return s
}

func (s *sessions) close() {
	for _, conn := range s.open {
		_ = conn.Close(s.t.Context()) // it ends with its server if not now
	}
	clear(s.open)
}

func (s *sessions) run(at step) {
	s.t.Helper()
	if at.session == "" {
		s.db.Exec(s.t, at.sql)
		return
	}
	conn := s.open[at.session]
	if conn == nil {
		var err error
		conn, err = pgconn.Connect(s.t.Context(), s.db.DSN())
		require.NoError(s.t, err)
		s.open[at.session] = conn
	}
	_, err := conn.Exec(s.t.Context(), at.sql).ReadAll()
	require.NoError(s.t, err, "%s", at.sql)
}

// copyIn is a function of the database that copies the rows of a query into a table: rows that come so share places in the log.
const copyIn = `CREATE FUNCTION copy_in(into_table text, rows text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE file text := current_setting('data_directory') || '/copied_' || pg_backend_pid();
BEGIN EXECUTE format('COPY (%s) TO %L', rows, file); EXECUTE format('COPY %s FROM %L', into_table, file); END $$`
