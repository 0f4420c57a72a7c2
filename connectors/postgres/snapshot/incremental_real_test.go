// SPDX-License-Identifier: Apache-2.0

//go:build real

package snapshot

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// follower is a connector in small: it takes what a slot has by SQL, and keeps the state that a consumer has of the table a.
type follower struct {
	t     *testing.T
	rig   *rig
	inc   *Incremental
	conn  *pgx.Conn
	state map[string]string
	read  int
	last  map[string]any
	names []string
	// record is the last one of a row, rows and bytes are what the largest emission had.
	record      connect.SourceRecord
	rows, bytes int

	decoder   pgoutput.Decoder
	relations map[uint32]catalog.ID
}

func newFollower(t *testing.T, r *rig, s settings.Incremental, restored map[string]any) *follower {
	conn, err := r.database.Connect(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { closeConn(conn) })
	types, err := catalog.ReadTypes(t.Context(), conn)
	require.NoError(t, err)
	n := 0
	f := &follower{t: t, rig: r, conn: conn, state: map[string]string{}, relations: map[uint32]catalog.ID{}}
	f.inc = NewIncremental(IncrementalConfig{Settings: s, SignalTable: "public.signals", Connect: r.database.Connect, Types: types, Builder: r.builder,
		Notices: &Notices{Builder: r.builder, Connector: "p", NewID: func() string { return "id" }, Log: func(n event.Notification) { f.names = append(f.names, n.Type) }},
		NewID: func() string {
			n++
			return "00000000-0000-0000-0000-" + strconv.FormatInt(time.Now().UnixNano(), 16) + strconv.Itoa(n)
		}, Now: time.Now, Log: r.log})
	t.Cleanup(f.inc.Close)
	require.NoError(t, f.inc.Restore(restored))
	return f
}

func (f *follower) emission(lsn position.LSN) *Emission {
	return &Emission{At: &event.Position{LSN: uint64(lsn)}, Offset: position.Offset{LSN: lsn}}
}

// taken are the records of an emission: rows of the snapshot.
func (f *follower) taken(e *Emission) {
	f.rows, f.bytes = max(f.rows, len(e.Records)), max(f.bytes, e.Bytes)
	for i := range e.Records {
		if e.Records[i].Topic != "p.public.a" {
			continue
		}
		f.read++
		f.record = e.Records[i]
		f.last = e.Records[i].SourceOffset.Fields()
		f.see(fmt.Sprint(after(f.t, &e.Records[i], "id")), fmt.Sprint(after(f.t, &e.Records[i], "v")))
	}
}

// see checks that versions of a row never go back.
func (f *follower) see(id, v string) {
	before, _ := strconv.Atoi(f.state[id])
	now, _ := strconv.Atoi(v)
	require.GreaterOrEqual(f.t, now, before, "row %s", id)
	f.state[id] = v
}

// poll takes what there is.
func (f *follower) poll(ctx context.Context) {
	rows, err := f.conn.Query(ctx, "SELECT lsn::text, encode(data, 'hex') FROM pg_logical_slot_get_binary_changes('s', NULL, NULL, 'proto_version', '1', 'publication_names', 'p')")
	require.NoError(f.t, err)
	var messages [][2]string
	var lsn, data string
	_, err = pgx.ForEachRow(rows, []any{&lsn, &data}, func() error { messages = append(messages, [2]string{lsn, data}); return nil })
	require.NoError(f.t, err)
	for _, m := range messages {
		at, err := position.ParseLSN(m[0])
		require.NoError(f.t, err)
		raw, err := hex.DecodeString(m[1])
		require.NoError(f.t, err)
		f.message(ctx, at, raw)
	}
}

func (f *follower) message(ctx context.Context, lsn position.LSN, raw []byte) {
	m, err := f.decoder.Decode(raw)
	require.NoError(f.t, err)
	e := f.emission(lsn)
	defer func() { f.taken(e) }()
	id := f.relations[m.RelationID]
	switch m.Kind {
	case pgoutput.RelationInfo:
		f.relations[m.Relation.ID] = catalog.ID{Schema: m.Relation.Schema, Name: m.Relation.Name}
	case pgoutput.Commit:
		require.NoError(f.t, f.inc.Passed(ctx, e, lsn))
	case pgoutput.Insert, pgoutput.Update, pgoutput.Delete:
		if id.Name == "signals" {
			f.signal(ctx, e, m)
			return
		}
		f.inc.Changed(id, []int{0}, m.Old, m.New)
		switch {
		case m.New != nil:
			f.see(string(m.New[0]), string(m.New[1]))
		default:
			f.state[string(m.Old[0])] = "0"
		}
	}
}

