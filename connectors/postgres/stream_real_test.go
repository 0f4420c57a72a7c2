// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/internal/databasetest"
)

const createT = "CREATE TABLE t (id int PRIMARY KEY, v text)"

func TestChangesAreStreamedInOrder(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (1, 'a'), (2, 'b')", "UPDATE t SET v = 'c' WHERE id = 1", "UPDATE t SET id = 3 WHERE id = 2", "DELETE FROM t WHERE id = 1")
	require.Equal(t, []string{"c 1|a", "c 2|b", "u 1|c", "d 2|", "tombstone", "c 3|b", "d 1|", "tombstone"}, nils(texts(r.poll(8))))
	require.Equal(t, "p.public.t", r.seen[0].topic)
	require.Nil(t, r.seen[3].offset, "only the last record of a message says that it is done")
	r.store().quiet(100 * time.Millisecond)
}

// nils prints the columns that are null as nothing.
func nils(in []string) []string {
	for i := range in {
		in[i] = strings.ReplaceAll(in[i], "<nil>", "")
	}
	return in
}

func numbered(op string, from, to int) (out []string) {
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("%s %d|x", op, i))
	}
	return out
}

// Rows that are copied in share LSNs, so that the place in the log alone does not tell which of them are done.
func TestARestartAtAnyRecordOfATransactionRepeatsAndLosesNothing(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "CREATE TABLE s (LIKE t)", "INSERT INTO s SELECT i, 'x' FROM generate_series(5, 10) i")
	first := newRig(t, db, nil).start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (0, 'x')",
		"BEGIN; INSERT INTO t VALUES (1, 'x'); INSERT INTO t VALUES (2, 'x'); SELECT pg_logical_emit_message(true, 'p', 'm'); INSERT INTO t VALUES (3, 'x'), (4, 'x'); INSERT INTO t SELECT * FROM s; COMMIT",
		"INSERT INTO t VALUES (11, 'x')")
	all := texts(first.poll(13))
	require.Equal(t, "m", all[3])
	for i := range all {
		t.Run(fmt.Sprintf("after %d", i), func(t *testing.T) {
			r := newRig(t, db, map[string]string{"flush.lsn.source": "false"})
			r.keepSlot = true
			if first.task != nil {
				first.stop()
			}
			r.seen = append(r.seen, first.seen...)
			r.storeAt(i).start()
			require.Equal(t, all[i+1:], append([]string{}, texts(r.poll(len(all)-i-1))...))
			r.quiet(50 * time.Millisecond)
		})
	}
}

func TestAKilledConnectionLosesAndRepeatsNothing(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, map[string]string{"max.batch.size": "7", "max.queue.size": "20"}).start().streaming()
	db.Exec(t, "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 300) i")
	for i := range 3 {
		r.poll(50)
		db.Exec(t, "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"+r.props["slot.name"]+"'",
			fmt.Sprintf("INSERT INTO t SELECT i, 'x' FROM generate_series(%d, %d) i", 301+i*100, 400+i*100))
	}
	r.poll(600 - len(r.seen))
	require.Equal(t, numbered("c", 1, 600), texts(r.seen))
	r.quiet(100 * time.Millisecond)
	require.Contains(t, r.tc.Logs.Text(), "it is tried again from where it was")
}

func TestASlotThatIsInUseIsWaitedFor(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	holder := newRig(t, db, nil).start().streaming()
	second := newRig(t, db, nil).start()
	second.await("the slot is busy", func() bool { return strings.Contains(second.tc.Logs.Text(), "in use by another session") })
	holder.stop()
	second.streaming()
	db.Exec(t, "INSERT INTO t VALUES (1, 'x')")
	require.Equal(t, []string{"c 1|x"}, texts(second.poll(1)))
}

func TestASlotThatIsGoneIsRefused(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (1, 'x')")
	r.poll(1)
	r.store().stop()
	db.Exec(t, "SELECT pg_drop_replication_slot('"+r.props["slot.name"]+"')")
	err := r.start().failed()
	var lost *position.LostError
	require.ErrorAs(t, err, &lost)
	require.ErrorContains(t, err, "its replication slot does not exist")
	require.Empty(t, r.active(), "the slot must not be made anew: that would hide the gap")
}

func TestASlotThatIsAheadOfTheOffsetIsRefused(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (1, 'x')", "INSERT INTO t VALUES (2, 'x')")
	r.poll(2)
	r.store().stop()
	db.Exec(t, "INSERT INTO t VALUES (3, 'x')", "SELECT pg_replication_slot_advance('"+r.props["slot.name"]+"', pg_current_wal_lsn())")
	require.ErrorContains(t, r.start().failed(), "changes that were committed between the two positions are lost")
}

