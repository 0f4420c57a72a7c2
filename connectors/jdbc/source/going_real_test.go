// SPDX-License-Identifier: Apache-2.0

//go:build real

package source

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// onBoth runs a test on PostgreSQL and on MariaDB.
func onBoth(t *testing.T, test func(t *testing.T, db *databasetest.Server)) {
	for name, start := range map[string]func(testing.TB) *databasetest.Server{"PostgreSQL": databasetest.PostgreSQL, "MariaDB": databasetest.MariaDB} {
		t.Run(name, func(t *testing.T) { test(t, start(t)) })
	}
}

func isPostgres(db *databasetest.Server) bool {
	return strings.HasPrefix(db.JDBC(), "jdbc:postgresql:")
}

// timed is a table whose rows are found by the first of two times; ids 1 to 8 have five different ones.
var timed = []string{
	"INSERT INTO kinds VALUES (1, NULL, '2020-01-01 00:00:00.000001'), (2, '2020-01-01 00:00:00.000001', '2010-01-01 00:00:00'), (3, NULL, '2020-01-01 00:00:00.000001')",
	"INSERT INTO kinds VALUES (4, NULL, '2020-01-01 00:00:00.000002'), (5, '2020-01-01 00:00:00.999999', '2020-01-01 00:00:00'), (6, '2020-01-01 00:00:01', '2021-01-01 00:00:00')",
	"INSERT INTO kinds VALUES (7, '2020-01-02 00:00:00', '2021-01-01 00:00:00'), (8, NULL, '2020-01-02 00:00:00')",
}

// sameTime has the first and the last id of those with the time of an id.
var sameTime = map[int32][2]int32{1: {1, 3}, 2: {1, 3}, 3: {1, 3}, 4: {4, 4}, 5: {5, 5}, 6: {6, 6}, 7: {7, 8}, 8: {7, 8}}

func TestReadingGoesOnAfterAnyRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		types := []string{"DATETIME(6) NULL", "TIMESTAMP(6) NULL"}
		if isPostgres(db) {
			types = []string{"timestamp", "timestamptz"}
		}
		for _, typ := range types {
			db.Exec(t, "CREATE TABLE kinds (id INT PRIMARY KEY, changed "+typ+", made "+strings.TrimSuffix(typ, " NULL")+" NOT NULL)")
			db.Exec(t, timed...)
			for _, mode := range []string{modeIncrementing, modeTimestamp, modeTimestampIncrementing} {
				t.Run(mode+" by "+typ, func(t *testing.T) { goOnAnywhere(t, db, mode) })
			}
			db.Exec(t, "DROP TABLE kinds")
		}
	})
}

func goOnAnywhere(t *testing.T, db *databasetest.Server, mode string) {
	props := propsOf(db, modeKey, mode, incrementingKey, "id", timestampKey, "changed,made", batchKey, "2", lingerKey, "100", zoneKey, "America/New_York")
	all := startTask(t, props, &conntest.SourceContext{}).rest()
	require.Equal(t, []int32{1, 2, 3, 4, 5, 6, 7, 8}, slices.Sorted(slices.Values(ids(all))), "each row is read once, the last one too")
	for i, record := range all {
		tc := &conntest.SourceContext{}
		require.NoError(t, tc.Stored.Store(record.SourcePartition, connect.OffsetMap(record.SourceOffset.Fields())))
		place := int32(i + 1)
		first := place + 1
		if same := sameTime[place]; mode == modeTimestamp && place < same[1] {
			first = same[0] // that all rows of the time were read is not known yet: they are read again
		}
		var want []int32
		for id := first; id <= 8; id++ {
			want = append(want, id)
		}
		r := startTask(t, props, tc)
		assert.Equal(t, want, slices.Sorted(slices.Values(ids(r.rest()))), "after record %d", place)
		r.stop()
	}
}

// rest reads until nothing comes any more, for several turns.
func (r *reading) rest() []connect.SourceRecord {
	r.Helper()
	var out []connect.SourceRecord
	for empty := 0; empty < 2; {
		records, err := r.task.Poll(context.Background())
		require.NoError(r, err)
		out = append(out, records...)
		require.Less(r, len(out), 100, "rows are read again and again")
		if empty++; len(records) > 0 {
			empty = 0
		}
	}
	return out
}

