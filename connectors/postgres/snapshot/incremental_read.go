// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Outcomes of a table, in notifications.
const (
	succeeded     = "SUCCEEDED"
	empty         = "EMPTY"
	noPrimaryKey  = "NO_PRIMARY_KEY"
	sqlException  = "SQL_EXCEPTION"
	unknownSchema = "UNKNOWN_SCHEMA"
)

// next reads the next chunk, of the next table if need be. It returns when a chunk was read, or when there is nothing left.
func (i *Incremental) next(ctx context.Context, e *Emission) error {
	for i.Running() && !i.paused {
		if err := i.connect(ctx); err != nil {
			return err
		}
		status, err := i.chunk(ctx)
		if err != nil && !refusedByServer(err) {
			return err
		}
		if err != nil {
			i.config.Log.Warn("a table is left out of the incremental snapshot", "table", i.state.tables[0].ID, "error", err)
			status = sqlException
		}
		if status == "" {
			i.tell(e, "IN_PROGRESS", "current_collection_in_progress", i.state.tables[0].ID, "maximum_key", i.state.last.String(), "last_processed_key", i.state.sent.String())
			return nil
		}
		i.leave(e, status)
	}
	return nil
}

// leave goes on to the next table.
func (i *Incremental) leave(e *Emission, status string) {
	first := i.state.tables[0].ID
	i.tell(e, "TABLE_SCAN_COMPLETED", "scanned_collection", first, "total_rows_scanned", strconv.FormatInt(i.scanned, 10), "status", status)
	i.state = i.state.without(func(id string) bool { return id == first })
	i.reset()
	if !i.Running() {
		i.end(e, "COMPLETED")
	}
}

// end is for when no table is left.
func (i *Incremental) end(e *Emission, step string) {
	i.paused = false
	i.tell(e, step)
	i.Close()
}

func (i *Incremental) connect(ctx context.Context) error {
	if i.conn != nil && !i.conn.IsClosed() {
		return nil
	}
	conn, err := i.config.Connect(ctx)
	i.conn = conn
	return err
}

// refusedByServer says whether a statement was refused for good: not because of the connection, the server's state (a standby in place of the
// primary), or other transactions.
func refusedByServer(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	return !slices.Contains([]string{"08", "25", "40", "53", "55", "57", "58", "XX"}, refused.Code[:2])
}

// chunk reads the next rows between two marks. The outcome is "" when there were any, else that of the table.
func (i *Incremental) chunk(ctx context.Context) (string, error) {
	if status, err := i.enter(ctx); status != "" || err != nil {
		return status, err
	}
	first := i.state.tables[0]
	id := i.config.NewID()
	if err := i.markOpen(ctx, id); err != nil {
		return "", err
	}
	q := i.query(first)
	if i.state.last == nil {
		maximum, _, err := i.rows(ctx, q.maximum())
		switch {
		case err != nil:
			return "", err
		case len(maximum) == 0:
			return i.abandon(empty)
		}
		i.state.last = keyAt(maximum[0], positions(len(i.ordered)))
	}
	q.after, q.last = i.state.sent, i.state.last
	rows, err := i.bounded(ctx, &q)
	switch {
	case err != nil:
		return "", err
	case len(rows) == 0:
		return i.abandon(succeeded)
	}
	i.fill(q.columns, rows)
	return "", i.markClose(ctx, id)
}

// abandon forgets the first mark of a chunk that has no rows. It stays open in the signal table, as Debezium leaves it.
func (i *Incremental) abandon(status string) (string, error) {
	i.opening, i.closing, i.until = "", "", 0
	i.window = newWindow()
	return status, nil
}

func (i *Incremental) query(t pendingTable) chunkQuery {
	q := chunkQuery{table: i.table.Def, keys: i.ordered, limit: i.limit()}
	q.columns = slices.Clone(i.table.Events.Needed())
	q.columns = append(q.columns, q.keys...)
	slices.Sort(q.columns)
	q.columns = slices.Compact(q.columns)
	if t.Filter != nil {
		q.filter = *t.Filter
	}
	return q
}

// windowBytes bounds what the rows of a chunk may take: those that are more make the next chunk.
const windowBytes = 8 << 20

// limit is how many rows the next chunk has at most.
func (i *Incremental) limit() int {
	most := max(1, i.config.Settings.ChunkSize)
	if i.fewer > 0 {
		most = min(most, i.fewer)
	}
	return most
}

