// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// crashes is a worker of ours, a server and a connector between them, each of which can be killed.
type crashes struct {
	t      *testing.T
	db     *databasetest.Server
	broker string
	by     *worker
	random *rand.Rand
}

func newCrashes(t *testing.T) *crashes {
	t.Helper()
	broker := kafkatest.SharedBroker(t).Addr()
	c := &crashes{t: t, db: databasetest.StartPostgreSQL(t, databasetest.Config{Durable: true, Settings: map[string]string{"wal_sender_timeout": "5s"}}), broker: broker,
		by: ownSide(t, workerProps(broker, kafkatest.Topic(t), nil)), random: seeded(t)}
	c.by.start()
	return c
}

// capture creates a connector that is back soon after an error.
func (c *crashes) capture(prefix string, more ...string) {
	c.t.Helper()
	c.by.create(prefix, with(with(databaseConfig(c.db, prefix), "publication.autocreate.mode", "filtered", "retriable.restart.connector.wait.ms", "300", "slot.retry.delay.ms", "300",
		"key.converter.schemas.enable", "false", "value.converter.schemas.enable", "false"), more...))
}

// strike kills the worker, the server, or both, and starts them again. It returns what it did.
func (c *crashes) strike() string {
	c.t.Helper()
	what := []string{"worker", "server", "worker and server"}[c.random.IntN(3)]
	if strings.Contains(what, "worker") {
		c.by.kill()
	}
	if strings.Contains(what, "server") {
		require.NoError(c.t, c.db.Kill())
		pass(c.t, time.Duration(c.random.IntN(500))*time.Millisecond)
		require.NoError(c.t, c.db.Start())
	}
	if strings.Contains(what, "worker") {
		c.by.start()
	}
	return what
}

func TestEveryCommittedChangeArrivesWhateverIsKilledWhileItStreams(t *testing.T) {
	c := newCrashes(t)
	c.db.Exec(t, ledger...)
	const prefix = "crashing"
	c.capture(prefix)
	awaitKey(t, c.by, c.broker, prefix, prefix+".public.journal", 0)
	w := startWriter(t, c.db)
	topic, produced := prefix+".public.journal", 0
	for round := range rounds(t) {
		produced = c.by.awaitMore(c.broker, prefix, topic, produced+200+c.random.IntN(2000))
		t.Logf("round %d: %d records, then kill -9 of %s", round+1, produced, c.strike())
	}
	c.by.awaitMore(c.broker, prefix, topic, produced+1000)
	w.stop()
	w.awaitCaughtUp(c.by, c.broker, prefix)
	c.by.stop()
	requireState(t, c.db, c.broker, prefix, "journal", "counters", "churn")
	t.Logf("%d changes of counters came again", requireEvery(t, c.broker, prefix))
}

// snapshotRows is how many rows a table has that is read while something is killed.
const snapshotRows = 150_000

func TestEveryRowArrivesWhateverIsKilledDuringASnapshot(t *testing.T) {
	c := newCrashes(t)
	c.db.Exec(t, ledger...)
	c.db.Exec(t, "CREATE TABLE big (id int4 PRIMARY KEY, n int8, text text)",
		fmt.Sprintf("INSERT INTO big SELECT i, 0, md5(i::text) FROM generate_series(1, %d) i", snapshotRows))
	midway := 0
	for round := range rounds(t) {
		if c.snapshot(round + 1) {
			midway++
		}
	}
	require.Positive(t, midway, "rounds in which the snapshot was not at its end when something was killed")
}

// snapshot has a new connector read the tables, kills something in the middle of that, and requires that all is there in the end: also
// what was changed meanwhile. It says whether there were rows left to read.
func (c *crashes) snapshot(round int) (midway bool) {
	c.t.Helper()
	prefix := fmt.Sprintf("snap%d", round)
	threads := fmt.Sprint(1 + 3*c.random.IntN(2))
	c.capture(prefix, "snapshot.max.threads", threads)
	w := startWriter(c.t, c.db)
	c.by.awaitMore(c.broker, prefix, prefix+".public.big", 1+c.random.IntN(snapshotRows/2))
	c.db.Exec(c.t, "UPDATE big SET n = n + 1 WHERE id % 1000 = 7", "DELETE FROM big WHERE id % 5000 = 11", fmt.Sprintf("UPDATE big SET id = -%d000000 - id WHERE id %% 7000 = 13", round))
	at := countOf(c.t, c.broker, prefix+".public.big")
	what := c.strike()
	// Changes that come to rows that may have been read, or not yet.
	c.db.Exec(c.t, "UPDATE big SET n = n + 1 WHERE id % 1000 = 8", "DELETE FROM big WHERE id % 5000 = 12", fmt.Sprintf("INSERT INTO big SELECT i, 0, 'put back' FROM generate_series(1, %d) i ON CONFLICT DO NOTHING", snapshotRows))
	w.stop()
	c.awaitRead(prefix)
	w.awaitCaughtUp(c.by, c.broker, prefix)
	c.by.stop() // what its producer still has is in the topics now
	requireState(c.t, c.db, c.broker, prefix, "big", "journal", "counters", "churn")
	read := 0
	for _, r := range readAll(c.t, c.broker, prefix+".public.big") {
		if e := eventOf(c.t, r); e.change != nil && e.change.Op == "r" {
			read++
		}
	}
	c.t.Logf("%s: kill -9 of %s after %d of %d rows, %s threads: %d rows read in all", prefix, what, at, snapshotRows, threads, read)
	c.by.start()
	c.by.delete(prefix)
	c.forget(prefix)
	return at < snapshotRows
}

// awaitRead returns when the stored offset is no longer one of a snapshot under way: all rows of it are in their topics then.
func (c *crashes) awaitRead(connector string) {
	c.t.Helper()
	eventually(c.t, captureLimit, func() error {
		if err := c.by.broken(connector); err != nil {
			require.FailNow(c.t, c.by.name, "%v\n%s", err, c.by.said())
		}
		stored := c.by.offsets(connector)
		underWay := strings.Contains(stored, `"snapshot":"INITIAL"`) && !strings.Contains(stored, `"snapshot_completed":true`)
		if underWay || !strings.Contains(stored, `"lsn"`) {
			return fmt.Errorf("the offset of %s is that of a snapshot that was not read: %s; the worker said:\n%s", connector, stored, c.by.said())
		}
		return nil
	})
}

// forget drops the slot and the publication of a connector that was deleted.
func (c *crashes) forget(prefix string) {
	c.t.Helper()
	eventually(c.t, busyLimit, func() error {
		return c.db.Run(c.t.Context(), "SELECT pg_drop_replication_slot('"+prefix+"')", "DROP PUBLICATION "+prefix)
	})
}
