// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/databasetest"
)

// writeEvery is how often a writer begins a transaction at most.
const writeEvery = 2 * time.Millisecond

// manyFrom is what the ids of rows that come by the thousand are greater than; those of single rows are smaller.
const manyFrom = 1_000_000

// counters is how many rows the table of that name has.
const counters = 20

// ledger are the tables that a writer changes. Rows of journal are only added, those of counters are counted up by one each time, and
// those of churn come, move and go.
var ledger = []string{
	"CREATE TABLE journal (id int8 PRIMARY KEY, text text)",
	"INSERT INTO journal VALUES (0, 'first')",
	"CREATE TABLE counters (id int4 PRIMARY KEY, n int8)",
	fmt.Sprintf("INSERT INTO counters SELECT i, 0 FROM generate_series(0, %d) i", counters-1),
	"CREATE TABLE churn (id int4 PRIMARY KEY, n int8)",
}

// writer changes the ledger until it is stopped, whatever becomes of the server meanwhile.
type writer struct {
	t      *testing.T
	db     *databasetest.Server
	random *rand.Rand
	cancel context.CancelFunc
	ended  sync.WaitGroup
	next   int
}

// startWriter starts one that ends with the test, or when it is stopped. It goes on with the ids after those of the writers before it: one
// whose ids were there already would change nothing, as its transactions fail.
func startWriter(t *testing.T, db *databasetest.Server) *writer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &writer{t: t, db: db, random: rand.New(rand.NewPCG(1, 2)), cancel: cancel}
	used := db.Query(t, fmt.Sprintf("SELECT max(abs(id)) FROM journal WHERE id < %d", manyFrom))
	_, err := fmt.Sscan(used[0][0], &w.next)
	require.NoError(t, err)
	w.next++
	w.ended.Go(func() { w.run(ctx) })
	t.Cleanup(w.stop)
	return w
}

// stop returns when the last change has been made.
func (w *writer) stop() {
	w.cancel()
	w.ended.Wait()
}

func (w *writer) run(ctx context.Context) {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		conn, err := pgconn.Connect(ctx, w.db.DSN())
		for err == nil && ctx.Err() == nil {
			<-tick.C
			err = w.change(conn)
		}
		if conn != nil {
			_ = conn.Close(context.WithoutCancel(ctx)) // a server that was killed answers nothing
		}
		<-tick.C // it may be down
	}
}

// change is one transaction. It is not interrupted: whether it was made would not be known.
func (w *writer) change(conn *pgconn.PgConn) error {
	id := w.next
	w.next++
	churn := w.random.IntN(50)
	sql := fmt.Sprintf("BEGIN; INSERT INTO journal VALUES (%d, 'entry %d'); UPDATE counters SET n = n + 1 WHERE id = %d;", id, id, id%counters)
	switch id % 4 {
	case 0:
		sql += fmt.Sprintf("DELETE FROM churn WHERE id = %d;", churn)
	case 1:
		sql += fmt.Sprintf("UPDATE churn SET id = id + 100, n = %d WHERE id = %d AND NOT EXISTS (SELECT FROM churn WHERE id = %d + 100);", id, churn, churn)
	default:
		sql += fmt.Sprintf("INSERT INTO churn VALUES (%d, %d) ON CONFLICT (id) DO UPDATE SET n = excluded.n;", churn, id)
	}
	if id%500 == 0 { // one that is long enough to be interrupted in its middle
		sql += fmt.Sprintf("INSERT INTO journal SELECT %d + %d * 10000 + i, 'many' FROM generate_series(1, 3000) i;", manyFrom, id/500)
	}
	_, err := conn.Exec(context.Background(), sql+"COMMIT").ReadAll()
	return err
}

// change is what a test looks at in an event.
type change struct {
	Op            string
	Before, After *struct{ ID, N int64 }
}

// keyed is the id in a key.
type keyed struct{ ID int64 }

// events are those of a topic. A tombstone has no change.
type event struct {
	key    int64
	change *change
}

// events reads a topic whose records have no schemas.
func events(t *testing.T, broker, topic string) (all []event) {
	t.Helper()
	for _, r := range readAll(t, broker, topic) {
		all = append(all, eventOf(t, r))
	}
	return all
}

