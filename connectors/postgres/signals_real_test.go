// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"fmt"
	"slices"
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
