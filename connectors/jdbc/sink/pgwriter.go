// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// pgWriter writes to PostgreSQL: parameters are in its binary form and of the types that Java's driver gives them, so that a column of
// another type is refused, or converted, as there.
type pgWriter struct {
	session *database.Session
	conn    *pgconn.PgConn
	// unnamed leaves nothing at the server: a pooler in between may give each transaction another connection.
	unnamed bool
	// prepared are the names of statements that the server knows.
	prepared map[string]*pgconn.StatementDescription
	batch    pgBatch
	// turns is how many transactions more begin with taking a turn.
	turns int
}

// preparedLimit is how many statements the server keeps for a task.
const preparedLimit = 256

func newPgWriter(s *database.Session) *pgWriter {
	mode := s.Postgres().Config().DefaultQueryExecMode
	return &pgWriter{session: s, conn: s.Postgres().PgConn(), prepared: map[string]*pgconn.StatementDescription{},
		unnamed: mode == pgx.QueryExecModeExec || mode == pgx.QueryExecModeSimpleProtocol}
}

// fast implements writer.
func (w *pgWriter) fast(ctx context.Context, u *unit) error {
	defer w.batch.release()
	if len(u.chunks) == 1 && w.turns == 0 {
		if done, err := w.alone(ctx, &u.chunks[0]); done || err != nil {
			return err
		}
	}
	return inTransaction(ctx, w.session, u, w.turn(u), func(ctx context.Context, c *chunk) error {
		if c.arrays() {
			return w.many(ctx, c)
		}
		return w.one(ctx, c)
	})
}

// slow implements writer.
func (w *pgWriter) slow(ctx context.Context, u *unit) error {
	return inTransaction(ctx, w.session, u, w.turn(u), w.one)
}

// turnsAfterConflict is for how many transactions a task takes turns after it was in the way of another.
const turnsAfterConflict = 1000

// takeTurns implements writer. Tasks that write the same rows in other orders would lock each other out time and again: the rows of one statement are
// sorted, those of several, one for each schema, are not.
func (w *pgWriter) takeTurns() { w.turns = turnsAfterConflict }

// turn is what a transaction begins with: locks that only tasks of this connector know, one for each table.
func (w *pgWriter) turn(u *unit) []string {
	if w.turns == 0 {
		return nil
	}
	w.turns--
	var out []string
	for _, table := range u.tables() {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte("longshore.jdbc.sink " + table))
		out = append(out, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", int64(hash.Sum64())))
	}
	return out
}

// change implements writer.
func (w *pgWriter) change(ctx context.Context, ddl []string) error {
	return changeTable(ctx, w.session, ddl)
}

// arrays says whether a chunk can be written as arrays.
func (c *chunk) arrays() bool {
	return len(c.rows) > 1 && !c.layout.slow && c.text() != ""
}

// text is the statement that takes many rows.
func (c *chunk) text() string {
	if c.op == deleting {
		return c.layout.statements.removeMany
	}
	return c.layout.statements.many
}

// alone writes a chunk that is one statement, which needs no transaction around it: it is one. It does nothing with any other.
func (w *pgWriter) alone(ctx context.Context, c *chunk) (done bool, err error) {
	switch {
	case len(c.rows) == 1:
		return true, w.one(ctx, c)
	case !c.arrays():
		return false, nil
	}
	rows, err := w.distinct(c)
	if err != nil {
		return false, err
	}
	n, err := w.batch.fill(c.arrayColumns(), rows)
	if err != nil || n < len(rows) {
		return false, err
	}
	return true, w.runBatch(ctx, c, n)
}