func (f *follower) signal(ctx context.Context, e *Emission, m *pgoutput.Message) {
	if m.Kind == pgoutput.Delete {
		require.NoError(f.t, f.inc.SignalDeleted(ctx, e, string(m.Old[0])))
		return
	}
	s, ok := SignalOf(m.New)
	require.True(f.t, ok)
	_, err := f.inc.Signal(ctx, e, s)
	require.NoError(f.t, err)
}

const incrementalTables = `CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE signals (id varchar(60) PRIMARY KEY, type varchar(32), data varchar(2048));
	INSERT INTO a SELECT g, 1 FROM generate_series(1, 5000) g; CREATE PUBLICATION p FOR TABLE a, signals`

func TestAnIncrementalSnapshotBesideAWriterEndsWithWhatTheTableHas(t *testing.T) {
	for name, s := range map[string]settings.Incremental{
		"two inserts":            {ChunkSize: 400, Watermark: settings.InsertInsert},
		"an insert and a delete": {ChunkSize: 400, Watermark: settings.InsertDelete},
		"read only":              {ChunkSize: 400, ReadOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.db.Exec(t, incrementalTables, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
			ctx, stop := context.WithCancel(t.Context())
			writer, err := r.database.Connect(t.Context())
			require.NoError(t, err)
			ended := make(chan struct{})
			go upward(ctx, writer, ended)
			f := newFollower(t, r, s, nil)
			r.db.Exec(t, `INSERT INTO signals VALUES ('go', 'execute-snapshot', '{"data-collections": ["public\\.a"]}')`)
			for f.read == 0 || f.inc.Running() {
				f.poll(t.Context())
			}
			stop()
			<-ended
			f.poll(t.Context())
			want := r.rows(t, "SELECT id::text, v::text FROM a")
			for id, v := range f.state {
				if v == "0" {
					delete(f.state, id)
				}
			}
			assert.Equal(t, want, f.state)
			assert.Contains(t, f.names, "STARTED")
			assert.Contains(t, f.names, "COMPLETED")
		})
	}
}

// upward writes versions that only grow, for a row that is deleted and comes back, too.
func upward(ctx context.Context, conn *pgx.Conn, ended chan struct{}) {
	defer close(ended)
	defer closeConn(conn)
	random := rand.New(rand.NewPCG(1, 2))
	for version := 2; ctx.Err() == nil; version++ {
		id := random.IntN(5500)
		for _, sql := range []string{"UPDATE a SET v = %[2]d WHERE id = %[1]d", "DELETE FROM a WHERE id = %[1]d + 1", "INSERT INTO a VALUES (%[1]d + 2, %[2]d) ON CONFLICT DO NOTHING"} {
			if execOn(ctx, conn, fmt.Sprintf(sql, id, version)) != nil {
				return
			}
		}
	}
}

func TestAnIncrementalSnapshotGoesOnAfterTheLastKeyOfItsOffset(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, incrementalTables, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
	f := newFollower(t, r, settings.Incremental{ChunkSize: 400, Watermark: settings.InsertInsert}, nil)
	r.db.Exec(t, `INSERT INTO signals VALUES ('go', 'execute-snapshot', '{"data-collections": ["public.a"], "additional-conditions": [{"data-collection": "public.a", "filter": "id % 2 = 0"}]}')`)
	for f.read < 1000 {
		f.poll(t.Context())
	}
	offset, err := position.Load(f.last)
	require.NoError(t, err)
	again := newFollower(t, r, settings.Incremental{ChunkSize: 400, Watermark: settings.InsertInsert}, offset.Incremental)
	again.state = f.state
	e := again.emission(1)
	require.NoError(t, again.inc.Start(t.Context(), e))
	for again.inc.Running() {
		again.poll(t.Context())
	}
	assert.Equal(t, 2500, f.read+again.read, "each row with an even number was read once")
	assert.Len(t, again.state, 2500)
}