// ids are the first fields of records.
func ids(records []connect.SourceRecord) []int32 {
	var out []int32
	for _, record := range records {
		out = append(out, record.Value.(*connect.Struct).At(0).(int32))
	}
	return out
}

// manyRows fills the table kinds with ids from 1 on, each with a time of its own.
func manyRows(t *testing.T, db *databasetest.Server, n int) {
	if isPostgres(db) {
		db.Exec(t, "CREATE TABLE kinds (id int PRIMARY KEY, made timestamp NOT NULL, pad text)",
			fmt.Sprintf("INSERT INTO kinds SELECT i, timestamp '2020-01-01' + i * interval '1 microsecond', repeat('x', 1000) FROM generate_series(1, %d) i", n))
		return
	}
	db.Exec(t, "CREATE TABLE kinds (id int PRIMARY KEY, made datetime(6) NOT NULL, pad text)", "SET GLOBAL max_recursive_iterations = 1000000")
	db.Exec(t,
		fmt.Sprintf("INSERT INTO kinds WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) SELECT i, '2020-01-01' + INTERVAL i MICROSECOND, repeat('x', 1000) FROM s", n))
}

func TestAConnectionThatIsLostInTheMiddleOfAResultLosesAndRepeatsNothing(t *testing.T) {
	const rows = 20000
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		manyRows(t, db, rows)
		for _, mode := range []string{modeIncrementing, modeTimestamp, modeTimestampIncrementing} {
			t.Run(mode, func(t *testing.T) {
				wire := conntest.NewWire(t, db.Addr())
				url := strings.Replace(db.JDBC(), db.Addr(), wire.Addr(), 1)
				r := startTask(t, propsOf(db, urlKey, url, modeKey, mode, incrementingKey, "id", timestampKey, "made", batchKey, "100", bufferKey, "200", attemptsKey, "100", backoffKey, "20"), &conntest.SourceContext{})
				var got []int32
				for n := 0; len(got) < rows; n++ {
					if n%50 == 10 {
						wire.Cut()()
					}
					got = append(got, ids(r.read(1))...)
				}
				for i, id := range got {
					require.Equal(t, int32(i+1), id)
				}
				r.stop()
			})
		}
	})
}

// hugeView makes a view of a hundred million rows whose number has a value that is no number.
func hugeView(t *testing.T, db *databasetest.Server, bad string) {
	db.Exec(t, "CREATE TABLE d (i int)", "INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)")
	db.Exec(t, "CREATE VIEW kinds AS SELECT "+bad+" AS n, 'a text that makes the row longer than it would be without' AS pad FROM d a, d b, d c, d e, d f, d g, d h, d j")
}

func TestAValueThatCannotBeReadEndsAHugeResultAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		bad := "CAST(18446744073709551615 AS UNSIGNED)"
		if isPostgres(db) {
			bad = "'NaN'::numeric"
		}
		hugeView(t, db, bad)
		begun := time.Now()
		assert.ErrorContains(t, failureOf(t, propsOf(db, tableTypesKey, "VIEW")), "column n")
		assert.Less(t, time.Since(begun), 10*time.Second, "the rest of the result is not read")
	})
}

func TestAHugeResultAndALongQueryAreStoppedAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		hugeView(t, db, "1")
		sleep := "SELECT SLEEP(60) AS id"
		if isPostgres(db) {
			sleep = "SELECT 1 AS id FROM pg_sleep(60)"
		}
		for name, props := range map[string]map[string]string{
			"a huge result": propsOf(db, tableTypesKey, "VIEW", lingerKey, "100"),
			"a long query":  propsOf(db, whitelistKey, "", queryKey, sleep, lingerKey, "100"),
		} {
			t.Run(name, func(t *testing.T) {
				r := &reading{t, newTask(), &conntest.SourceContext{}}
				require.NoError(t, r.task.Start(context.Background(), r.tc, tasksOf(t, props, 1)[0]))
				for range 5 {
					_, err := r.task.Poll(context.Background())
					require.NoError(t, err)
				}
				begun := time.Now()
				r.stop()
				assert.Less(t, time.Since(begun), time.Second)
			})
		}
		if isPostgres(db) {
			require.Eventually(t, func() bool {
				return len(db.Query(t, "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()")) == 0
			}, 10*time.Second, 20*time.Millisecond, "the server ends the query, too")
		}
	})
}