func eventOf(t *testing.T, r *kgo.Record) event {
	t.Helper()
	var key keyed
	require.NoError(t, json.Unmarshal(r.Key, &key))
	e := event{key: key.ID}
	if r.Value != nil {
		require.NoError(t, json.Unmarshal(r.Value, &e.change))
	}
	return e
}

// stateOf is the table that results when one applies the events.
func stateOf(all []event) map[int64]int64 {
	state := map[int64]int64{}
	for _, e := range all {
		if e.change == nil || e.change.After == nil {
			delete(state, e.key)
		} else {
			state[e.key] = e.change.After.N
		}
	}
	return state
}

// tableOf is a table as it is in the database.
func tableOf(t *testing.T, db *databasetest.Server, name string) map[int64]int64 {
	t.Helper()
	state := map[int64]int64{}
	number := "n"
	if name == "journal" {
		number = "0"
	}
	for _, row := range db.Query(t, "SELECT id, "+number+" FROM "+name) {
		var id, n int64
		_, err := fmt.Sscan(row[0]+" "+row[1], &id, &n)
		require.NoError(t, err)
		state[id] = n
	}
	return state
}

// requireState requires that the events of a table amount to what the database has.
func requireState(t *testing.T, db *databasetest.Server, broker, prefix string, tables ...string) {
	t.Helper()
	for _, name := range tables {
		want, got := tableOf(t, db, name), stateOf(events(t, broker, prefix+".public."+name))
		if !maps.Equal(want, got) {
			assert.Fail(t, "the events of "+name+" do not amount to its rows", "%d rows in the database, %d by the events; %s", len(want), len(got), firstUnequal(want, got))
		}
	}
}

func firstUnequal(want, got map[int64]int64) string {
	for id, n := range want {
		if is, there := got[id]; !there || is != n {
			return fmt.Sprintf("row %d: %d in the database, %d (%t) by the events", id, n, is, there)
		}
	}
	for id := range got {
		if _, there := want[id]; !there {
			return fmt.Sprintf("row %d is not in the database", id)
		}
	}
	return "equal"
}

// requireEvery requires that no change of the counters is missing, that they come in their order, and says how many come again. A
// change may come again with all that follow it.
func requireEvery(t *testing.T, broker, prefix string) (again int) {
	t.Helper()
	last, most := map[int64]int64{}, map[int64]int64{}
	for _, e := range events(t, broker, prefix+".public.counters") {
		require.NotNil(t, e.change, "a tombstone of a row that is never deleted")
		n := e.change.After.N
		before, known := last[e.key]
		switch {
		case !known && e.change.Op == "r":
		case n <= most[e.key] && n != before+1 || !known:
			require.LessOrEqual(t, n, most[e.key], "counter %d begins at %d", e.key, n)
			again++
		case n <= most[e.key]:
			again++
		default:
			require.Equal(t, before+1, n, "counter %d goes from %d to %d", e.key, before, n)
		}
		last[e.key], most[e.key] = n, max(most[e.key], n)
	}
	return again
}

// awaitCaughtUp adds a last row to the journal, and returns when its event is there. The writer has been stopped, and a snapshot is over:
// while one is read, an event says nothing of the rows of other tables.
func (w *writer) awaitCaughtUp(by *worker, broker, prefix string) {
	w.t.Helper()
	w.next++
	w.db.Exec(w.t, fmt.Sprintf("INSERT INTO journal VALUES (%d, 'last')", -w.next))
	awaitKey(w.t, by, broker, prefix, prefix+".public.journal", int64(-w.next))
}

// awaitKey reads a topic until it has a record with an id in its key.
func awaitKey(t *testing.T, by *worker, broker, connector, topic string, id int64) {
	t.Helper()
	client := reading(t, broker, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MetadataMinAge(pollEvery), kgo.MetadataMaxAge(time.Second))
	defer client.Close()
	found := false
	eventually(t, captureLimit, func() error {
		if err := by.broken(connector); err != nil {
			require.FailNow(t, by.name, "%v\n%s", err, by.said())
		}
		ctx, cancel := context.WithTimeout(t.Context(), pollEvery)
		defer cancel()
		client.PollFetches(ctx).EachRecord(func(r *kgo.Record) { found = found || eventOf(t, r).key == id })
		if !found {
			return fmt.Errorf("%s has not produced row %d to %s; it said:\n%s", by.name, id, topic, by.said())
		}
		return nil
	})
}
