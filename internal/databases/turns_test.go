// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// handover is one connector on the same topics of both systems, of which one runs at a time.
type handover struct {
	t            *testing.T
	db           *databasetest.Server
	broker       string
	prefix       string
	theirs, ours *worker
}

// newHandover has Debezium begin, with small batches: so that a worker can be stopped in the midst of something.
func newHandover(t *testing.T, prefix string, before []string, more ...string) *handover {
	t.Helper()
	h := &handover{t: t, db: databasetest.PostgreSQL(t), broker: kafkatest.SharedBroker(t).Addr(), prefix: prefix}
	h.db.Exec(t, before...)
	props := workerProps(h.broker, kafkatest.Topic(t), nil)
	h.theirs, h.ours = kafkaConnect(t, props), ownSide(t, props)
	h.theirs.start()
	h.theirs.create(prefix, with(with(databaseConfig(h.db, prefix), "publication.autocreate.mode", "filtered", "max.batch.size", "64", "max.queue.size", "128"), append([]string{"key.converter.schemas.enable", "false", "value.converter.schemas.enable", "false"}, more...)...))
	return h
}

func (h *handover) topic(table string) string { return h.prefix + ".public." + table }

// stopsMidway has a worker go on until there are more records of a table, and stops it. There must be some left.
func (h *handover) stopsMidway(by *worker, table string, at, all int) int {
	h.t.Helper()
	by.awaitMore(h.broker, h.prefix, h.topic(table), at)
	by.stop()
	got := countOf(h.t, h.broker, h.topic(table))
	h.t.Logf("%s stopped at %d of %d records", by.name, got, all)
	require.Less(h.t, got, all, "%s was not stopped midway", by.name)
	return got
}

const (
	// longRows are the rows of a transaction in which the systems take turns.
	longRows = 400_000
	// turnRows is how many records one produces at least.
	turnRows = longRows / 10
	// pageRows are more rows of that table than a page has. Rows that are copied share a place in the log, a page of them, and Debezium's offset
	// does not say how many of these it has sent: they come again when Longshore goes on from it.
	pageRows = 200
)

func TestTheSystemsTakeTurnsInTheMiddleOfATransaction(t *testing.T) {
	ways := map[string]string{"copied": "SELECT copy_in('long_one', 'SELECT i, 0, md5(i::text) FROM generate_series(%d, %d) i')"}
	if rounds(t) > fewRounds { // of the two the harder one is always there
		ways["inserted"] = "INSERT INTO long_one SELECT i, 0, md5(i::text) FROM generate_series(%d, %d) i"
	}
	for how, insert := range ways {
		t.Run(how, func(t *testing.T) {
			h := newHandover(t, "turns_"+how, append([]string{copyIn, "CREATE TABLE long_one (id int4 PRIMARY KEY, n int8, t text)", "INSERT INTO long_one VALUES (0, 0, '')"}, ledger...))
			awaitKey(t, h.theirs, h.broker, h.prefix, h.topic("long_one"), 0)
			awaitKey(t, h.theirs, h.broker, h.prefix, h.topic("journal"), 0)
			h.theirs.stop()
			h.write(insert)
			got := 1
			for _, by := range []*worker{h.theirs, h.ours, h.theirs, h.ours} {
				by.start()
				got = h.stopsMidway(by, "long_one", got+turnRows, longRows+1)
			}
			h.theirs.start()
			h.db.Exec(t, "UPDATE counters SET n = n + 1", "INSERT INTO journal VALUES (-1, 'last')")
			awaitKey(t, h.theirs, h.broker, h.prefix, h.topic("journal"), -1)

			requireState(t, h.db, h.broker, h.prefix, "long_one", "counters", "churn", "journal")
			assert.Zero(t, requireEvery(t, h.broker, h.prefix), "changes of counters that came again")
			most := map[string]int{"copied": 2 * pageRows}[how]
			assert.LessOrEqual(t, h.again("long_one"), most, "rows that came again")
		})
	}
}

// write makes the long transaction. Another one, which began before it, is committed in its midst: so it comes first, and ends behind many
// places of the long one.
func (h *handover) write(insert string) {
	h.t.Helper()
	open := newSessions(h.t, h.db)
	defer open.close()
	for _, at := range together(
		in("other", "BEGIN", "INSERT INTO churn SELECT i, 0 FROM generate_series(1, 1000) i"),
		in("long", "BEGIN", "UPDATE counters SET n = n + 1", fmt.Sprintf(insert, 1, longRows/2)),
		in("other", "UPDATE churn SET n = id", "COMMIT"),
		in("long", fmt.Sprintf(insert, longRows/2+1, longRows), "UPDATE counters SET n = n + 1", "COMMIT"),
	) {
		open.run(at)
	}
}

// again requires that the rows of a table, whose ids count up, come in their order, and says how many come again.
func (h *handover) again(table string) (again int) {
	h.t.Helper()
	last := int64(-1)
	for _, e := range events(h.t, h.broker, h.topic(table)) {
		if e.key <= last {
			again++
			continue
		}
		require.Equal(h.t, last+1, e.key, "the row after %d", last)
		last = e.key
	}
	return again
}

// bigRows are the rows of a table whose snapshot is interrupted.
const bigRows = 120_000

func TestTheSystemsTakeTurnsInTheMiddleOfASnapshot(t *testing.T) {
	h := newHandover(t, "midsnap", append([]string{"CREATE TABLE big (id int4 PRIMARY KEY, n int8, t text)", fmt.Sprintf("INSERT INTO big SELECT i, 0, md5(i::text) FROM generate_series(1, %d) i", bigRows),
		"CREATE TABLE " + ending + " (id int4 PRIMARY KEY)", "INSERT INTO " + ending + " VALUES (0)"}, ledger...))
	got := h.stopsMidway(h.theirs, "big", 1, bigRows)
	h.db.Exec(t, "UPDATE big SET n = n + 1 WHERE id % 100 = 7", "DELETE FROM big WHERE id % 500 = 11", "UPDATE big SET id = -id WHERE id % 700 = 13", "INSERT INTO churn SELECT i, 0 FROM generate_series(1, 50) i")
	h.ours.start()
	got = h.stopsMidway(h.ours, "big", got+bigRows/8, got+bigRows)
	// Debezium begins anew, and passes over what came before that: of a row that has been sent and deleted it would say nothing.
	h.db.Exec(t, "UPDATE big SET n = n + 1 WHERE id % 100 = 8", "INSERT INTO big SELECT i, 0, '' FROM generate_series(1000001, 1000100) i", "UPDATE counters SET n = n + 1")
	h.theirs.start()
	h.stopsMidway(h.theirs, "big", got+bigRows/8, got+bigRows)
	h.db.Exec(t, "DELETE FROM big WHERE id % 500 = 12", "UPDATE big SET id = -id WHERE id % 700 = 14", "DELETE FROM churn WHERE id < 20", "INSERT INTO journal VALUES (-1, 'last')")
	h.ours.start()
	awaitKey(t, h.ours, h.broker, h.prefix, h.topic(ending), 0) // which is read last
	h.db.Exec(t, "UPDATE counters SET n = n + 1", "INSERT INTO journal VALUES (-2, 'very last')")
	awaitKey(t, h.ours, h.broker, h.prefix, h.topic("journal"), -2)
	requireState(t, h.db, h.broker, h.prefix, "big", "counters", "churn", "journal")
}
