// SPDX-License-Identifier: Apache-2.0

//go:build real

package snapshot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestManyReadersOfOneTableReadEachRowOnceAsItWasAtOneMoment(t *testing.T) {
	for name, setup := range map[string]string{
		"numbers":    "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, 'v'||g FROM generate_series(1, 20000) g",
		"gaps":       "CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t SELECT g::bigint*g*g*(CASE WHEN g%2=0 THEN 1 ELSE -1 END), 'v'||g FROM generate_series(1, 20000) g",
		"texts":      `CREATE TABLE t (id text PRIMARY KEY, v text); INSERT INTO t SELECT E'k''\\ ü'||md5(g::text), E'a\tb\\c\n'||g FROM generate_series(1, 20000) g`,
		"uuids":      "CREATE TABLE t (id uuid PRIMARY KEY, v text); INSERT INTO t SELECT md5(g::text)::uuid, 'v'||g FROM generate_series(1, 20000) g",
		"collation":  `CREATE TABLE t (id text COLLATE "C" PRIMARY KEY, v text); INSERT INTO t SELECT CASE WHEN g%2=0 THEN upper(md5(g::text)) ELSE md5(g::text) END, 'v'||g FROM generate_series(1, 20000) g`,
		"decimals":   "CREATE TABLE t (k numeric PRIMARY KEY, id int, v text); INSERT INTO t SELECT CASE g WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' ELSE g::numeric / 7 END, g, 'v'||g FROM generate_series(1, 20000) g",
		"times":      "CREATE TABLE t (k timestamptz PRIMARY KEY, id int, v text); INSERT INTO t SELECT CASE g WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' ELSE '1500-01-01'::timestamptz + g * interval '17 days' END, g, 'v'||g FROM generate_series(1, 20000) g",
		"padded":     "CREATE TABLE t (k char(9), s \"char\", id int, v text, PRIMARY KEY (s, k)); INSERT INTO t SELECT 'x '||g, chr(97 + g % 5)::\"char\", g, 'v'||g FROM generate_series(1, 20000) g",
		"composite":  "CREATE TYPE pair AS (a int, b int); CREATE TABLE t (k pair PRIMARY KEY, id int, v text); INSERT INTO t SELECT ROW(g, -g)::pair, g, 'v'||g FROM generate_series(1, 20000) g",
		"heirs":      "CREATE TABLE t (k int PRIMARY KEY, id int, v text); CREATE TABLE heir () INHERITS (t); ALTER TABLE heir ALTER k DROP NOT NULL; INSERT INTO t SELECT g, g, 'v'||g FROM generate_series(1, 20000) g; INSERT INTO heir SELECT NULL, g, 'v'||g FROM generate_series(20001, 20100) g",
		"two":        "CREATE TABLE t (x text, id int, v text, PRIMARY KEY (x, id)); INSERT INTO t SELECT 'x'||g%3, g, 'v'||g FROM generate_series(1, 20000) g",
		"no key":     "CREATE TABLE t (id int, v text); INSERT INTO t SELECT g, 'v'||g FROM generate_series(1, 20000) g",
		"partitions": "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (5000); CREATE TABLE t2 PARTITION OF t DEFAULT; INSERT INTO t SELECT g, 'v'||g FROM generate_series(1, 20000) g",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.db.Exec(t, setup)
			s, tables := r.open(t, Opening{Isolation: settings.Serializable})
			want := r.rows(t, "SELECT id::text, v FROM t")
			r.db.Exec(t, "UPDATE t SET v = v || ' later' WHERE v LIKE '%7'", "DELETE FROM t WHERE v LIKE '%3'")
			var k taken
			run := r.run(s, tables, k.take)
			run.Threads, run.ChunkRows = 4, 1000
			require.NoError(t, s.Run(t.Context(), run))
			assert.Equal(t, want, k.state(t, "p.public.t", "id", "v"))
			assert.Equal(t, "last", k.mark(t, len(k.records)-1))
			last := k.records[len(k.records)-1].SourceOffset.Fields()
			assert.Equal(t, true, last["last_snapshot_record"])
			assert.Equal(t, true, last["snapshot_completed"])
			assert.NotContains(t, last, "longshore.snapshot_progress")
		})
	}
}

