// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// confluentTask is a task of Confluent's class. What one Put is given is committed before it returns, so that offsets may be committed at any time.
type confluentTask struct {
	context  connect.SinkTaskContext
	settings *confluentSettings
	log      *slog.Logger
	database *database.Database
	session  *confluentSession
	// connection is nil where there is none: Put makes it.
	connection *database.Session
	// remaining is how many retries there are until a Put succeeds.
	remaining int
	// written has, for partitions of which a Put that has failed committed records, the offset of the first that it did not.
	written map[connect.TopicPartition]int64
}

func (t *confluentTask) Start(_ context.Context, tc connect.SinkTaskContext, props map[string]string) (err error) {
	t.context, t.log = tc, tc.Logger()
	if t.settings, err = readConfluent(props, t.log); err != nil {
		return err
	}
	if t.database, err = database.New(t.settings.database); err != nil {
		return err
	}
	t.session = newConfluentSession(t.settings, t.database)
	t.written = map[connect.TopicPartition]int64{}
	t.remaining = t.settings.retries
	return nil
}

func (t *confluentTask) Stop(context.Context) error {
	t.disconnect()
	return nil
}

func (t *confluentTask) disconnect() {
	if t.connection != nil {
		t.connection.Close()
		t.connection = nil
	}
}

// connect makes a connection where there is none, or where it was cut while nobody used it. An error of it fails the task: the attempts were made.
func (t *confluentTask) connect(ctx context.Context) error {
	if t.connection != nil && t.connection.Alive(ctx) {
		return nil
	}
	t.disconnect()
	connection, err := t.database.Connect(ctx)
	if err != nil {
		return err
	}
	t.connection = connection
	t.session.use(connection)
	return nil
}

// Put writes records. Any error of the database is retried as often as is configured, with the same records; then the records that are at fault are
// reported one by one where there is a dead letter queue.
func (t *confluentTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	if len(records) == 0 {
		return nil
	}
	later, cancel := unhurried(ctx)
	defer cancel()
	records = t.unwritten(records)
	err := t.write(later, records)
	switch {
	case err == nil:
		t.succeed()
		return nil
	case ctx.Err() != nil:
		t.disconnect()
		return ctx.Err()
	case isTable(err):
		return t.oneByOne(later, records, err)
	case !isSQL(err):
		t.disconnect()
		return err
	}
	t.disconnect()
	if t.remaining == 0 {
		return t.oneByOne(later, records, err)
	}
	t.log.Warn("Records could not be written; they are written again", "records", len(records), "after", t.settings.backoff, "retries left", t.remaining, "error", t.shown(err))
	t.remaining--
	t.context.Flow().Timeout(t.settings.backoff)
	return connect.Retriable(t.shown(err))
}

// succeed is the end of a Put that has written all its records.
func (t *confluentTask) succeed() {
	t.remaining = t.settings.retries
	clear(t.written)
}

// write writes records, and remembers those that are committed although others fail.
func (t *confluentTask) write(ctx context.Context, records []connect.SinkRecord) error {
	if err := t.connect(ctx); err != nil {
		return err
	}
	put := newConfluentPut(t.settings, t.session)
	err := put.run(ctx, records)
	if err != nil {
		t.remember(records[:put.committed])
	}
	return err
}

func (t *confluentTask) remember(records []connect.SinkRecord) {
	for i := range records {
		t.written[records[i].Original] = records[i].Offset + 1
	}
}

// unwritten are the records that no former Put has committed.
func (t *confluentTask) unwritten(records []connect.SinkRecord) []connect.SinkRecord {
	if len(t.written) == 0 {
		return records
	}
	var out []connect.SinkRecord
	for _, r := range records {
		if r.Offset >= t.written[r.Original] {
			out = append(out, r)
		}
	}
	return out
}

// shown is an error as users see it.
func (t *confluentTask) shown(err error) error {
	if t.settings.trim {
		return trimmed(err)
	}
	return err
}

// oneByOne writes each record in a transaction of its own and reports those that cannot be written; without anybody to report to, the error that
// all of them had is returned.
func (t *confluentTask) oneByOne(ctx context.Context, records []connect.SinkRecord, cause error) error {
	reporter := t.context.Errant()
	if reporter == nil {
		return t.shown(cause)
	}
	t.disconnect()
	records = t.unwritten(records)
	for i := range records {
		err := t.write(ctx, records[i:i+1])
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil || !isSQL(err) && !isTable(err) || passes(err):
			return t.shown(err)
		}
		if err := reporter.Report(ctx, records[i], t.shown(err)); err != nil {
			return fmt.Errorf("report the record of %s: %w", place(&records[i]), err)
		}
		t.disconnect()
	}
	t.succeed()
	return nil
}
