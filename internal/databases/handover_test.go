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

// handed is how many records a worker produces before the other takes over.
const handed = 4000

func TestAConnectorGoesOnWhereTheOtherSystemStoppedAndBack(t *testing.T) {
	db, broker := databasetest.PostgreSQL(t), kafkatest.SharedBroker(t).Addr()
	db.Exec(t, ledger...)
	props := workerProps(broker, kafkatest.Topic(t), nil)
	theirs, ours := kafkaConnect(t, props), ownSide(t, props)
	const prefix = "handover"

	theirs.start()
	theirs.create(prefix, with(with(databaseConfig(db, prefix), "publication.autocreate.mode", "filtered"), "key.converter.schemas.enable", "false", "value.converter.schemas.enable", "false"))
	awaitKey(t, theirs, broker, prefix, prefix+".public.journal", 0) // a snapshot that was interrupted would be taken anew
	w := startWriter(t, db)
	produced := 0
	for i, by := range []*worker{theirs, ours, theirs, ours} {
		if i > 0 {
			by.start()
		}
		produced = by.awaitMore(broker, prefix, prefix+".public.journal", produced+handed)
		t.Logf("%s: %d records, then stopped at %s", by.name, produced, by.offsets(prefix))
		if i < 3 {
			by.stop() // while the writer goes on
		}
	}
	w.stop()
	w.awaitCaughtUp(ours, broker, prefix)
	ours.stop()

	requireState(t, db, broker, prefix, "journal", "counters", "churn")
	assert.Zero(t, requireEvery(t, broker, prefix), "changes of counters that came again")
	seen := map[int64]int{}
	for _, e := range events(t, broker, prefix+".public.journal") {
		seen[e.key]++
	}
	for id, times := range seen {
		require.Equal(t, 1, times, "events for row %d of the journal", id)
	}
	assert.Greater(t, len(seen), 4*handed)
}

// awaitMore returns how many records a topic has once these are as many as wanted.
func (w *worker) awaitMore(broker, connector, topic string, wanted int) (got int) {
	w.t.Helper()
	eventually(w.t, captureLimit, func() error {
		if got = countOf(w.t, broker, topic); got < wanted {
			return w.late(connector, got, wanted)
		}
		return nil
	})
	return got
}

// late is the error of a connector that has not produced enough yet. One that has failed ends the test.
func (w *worker) late(connector string, got, wanted int) error {
	w.t.Helper()
	if err := w.broken(connector); err != nil {
		require.FailNow(w.t, w.name, "%v\n%s", err, w.said())
	}
	return fmt.Errorf("%s has produced %d of %d records for %s; it said:\n%s", w.name, got, wanted, connector, w.said())
}
