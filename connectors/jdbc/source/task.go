// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

type task struct {
	now      func() time.Time
	settings *settings
	queue    *queue
	// stop ends the goroutine that reads, done is closed when it has ended; both nil where there is none.
	stop context.CancelFunc
	done chan struct{}
}

func newTask() *task { return &task{now: time.Now} }

// Start looks at the tables and begins to read.
func (t *task) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	s, err := parse(props)
	if err != nil {
		return err
	}
	t.settings = s
	t.queue = newQueue(s.buffer, s.batch)
	if s.query == "" && len(withoutEmpty(s.values.List(tablesKey))) == 0 {
		if s.values.Bool(tablesFetchedKey) {
			return connect.Errorf(connect.BadConfig, "The task has neither a table nor a query to read: no table of the database is one of those that the configuration names. "+
				"Look at table.whitelist, table.include.list, schema.pattern, catalog.pattern and table.types; names are compared exactly")
		}
		tc.Logger().Info("The tables of the database are not listed yet; the task is planned anew when they are")
		return nil
	}
	db, err := s.database(tc.Logger())
	if err != nil {
		return err
	}
	session, err := db.Connect(ctx)
	if err != nil {
		return err
	}
	r := &reader{settings: s, database: db, session: session, queue: t.queue, logger: tc.Logger(), now: t.now}
	if r.targets, err = s.targets(ctx, session, tc.Offsets()); err != nil {
		session.Close()
		return err
	}
	t.begin(r)
	return nil
}

// begin starts the goroutine that reads; Stop ends it.
func (t *task) begin(r *reader) {
	ctx, cancel := context.WithCancel(context.Background())
	t.stop, t.done = cancel, make(chan struct{})
	go func() {
		defer close(t.done)
		err := connect.Guard(func() error { return r.run(ctx) })
		r.disconnect()
		t.queue.end(err)
	}()
}

// Poll hands over what was read.
func (t *task) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	return t.queue.take(ctx, t.settings.linger)
}

// Stop ends the reading.
func (t *task) Stop(ctx context.Context) error {
	if t.stop == nil {
		return nil
	}
	t.stop()
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// targets are what the task reads, each with the place where reading goes on.
func (s *settings) targets(ctx context.Context, session *database.Session, offsets connect.OffsetReader) ([]*target, error) {
	db := session.Database()
	if s.query != "" {
		t := &target{topic: s.prefix, partition: ofQuery(), criteria: s.criteria(db, nil, s.incrementing, s.timestamps)}
		return []*target{t}, s.resume(ctx, t, []*connect.Partition{t.partition}, offsets)
	}
	tables, err := parseTables(db, s.props[tablesKey])
	if err != nil {
		return nil, err
	}
	out := make([]*target, len(tables))
	for i := range tables {
		if out[i], err = s.tableTarget(ctx, session, &tables[i], i == 0, offsets); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *settings) criteria(db *database.Database, table *database.TableID, incrementing string, timestamps []string) criteria {
	if !s.usesIncrementing() {
		incrementing = ""
	}
	if !s.usesTimestamp() {
		timestamps = nil
	}
	return criteriaOf(db, table, s.query, s.suffix, incrementing, timestamps)
}

func (s *settings) tableTarget(ctx context.Context, session *database.Session, id *database.TableID, first bool, offsets connect.OffsetReader) (*target, error) {
	db := session.Database()
	incrementing, timestamps, err := s.columnsFor(id.String())
	if err != nil {
		return nil, err
	}
	columns, err := session.Columns(ctx, *id)
	if err != nil {
		return nil, err
	}
	if incrementing == "" && s.usesIncrementing() {
		incrementing = countedUp(columns)
	}
	if err := s.checkColumns(*id, columns, incrementing, timestamps, first); err != nil {
		return nil, err
	}
	t := &target{table: id, topic: s.prefix + id.Name, schemaName: id.Name, known: columns, criteria: s.criteria(db, id, incrementing, timestamps)}
	if s.mode == modeBulk {
		t.partition = bare(*id)
		return t, nil
	}
	list := partitions(db.Dialect(), *id, session.Catalog())
	t.partition = list[0]
	return t, s.resume(ctx, t, list, offsets)
}

// countedUp is the first column that the database counts up, "" where there is none: then all rows are read each time.
func countedUp(columns []database.Column) string {
	for _, c := range columns {
		if c.AutoIncrement {
			return c.Name
		}
	}
	return ""
}

// resume finds where reading goes on. A stored offset counts also where it is empty.
func (s *settings) resume(ctx context.Context, t *target, list []*connect.Partition, offsets connect.OffsetReader) error {
	if s.mode == modeBulk {
		return nil
	}
	t.keeps = true
	at, found, err := stored(ctx, offsets, list)
	if err != nil {
		return err
	}
	t.at = at
	if found || s.initial == nil || !t.byTime() {
		return nil
	}
	if *s.initial == fromNow {
		t.fromNow = true
		return nil
	}
	t.at = mark{at: time.UnixMilli(*s.initial).UTC(), hasAt: true}
	return nil
}

// fromNow as timestamp.initial is the database's present time.
const fromNow = -1
