// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// confluentPut is what is done with one call of Put: a buffer for each table, and one transaction, which a change of a table ends early: then all
// records before the one that needs the change are committed.
//
// A buffer is flushed when it is full and when the schemas change; and, where deletes are enabled, before a write that follows a delete, so that
// a flush can do all its writes and then all its deletes without changing what remains in the end.
type confluentPut struct {
	settings *confluentSettings
	engine   confluentEngine
	buffers  map[database.TableID]*tableBuffer
	topics   map[string]*tableBuffer
	inOrder  []*tableBuffer
	// pending is what was flushed and is not committed.
	pending unit
	// added and committed are how many of the first records are in buffers and how many of these are committed.
	added, committed int
}

// confluentEngine carries out what a put decides.
type confluentEngine interface {
	// table is the table of a topic.
	table(topic string) (database.TableID, error)
	// prepare returns a layout for records like this one and makes the table fit it; first is called before a table is changed. The layout is nil
	// where there is nothing yet that the record could be deleted from.
	prepare(ctx context.Context, id database.TableID, record *connect.SinkRecord, first func(context.Context) error) (*layout, error)
	// commit carries out a unit in one transaction.
	commit(ctx context.Context, u *unit) error
}

// tableBuffer are the records of a table that are not flushed.
type tableBuffer struct {
	id                     database.TableID
	keySchema, valueSchema *connect.Schema
	prepared               bool
	// valued says that the layout has the columns of the value.
	valued  bool
	layout  *layout
	rows    []row
	deletes int
}

func newConfluentPut(s *confluentSettings, engine confluentEngine) *confluentPut {
	return &confluentPut{settings: s, engine: engine, buffers: map[database.TableID]*tableBuffer{}, topics: map[string]*tableBuffer{}}
}

// run writes records and commits.
func (p *confluentPut) run(ctx context.Context, records []connect.SinkRecord) error {
	for i := range records {
		if err := p.add(ctx, &records[i]); err != nil {
			return err
		}
		p.added++
	}
	return p.commit(ctx)
}

// commit flushes all buffers and commits what was added.
func (p *confluentPut) commit(ctx context.Context) error {
	for _, b := range p.inOrder {
		p.flush(b)
	}
	if err := p.engine.commit(ctx, &p.pending); err != nil {
		return err
	}
	p.pending, p.committed = unit{}, p.added
	return nil
}

func (p *confluentPut) add(ctx context.Context, record *connect.SinkRecord) error {
	b, err := p.buffer(record.Topic)
	if err != nil {
		return err
	}
	r, err := p.settings.check(record)
	if err != nil {
		return err
	}
	if err := p.fit(ctx, b, record); err != nil {
		return err
	}
	if b.layout == nil {
		return nil
	}
	if record.Value == nil {
		b.deletes++
	}
	b.rows = append(b.rows, r)
	if len(b.rows) >= p.settings.batch {
		p.flush(b)
	}
	return nil
}

func (p *confluentPut) buffer(topic string) (*tableBuffer, error) {
	if b := p.topics[topic]; b != nil {
		return b, nil
	}
	id, err := p.engine.table(topic)
	if err != nil {
		return nil, err
	}
	b := p.buffers[id]
	if b == nil {
		b = &tableBuffer{id: id}
		p.buffers[id] = b
		p.inOrder = append(p.inOrder, b)
	}
	p.topics[topic] = b
	return b, nil
}

// fit makes the buffer ready for a record.
func (p *confluentPut) fit(ctx context.Context, b *tableBuffer, record *connect.SinkRecord) error {
	changed := !b.prepared || !b.keySchema.Equal(record.KeySchema)
	if record.ValueSchema != nil {
		changed = changed || !b.valued || !b.valueSchema.Equal(record.ValueSchema)
	}
	if !changed {
		if b.deletes > 0 && record.Value != nil {
			p.flush(b)
		}
		return nil
	}
	p.flush(b)
	l, err := p.engine.prepare(ctx, b.id, record, p.commit)
	if err != nil {
		return err
	}
	b.layout, b.prepared, b.keySchema = l, true, record.KeySchema
	if b.valued = record.ValueSchema != nil; b.valued {
		b.valueSchema = record.ValueSchema
	}
	return nil
}

// flush moves a buffer's rows to what is pending: the writes, and then the deletes.
func (p *confluentPut) flush(b *tableBuffer) {
	if len(b.rows) == 0 {
		return
	}
	writes, deletes := b.rows, []row(nil)
	if b.deletes > 0 {
		writes, deletes = apart(b.rows, b.deletes)
	}
	for _, c := range []chunk{{b.layout, writing, writes}, {b.layout, deleting, deletes}} {
		if len(c.rows) > 0 {
			p.pending.chunks = append(p.pending.chunks, c)
		}
	}
	b.rows, b.deletes = nil, 0
}

// apart divides rows into those with and those without a value.
func apart(rows []row, deletes int) (writes, removed []row) {
	writes, removed = make([]row, 0, len(rows)-deletes), make([]row, 0, deletes)
	for _, r := range rows {
		if r.record.Value == nil {
			removed = append(removed, r)
		} else {
			writes = append(writes, r)
		}
	}
	return writes, removed
}
