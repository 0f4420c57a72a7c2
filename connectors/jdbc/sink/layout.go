// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// origin is where in a record the value of a column comes from.
type origin uint8

const (
	fromValueField origin = iota
	fromKeyField
	fromWholeKey
	fromWholeValue
	fromTopic
	fromPartition
	fromOffset
	fromHeader
)

// row is a record on its way into a table. The structs are those that fields come from, nil where the record has none.
type row struct {
	record *connect.SinkRecord
	key    *connect.Struct
	value  *connect.Struct
}

// column is one column that records of a layout fill.
type column struct {
	// name is as the database spells it, field as the record does.
	name, field string
	schema      *connect.Schema
	// isKey says that the column is part of the key.
	isKey bool
	from  origin
	index int
	// ifNull is what takes the place of a missing value.
	ifNull any
	binding
}

// binding is how the values of a column are handed to the database.
type binding struct {
	kind    kind
	convert convert
	// place is what a statement has where the value goes, with ? for the parameter: "?::uuid". Empty is the parameter alone.
	place string
}

// datum reads the column's value in a row.
func (c *column) datum(r *row) (datum, error) {
	var v any
	switch c.from {
	case fromValueField:
		if r.value != nil {
			v = r.value.At(c.index)
		}
	case fromKeyField:
		v = r.key.At(c.index)
	default:
		v = c.aside(r.record)
	}
	if v == nil {
		v = c.ifNull
	}
	if v == nil {
		return datum{null: true}, nil
	}
	return c.convert(v)
}

// aside reads what is not a field.
func (c *column) aside(record *connect.SinkRecord) any {
	switch c.from {
	case fromWholeKey:
		return record.Key
	case fromWholeValue:
		return record.Value
	case fromTopic:
		return record.Topic
	case fromPartition:
		if record.Partition == nil {
			return record.Original.Partition
		}
		return *record.Partition
	case fromOffset:
		return record.Offset
	}
	if h := record.Headers.Last(c.field); h != nil {
		return h.Value
	}
	return nil
}

// layout is how the records of one pair of schemas fill a table. It is made once for many records, and only slow changes then.
type layout struct {
	table database.TableID
	// name is the table's name in statements.
	name string
	// columns are in the order of statements, the key first.
	columns []column
	keys    int
	// created is the order in which CREATE TABLE names the columns.
	created []int
	// found is what the database said of the table when the layout was made; nil where it was not asked.
	found *tableFacts
	// statements are the texts for this layout.
	statements statements
	// slow is set where the fast path turned out not to work for the table.
	slow bool
}

func (l *layout) key() []column  { return l.columns[:l.keys] }
func (l *layout) rest() []column { return l.columns[l.keys:] }

// inCreation are the columns in the order of CREATE TABLE.
func (l *layout) inCreation() []*column {
	out := make([]*column, 0, len(l.created))
	for _, i := range l.created {
		out = append(out, &l.columns[i])
	}
	return out
}

// names are the columns' names.
func names(columns []column) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].name
	}
	return out
}

// tableFacts are what a database says of a table.
type tableFacts struct {
	id      database.TableID
	kind    string
	columns []database.Column
}

// column finds a column by its name, and where none is called so exactly, in any case: names without quotes are folded.
func (t *tableFacts) column(name string) *database.Column {
	if t == nil {
		return nil
	}
	i := slices.IndexFunc(t.columns, func(c database.Column) bool { return c.Name == name })
	if i < 0 {
		i = slices.IndexFunc(t.columns, func(c database.Column) bool { return strings.EqualFold(c.Name, name) })
	}
	if i < 0 {
		return nil
	}
	return &t.columns[i]
}

// hasIdentity says whether a column of the table counts by itself.
func (t *tableFacts) hasIdentity() bool {
	return t != nil && slices.ContainsFunc(t.columns, func(c database.Column) bool { return c.AutoIncrement })
}

// operation is what is done with the rows of a chunk.
type operation uint8

const (
	writing operation = iota
	deleting
)

// chunk are rows that one flush hands to the database, in the order of their records.
type chunk struct {
	layout *layout
	op     operation
	rows   []row
}

// unit is what is carried out in one transaction: all of it or nothing.
type unit struct {
	chunks []chunk
}

// tables are the names of a unit's tables, sorted.
func (u *unit) tables() []string {
	var names []string
	for _, c := range u.chunks {
		names = append(names, c.layout.table.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// String names the tables for messages.
func (u *unit) String() string { return "to " + strings.Join(u.tables(), ", ") }