func TestTheSlotIsConfirmedFromStoredOffsetsAlone(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, map[string]string{"status.update.interval.ms": "50"}).start().streaming()
	confirmed := func() string {
		return db.Query(t, "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"+r.props["slot.name"]+"'")[0][0]
	}
	before := confirmed()
	db.Exec(t, "INSERT INTO t VALUES (1, 'x')", "INSERT INTO t VALUES (2, 'x')", "INSERT INTO t VALUES (3, 'x')")
	r.poll(3)
	r.quiet(300 * time.Millisecond)
	require.Equal(t, before, confirmed(), "what was received is not confirmed")
	r.store()
	want := position.LSN(r.stored()["lsn_commit"].(int64)).String()
	r.await("the slot is confirmed", func() bool { return confirmed() == want })
}

func TestTransactionsMessagesAndHeartbeatsAreTold(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, map[string]string{"provide.transaction.metadata": "true", "heartbeat.interval.ms": "150", "topic.heartbeat.prefix": "h",
		"heartbeat.action.query": "INSERT INTO beats VALUES (1)"})
	db.Exec(t, "CREATE TABLE beats (n int)")
	require.Equal(t, "h.p", r.start().poll(1)[0].topic)
	r.streaming()
	db.Exec(t, "BEGIN; INSERT INTO t VALUES (1, 'x'); INSERT INTO t VALUES (2, 'x'); COMMIT", "SELECT pg_logical_emit_message(false, 'p', 'm')")
	seen := map[string]int{}
	r.await("a heartbeat, its query, and the transaction", func() bool {
		for _, s := range r.poll(1) {
			seen[s.topic]++
		}
		return seen["h.p"] > 1 && seen["p.public.beats"] > 0 && seen["p.public.t"] == 2 && seen["p.transaction"] > 3 && seen["p.message"] == 1
	})
	r.store()
}

func TestPublications(t *testing.T) {
	published := func(db *databasetest.Server) (out []string) {
		for _, row := range db.Query(t, "SELECT tablename FROM pg_publication_tables ORDER BY 1") {
			out = append(out, row[0])
		}
		return out
	}
	tables := []string{createT, "CREATE TABLE u (id int PRIMARY KEY)"}
	t.Run("all tables", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		db.Exec(t, tables...)
		newRig(t, db, nil).start().streaming()
		require.Equal(t, []string{"t", "u"}, published(db))
	})
	t.Run("filtered, and mended at the next start", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		db.Exec(t, tables...)
		r := newRig(t, db, map[string]string{"publication.autocreate.mode": "filtered", "table.include.list": "public.t"}).start().streaming()
		require.Equal(t, []string{"t"}, published(db))
		r.stop()
		r.props["table.include.list"] = "public.t,public.u"
		r.start().streaming()
		require.Equal(t, []string{"t", "u"}, published(db))
	})
	t.Run("filtered without tables fails", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		r := newRig(t, db, map[string]string{"publication.autocreate.mode": "filtered", "table.include.list": "public.none"}).start()
		require.ErrorContains(t, r.failed(), "Unable to create filtered publication dbz_publication for ")
	})
	t.Run("disabled fails without one", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		r := newRig(t, db, map[string]string{"publication.autocreate.mode": "disabled"}).start()
		require.ErrorContains(t, r.failed(), "Publication autocreation is disabled, please create one and restart the connector.")
	})
	t.Run("no tables", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		db.Exec(t, tables...)
		newRig(t, db, map[string]string{"publication.autocreate.mode": "no_tables", "publication.name": "Mine"}).start().streaming()
		require.Empty(t, published(db))
		require.Equal(t, "mine", db.Query(t, "SELECT pubname FROM pg_publication")[0][0])
	})
	t.Run("via the root of partitions", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		db.Exec(t, "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)", "CREATE TABLE t1 PARTITION OF t DEFAULT")
		r := newRig(t, db, map[string]string{"publication.autocreate.mode": "filtered", "table.include.list": "public.t", "publish.via.partition.root": "true"}).start().streaming()
		db.Exec(t, "INSERT INTO t VALUES (1, 'x')")
		require.Equal(t, "p.public.t", r.poll(1)[0].topic)
		r.stop()
		r.start().streaming() // the same publication is fine
	})
	t.Run("replica identities", func(t *testing.T) {
		db := databasetest.PostgreSQL(t)
		db.Exec(t, tables...)
		newRig(t, db, map[string]string{"replica.identity.autoset.values": "public.t:FULL,public.u:NOTHING"}).start().streaming()
		require.Equal(t, [][]string{{"t", "f"}, {"u", "n"}}, db.Query(t, "SELECT relname, relreplident FROM pg_class WHERE relname IN ('t', 'u') ORDER BY 1"))
	})
}

func TestTheSlotIsDroppedWhereThatIsAskedFor(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, map[string]string{"slot.drop.on.stop": "true"}).start().streaming()
	require.NoError(t, r.task.Stop(t.Context()))
	r.task = nil
	require.Empty(t, r.active())
}
