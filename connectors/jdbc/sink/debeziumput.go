// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// debeziumPut is what is done with one call of Put. Each table has a buffer of writes and one of deletes; a record of one kind first flushes what is
// there of the other. Each flush is a transaction of its own: where one fails, those before it stay.
type debeziumPut struct {
	settings *debeziumSettings
	engine   debeziumEngine
	log      *slog.Logger
	tables   map[database.TableID]*debeziumTable
	inOrder  []*debeziumTable
	// shape and last serve the next record, too, where it is like the one before.
	shape *shape
	last  *debeziumTable
	topic string
}

// debeziumEngine carries out what a put decides.
type debeziumEngine interface {
	// parse reads the name of a table.
	parse(name string) (database.TableID, error)
	// prepare returns a layout for records like this one, with rows of a schema or, where that is nil, with the columns of the key alone, and makes
	// the table fit it. The layout is nil where there is nothing yet that the record could be deleted from.
	prepare(ctx context.Context, id database.TableID, record *connect.SinkRecord, rows *connect.Schema) (*layout, error)
	// write carries out a chunk in a transaction of its own.
	write(ctx context.Context, c chunk) error
	// truncate empties a table, where there is one.
	truncate(ctx context.Context, id database.TableID) error
	// refuse has a record that cannot be written reported, or returns the error.
	refuse(ctx context.Context, record *connect.SinkRecord, err error) error
}

// debeziumTable has the buffers of a table.
type debeziumTable struct {
	id              database.TableID
	writes, deletes debeziumBuffer
}

// debeziumBuffer are records of a table that are not flushed.
type debeziumBuffer struct {
	op                     operation
	keySchema, valueSchema *connect.Schema
	topic                  string
	headers                connect.Headers
	prepared               bool
	layout                 *layout
	rows                   []row
	// places are the rows by their keys, where only the last row of a key is to remain. A row that is no more has no record.
	places map[string]int
}

func newDebeziumPut(s *debeziumSettings, engine debeziumEngine, log *slog.Logger) *debeziumPut {
	return &debeziumPut{settings: s, engine: engine, log: log, tables: map[database.TableID]*debeziumTable{}}
}

// run writes records.
func (p *debeziumPut) run(ctx context.Context, records []connect.SinkRecord) error {
	for i := range records {
		err := p.add(ctx, &records[i])
		if err != nil && !isSQL(err) && atFault(err) && ctx.Err() == nil {
			err = p.engine.refuse(ctx, &records[i], err)
		}
		if err != nil {
			return err
		}
	}
	return p.flushAll(ctx)
}

// flushAll flushes the writes of all tables, and then the deletes.
func (p *debeziumPut) flushAll(ctx context.Context) error {
	for _, t := range p.inOrder {
		if err := p.flush(ctx, &t.writes); err != nil {
			return err
		}
	}
	for _, t := range p.inOrder {
		if err := p.flush(ctx, &t.deletes); err != nil {
			return err
		}
	}
	return nil
}

func (p *debeziumPut) add(ctx context.Context, record *connect.SinkRecord) error {
	if p.shape == nil || p.shape.schema != record.ValueSchema {
		p.shape = p.settings.shapeOf(record.ValueSchema)
	}
	what, r, err := p.shape.read(record)
	if err != nil {
		return err
	}
	switch {
	case what == changeNothing && p.shape.ddl:
		p.log.Warn("A record about the change of a table is left out: the sink makes its tables from the rows", "record", place(record))
		return nil
	case what == changeNothing, what == changeDelete && !p.settings.deletes, what == changeTruncate && !p.settings.truncates:
		return nil
	}
	t, err := p.table(record)
	if err != nil || t == nil {
		return err
	}
	switch what {
	case changeTruncate:
		if err := p.flushAll(ctx); err != nil {
			return err
		}
		return p.engine.truncate(ctx, t.id)
	case changeDelete:
		return p.put(ctx, &t.deletes, &t.writes, r, nil)
	}
	return p.put(ctx, &t.writes, &t.deletes, r, p.shape.row)
}

