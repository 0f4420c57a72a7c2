// SPDX-License-Identifier: Apache-2.0

//go:build real

package snapshot

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/internal/databasetest"
)

func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) }

// rig is a database with what reads it.
type rig struct {
	db       *databasetest.Server
	database *replication.Database
	builder  *event.Builder
	log      *slog.Logger
}

func newRig(t testing.TB) *rig {
	db := databasetest.PostgreSQL(t)
	database, err := replication.NewDatabase(settings.Database{Host: "127.0.0.1", Port: db.Port, User: db.User, Password: connect.Password(db.Password),
		Name: db.Database, SSLMode: "disable"})
	require.NoError(t, err)
	builder, err := event.NewBuilder(event.Options{Prefix: "p", Database: db.Database, NotificationTopic: "notices"})
	require.NoError(t, err)
	return &rig{db: db, database: database, builder: builder, log: slog.New(slog.DiscardHandler)}
}

// open begins a session and reads the tables in it.
func (r *rig) open(t testing.TB, o Opening) (*Session, []Table) {
	o.Connect = r.database.Connect
	s, err := Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	types, err := catalog.ReadTypes(t.Context(), s.Conn())
	require.NoError(t, err)
	defs, err := catalog.ReadTables(t.Context(), s.Conn(), types, r.builder.Filter().Table)
	require.NoError(t, err)
	var tables []Table
	for _, def := range Select(defs, r.builder.Filter(), nil) {
		events, err := r.builder.Table(def)
		require.NoError(t, err)
		tables = append(tables, Table{Def: def, Events: events})
	}
	return s, tables
}

func (r *rig) run(s *Session, tables []Table, deliver func(context.Context, []connect.SourceRecord, int) error) Run {
	p := s.Point()
	return Run{
		Tables: tables, Threads: 1, Resumable: true, At: event.Position{LSN: uint64(p.LSN), TxID: p.TxID, Time: p.Time},
		Offset:  position.Offset{LSN: p.LSN, TxID: p.TxID, Time: p.Time, Timed: true, Snapshot: position.InitialSnapshot},
		Deliver: deliver, Now: time.Now, Log: r.log,
	}
}

// taken keeps records.
type taken struct {
	mu      sync.Mutex
	records []connect.SourceRecord
	// limit is after how many records taking them fails, 0 for never.
	limit int
}

var errLimit = fmt.Errorf("no more records are taken")

func (k *taken) take(_ context.Context, records []connect.SourceRecord, _ int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.records = append(k.records, records...)
	if k.limit > 0 && len(k.records) >= k.limit {
		return errLimit
	}
	return nil
}

// after returns a column of the row that a record has.
func after(t testing.TB, record *connect.SourceRecord, column string) any {
	row := record.Value.(*connect.Struct).At(1).(*connect.Struct)
	value, err := row.Get(column)
	require.NoError(t, err, column)
	return value
}

// state returns column b by column a of all rows, and fails for a row that came twice.
func (k *taken) state(t testing.TB, topic, a, b string) map[string]string {
	out := map[string]string{}
	for i := range k.records {
		if k.records[i].Topic != topic {
			continue
		}
		key := fmt.Sprint(after(t, &k.records[i], a))
		if _, twice := out[key]; twice {
			t.Fatalf("the row %s was read twice", key)
		}
		out[key] = fmt.Sprint(after(t, &k.records[i], b))
	}
	return out
}

func (k *taken) mark(t testing.TB, i int) string {
	source := k.records[i].Value.(*connect.Struct).At(2).(*connect.Struct)
	value, err := source.Get("snapshot")
	require.NoError(t, err)
	return fmt.Sprint(value)
}

// rows returns what a query has in two columns.
func (r *rig) rows(t testing.TB, query string) map[string]string {
	out := map[string]string{}
	for _, row := range r.db.Query(t, query) {
		out[row[0]] = row[1]
	}
	return out
}

// temporary makes a temporary slot and returns its snapshot and position.
func (r *rig) temporary(t testing.TB, n int) (Opening, *replication.Conn) {
	conn, err := r.database.Replicate(t.Context())
	require.NoError(t, err)
	slot, err := conn.CreateSlot(t.Context(), replication.NewSlot{Name: "moment_" + strconv.Itoa(n) + "_" + strconv.Itoa(os.Getpid()), Temporary: true, Timeout: time.Minute})
	require.NoError(t, err)
	return Opening{Exported: slot.Snapshot, LSN: slot.LSN}, conn
}

func execOn(ctx context.Context, conn *pgx.Conn, sql string) error {
	_, err := conn.Exec(ctx, sql)
	return err
}