func TestReadersShareTheMomentOfASlotWhateverTheIsolation(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t SELECT g, 'v'||g FROM generate_series(1, 20000) g")
	want := r.rows(t, "SELECT id::text, v FROM t")
	opening, slot := r.temporary(t, 0)
	opening.Isolation = settings.ReadCommitted
	s, tables := r.open(t, opening)
	slot.Close()
	r.db.Exec(t, "UPDATE t SET v = v || ' later'")
	var k taken
	run := r.run(s, tables, k.take)
	run.Threads, run.ChunkRows = 4, 1000
	require.NoError(t, s.Run(t.Context(), run))
	assert.Equal(t, want, k.state(t, "p.public.t", "id", "v"))
}

// A table that ALTER TABLE has rewritten is empty for older snapshots, and nothing is streamed of that.
func TestATableThatWasRewrittenIsNotTakenForAnEmptyOne(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t SELECT g, g FROM generate_series(1, 100) g")
	for statement, wrong := range map[string]error{"VACUUM FULL t": nil, "ALTER TABLE t ALTER COLUMN v TYPE bigint": ErrRewritten} {
		s, tables := r.open(t, Opening{})
		r.db.Exec(t, statement)
		var k taken
		err := s.Run(t.Context(), r.run(s, tables, k.take))
		s.Close()
		require.ErrorIs(t, err, wrong, statement)
		if wrong == nil {
			assert.Len(t, k.records, 100, statement)
		}
	}
}

func TestOneReaderMarksTheRowsOfTablesAsDebeziumDoes(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1),(2),(3)", "CREATE TABLE b (id int PRIMARY KEY)",
		"CREATE TABLE c (id int PRIMARY KEY)", "INSERT INTO c VALUES (4)", "CREATE TABLE d (id int PRIMARY KEY)", "INSERT INTO d VALUES (5),(6)", "CREATE TABLE e (id int PRIMARY KEY)")
	marks := func() (got []string) {
		s, tables := r.open(t, Opening{Isolation: settings.RepeatableRead})
		var k taken
		require.NoError(t, s.Run(t.Context(), r.run(s, tables, k.take)))
		for i := range k.records {
			got = append(got, k.records[i].Topic+" "+k.mark(t, i))
		}
		return got
	}
	others := []string{"p.public.c last_in_data_collection", "p.public.d first_in_data_collection", "p.public.d last"}
	assert.Equal(t, append([]string{"p.public.a first", "p.public.a true", "p.public.a last_in_data_collection"}, others...), marks())
	r.db.Exec(t, "DELETE FROM a")
	assert.Equal(t, others, marks(), "the first table has no row")
}

func TestAStatementOfOnesOwnTakesThePlaceOfOurs(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY, v text, w int)", "INSERT INTO a VALUES (1, 'x', 1),(2, 'y', 2)")
	s, tables := r.open(t, Opening{Isolation: settings.ReadCommitted})
	tables[0].Override = "SELECT v, 7 AS other, id FROM a WHERE id > 1 -- no more"
	var k taken
	require.NoError(t, s.Run(t.Context(), r.run(s, tables, k.take)))
	assert.Equal(t, map[string]string{"2": "y"}, k.state(t, "p.public.a", "id", "v"))
	assert.Nil(t, after(t, &k.records[0], "w"))
	wrong, tables := r.open(t, Opening{})
	tables[0].Override = "SELECT nothing"
	assert.ErrorContains(t, wrong.Run(t.Context(), r.run(wrong, tables, k.take)), "public.a")
}

func TestTablesCanBeLocked(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY)")
	s, tables := r.open(t, Opening{})
	require.NoError(t, s.Lock(t.Context(), time.Second, Defs(tables)))
	err := r.db.Run(t.Context(), "SET lock_timeout = 50", "ALTER TABLE a ADD COLUMN b int")
	assert.ErrorContains(t, err, "lock timeout")
}

