// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// columnName is a field's column. Without quotes the database would fold it anyway.
func (s *debeziumSettings) columnName(field string) string {
	if s.quote {
		return field
	}
	return strings.ToLower(field)
}

func (s *debeziumSettings) column(field string, schema *connect.Schema, from origin, index int) column {
	c := column{name: s.columnName(field), field: field, schema: schema, from: from, index: index}
	if !schema.IsOptional() {
		c.ifNull = schema.Default()
	}
	return c
}

// layout says which columns a record fills; those of the key alone where there is no schema of rows.
func (s *debeziumSettings) layout(record *connect.SinkRecord, rows *connect.Schema) (*layout, error) {
	var l layout
	var err error
	if l.columns, err = s.key(record, rows); err != nil {
		return nil, err
	}
	l.keys = len(l.columns)
	for i := range l.columns {
		l.columns[i].isKey = true
	}
	if rows != nil {
		keys := names(l.columns)
		for _, f := range rows.Fields() {
			if !slices.Contains(keys, s.columnName(f.Name)) && s.writes(record.Topic, f.Name) {
				l.columns = append(l.columns, s.column(f.Name, f.Schema, fromValueField, f.Index))
			}
		}
	}
	if len(l.columns) == 0 {
		return nil, unfit(record, "no field is left to write: look at primary.key.mode, primary.key.fields and the lists of fields")
	}
	for i := range l.columns {
		l.created = append(l.created, i)
	}
	return &l, nil
}

func (s *debeziumSettings) key(record *connect.SinkRecord, rows *connect.Schema) ([]column, error) {
	switch s.keyMode {
	case kafkaKey:
		var out []column
		for i, from := range []origin{fromTopic, fromPartition, fromOffset} {
			out = append(out, s.column(kafkaColumns[i], kafkaSchemas[i], from, 0))
		}
		return out, nil
	case recordKey:
		return s.recordKey(record)
	case recordValue:
		if rows == nil {
			return nil, nil
		}
		return s.keyFieldsOf(rows, fromValueField, record), nil
	case headerKey:
		var out []column
		for _, h := range record.Headers {
			if h.Schema != nil && s.wants(h.Key) && !slices.Contains(names(out), s.columnName(h.Key)) {
				out = append(out, s.column(h.Key, h.Schema, fromHeader, 0))
			}
		}
		return out, nil
	}
	return nil, nil
}

// checkKey wants a key where the table's is that of the record. A schema of keys may be there without one.
func (s *debeziumSettings) checkKey(record *connect.SinkRecord) error {
	if s.keyMode == recordKey && (record.KeySchema == nil || record.Key == nil) {
		return unfit(record, "primary.key.mode=record_key needs a key with a schema, and it has none")
	}
	return nil
}

func (s *debeziumSettings) recordKey(record *connect.SinkRecord) ([]column, error) {
	schema := record.KeySchema
	switch {
	case schema.Type() == connect.TypeStruct:
		return s.keyFieldsOf(schema, fromKeyField, record), nil
	case !schema.Type().Primitive() || len(s.keyFields) != 1:
		return nil, unfit(record, "its key is no struct, so primary.key.fields has to name the one column that it goes to; it is %v", s.keyFields)
	}
	return []column{s.column(s.keyFields[0], schema, fromWholeKey, 0)}, nil
}

// keyFieldsOf are those fields that make up the key; names that no field has are left out.
func (s *debeziumSettings) keyFieldsOf(schema *connect.Schema, from origin, record *connect.SinkRecord) []column {
	var out []column
	for _, f := range schema.Fields() {
		if s.wants(f.Name) && (len(s.keyFields) > 0 || s.writes(record.Topic, f.Name)) {
			out = append(out, s.column(f.Name, f.Schema, from, f.Index))
		}
	}
	return out
}

// sameHeaders says whether two records have the same headers, by name and schema: with record_header they are the key.
func sameHeaders(a, b connect.Headers) bool {
	return slices.EqualFunc(a, b, func(x, y connect.Header) bool { return x.Key == y.Key && x.Schema.Equal(y.Schema) })
}
