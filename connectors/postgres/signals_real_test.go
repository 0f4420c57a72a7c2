// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
)

const createSignals = "CREATE TABLE signals (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))"

func execute(kind, table string) string {
	return fmt.Sprintf(`INSERT INTO signals VALUES (gen_random_uuid(), 'execute-snapshot', '{"data-collections": ["public.%s"], "type": "%s"}')`, table, kind)
}

func TestAnIncrementalSnapshotIsReadBesideTheStreamAndGoesOnAfterARestart(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, createSignals, "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 500) i")
	r := newRig(t, db, map[string]string{"signal.data.collection": "public.signals", "incremental.snapshot.chunk.size": "50"}).start().streaming()
	db.Exec(t, execute("INCREMENTAL", "t"))
	read := func() (ids []string) {
		for _, s := range r.seen {
			if s.topic == "p.public.t" && s.op == "r" {
				ids = append(ids, s.text)
			}
		}
		return ids
	}
	r.await("some chunks", func() bool { r.poll(1); return len(read()) >= 120 })
	r.store().stop()
	r.start()
	db.Exec(t, "UPDATE t SET v = 'y' WHERE id = 499")
	r.await("all chunks", func() bool { r.poll(1); return slices.Contains(read(), "r 500|x") })
	got := read()
	slices.Sort(got)
	require.Len(t, slices.Compact(got), len(got), "no row is read twice after a clean stop")
	require.GreaterOrEqual(t, len(got), 499)
	r.quiet(100 * time.Millisecond)
	require.NotContains(t, fmt.Sprint(r.seen[len(r.seen)-1].offset.Fields()), "primary_key")
}

// Marks in the signal table are none of the signals that come by a channel.
func TestASignalOfAFileHasATableReadBesideTheStream(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, createSignals, "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 120) i")
	file := filepath.Join(t.TempDir(), "signals")
	r := newRig(t, db, map[string]string{"signal.data.collection": "public.signals", "incremental.snapshot.chunk.size": "50", "signal.enabled.channels": "file", "signal.file": file,
		"signal.poll.interval.ms": "50"}).start().streaming()
	db.Exec(t, execute("INCREMENTAL", "t")) // by the table, which is no channel here
	require.NoError(t, os.WriteFile(file, []byte(`{"id": "a", "type": "execute-snapshot", "data": {"data-collections": ["public.t"]}}`+"\n"), 0o600))
	r.await("all chunks, and the mark of one without rows", func() bool { r.poll(1); return strings.Count(fmt.Sprint(texts(r.seen)), "-open|snapshot") == 4 })
	read := slices.DeleteFunc(texts(r.seen), func(s string) bool { return s[0] != 'r' })
	require.Equal(t, numbered("r", 1, 120), read)
}

func TestABlockingSnapshotHoldsTheStream(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, createSignals, "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 5) i")
	r := newRig(t, db, map[string]string{"signal.data.collection": "public.signals"}).start().streaming()
	db.Exec(t, execute("BLOCKING", "t"), "INSERT INTO t VALUES (6, 'x')")
	r.await("the insert after the snapshot", func() bool { r.poll(1); return slices.Contains(texts(r.seen), "c 6|x") })
	got := texts(r.seen)[1:]
	require.Equal(t, numbered("r", 1, 5), got[:5])
	require.Equal(t, "c 6|x", got[len(got)-1])
	r.store().stop()
	r.start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (7, 'x')")
	require.Equal(t, []string{"c 7|x"}, texts(r.poll(1)), "it is not read again")
}
