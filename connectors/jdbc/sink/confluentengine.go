// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// confluentSession is what a put of Confluent's class works with, from one connection to the next.
type confluentSession struct {
	settings  *confluentSettings
	database  *database.Database
	wording   *wording
	tables    *tables
	writer    writer
	newWriter func(*database.Session) writer
	// complete fills in where the session is.
	complete func(database.TableID) database.TableID
	// layouts are those that were prepared, by table and schemas.
	layouts map[layoutKey]*layout
}

// layoutKey finds a layout by the identity of its schemas: converters make a schema once for many records.
type layoutKey struct {
	id         database.TableID
	key, value *connect.Schema
	// topic is empty where it makes no difference.
	topic string
}

// layoutLimit is how many layouts are kept.
const layoutLimit = 256

func newConfluentSession(s *confluentSettings, d *database.Database) *confluentSession {
	return &confluentSession{settings: s, database: d, newWriter: newWriter, layouts: map[layoutKey]*layout{}, complete: func(id database.TableID) database.TableID { return id },
		wording: &wording{dialect: d.Dialect(), quote: d.Quote, mode: s.mode, noLock: s.noLock}}
}

// use has the session work with a connection.
func (c *confluentSession) use(s *database.Session) {
	c.tables, c.writer, c.complete = newTables(s), c.newWriter(s), s.Complete
	clear(c.layouts)
}

// table implements confluentEngine.
func (c *confluentSession) table(topic string) (database.TableID, error) {
	name := strings.ReplaceAll(c.settings.tableName, "${topic}", topic)
	if name == "" {
		return database.TableID{}, &connect.ConfigError{Key: tableNameKey, Value: c.settings.tableName, Reason: "It makes an empty name of topic " + topic}
	}
	id, err := c.database.ParseTable(name)
	if err != nil {
		return id, &connect.DataError{Reason: "The topic's name makes no name of a table; look at table.name.format", Err: err}
	}
	return c.complete(id), nil
}

// commit implements confluentEngine.
func (c *confluentSession) commit(ctx context.Context, u *unit) error {
	return carryOut(ctx, c.writer, u)
}

// prepare implements confluentEngine.
func (c *confluentSession) prepare(ctx context.Context, id database.TableID, record *connect.SinkRecord, first func(context.Context) error) (*layout, error) {
	key := layoutKey{id: id, key: record.KeySchema, value: record.ValueSchema}
	if l := c.layouts[key]; l != nil {
		return l, nil
	}
	l, err := c.settings.layout(record)
	if err != nil {
		return nil, err
	}
	l.table, l.name = id, c.database.TableName(id)
	facts, err := c.fit(ctx, l, record.ValueSchema == nil, first)
	if err != nil || facts == nil {
		return nil, err
	}
	if err := c.finish(l, facts); err != nil {
		return nil, err
	}
	if err := l.statements.refusal; err != nil && record.Value != nil {
		return nil, err
	}
	if len(c.layouts) >= layoutLimit {
		clear(c.layouts)
	}
	c.layouts[key] = l
	return l, nil
}

// finish says how values are bound and makes the statements.
func (c *confluentSession) finish(l *layout, facts *tableFacts) (err error) {
	l.found = facts
	for i := range l.columns {
		c.settings.bind(c.database, &l.columns[i], facts.column(l.columns[i].name))
	}
	l.statements, err = c.wording.prepare(l)
	return err
}

// fit makes the table fit the layout. It returns nil for a table that is missing and that a delete is not to make: it would have the columns of
// the key alone.
func (c *confluentSession) fit(ctx context.Context, l *layout, forDelete bool, first func(context.Context) error) (*tableFacts, error) {
	facts, err := c.tables.look(ctx, l.table)
	if err != nil {
		return nil, err
	}
	if facts == nil {
		if !c.settings.create {
			return nil, tableErrorf("Table %s is missing and auto.create is not enabled: create it, or set auto.create to true", l.table)
		}
		if forDelete {
			return nil, nil
		}
		if facts, err = c.create(ctx, l, first); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(c.settings.tableTypes, facts.kind) {
		return nil, tableErrorf("%s is a %s, and table.types has only %s", l.table, facts.kind, strings.Join(c.settings.tableTypes, ", "))
	}
	return c.evolve(ctx, l, facts, first)
}

// create makes the table. Where that fails because another task has made it, the other's is taken.
func (c *confluentSession) create(ctx context.Context, l *layout, first func(context.Context) error) (*tableFacts, error) {
	text, err := c.wording.create(confluentTyping{c.settings, c.wording.dialect}, l)
	if err != nil {
		return nil, err
	}
	if err := first(ctx); err != nil {
		return nil, err
	}
	changed := alterTable(ctx, c.writer, []string{text})
	return c.tables.created(ctx, l.table, changed)
}

// evolve adds the columns that are missing.
func (c *confluentSession) evolve(ctx context.Context, l *layout, facts *tableFacts, first func(context.Context) error) (*tableFacts, error) {
	for attempt := 0; ; attempt++ {
		missing := l.missing(facts, strings.EqualFold)
		if len(missing) == 0 {
			return facts, nil
		}
		if err := c.mayEvolve(l, facts, missing); err != nil {
			return nil, err
		}
		texts, err := c.wording.alter(confluentTyping{c.settings, c.wording.dialect}, l, missing)
		if err != nil {
			return nil, err
		}
		if err := first(ctx); err != nil {
			return nil, err
		}
		changed := alterTable(ctx, c.writer, texts)
		if attempt > c.settings.retries || changed != nil && attempt == c.settings.retries {
			return nil, tableErrorf("Table %s cannot be changed to have %s: %v", l.table, columnNames(missing), changed)
		}
		// Another task may have added the columns meanwhile, or others have to be added yet.
		if facts, err = c.tables.ask(ctx, l.table); err != nil {
			return nil, err
		}
		if facts == nil {
			return nil, tableErrorf("Table %s was removed while columns were added", l.table)
		}
	}
}

func (c *confluentSession) mayEvolve(l *layout, facts *tableFacts, missing []*column) error {
	if facts.kind != "TABLE" {
		return tableErrorf("%s is a %s and has no %s: such are not changed, add the columns yourself", l.table, facts.kind, columnNames(missing))
	}
	if bad := required(missing); len(bad) > 0 {
		return tableErrorf("Table %s has no column for the required fields %s, which have no default: rows that are there could have no value", l.table, columnNames(bad))
	}
	if !c.settings.evolve {
		return tableErrorf("Table %s has no column for the fields %s and auto.evolve is not enabled: add the columns, or set auto.evolve to true", l.table, columnNames(missing))
	}
	return nil
}
