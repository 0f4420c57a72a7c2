// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// writerOf has a task write through another writer, which is made around its own.
func writerOf(task connect.SinkTask, around func(writer) writer) {
	make := func(s *database.Session) writer { return around(newWriter(s)) }
	switch task := task.(type) {
	case *confluentTask:
		task.session.newWriter = make
	case *debeziumTask:
		task.session.newWriter = make
	}
}

// TestRecordsBeforeAChangeOfATableAreWrittenOnce has a record at fault behind the change, which commits what is before it.
func TestRecordsBeforeAChangeOfATableAreWrittenOnce(t *testing.T) {
	url := sqliteFile(t)
	check := open(t, url, nil)
	_, err := check.Exec(t.Context(), "CREATE TABLE orders (id INTEGER, name TEXT CHECK (name <> 'refused'))")
	require.NoError(t, err)
	var reported letters
	task := start(t, NewConfluent(), &conntest.SinkContext{Reporter: &reported}, map[string]string{"connection.url": url, "auto.evolve": "true", "max.retries": "2", "retry.backoff.ms": "0"})
	for range 2 {
		require.Equal(t, connect.Transient, connect.Classify(task.Put(t.Context(), refusedAt(orders("c1 c2 C3 C4"), 3))))
	}
	require.NoError(t, task.Put(t.Context(), refusedAt(orders("c1 c2 C3 C4"), 3)))
	assert.Equal(t, []string{"name 0", "name 1", "name 2"}, rowsOf(t, check, "SELECT name FROM orders ORDER BY name"))
	require.Len(t, reported.got, 1)

	require.NoError(t, task.Put(t.Context(), orders("c1")), "what comes again after a success is written again")
	assert.Len(t, rowsOf(t, check, "SELECT name FROM orders"), 4)
}

// losing is a writer whose connection is lost when it writes row by row.
type losing struct{ writer }

func (l losing) fast(ctx context.Context, u *unit) error {
	if len(u.chunks[0].rows) > 1 {
		return l.writer.fast(ctx, u)
	}
	return failed(io.ErrUnexpectedEOF, "write")
}

func TestARecordIsNotReportedForALostConnection(t *testing.T) {
	url, check := guarded(t)
	for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
		var reported letters
		task := start(t, create(), &conntest.SinkContext{Reporter: &reported}, map[string]string{"connection.url": url, "connection.username": "", "collection.name.format": "orders", "max.retries": "0"})
		writerOf(task.SinkTask, func(w writer) writer { return losing{w} })
		require.ErrorContains(t, task.Put(t.Context(), refusedAt(orders("c1 c2 c3"), 1)), "unexpected EOF")
		assert.Empty(t, reported.got)
		assert.Empty(t, rowsOf(t, check, "SELECT name FROM orders"))
	}
}

// patient is a writer that waits before it writes.
type patient struct {
	writer
	begun, release chan struct{}
}

func (p patient) fast(ctx context.Context, u *unit) error {
	close(p.begun)
	select {
	case <-p.release:
		return p.writer.fast(ctx, u)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestAPutThatIsCancelledGoesOnForAMoment has one that has almost come to its end: it is not cut off in the middle of a commit.
func TestAPutThatIsCancelledGoesOnForAMoment(t *testing.T) {
	url, check := guarded(t)
	for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
		task := start(t, create(), &conntest.SinkContext{}, map[string]string{"connection.url": url, "connection.username": "", "collection.name.format": "orders"})
		slow := patient{begun: make(chan struct{}), release: make(chan struct{})}
		writerOf(task.SinkTask, func(w writer) writer {
			slow.writer = w
			return slow
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- task.Put(ctx, orders("c1")) }()
		<-slow.begun
		cancel()
		close(slow.release)
		require.NoError(t, <-ended)
		assert.Equal(t, []string{"name 0"}, rowsOf(t, check, "SELECT name FROM orders"))
		_, err := check.Exec(t.Context(), "DELETE FROM orders")
		require.NoError(t, err)

		slow.begun, slow.release = make(chan struct{}), make(chan struct{})
		writerOf(task.SinkTask, func(w writer) writer {
			slow.writer = w
			return slow
		})
		require.NoError(t, task.Stop(ctxOf(t)))
		ctx, cancel = context.WithCancel(t.Context())
		go func() { ended <- task.Put(ctx, orders("c1")) }()
		<-slow.begun
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled, "but not for ever")
	}
}

func TestTimesOfDay(t *testing.T) {
	for _, tt := range []struct {
		dialect database.Dialect
		millis  int64
		want    string
	}{
		{database.PostgreSQL, 0, "00:00:00.000"},
		{database.PostgreSQL, 24*3600*1000 - 1, "23:59:59.999"},
		{database.PostgreSQL, 24 * 3600 * 1000, "24:00:00.000"},
		{database.PostgreSQL, 24*3600*1000 + 1, ""},
		{database.PostgreSQL, -1, ""},
		{database.MySQL, 100*3600*1000 + 1, "100:00:00.001"},
		{database.MySQL, -3723456, "-01:02:03.456"},
	} {
		d, err := times(tt.dialect, 1_000_000)(tt.millis)
		if tt.want == "" {
			require.ErrorContains(t, err, "not within a day")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, tt.want, string(appendClock(nil, d.n, 3)))
	}
}

func TestWhatIsTooFarAwayIsRefused(t *testing.T) {
	for _, x := range []struct {
		kind kind
		datum
	}{{kindDate, datum{n: -1 << 31}}, {kindTimestamp, datum{n: 1 << 50}}, {kindInstant, datum{n: -1 << 50}}} {
		_, err := appendPg(nil, x.kind, x.datum)
		require.ErrorIs(t, err, errTooFar)
	}
}
