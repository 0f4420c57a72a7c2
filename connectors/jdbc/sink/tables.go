// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// catalog is what the sink asks of a connection about tables.
type catalog interface {
	Table(ctx context.Context, id database.TableID) (*database.Table, error)
	Columns(ctx context.Context, id database.TableID) ([]database.Column, error)
}

// tables knows the tables that the task writes to. What it knows holds until an error of the database.
type tables struct {
	catalog catalog
	known   map[database.TableID]*tableFacts
}

func newTables(c catalog) *tables {
	return &tables{catalog: c, known: map[database.TableID]*tableFacts{}}
}

// look returns what is known of a table, and asks where nothing is; nil where there is no such table.
func (t *tables) look(ctx context.Context, id database.TableID) (*tableFacts, error) {
	if facts := t.known[id]; facts != nil {
		return facts, nil
	}
	return t.ask(ctx, id)
}

// ask asks the database.
func (t *tables) ask(ctx context.Context, id database.TableID) (*tableFacts, error) {
	delete(t.known, id)
	table, err := t.catalog.Table(ctx, id)
	if err != nil || table == nil {
		return nil, failed(err, "look for table %s", id)
	}
	columns, err := t.catalog.Columns(ctx, table.ID)
	if err != nil {
		return nil, failed(err, "look for the columns of table %s", id)
	}
	facts := &tableFacts{id: table.ID, kind: table.Type, columns: columns}
	t.known[id] = facts
	return facts, nil
}

// created asks for a table that was to be created, which failed unless failure is nil. Where it is there all the same, another task has made it.
func (t *tables) created(ctx context.Context, id database.TableID, failure error) (*tableFacts, error) {
	facts, err := t.ask(ctx, id)
	switch {
	case failure != nil && (err != nil || facts == nil):
		return nil, failure
	case err != nil:
		return nil, err
	case facts == nil:
		return nil, tableErrorf("Table %s was created and is not there: the database looks for it elsewhere", id)
	}
	return facts, nil
}

// missing are the columns of a layout that a table does not have.
func (l *layout) missing(facts *tableFacts, same func(a, b string) bool) []*column {
	var out []*column
	for _, c := range l.inCreation() {
		if !slices.ContainsFunc(facts.columns, func(have database.Column) bool { return same(have.Name, c.name) }) {
			out = append(out, c)
		}
	}
	return out
}

func columnNames(columns []*column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return strings.Join(out, ", ")
}

// required are those of some columns that can have no value in rows which are there already.
func required(columns []*column) []*column {
	return slices.DeleteFunc(slices.Clone(columns), func(c *column) bool { return c.schema.IsOptional() || c.schema.Default() != nil })
}
