// SPDX-License-Identifier: Apache-2.0

package event

import (
	"fmt"
	"slices"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// Table makes the records of a table as it is defined at one time. It is safe for concurrent use.
type Table struct {
	builder  *Builder
	id       catalog.ID
	topic    string
	name     string
	key      *connect.Schema
	row      *connect.Schema
	envelope *connect.Schema
	columns  []column
	keys     []keyColumn
	// identifier is the last field of the key where it tells the tables of a topic apart; nil for none.
	identifier any
	needed     []int
	source     sourceOf
}

// column is a column on its way into a struct.
type column struct {
	// at is its place in rows, field that in the struct.
	at, field int
	name      string
	convert   conversion
	// null and unchanged stand for what has no text; nil is null.
	null, unchanged any
	// required says that the field has to have a value.
	required bool
}

// keyColumn is a column of the key, with the place of the same value in the struct of the row, or -1 where there is none.
type keyColumn struct {
	column
	shared int
}

// Table makes the schemas and conversions of a table.
func (b *Builder) Table(t *catalog.Table) (*Table, error) {
	topic, err := b.names.topic(t.ID)
	if err != nil {
		return nil, fmt.Errorf("name the topic of %s: %w", t.ID, err)
	}
	made := &Table{builder: b, id: t.ID, name: t.String(), topic: topic, source: b.source}
	made.source.namespace, made.source.table = t.Schema, t.Name
	if err := made.makeRow(t); err != nil {
		return nil, err
	}
	if err := made.makeKey(t); err != nil {
		return nil, err
	}
	made.envelope = b.schemas.envelope(b.names.schema(made.topic+".Envelope"), made.row)
	slices.Sort(made.needed)
	made.needed = slices.Compact(made.needed)
	return made, nil
}

// ID names the table.
func (t *Table) ID() catalog.ID { return t.id }

// Topic is the topic of the table's records.
func (t *Table) Topic() string { return t.topic }

// KeySchema is the schema of the records' keys, nil where the table has no key.
func (t *Table) KeySchema() *connect.Schema { return t.key }

// ValueSchema is the schema of the records' values, the envelope.
func (t *Table) ValueSchema() *connect.Schema { return t.envelope }

// Needed are the places of the columns whose values go into records: a snapshot needs to read no others. The slice must not be changed.
func (t *Table) Needed() []int { return t.needed }

// KeyPlaces are the places of the columns that make the key, in its order; none for a table without a key.
func (t *Table) KeyPlaces() []int {
	places := make([]int, len(t.keys))
	for i := range t.keys {
		places[i] = t.keys[i].at
	}
	return places
}

// makeRow makes the schema of rows of the columns that are let in and known.
func (t *Table) makeRow(def *catalog.Table) error {
	var fields []connect.SchemaField
	for i := range def.Columns {
		c := &def.Columns[i]
		if !t.builder.filter.Column(t.id, c.Name) {
			continue
		}
		rule := t.builder.rules.of(t.id, c)
		made, schema := t.builder.column(i, c, rule)
		if schema == nil {
			continue
		}
		made.field = len(fields)
		fields = append(fields, connect.Field(t.builder.names.field(c.Name), schema))
		t.columns, t.needed = append(t.columns, made), append(t.needed, i)
	}
	row, err := connect.NewStructSchema(t.builder.names.schema(t.topic+".Value"), fields)
	if err != nil {
		return fmt.Errorf("make the value schema of %s: %w", t.id, err)
	}
	t.row = connect.Optional(row)
	return nil
}

// makeKey makes the schema of keys. Rules do not change keys, and column filters do not either.
func (t *Table) makeKey(def *catalog.Table) error {
	var fields []connect.SchemaField
	places := keyColumns(t.builder.keys, def)
	for _, i := range places {
		c := &def.Columns[i]
		made, schema := t.builder.column(i, c, nil)
		if schema == nil {
			continue
		}
		made.field = len(fields)
		fields = append(fields, connect.Field(t.builder.names.field(c.Name), schema))
		t.keys, t.needed = append(t.keys, keyColumn{made, t.sharedField(c, i)}), append(t.needed, i)
	}
	identifier, err := t.builder.names.identifier(t.id)
	switch {
	case err != nil:
		return fmt.Errorf("name %s in its key: %w", t.id, err)
	case t.builder.names.naming.KeyField != "":
		t.identifier = identifier
		fields = append(fields, connect.Field(t.builder.names.naming.KeyField, connect.String))
	case len(places) == 0:
		return nil
	}
	key, err := connect.NewStructSchema(t.builder.names.schema(t.topic+".Key"), fields)
	if err != nil {
		return fmt.Errorf("make the key schema of %s: %w", t.id, err)
	}
	t.key = key
	return nil
}

// sharedField returns the field of the row that has the value of a key column as it is: none where a rule changes it or the schema is
// part of the value.
func (t *Table) sharedField(c *catalog.Column, at int) int {
	if t.builder.rules.of(t.id, c) != nil {
		return -1
	}
	for i := range t.columns {
		if t.columns[i].at == at {
			return t.columns[i].field
		}
	}
	return -1
}

// column makes a column's conversion and schema; the schema is nil for a column that is left out.
func (b *Builder) column(at int, c *catalog.Column, rule *ColumnRule) (column, *connect.Schema) {
	f := b.modes.fieldType(c.Type, c.Modifier)
	if f == nil {
		return column{}, nil
	}
	schema := f.schema
	if rule != nil {
		schema = rule.apply(schema, c, b.comments)
	}
	if c.Optional {
		schema = connect.Optional(schema)
	}
	if b.comments && c.Comment != "" {
		schema = schema.WithDoc(c.Comment)
	}
	schema = f.withDefault(schema, c.Default)
	made := column{at: at, name: c.Name, convert: f.conversionFor(schema), required: !c.Optional}
	if !c.Optional {
		made.null = f.nullOf(schema, made.convert)
	}
	if _, none := f.toast.(noToast); !none && f.toast != nil && schema.Validate(f.toast) == nil {
		made.unchanged = f.toast
	}
	if rule != nil {
		made.changeBy(rule.change(f, c))
	}
	return made, schema
}

// withDefault adds the default value, if the expression has one that the type takes.
func (f *fieldType) withDefault(schema *connect.Schema, expression string) *connect.Schema {
	if f.defaults == nil || expression == "" || f.convert == nil {
		return schema
	}
	text, ok := f.defaults(expression)
	if !ok {
		return schema
	}
	value, err := f.convert([]byte(text))
	if err != nil || value == nil {
		return schema
	}
	with, err := schema.TryDefault(value)
	if err != nil {
		return schema
	}
	return with
}

// nullOf is what stands for null where a value has to be: the default, else zero in the sense of the type.
func (f *fieldType) nullOf(schema *connect.Schema, convert conversion) any {
	if d := schema.Default(); d != nil {
		return d
	}
	if f.null != nil {
		return f.null
	}
	value, err := convert([]byte(f.zero))
	if err != nil {
		return nil
	}
	return value
}

// changeBy lets a rule change all that comes of the column, what stands for null included.
func (c *column) changeBy(change func(any) any) {
	if change == nil {
		return
	}
	convert := c.convert
	c.convert = func(b []byte) (any, error) {
		v, err := convert(b)
		if err != nil {
			return nil, err
		}
		return change(v), nil
	}
	c.null, c.unchanged = change(c.null), change(c.unchanged)
}
