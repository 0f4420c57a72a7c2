// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
)

// table is a table of the stream as its last description says.
type table struct {
	id      catalog.ID
	columns int
	event   *event.Table // nil for one that is not captured
	keys    []int        // where rows have the key
	signal  bool         // rows are commands
}

// fits says whether the rows of a change are of the table's definition.
func (t *table) fits(m *pgoutput.Message) error {
	if m.New != nil && len(m.New) != t.columns || m.Old != nil && len(m.Old) != t.columns {
		return fmt.Errorf("read the stream: a row of %s has %d or %d values, and its description has %d columns", t.id, len(m.New), len(m.Old), t.columns)
	}
	return nil
}

// relation takes a description of a table. Of what the stream does not say of it, keys and defaults, the database is asked.
func (s *streaming) relation(r *pgoutput.Relation) error {
	id := catalog.ID{Schema: r.Schema, Name: r.Name}
	t := &table{id: id, columns: len(r.Columns), signal: s.builder.Filter().Signal(id)}
	s.tables[r.ID] = t
	if !s.builder.Filter().Table(id) {
		return nil
	}
	columns := make([]catalog.RelationColumn, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = catalog.RelationColumn{Name: c.Name, TypeOID: c.Type, Modifier: c.Modifier}
	}
	definition, err := s.refresh(catalog.Relation{ID: id, OID: r.ID, Identity: catalog.Identity(r.Identity), Columns: columns})
	if err != nil {
		return fmt.Errorf("read the definition of %s: %w", id, err)
	}
	if t.event, err = s.builder.Table(definition); err != nil {
		return fmt.Errorf("make the schemas of %s: %w", id, err)
	}
	t.keys = t.event.KeyPlaces()
	return nil
}

// refresh asks the database.
func (s *streaming) refresh(r catalog.Relation) (definition *catalog.Table, err error) {
	err = s.ask(func(conn *pgx.Conn) error {
		definition, err = catalog.Refresh(s.ctx, conn, s.types, r)
		return err
	})
	return definition, err
}

// ask has something asked of the database. The connection may have been closed since it was last needed, which can be long ago: then it is asked by another.
func (s *streaming) ask(question func(*pgx.Conn) error) error {
	err := question(s.sql)
	if err == nil || s.ctx.Err() != nil || !s.sql.IsClosed() {
		return err
	}
	conn, err := s.database.Connect(s.ctx)
	if err != nil {
		return err
	}
	s.sql = conn
	return question(conn)
}
