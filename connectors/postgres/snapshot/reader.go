// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

// reader copies pieces of tables by one connection and makes records of the rows, on its own goroutine. A row is held back until the next has
// come: the last one of a piece is for the collector, which knows its mark.
type reader struct {
	run       *Run
	collector *collector
	conn      *pgx.Conn
	at        event.Position

	ctx   context.Context
	work  work
	table *Table
	// places are where the fields of a line belong in a row; -1 belong nowhere.
	places []int
	fields [][]byte
	row    [][]byte
	rows   int64

	lines lineSplitter
	// held is the last line.
	held    []byte
	holds   bool
	records []connect.SourceRecord
	bytes   int
}

func newReader(run *Run, collector *collector, conn *pgx.Conn) *reader {
	r := &reader{run: run, collector: collector, conn: conn, at: run.At}
	r.lines.take = r.line
	return r
}

// copy reads a piece and hands all of it to the collector.
func (r *reader) copy(ctx context.Context, w work) error {
	r.ctx, r.work, r.table = ctx, w, &r.run.Tables[w.table]
	r.holds, r.lines.partial, r.rows = false, r.lines.partial[:0], 0
	statement, err := r.prepare(ctx)
	if err != nil {
		return fmt.Errorf("prepare to read %s: %w", w.describe(r.table), err)
	}
	if _, err := r.conn.PgConn().CopyTo(ctx, &r.lines, statement); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return fmt.Errorf("read %s: %w", w.describe(r.table), err)
	}
	if err := r.flush(); err != nil {
		return err
	}
	return r.collector.finish(ctx, w, r.tail())
}

// prepare finds out what columns there will be, and returns the statement.
func (r *reader) prepare(ctx context.Context) (string, error) {
	def := r.table.Def
	r.row = make([][]byte, len(def.Columns))
	r.places = r.table.Events.Needed()
	query := selectStatement(def, r.places, r.work.condition(keyColumns(def)))
	if r.table.Override != "" {
		query = r.table.Override
		described, err := r.conn.PgConn().Prepare(ctx, "", query, nil)
		if err != nil {
			return "", err
		}
		r.places = make([]int, len(described.Fields))
		for i, field := range described.Fields {
			r.places[i] = def.Column(field.Name)
		}
	}
	r.fields = make([][]byte, len(r.places))
	return "COPY (" + query + "\n) TO STDOUT", nil
}

func (r *reader) line(line []byte) error {
	if r.holds {
		if err := r.make(); err != nil {
			return err
		}
	}
	r.held, r.holds = append(r.held[:0], line...), true
	return nil
}

// make makes records of the held row.
func (r *reader) make() error {
	if err := r.fill(r.held); err != nil {
		return err
	}
	r.at.Mark = event.SnapshotTrue
	if r.rows == 0 {
		r.at.Mark = r.collector.first(r.work.table)
	}
	if len(r.records) == 0 {
		r.at.Now = r.run.Now().UnixNano()
		r.records = make([]connect.SourceRecord, 0, r.run.BatchRows)
	}
	r.records = r.table.Events.Read(r.records, r.row, &r.at)
	r.bytes += len(r.held)
	r.rows++
	if len(r.records) >= r.run.BatchRows || r.bytes >= r.run.BatchBytes {
		return r.flush()
	}
	return nil
}

// fill puts the fields of a line into the row.
func (r *reader) fill(line []byte) error {
	if len(r.fields) == 0 {
		return nil
	}
	if err := splitRow(line, r.fields); err != nil {
		return err
	}
	for i, at := range r.places {
		if at >= 0 {
			r.row[at] = r.fields[i]
		}
	}
	return nil
}

func (r *reader) flush() error {
	records, size := r.records, r.bytes
	r.records, r.bytes = nil, 0
	if len(records) == 0 {
		return r.ctx.Err()
	}
	return r.collector.rows(r.ctx, records, size)
}

// tail is the last row of a piece, nil where it has none. It takes the buffers along.
func (r *reader) tail() *tail {
	if !r.holds {
		return nil
	}
	t := &tail{work: r.work, line: r.held, rows: r.rows + 1, mark: event.SnapshotTrue}
	if r.rows == 0 {
		t.mark = r.collector.first(r.work.table)
	}
	err := r.fill(r.held)
	t.row, t.err = r.row, err
	r.held, r.row = nil, nil
	return t
}

// tail is the last row of a piece, which is sent when it is known whether it is the last of all.
type tail struct {
	work work
	// line is what the fields of the row are parts of.
	line []byte
	row  [][]byte
	err  error
	// rows is how many the piece had.
	rows int64
	mark event.Mark
	// completes says that the table is done with it.
	completes bool
}