// many writes a chunk as arrays, in pieces of a size that the server can hold.
func (w *pgWriter) many(ctx context.Context, c *chunk) error {
	rows, err := w.distinct(c)
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		n, err := w.batch.fill(c.arrayColumns(), rows)
		if err != nil {
			return err
		}
		if err := w.runBatch(ctx, c, n); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// distinct are the rows of a chunk, where need be without those that a later one of the same key replaces.
func (w *pgWriter) distinct(c *chunk) ([]row, error) {
	if !c.layout.statements.lone && c.op != deleting {
		return c.rows, nil
	}
	return w.batch.lastOfEach(c)
}

// arrayColumns are the columns that the statement for many rows takes.
func (c *chunk) arrayColumns() []column {
	if c.op == deleting {
		return c.layout.key()
	}
	return c.layout.columns
}

// runBatch runs the statement for many rows with the arrays of n rows.
func (w *pgWriter) runBatch(ctx context.Context, c *chunk, n int) error {
	return failed(w.run(ctx, c.text(), w.batch.types, w.batch.values), "write %d records to table %s", n, c.layout.table)
}

// one writes a chunk row by row.
func (w *pgWriter) one(ctx context.Context, c *chunk) error {
	text, bound := c.layout.statements.write, c.layout.statements.bound
	if c.op == deleting {
		text, bound = c.layout.statements.remove, pointers(c.layout.key())
	}
	types := make([]uint32, len(bound))
	for i, column := range bound {
		types[i] = pgTypes[column.kind].oid
	}
	statement, err := w.prepare(ctx, text, types)
	if err != nil {
		return failed(err, "write the record of %s to table %s", place(c.rows[0].record), c.layout.table)
	}
	values := make([][]byte, len(bound))
	var room []byte
	for i := range c.rows {
		r := &c.rows[i]
		if room, err = encodeRow(room[:0], bound, r, values); err != nil {
			return err
		}
		if err := w.exec(ctx, statement, values); err != nil {
			return failed(err, "write the record of %s to table %s", place(r.record), c.layout.table)
		}
	}
	return nil
}

// encodeRow sets the values of one row; they lie in the room, which it returns.
func encodeRow(room []byte, bound []*column, r *row, values [][]byte) ([]byte, error) {
	for _, c := range bound {
		d, err := c.datum(r)
		if err == nil {
			room, err = appendPg(room, c.kind, d)
		}
		if err != nil {
			return room, unfit(r.record, "field %s: %v", c.field, err)
		}
	}
	rest := room
	for i := range bound {
		length := int32(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		if length < 0 {
			values[i] = nil
			continue
		}
		values[i], rest = rest[:length:length], rest[length:]
	}
	return room, nil
}

// binaryForm asks for all parameters in the binary form.
var binaryForm = []int16{1}

// run prepares a statement, where it is not prepared yet, and runs it.
func (w *pgWriter) run(ctx context.Context, text string, types []uint32, values [][]byte) error {
	statement, err := w.prepare(ctx, text, types)
	if err != nil {
		return err
	}
	return w.exec(ctx, statement, values)
}

func (w *pgWriter) exec(ctx context.Context, statement *pgconn.StatementDescription, values [][]byte) error {
	if w.unnamed {
		_, err := w.conn.ExecParams(ctx, statement.SQL, values, statement.ParamOIDs, binaryForm, nil).Close()
		return err
	}
	_, err := w.conn.ExecStatement(ctx, statement, values, binaryForm, nil).Close()
	return err
}

func (w *pgWriter) prepare(ctx context.Context, text string, types []uint32) (*pgconn.StatementDescription, error) {
	if w.unnamed {
		return &pgconn.StatementDescription{SQL: text, ParamOIDs: types}, nil
	}
	key := fmt.Sprint(types) + text
	if statement := w.prepared[key]; statement != nil {
		return statement, nil
	}
	if len(w.prepared) >= preparedLimit {
		for _, old := range w.prepared {
			if err := w.conn.Deallocate(ctx, old.Name); err != nil {
				return nil, err
			}
		}
		clear(w.prepared)
	}
	statement, err := w.conn.Prepare(ctx, fmt.Sprintf("longshore_%d", len(w.prepared)), text, types)
	if err == nil {
		w.prepared[key] = statement
	}
	return statement, err
}
