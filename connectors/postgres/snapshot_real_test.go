// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
)

func TestASnapshotIsFollowedByTheStream(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 3) i")
	r := newRig(t, db, map[string]string{"snapshot.mode": "initial"}).start()
	require.Equal(t, numbered("r", 1, 3), texts(r.poll(3)))
	require.Equal(t, map[string]any{"lsn": r.seen[2].offset.Fields()["lsn"], "txId": r.seen[2].offset.Fields()["txId"], "ts_usec": r.seen[2].offset.Fields()["ts_usec"],
		"snapshot": "INITIAL", "last_snapshot_record": true, "snapshot_completed": true}, r.seen[2].offset.Fields())
	db.Exec(t, "INSERT INTO t VALUES (4, 'x')")
	require.Equal(t, numbered("c", 4, 4), texts(r.poll(1)))
	r.store().stop()
	db.Exec(t, "INSERT INTO t VALUES (5, 'x')")
	require.Equal(t, numbered("c", 5, 5), texts(r.start().poll(1)))
	r.quiet(50 * time.Millisecond)
}

// What is in the topic must end as what is in the table, whatever happens while the snapshot is read.
func TestASnapshotUnderWritesThatIsInterruptedEndsAsTheTable(t *testing.T) {
	for _, threads := range []string{"1", "3"} {
		t.Run(threads+" threads", func(t *testing.T) {
			db := databasetest.PostgreSQL(t)
			db.Exec(t, createT, "INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i", "ANALYZE t")
			r := newRig(t, db, map[string]string{"snapshot.mode": "initial", "snapshot.max.threads": threads, "max.batch.size": "100"}).start()
			state := map[string]string{}
			apply := func() {
				for _, s := range r.seen {
					if s.key == nil {
						continue
					}
					id := fmt.Sprint(s.key.At(0))
					switch s.op {
					case "d", "":
						delete(state, id)
					default:
						state[id] = s.text[1:]
					}
				}
				r.seen = r.seen[:0]
			}
			for i := range 3 {
				r.poll(3000)
				db.Exec(t, fmt.Sprintf("UPDATE t SET v = 'u%d' WHERE id %% 997 = %d", i, i), fmt.Sprintf("DELETE FROM t WHERE id %% 991 = %d", i),
					fmt.Sprintf("INSERT INTO t SELECT i, 'n' FROM generate_series(%d, %d) i", 30000+i*10, 30005+i*10))
				r.store()
				apply()
				r.stop()
				require.Equal(t, "INITIAL", r.stored()["snapshot"], "the test wants an interrupted snapshot")
				r.start()
			}
			want := map[string]string{}
			for _, row := range db.Query(t, "SELECT id, v FROM t") {
				want[row[0]] = " " + row[0] + "|" + row[1]
			}
			r.await("topic and table are the same", func() bool {
				r.poll(1)
				apply()
				return maps.Equal(want, state)
			})
			r.store()
		})
	}
}

// What was committed since the interruption is lost to consumers where the tables are read anew and the stream begins now.
func TestAnInterruptedSnapshotWaitsForTransactionsThatDoNotEnd(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(1, 5000) i")
	r := newRig(t, db, map[string]string{"snapshot.mode": "initial", "max.batch.size": "100", "internal.create.slot.command.timeout": "1"}).start()
	r.poll(2000)
	r.store().stop()
	db.Exec(t, "DELETE FROM t WHERE id = 1")
	conn, err := pgx.Connect(t.Context(), db.DSN())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	_, err = conn.Exec(t.Context(), "BEGIN; INSERT INTO t VALUES (6000, 'open')")
	require.NoError(t, err)
	r.seen = nil
	r.start()
	r.await("an attempt", func() bool { return strings.Contains(r.tc.Logs.Text(), "tried again") })
	_, err = conn.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	r.poll(1)
	require.Equal(t, "d", r.seen[0].op, "the delete comes before rows")
	r.await("the last row", func() bool { r.poll(1); return strings.HasPrefix(r.seen[len(r.seen)-1].text, "r 6000") })
	require.NotContains(t, r.tc.Logs.Text(), "read anew")
}

// A transaction that waits for a standby is in the log before anybody sees it: a position of the log does not tell whether a snapshot has it.
func TestASnapshotBesideAnOldSlotLosesNoTransactionThatIsNotYetVisible(t *testing.T) {
	db := databasetest.StartPostgreSQL(t, databasetest.Config{Settings: map[string]string{"synchronous_standby_names": "nobody", "synchronous_commit": "local"}})
	db.Exec(t, createT, "INSERT INTO t VALUES (1, 'x')")
	r := newRig(t, db, map[string]string{"snapshot.mode": "always"}).start()
	r.poll(1)
	r.streaming().store().stop()
	var waiting sync.WaitGroup
	waiting.Go(func() {
		_ = db.Run(t.Context(), "SET synchronous_commit = on", "INSERT INTO t VALUES (2, 'x')") // it is cancelled
	})
	defer waiting.Wait()
	r.await("the commit waits", func() bool {
		return len(db.Query(t, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")) > 0
	})
	r.seen = nil
	r.start()
	r.await("a moment is looked for", func() bool { return len(db.Query(t, "SELECT 1 FROM pg_replication_slots WHERE active")) > 0 })
	db.Exec(t, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
	db.Exec(t, "INSERT INTO t VALUES (3, 'x')")
	r.await("the last row", func() bool { r.poll(1); return strings.Contains(fmt.Sprint(texts(r.seen)), " 3|x") })
	require.Subset(t, texts(r.seen), []string{"r 1|x", "r 2|x"})
}

func TestInitialOnlyMakesNoSlotAndGoesOnRunning(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "INSERT INTO t SELECT i, 'x' FROM generate_series(30000, 1, -1) i")
	r := newRig(t, db, map[string]string{"snapshot.mode": "initial_only"}).start()
	r.poll(30000)
	require.Equal(t, []string{"r 30000|x", "r 29999|x"}, texts(r.seen[:2]), "rows come as the table has them, since nothing can be gone on with")
	require.NotContains(t, r.seen[20000].offset.Fields(), "longshore.snapshot_progress")
	r.quiet(200 * time.Millisecond)
	require.Empty(t, r.active())
	r.store().stop()
	r.start().quiet(200 * time.Millisecond)
}

func TestWhenNeededReadsAnewWhereTheSlotIsGone(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "INSERT INTO t VALUES (1, 'x')")
	r := newRig(t, db, map[string]string{"snapshot.mode": "when_needed"}).start()
	require.Equal(t, []string{"r 1|x"}, texts(r.poll(1)))
	r.streaming().store().stop()
	db.Exec(t, "SELECT pg_drop_replication_slot('"+r.props["slot.name"]+"')", "INSERT INTO t VALUES (2, 'x')")
	require.Equal(t, []string{"r 1|x", "r 2|x"}, texts(r.start().poll(2)))
	r.streaming()
	db.Exec(t, "INSERT INTO t VALUES (3, 'x')")
	require.Equal(t, []string{"c 3|x"}, texts(r.poll(1)))
}