// The stream is not there, so what it would send is taken from the table: what changed between two moments.
func TestAnInterruptedSnapshotGoesOnWithWhatIsNotDone(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY, v int)", "INSERT INTO a SELECT g, 0 FROM generate_series(1, 30000) g", "CREATE TABLE z (id int)", "INSERT INTO z VALUES (1)")
	progress, done := "", map[string]bool{}
	var rows int
	for attempt := 1; ; attempt++ {
		require.Less(t, attempt, 20)
		opening, slot := r.temporary(t, attempt)
		s, tables := r.open(t, opening)
		slot.Close()
		stored, err := ParseProgress(progress)
		require.NoError(t, err)
		k := taken{limit: 7000}
		run := r.run(s, tables, k.take)
		run.Threads, run.ChunkRows, run.Progress, run.BatchRows = 3, 500, stored, 100
		err = s.Run(t.Context(), run)
		s.Close()
		rows += len(k.records)
		version := fmt.Sprint(attempt - 1)
		for id, v := range k.state(t, "p.public.a", "id", "v") {
			assert.Equal(t, version, v, "rows are as they were when the snapshot went on")
			done[id] = true
		}
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errLimit)
		offset, err := position.Load(k.records[len(k.records)-1].SourceOffset.Fields())
		require.NoError(t, err)
		require.True(t, offset.Interrupted())
		assert.Less(t, len(offset.Progress), 1000)
		progress = offset.Progress
		r.db.Exec(t, "UPDATE a SET v = v + 1")
	}
	assert.Len(t, done, 30000)
	assert.Less(t, rows, 40000, "what was done is not read again")
}

func TestASnapshotEndsWhenItIsCancelled(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY, v text)", "INSERT INTO a SELECT g, repeat('x', 100) FROM generate_series(1, 50000) g")
	s, tables := r.open(t, Opening{})
	ctx, cancel := context.WithCancel(t.Context())
	run := r.run(s, tables, nil)
	run.Threads, run.ChunkRows = 2, 1000
	run.Deliver = func(ctx context.Context, _ []connect.SourceRecord, _ int) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}
	assert.ErrorIs(t, s.Run(ctx, run), context.Canceled)
}

func TestAWriterBesideManyReadersIsNotSeen(t *testing.T) {
	r := newRig(t)
	r.db.Exec(t, "CREATE TABLE a (id int PRIMARY KEY, v int)", "INSERT INTO a SELECT g, 0 FROM generate_series(1, 50000) g")
	ctx, stop := context.WithCancel(t.Context())
	writer, err := r.database.Connect(t.Context())
	require.NoError(t, err)
	ended := make(chan struct{})
	go write(ctx, writer, ended)
	s, tables := r.open(t, Opening{})
	want := map[string]string{}
	rows, err := s.Conn().Query(t.Context(), "SELECT id::text, v::text FROM a")
	require.NoError(t, err)
	var id, v string
	_, err = pgx.ForEachRow(rows, []any{&id, &v}, func() error { want[id] = v; return nil })
	require.NoError(t, err)
	var k taken
	run := r.run(s, tables, k.take)
	run.Threads, run.ChunkRows = 4, 2000
	require.NoError(t, s.Run(t.Context(), run))
	stop()
	<-ended
	assert.Equal(t, want, k.state(t, "p.public.a", "id", "v"))
}

func write(ctx context.Context, conn *pgx.Conn, ended chan struct{}) {
	defer close(ended)
	defer closeConn(conn)
	random := rand.New(rand.NewPCG(1, 2))
	for ctx.Err() == nil {
		id := random.IntN(60000)
		for _, sql := range []string{"UPDATE a SET v = v + 1 WHERE id = %d", "DELETE FROM a WHERE id = %d", "INSERT INTO a VALUES (%d, -1) ON CONFLICT DO NOTHING", "UPDATE a SET id = id + 100000 WHERE id = %d"} {
			if execOn(ctx, conn, fmt.Sprintf(sql, id+random.IntN(5))) != nil {
				return
			}
		}
	}
}