func TestATableMayChangeWhileItIsRead(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, incrementalTables, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
	f := newFollower(t, r, settings.Incremental{ChunkSize: 400, Watermark: settings.InsertInsert}, nil)
	until := func(rows int) {
		for f.read < rows {
			f.poll(t.Context())
		}
	}
	r.db.Exec(t, `INSERT INTO signals VALUES ('go', 'execute-snapshot', '{"data-collections": ["public.a"]}')`)
	until(800)
	r.db.Exec(t, "ALTER TABLE a ADD COLUMN w int DEFAULT 7")
	until(2000)
	assert.EqualValues(t, 7, after(t, &f.record, "w"), "the new column is there")
	r.db.Exec(t, "ALTER TABLE a DROP COLUMN w")
	until(3000)
	r.db.Exec(t, "ALTER TABLE a DROP CONSTRAINT a_pkey", "ALTER TABLE a ADD PRIMARY KEY (v, id)")
	for f.inc.Running() {
		f.poll(t.Context())
	}
	assert.Len(t, f.state, 5000, "no row is left out")
	assert.GreaterOrEqual(t, f.read, 8000, "with another key the table begins anew")
	assert.Contains(t, f.names, "COMPLETED")
}

func TestAChunkOfLargeRowsHasFewerOfThem(t *testing.T) {
	const value = 1 << 20
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY, v int, large text)", "CREATE TABLE signals (id varchar(60) PRIMARY KEY, type varchar(32), data varchar(2048))",
		fmt.Sprintf("INSERT INTO a SELECT g, 1, repeat('x', %d) FROM generate_series(1, 40) g", value), "INSERT INTO a SELECT g, 1 FROM generate_series(41, 2000) g",
		"CREATE PUBLICATION p FOR TABLE a, signals", "SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
	f := newFollower(t, r, settings.Incremental{ChunkSize: 1000, Watermark: settings.InsertInsert}, nil)
	r.db.Exec(t, `INSERT INTO signals VALUES ('go', 'execute-snapshot', '{"data-collections": ["public.a"]}')`)
	for f.read == 0 || f.inc.Running() {
		f.poll(t.Context())
	}
	assert.Equal(t, 2000, f.read)
	assert.Less(t, f.bytes, windowBytes+2*value)
	assert.Greater(t, f.rows, 500, "small rows come in large chunks again")
}

func TestSignalsStopAndPauseIncrementalSnapshots(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, incrementalTables, "CREATE TABLE b (v int)", "CREATE TABLE c (id int PRIMARY KEY)", "SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
	f := newFollower(t, r, settings.Incremental{ChunkSize: 400, Watermark: settings.InsertInsert}, nil)
	send := func(kind, data string) *Blocking {
		e := f.emission(1)
		blocking, err := f.inc.Signal(t.Context(), e, Signal{ID: "x", Type: kind, Data: data})
		require.NoError(t, err)
		f.taken(e)
		return blocking
	}
	send("execute-snapshot", `{"data-collections": ["public.b", "public.c", "public.a"]}`)
	assert.Equal(t, []string{"STARTED", "TABLE_SCAN_COMPLETED", "TABLE_SCAN_COMPLETED", "IN_PROGRESS"}, f.names, "b has no key, c is empty")
	send("pause-snapshot", "{}")
	for range 5 {
		f.poll(t.Context())
	}
	assert.Equal(t, 400, f.read, "the window drains")
	send("resume-snapshot", "{}")
	f.poll(t.Context())
	assert.Equal(t, 800, f.read)
	send("stop-snapshot", `{"data-collections": ["public.a"]}`)
	assert.False(t, f.inc.Running())
	assert.Nil(t, f.inc.Fields())
	f.poll(t.Context())
	assert.Equal(t, 800, f.read)
	send("execute-snapshot", `{"data-collections": ["public.a"]}`)
	send("pause-snapshot", "{}")
	send("stop-snapshot", "{}")
	send("execute-snapshot", `{"data-collections": ["public.a"]}`)
	f.poll(t.Context())
	f.poll(t.Context())
	assert.Greater(t, f.read, 800, "a snapshot that was stopped while it paused does not hold up the next one")
	send("stop-snapshot", "{}")
	send("no-such-type", "{}")
	send("execute-snapshot", "{")
	send("execute-snapshot", `{"data-collections": ["public.none"]}`)
	blocking := send("execute-snapshot", `{"type": "blocking", "data-collections": ["public.a", "public.c"], "additional-conditions": [{"data-collection": "PUBLIC.A", "filter": "SELECT * FROM a WHERE id < 3"}]}`)
	assert.Equal(t, &Blocking{ID: "x", Tables: []catalog.ID{{Schema: "public", Name: "a"}, {Schema: "public", Name: "c"}},
		Statements: map[string]string{"public.a": "SELECT * FROM a WHERE id < 3"}}, blocking)
}
