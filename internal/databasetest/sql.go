// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	_ "github.com/go-sql-driver/mysql" // MariaDB
	"github.com/jackc/pgx/v5/pgconn"
)

// null is what Query gives for NULL.
const null = "NULL"

// session is one connection to a server.
type session interface {
	// run returns the rows of the last statement that has any, each value as text.
	run(ctx context.Context, statement string) ([][]string, error)
	close(ctx context.Context) error
}

// Exec runs statements, each by itself, on one connection.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	if err := s.Run(t.Context(), statements...); err != nil {
		t.Fatal(err)
	}
}

// Run is Exec for those that are no tests.
func (s *Server) Run(ctx context.Context, statements ...string) error {
	_, err := s.all(ctx, statements)
	return err
}

// Query returns the rows of a statement, each value as text, NULL as "NULL".
func (s *Server) Query(t testing.TB, statement string) [][]string {
	t.Helper()
	rows, err := s.all(t.Context(), []string{statement})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Rows is Query for those that are no tests.
func (s *Server) Rows(ctx context.Context, statement string) ([][]string, error) {
	return s.all(ctx, []string{statement})
}

// all returns the rows of the last statement.
func (s *Server) all(ctx context.Context, statements []string) (rows [][]string, err error) {
	c, err := s.kind.connect(ctx, s.DSN())
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s, err)
	}
	defer func() { err = errors.Join(err, c.close(ctx)) }()
	for _, statement := range statements {
		if rows, err = c.run(ctx, statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement[:min(len(statement), 300)], err)
		}
	}
	return rows, nil
}

// ping opens a connection and closes it.
func (s *Server) ping(ctx context.Context) error {
	c, err := s.kind.connect(ctx, s.DSN())
	if err != nil {
		return err
	}
	return c.close(ctx)
}

type postgresSession struct{ *pgconn.PgConn }

func connectPostgres(ctx context.Context, dsn string) (session, error) {
	c, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return postgresSession{c}, nil
}

func (c postgresSession) close(ctx context.Context) error { return c.Close(ctx) }

func (c postgresSession) run(ctx context.Context, statement string) (rows [][]string, err error) {
	results, err := c.PgConn.Exec(ctx, statement).ReadAll()
	for _, r := range results {
		if len(r.FieldDescriptions) > 0 {
			rows = texts(r.Rows)
		}
	}
	return rows, err
}

func texts(rows [][][]byte) [][]string {
	all := make([][]string, len(rows))
	for i, row := range rows {
		all[i] = make([]string, len(row))
		for j, v := range row {
			if all[i][j] = null; v != nil {
				all[i][j] = string(v)
			}
		}
	}
	return all
}

// mariaSession is a pool of one connection, so that settings of the session hold.
type mariaSession struct{ *sql.DB }

func connectMaria(ctx context.Context, dsn string) (session, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return mariaSession{db}, nil
}

func (c mariaSession) close(context.Context) error { return c.Close() }

func (c mariaSession) run(ctx context.Context, statement string) ([][]string, error) {
	rows, err := c.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][][]byte
	for rows.Next() {
		row, into := make([][]byte, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return texts(all), rows.Err()
}
