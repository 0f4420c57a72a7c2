// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// sqlWriter writes by way of database/sql: MySQL, SQLite and SQL Server.
type sqlWriter struct {
	session *database.Session
	dialect database.Dialect
	// prepared are statements by their texts.
	prepared map[string]*sql.Stmt
	args     []any
}

const (
	// mysqlParameters and sqlserverParameters are what the servers take in one statement at most, a bit less for the latter, which counts its own.
	mysqlParameters     = 65_535
	sqlserverParameters = 2_000
	// listedRows is how many rows one statement lists; SQL Server takes no more than 1000.
	listedRows = 512
	// preparedTexts is how many statements are kept.
	preparedTexts = 64
)

func newSQLWriter(s *database.Session) *sqlWriter {
	return &sqlWriter{session: s, dialect: s.Database().Dialect(), prepared: map[string]*sql.Stmt{}}
}

// takeTurns implements writer: a pause has to do.
func (*sqlWriter) takeTurns() {}

// fast implements writer.
func (w *sqlWriter) fast(ctx context.Context, u *unit) error {
	return inTransaction(ctx, w.session, u, nil, func(ctx context.Context, c *chunk) error {
		if texts := c.texts(); texts != nil && len(c.rows) > 1 && !c.layout.slow {
			return w.many(ctx, c, texts)
		}
		return w.one(ctx, c)
	})
}

// slow implements writer.
func (w *sqlWriter) slow(ctx context.Context, u *unit) error {
	return inTransaction(ctx, w.session, u, nil, w.one)
}

// change implements writer.
func (w *sqlWriter) change(ctx context.Context, ddl []string) error {
	return changeTable(ctx, w.session, ddl)
}

// texts makes the statement that takes n rows.
func (c *chunk) texts() func(n int) string {
	if c.op == deleting {
		return c.layout.statements.removeRows
	}
	return c.layout.statements.rows
}

// many writes a chunk by statements that list rows: as many as fit, then the half, and so on, so that there are few texts to prepare.
func (w *sqlWriter) many(ctx context.Context, c *chunk, texts func(int) string) error {
	bound := c.bound()
	rows := c.rows
	if c.layout.statements.lone && c.op == writing {
		var batch pgBatch
		var err error
		if rows, err = batch.lastOfEach(c); err != nil {
			return err
		}
	}
	size := listedRows
	for limit := w.parameters(); size > 1 && size*len(bound) > limit; {
		size /= 2
	}
	for len(rows) > 0 {
		for size > len(rows) {
			size /= 2
		}
		if err := w.list(ctx, c, bound, rows[:size], texts(size)); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

func (w *sqlWriter) parameters() int {
	if w.dialect == database.SQLServer {
		return sqlserverParameters
	}
	return mysqlParameters
}

// bound are the columns whose values the statements of a chunk take.
func (c *chunk) bound() []*column {
	if c.op == deleting {
		return pointers(c.layout.key())
	}
	return c.layout.statements.bound
}

func (w *sqlWriter) list(ctx context.Context, c *chunk, bound []*column, rows []row, text string) error {
	w.args = w.args[:0]
	for i := range rows {
		if err := w.bind(bound, &rows[i]); err != nil {
			return err
		}
	}
	return failed(w.exec(ctx, text), "write %d records to table %s", len(rows), c.layout.table)
}

// one writes a chunk row by row.
func (w *sqlWriter) one(ctx context.Context, c *chunk) error {
	text, bound := c.layout.statements.write, c.bound()
	if c.op == deleting {
		text = c.layout.statements.remove
	}
	for i := range c.rows {
		r := &c.rows[i]
		w.args = w.args[:0]
		if err := w.bind(bound, r); err != nil {
			return err
		}
		if err := w.exec(ctx, text); err != nil {
			return failed(err, "write the record of %s to table %s", place(r.record), c.layout.table)
		}
	}
	return nil
}

// bind adds the values of a row to the arguments.
func (w *sqlWriter) bind(bound []*column, r *row) error {
	for _, c := range bound {
		d, err := c.datum(r)
		if err != nil {
			return unfit(r.record, "field %s: %v", c.field, err)
		}
		w.args = append(w.args, argument(w.dialect, c.kind, d))
	}
	return nil
}

// argument is a datum as a driver takes it.
func argument(d database.Dialect, k kind, v datum) any {
	switch {
	case v.null && k == kindBytes && d == database.SQLServer:
		return []byte(nil) // a null without type would be a text, which does not become bytes
	case v.null:
		return nil
	case d == database.SQLServer:
		return v.plain(k)
	}
	switch k {
	case kindFloat32:
		if d != database.SQLite { // as a double it would have digits that a float does not have
			return strconv.FormatFloat(v.float(), 'g', -1, 32)
		}
	case kindDate:
		return string(appendDate(nil, v.n))
	case kindTime:
		return string(appendClock(nil, v.n, 6))
	case kindTimestamp, kindInstant:
		return string(appendTimestamp(nil, v.utc(), 6))
	}
	return v.plain(k)
}

// exec runs a statement with the arguments.
func (w *sqlWriter) exec(ctx context.Context, text string) error {
	statement := w.prepared[text]
	if statement == nil {
		var err error
		if statement, err = w.prepare(ctx, text); err != nil {
			return err
		}
	}
	_, err := statement.ExecContext(ctx, w.args...)
	return err
}

func (w *sqlWriter) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if len(w.prepared) >= preparedTexts {
		for _, old := range w.prepared {
			_ = old.Close()
		}
		clear(w.prepared)
	}
	statement, err := w.session.SQL().PrepareContext(ctx, text)
	if err == nil {
		w.prepared[text] = statement
	}
	return statement, err
}
