// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// debeziumSession is what a put of Debezium's class works with.
type debeziumSession struct {
	settings *debeziumSettings
	database *database.Database
	wording  *wording
	typing   typing
	errant   connect.ErrantRecordReporter
	// again makes the connection anew; it is called where one was lost.
	again     func(ctx context.Context) error
	newWriter func(*database.Session) writer
	// tables and writer are those of the connection.
	tables  *tables
	writer  writer
	exec    func(ctx context.Context, text string) error
	layouts map[layoutKey]*layout
}

func newDebeziumSession(s *debeziumSettings, d *database.Database, errant connect.ErrantRecordReporter) *debeziumSession {
	return &debeziumSession{settings: s, database: d, errant: errant, newWriter: newWriter, typing: debeziumTyping{s, d.Dialect()}, layouts: map[layoutKey]*layout{},
		wording: &wording{dialect: d.Dialect(), quote: d.Quote, mode: s.mode, identityInsert: s.identity, nullAfterDefault: true}}
}

// use has the session work with a connection.
func (c *debeziumSession) use(s *database.Session) {
	c.tables, c.writer = newTables(s), c.newWriter(s)
	c.exec = func(ctx context.Context, text string) error {
		_, err := s.Exec(ctx, text)
		return err
	}
	c.wording.newRow = s.Database().Dialect() == database.MySQL && newRowFrom(s.Version())
	clear(c.layouts)
}

// parse implements debeziumEngine.
func (c *debeziumSession) parse(name string) (database.TableID, error) {
	id, err := c.database.ParseTable(name)
	if err != nil {
		return id, &connect.DataError{Reason: "The record's topic makes no name of a table; look at collection.name.format", Err: err}
	}
	return id, nil
}

// prepare implements debeziumEngine.
func (c *debeziumSession) prepare(ctx context.Context, id database.TableID, record *connect.SinkRecord, rows *connect.Schema) (*layout, error) {
	key := layoutKey{id, record.KeySchema, rows, c.settings.listed(record)}
	if l := c.layouts[key]; l != nil && c.settings.keyMode != headerKey {
		return l, nil
	}
	l, err := c.settings.layout(record, rows)
	if err != nil {
		return nil, err
	}
	l.table = id
	facts, err := c.fit(ctx, l, rows == nil)
	if err != nil || facts == nil {
		return nil, err
	}
	l.found, l.name = facts, c.database.TableName(facts.id)
	for i := range l.columns {
		c.settings.bind(c.database, &l.columns[i], facts.column(l.columns[i].name))
	}
	if l.statements, err = c.wording.prepare(l); err != nil {
		return nil, err
	}
	if l.statements.refusal != nil && rows != nil {
		return nil, l.statements.refusal
	}
	if len(c.layouts) >= layoutLimit {
		clear(c.layouts)
	}
	c.layouts[key] = l
	return l, nil
}

// fit makes the table fit the layout. It returns nil for a table that is missing and that a delete is not to make.
func (c *debeziumSession) fit(ctx context.Context, l *layout, forDelete bool) (*tableFacts, error) {
	facts, err := c.tables.look(ctx, l.table)
	switch {
	case err != nil:
		return nil, err
	case facts != nil:
	case !c.settings.create:
		return nil, tableErrorf("Table %s is missing and schema.evolution is none: create it, or set schema.evolution to basic", l.table)
	case forDelete:
		return nil, nil
	default:
		if facts, err = c.create(ctx, l); err != nil {
			return nil, err
		}
	}
	return c.evolve(ctx, l, facts)
}

// create makes the table, unless another task is quicker.
func (c *debeziumSession) create(ctx context.Context, l *layout) (*tableFacts, error) {
	l.name = c.database.TableName(l.table)
	text, err := c.wording.create(c.typing, l)
	if err != nil {
		return nil, err
	}
	changed := alterTable(ctx, c.writer, []string{text})
	return c.tables.created(ctx, l.table, changed)
}

// evolveAttempts is how often columns are added: another task may add some at the same time.
const evolveAttempts = 3

func (c *debeziumSession) evolve(ctx context.Context, l *layout, facts *tableFacts) (*tableFacts, error) {
	same := strings.EqualFold
	if c.settings.quote {
		same = func(a, b string) bool { return a == b }
	}
	for attempt := 1; ; attempt++ {
		missing := l.missing(facts, same)
		if len(missing) == 0 {
			return facts, nil
		}
		if !c.settings.evolve {
			return nil, tableErrorf("Table %s has no column for the fields %s and schema.evolution is none: add the columns, or set schema.evolution to basic", l.table, columnNames(missing))
		}
		if bad := required(missing); len(bad) > 0 {
			return nil, tableErrorf("Table %s has no column for the required fields %s, which have no default: rows that are there could have no value", l.table, columnNames(bad))
		}
		l.name = c.database.TableName(facts.id)
		texts, err := c.wording.alter(c.typing, l, missing)
		if err != nil {
			return nil, err
		}
		changed := alterTable(ctx, c.writer, texts)
		if changed != nil && attempt == evolveAttempts {
			return nil, changed
		}
		if facts, err = c.tables.ask(ctx, l.table); err != nil {
			return nil, err
		}
		if facts == nil || attempt > evolveAttempts {
			return nil, tableErrorf("Table %s has no column %s after it was added", l.table, columnNames(missing))
		}
	}
}

// truncate implements debeziumEngine.
func (c *debeziumSession) truncate(ctx context.Context, id database.TableID) error {
	facts, err := c.tables.look(ctx, id)
	switch {
	case err != nil:
		return err
	case facts == nil && !c.settings.create:
		return tableErrorf("Table %s is missing and schema.evolution is none: create it, or set schema.evolution to basic", id)
	case facts == nil:
		return nil
	}
	verb := "TRUNCATE TABLE "
	if c.wording.dialect == database.SQLite {
		verb = "DELETE FROM "
	}
	return failed(c.exec(ctx, verb+c.database.TableName(facts.id)), "truncate table %s", id)
}

// write implements debeziumEngine. What is wrong with single records is reported where there is somebody to report to.
func (c *debeziumSession) write(ctx context.Context, what chunk) error {
	err := c.stubbornly(ctx, what)
	if err == nil || c.errant == nil || ctx.Err() != nil || !atFault(err) {
		return err
	}
	for i := range what.rows {
		single := chunk{what.layout, what.op, what.rows[i : i+1]}
		err := c.stubbornly(ctx, single)
		if err == nil {
			continue
		}
		if ctx.Err() != nil || !atFault(err) {
			return err
		}
		if err := c.refuse(ctx, what.rows[i].record, err); err != nil {
			return err
		}
	}
	return nil
}

// stubbornly writes a chunk, and writes it again as long as the error may go away by itself.
func (c *debeziumSession) stubbornly(ctx context.Context, what chunk) error {
	lost := false
	for attempt := 0; ; attempt++ {
		var err error
		if lost {
			err = c.again(ctx)
		}
		if err == nil {
			err = carryOut(ctx, c.writer, &unit{[]chunk{what}})
		}
		failure := database.FailureOf(err)
		lost = failure == database.Lost
		again := failure == database.Transient || lost && c.settings.restart
		if err == nil || !again || attempt >= c.settings.retries || connect.Sleep(ctx, c.settings.backoff) != nil {
			return err
		}
	}
}

// refuse implements debeziumEngine.
func (c *debeziumSession) refuse(ctx context.Context, record *connect.SinkRecord, err error) error {
	if c.errant == nil {
		return err
	}
	return c.errant.Report(ctx, *record, err)
}