// bounded reads the rows of a chunk. Where rows are large the next chunk has fewer.
func (i *Incremental) bounded(ctx context.Context, q *chunkQuery) ([][][]byte, error) {
	rows, size, err := i.rows(ctx, q.statement())
	switch {
	case size >= windowBytes:
		i.fewer = max(1, len(rows))
	case size < windowBytes/4 && i.fewer > 0:
		i.fewer *= 2
	}
	return rows, err
}

// rows runs a query whose values come as text, and tells how large they are. It stops where they are as large as a window may be: the
// server learns of that by the end of the connection.
func (i *Incremental) rows(ctx context.Context, query string) (rows [][][]byte, size int, err error) {
	results := i.conn.PgConn().Exec(ctx, query)
	for results.NextResult() {
		for reader := results.ResultReader(); reader.NextRow(); {
			row := make([][]byte, len(reader.Values()))
			for n, value := range reader.Values() {
				row[n] = bytes.Clone(value)
				size += len(value)
			}
			rows = append(rows, row)
			if size >= windowBytes {
				i.Close()
				return rows, size, i.connect(ctx)
			}
		}
	}
	if err := results.Close(); err != nil {
		return nil, 0, fmt.Errorf("read a chunk of %s: %w", i.state.tables[0].ID, err)
	}
	return rows, size, nil
}

// fill puts the rows of a chunk into the window. Those that are streamed before the first mark are older than what was read.
func (i *Incremental) fill(columns []int, rows [][][]byte) {
	open := i.window.open
	i.window = newWindow()
	i.window.open = open
	for _, values := range rows {
		row := make([][]byte, len(i.table.Def.Columns))
		for n, at := range columns {
			row[at] = values[n]
		}
		key, _ := keyOf(row, i.keys)
		i.window.add(key, row)
	}
}

// markOpen writes the first mark. With read.only there is none: from now on counts.
func (i *Incremental) markOpen(ctx context.Context, id string) error {
	i.window = newWindow()
	if i.config.Settings.ReadOnly {
		i.window.open = true
		return nil
	}
	i.opening = id + "-open"
	return i.write(ctx, "INSERT INTO "+i.signalTable()+" VALUES ("+literal(i.opening)+", "+literal(openSignal)+", "+
		literal(`{"openWindowTimestamp": "`+i.timestamp()+`"}`)+")")
}

func (i *Incremental) markClose(ctx context.Context, id string) error {
	switch {
	case i.config.Settings.ReadOnly:
		return i.markPosition(ctx)
	case i.config.Settings.Watermark == settings.InsertDelete:
		return i.write(ctx, "DELETE FROM "+i.signalTable()+" WHERE id = "+literal(i.opening))
	}
	i.closing = id + "-close"
	return i.write(ctx, "INSERT INTO "+i.signalTable()+" VALUES ("+literal(i.closing)+", "+literal(closeSignal)+", "+
		literal(`{"openWindowTimestamp": "`+i.timestamp()+`", "closeWindowTimestamp": "`+i.timestamp()+`"}`)+")")
}

// markPosition asks where the log ends: all that the chunk's rows have in them lies before it.
func (i *Incremental) markPosition(ctx context.Context) error {
	var text string
	err := i.conn.QueryRow(ctx, `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_insert_lsn() END::text`).Scan(&text)
	if err != nil {
		return fmt.Errorf("ask for the position after a chunk: %w", err)
	}
	end, err := position.ParseLSN(text)
	i.until = withoutPageHeader(end)
	return err
}

// withoutPageHeader returns the end of the last record where a position lies behind the header of a page: that is where the server says that the next
// record begins, and more than it says that it has read before there is one.
func withoutPageHeader(lsn position.LSN) position.LSN {
	const page, longHeader = 8192, 40
	if into := lsn % page; into <= longHeader {
		return lsn - into
	}
	return lsn
}

func (i *Incremental) signalTable() string {
	for at := range len(i.config.SignalTable) {
		if i.config.SignalTable[at] == '.' {
			return name(catalog.ID{Schema: i.config.SignalTable[:at], Name: i.config.SignalTable[at+1:]})
		}
	}
	return quote(i.config.SignalTable)
}

func (i *Incremental) timestamp() string { return i.config.Now().UTC().Format(time.RFC3339Nano) }

func (i *Incremental) write(ctx context.Context, statement string) error {
	if err := execute(ctx, i.conn, statement); err != nil {
		return fmt.Errorf("write to the signal table %s: %w", i.config.SignalTable, err)
	}
	return nil
}
