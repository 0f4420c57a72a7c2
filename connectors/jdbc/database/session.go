// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
)

// Session is one connection to a database. It is for one goroutine at a time.
type Session struct {
	database *Database
	postgres *pgx.Conn
	// pool has this one connection.
	pool *sql.DB
	conn *sql.Conn
	tx   transaction
	// catalog and schema are where names without them are looked up.
	catalog, schema string
	version         string
}

// transaction is one of pgx's or of database/sql's.
type transaction interface {
	Commit(ctx context.Context) error
	Rollback(ctx context.Context) error
}

// Rows is what a query returns. Close may be called more than once.
type Rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close()
}

// Connect opens a connection, as often as the settings say, and asks it where it is. The error is of the last attempt and shows no secret.
func (d *Database) Connect(ctx context.Context) (*Session, error) {
	for attempt := 1; ; attempt++ {
		s, err := d.connectOnce(ctx)
		if err == nil {
			return s, nil
		}
		err = d.redact(err)
		if ctx.Err() != nil || attempt >= d.settings.Attempts {
			return nil, fmt.Errorf("connect to %s: %w", d, err)
		}
		d.settings.Logger.Info("The database cannot be reached; it is tried again", "url", d.String(), "attempt", attempt, "of", d.settings.Attempts, "after", d.settings.Backoff, "error", err)
		if connect.Sleep(ctx, d.settings.Backoff) != nil {
			return nil, fmt.Errorf("connect to %s: %w", d, err)
		}
	}
}

func (d *Database) connectOnce(ctx context.Context) (*Session, error) {
	s := &Session{database: d}
	if err := s.dial(ctx); err != nil {
		return nil, err
	}
	if err := s.locate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) dial(ctx context.Context) (err error) {
	if s.database.postgres != nil {
		s.postgres, err = pgx.ConnectConfig(ctx, s.database.postgres.Copy())
		return err
	}
	connector, err := s.database.open()
	if err != nil {
		return err
	}
	s.pool = sql.OpenDB(connector)
	s.pool.SetMaxOpenConns(1)
	if s.conn, err = s.pool.Conn(ctx); err == nil {
		err = s.conn.PingContext(ctx)
	}
	if err != nil {
		s.Close()
	}
	return err
}

var places = [...]string{
	PostgreSQL: "SELECT current_database()::text, coalesce(current_schema()::text, ''), current_setting('server_version')",
	MySQL:      "SELECT coalesce(database(), ''), '', version()",
	SQLite:     "SELECT '', '', sqlite_version()",
	SQLServer:  "SELECT db_name(), coalesce(schema_name(), 'dbo'), cast(serverproperty('ProductVersion') as nvarchar(128))",
}

func (s *Session) locate(ctx context.Context) error {
	err := s.one(ctx, places[s.database.dialect], nil, &s.catalog, &s.schema, &s.version)
	if err != nil {
		return fmt.Errorf("ask for the database's name: %w", err)
	}
	return nil
}

// one reads the first row of a query.
func (s *Session) one(ctx context.Context, text string, args []any, into ...any) error {
	rows, err := s.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// Database is what this is a session of.
func (s *Session) Database() *Database { return s.database }

// Catalog is the database that the session is in, "" in SQLite.
func (s *Session) Catalog() string { return s.catalog }

// Schema is where tables without a schema are made, "" in MySQL and SQLite.
func (s *Session) Schema() string { return s.schema }

// Version is the server's, as it writes it itself; MariaDB's has the word MariaDB in it.
func (s *Session) Version() string { return s.version }

// Postgres is pgx's connection, nil where the database is another.
func (s *Session) Postgres() *pgx.Conn { return s.postgres }

// SQL is the connection of database/sql, nil for PostgreSQL.
func (s *Session) SQL() *sql.Conn { return s.conn }

// Exec runs a statement and returns how many rows it has changed.
func (s *Session) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if s.postgres != nil {
		tag, err := s.postgres.Exec(ctx, text, args...)
		return tag.RowsAffected(), err
	}
	result, err := s.conn.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query runs a statement that returns rows. They stream: one query at a time.
func (s *Session) Query(ctx context.Context, text string, args ...any) (Rows, error) {
	if s.postgres != nil {
		return s.postgres.Query(ctx, text, args...)
	}
	rows, err := s.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return sqlRows{rows}, nil
}

// sqlRows closes without an error: Err has it.
type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() }

