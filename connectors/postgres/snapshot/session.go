// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Opening says at which moment tables are read.
type Opening struct {
	// Connect opens a connection for queries.
	Connect func(ctx context.Context) (*pgx.Conn, error)
	// Exported is the snapshot that was exported with a slot. Without one the moment is now.
	Exported string
	// LSN is where the slot with that snapshot begins; it is asked for where there is none.
	LSN position.LSN
	// Isolation is the level of a snapshot that is not exported.
	Isolation settings.IsolationMode
}

// Session is a moment of the database that is held still. It belongs to one goroutine but for the readers of Run.
type Session struct {
	opening Opening
	conn    *pgx.Conn
	point   Point
	// shared is the snapshot for further connections, which this session has exported: the one that it imported ends with the slot's connection.
	shared string
}

// Point is the moment.
type Point struct {
	// LSN is where the stream goes on: it has all that the snapshot does not have.
	LSN position.LSN
	// TxID is a transaction of this time, 0 on a standby.
	TxID int64
	// Time is when the transaction began, in microseconds since 1970.
	Time int64
}

// pointQuery is asked before the snapshot is taken. What commits in between is read and streamed; the other way round it would be lost. The id is that of
// a transaction that ends at once: one that lasted as long as the snapshot would hold up everybody who makes a slot.
const pointQuery = `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn() ELSE pg_catalog.pg_current_wal_lsn() END::text,
	CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0 ELSE pg_catalog.txid_current() END`

// timeQuery asks when the transaction began.
const timeQuery = `SELECT (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint`

// Open begins the transaction that holds the moment.
func Open(ctx context.Context, o Opening) (*Session, error) {
	conn, err := o.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{opening: o, conn: conn}
	if err := s.begin(ctx); err != nil {
		_ = conn.Close(ctx)
		return nil, fmt.Errorf("begin the snapshot: %w", err)
	}
	return s, nil
}

func (s *Session) begin(ctx context.Context) error {
	var lsn string
	if err := s.conn.QueryRow(ctx, pointQuery).Scan(&lsn, &s.point.TxID); err != nil {
		return err
	}
	s.point.LSN = s.opening.LSN
	if s.point.LSN == 0 {
		parsed, err := position.ParseLSN(lsn)
		if err != nil {
			return err
		}
		s.point.LSN = parsed
	}
	if err := execute(ctx, s.conn, beginStatement(s.opening.Exported, s.opening.Isolation)); err != nil {
		return err
	}
	return s.conn.QueryRow(ctx, timeQuery).Scan(&s.point.Time)
}

// unlimited keeps the server from ending a transaction that takes as long as a table is large. Not all servers have all of these settings.
const unlimited = "SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings " +
	"WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')"

// beginStatement begins a transaction with an exported snapshot, or at a level.
func beginStatement(exported string, isolation settings.IsolationMode) string {
	if exported != "" {
		return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT " + literal(exported) + "; " + unlimited
	}
	return "BEGIN ISOLATION LEVEL " + levels[isolation] + "; " + unlimited
}

var levels = map[settings.IsolationMode]string{
	settings.Serializable: "SERIALIZABLE READ ONLY DEFERRABLE", settings.RepeatableRead: "REPEATABLE READ READ ONLY",
	settings.ReadCommitted: "READ COMMITTED READ ONLY", settings.ReadUncommitted: "READ UNCOMMITTED READ ONLY", "": "REPEATABLE READ READ ONLY",
}

func execute(ctx context.Context, conn *pgx.Conn, statements string) error {
	return conn.PgConn().Exec(ctx, statements).Close()
}

// Conn returns the connection, in whose queries the database is as it was at the moment. It must not be used while Run does.
func (s *Session) Conn() *pgx.Conn { return s.conn }

// Point returns the moment.
func (s *Session) Point() Point { return s.point }

// Lock locks tables against changes of their structure until Close.
func (s *Session) Lock(ctx context.Context, timeout time.Duration, tables []*catalog.Table) error {
	if len(tables) == 0 {
		return nil
	}
	if err := execute(ctx, s.conn, lockStatement(timeout, tables)); err != nil {
		return fmt.Errorf("lock the tables of the snapshot: %w", err)
	}
	return nil
}

func lockStatement(timeout time.Duration, tables []*catalog.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SET LOCAL lock_timeout = %d;", timeout.Milliseconds())
	for _, t := range tables {
		b.WriteString(" LOCK TABLE " + name(t.ID) + " IN ACCESS SHARE MODE;")
	}
	b.WriteString(" SET LOCAL lock_timeout = 0")
	return b.String()
}

func name(id catalog.ID) string { return quote(id.Schema) + "." + quote(id.Name) }

// join opens a further connection at the same moment. At the lower levels each statement has a moment of its own anyway, unless the moment
// was exported with a slot.
func (s *Session) join(ctx context.Context) (*pgx.Conn, error) {
	conn, err := s.opening.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := execute(ctx, conn, beginStatement(s.shared, s.opening.Isolation)); err != nil {
		_ = conn.Close(ctx)
		return nil, fmt.Errorf("join the snapshot: %w", err)
	}
	return conn, nil
}

// share exports the moment for others, once.
func (s *Session) share(ctx context.Context) error {
	lower := s.opening.Isolation == settings.ReadCommitted || s.opening.Isolation == settings.ReadUncommitted
	if s.shared != "" || lower && s.opening.Exported == "" {
		return nil
	}
	if err := s.conn.QueryRow(ctx, "SELECT pg_catalog.pg_export_snapshot()").Scan(&s.shared); err != nil {
		return fmt.Errorf("share the snapshot with other connections: %w", err)
	}
	return nil
}

// closeGrace is how long the server may take to hear that a connection ends.
const closeGrace = time.Second

// Close ends the transaction and its connection.
func (s *Session) Close() { closeConn(s.conn) }

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	_ = conn.Close(ctx)
}