// table finds the buffers of a record's table, nil for a record that has none.
func (p *debeziumPut) table(record *connect.SinkRecord) (*debeziumTable, error) {
	varies := strings.Contains(p.settings.tableName, "${source.")
	if p.last != nil && p.topic == record.Topic && !varies {
		return p.last, nil
	}
	name, is := p.settings.table(p.shape, record)
	if !is {
		p.log.Warn("A record without the source fields that collection.name.format names is left out", "record", place(record))
		return nil, nil
	}
	id, err := p.engine.parse(name)
	if err != nil {
		return nil, err
	}
	t := p.tables[id]
	if t == nil {
		t = &debeziumTable{id: id, deletes: debeziumBuffer{op: deleting}}
		p.tables[id] = t
		p.inOrder = append(p.inOrder, t)
	}
	p.last, p.topic = t, record.Topic
	return t, nil
}

// put adds a row to a buffer of a table whose other buffer has rows of the other kind.
func (p *debeziumPut) put(ctx context.Context, b, other *debeziumBuffer, r row, rows *connect.Schema) error {
	if err := p.settings.checkKey(r.record); err != nil {
		return err
	}
	if err := p.fit(ctx, b, r.record, rows); err != nil || b.layout == nil {
		return err
	}
	reduced := p.settings.reduction && b.layout.keys > 0
	if !reduced || !other.keySchema.Equal(b.keySchema) { // keys of other schemas cannot be compared
		if err := p.flush(ctx, other); err != nil {
			return err
		}
	}
	if reduced {
		if err := b.keepLast(r, other); err != nil {
			return err
		}
	} else {
		b.rows = append(b.rows, r)
	}
	if len(b.rows) >= p.settings.batch {
		return p.flush(ctx, b)
	}
	return nil
}

// keepLast adds a row in the place of any other of its key.
func (b *debeziumBuffer) keepLast(r row, other *debeziumBuffer) error {
	var text []byte
	for _, c := range b.layout.key() {
		d, err := c.datum(&r)
		if err == nil {
			text, err = appendPg(text, c.kind, d)
		}
		if err != nil {
			return unfit(r.record, "field %s: %v", c.field, err)
		}
	}
	if i, is := other.places[string(text)]; is {
		other.rows[i] = row{}
		delete(other.places, string(text))
	}
	if i, is := b.places[string(text)]; is {
		b.rows[i] = r
		return nil
	}
	if b.places == nil {
		b.places = map[string]int{}
	}
	b.places[string(text)] = len(b.rows)
	b.rows = append(b.rows, r)
	return nil
}

// fit makes a buffer ready for a record: rows of other schemas are flushed.
func (p *debeziumPut) fit(ctx context.Context, b *debeziumBuffer, record *connect.SinkRecord, rows *connect.Schema) error {
	topic := p.settings.listed(record)
	same := b.prepared && b.topic == topic && b.keySchema.Equal(record.KeySchema) && b.valueSchema.Equal(rows) &&
		(p.settings.keyMode != headerKey || sameHeaders(b.headers, record.Headers))
	if same {
		return nil
	}
	if err := p.flush(ctx, b); err != nil {
		return err
	}
	l, err := p.engine.prepare(ctx, p.last.id, record, rows)
	if err != nil {
		return err
	}
	b.layout, b.prepared, b.keySchema, b.valueSchema, b.topic, b.headers = l, l != nil, record.KeySchema, rows, topic, record.Headers
	return nil
}

// flush writes what a buffer has.
func (p *debeziumPut) flush(ctx context.Context, b *debeziumBuffer) error {
	rows := b.rows
	b.rows = nil
	if len(b.places) > 0 {
		clear(b.places)
	}
	if p.settings.reduction {
		rows = slices.DeleteFunc(rows, func(r row) bool { return r.record == nil })
	}
	if len(rows) == 0 {
		return nil
	}
	return p.engine.write(ctx, chunk{b.layout, b.op, rows})
}