// errNested is a mistake of the caller.
var errNested = errors.New("there is a transaction already")

// Begin starts a transaction, in which all is done until Commit or Rollback.
func (s *Session) Begin(ctx context.Context, isolation sql.IsolationLevel) error {
	if s.tx != nil {
		return errNested
	}
	if s.postgres != nil {
		tx, err := s.postgres.BeginTx(ctx, pgx.TxOptions{IsoLevel: postgresIsolation[isolation]})
		if err == nil {
			s.tx = tx
		}
		return err
	}
	if s.database.dialect == MySQL {
		return s.beginMySQL(ctx, isolation)
	}
	tx, err := s.conn.BeginTx(ctx, &sql.TxOptions{Isolation: isolation})
	if err == nil {
		s.tx = sqlTx{tx}
	}
	return err
}

func (s *Session) beginMySQL(ctx context.Context, isolation sql.IsolationLevel) error {
	if isolation != sql.LevelDefault {
		if _, err := s.conn.ExecContext(ctx, "SET TRANSACTION ISOLATION LEVEL "+isolation.String()); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(ctx, "START TRANSACTION")
	if err == nil {
		s.tx = mysqlTx{s.conn}
	}
	return err
}

var postgresIsolation = map[sql.IsolationLevel]pgx.TxIsoLevel{
	sql.LevelReadUncommitted: pgx.ReadUncommitted, sql.LevelReadCommitted: pgx.ReadCommitted, sql.LevelRepeatableRead: pgx.RepeatableRead, sql.LevelSerializable: pgx.Serializable,
}

// mysqlTx ends a transaction by statements: the driver waits for the answer to a commit without looking at a context.
type mysqlTx struct{ conn *sql.Conn }

func (t mysqlTx) Commit(ctx context.Context) error   { return t.end(ctx, "COMMIT") }
func (t mysqlTx) Rollback(ctx context.Context) error { return t.end(ctx, "ROLLBACK") }

func (t mysqlTx) end(ctx context.Context, statement string) error {
	_, err := t.conn.ExecContext(ctx, statement)
	return err
}

type sqlTx struct{ tx *sql.Tx }

func (t sqlTx) Commit(context.Context) error   { return t.tx.Commit() }
func (t sqlTx) Rollback(context.Context) error { return t.tx.Rollback() }

// Commit ends the transaction; without one it does nothing. After an error the transaction is over, too.
func (s *Session) Commit(ctx context.Context) error {
	if s.tx == nil {
		return nil
	}
	tx := s.tx
	s.tx = nil
	return tx.Commit(ctx)
}

// Rollback takes the transaction back; without one it does nothing. Where it fails, or ctx has ended, the connection is closed, which takes the
// transaction back just so.
func (s *Session) Rollback(ctx context.Context) error {
	if s.tx == nil {
		return nil
	}
	tx := s.tx
	s.tx = nil
	err := tx.Rollback(ctx)
	if err != nil {
		s.Close()
	}
	return err
}

// aliveLimit is how long Alive waits for an answer.
const aliveLimit = 5 * time.Second

// Alive asks the server whether it is there.
func (s *Session) Alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, aliveLimit)
	defer cancel()
	if s.postgres != nil {
		return !s.postgres.IsClosed() && s.postgres.Ping(ctx) == nil
	}
	return s.conn.PingContext(ctx) == nil
}

// closeLimit is how long Close waits for the server's good-bye.
const closeLimit = 500 * time.Millisecond

// Close ends the connection; an open transaction is taken back. It may be called more than once.
func (s *Session) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	if s.postgres != nil {
		_ = s.postgres.Close(ctx)
		return
	}
	_ = s.Rollback(ctx)
	if s.conn != nil {
		_ = s.conn.Close()
	}
	if s.pool != nil {
		_ = s.pool.Close()
	}
}
