// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// The columns of pk.mode=kafka where no others are named.
var kafkaColumns = []string{"__connect_topic", "__connect_partition", "__connect_offset"}

var kafkaSchemas = []*connect.Schema{connect.String, connect.Int32, connect.Int64}

// place says which record it is for messages.
func place(record *connect.SinkRecord) string {
	return fmt.Sprintf("topic %s, partition %d, offset %d", record.Original.Topic, record.Original.Partition, record.Offset)
}

// unfit is a record that does not go with the configuration.
func unfit(record *connect.SinkRecord, format string, args ...any) error {
	return &connect.DataError{Reason: fmt.Sprintf("Record of %s cannot be written: %s", place(record), fmt.Sprintf(format, args...))}
}

// check says whether a record may go with the configuration, and gives it as a row.
func (s *confluentSettings) check(record *connect.SinkRecord) (row, error) {
	r := row{record: record}
	if s.keyMode == recordKey {
		if record.Key == nil || record.KeySchema == nil {
			return r, unfit(record, "pk.mode=record_key needs a key with a schema, and it has none. Set key.converter to one that gives a schema, or pk.mode to another")
		}
		if record.KeySchema.Type() == connect.TypeStruct {
			r.key, _ = record.Key.(*connect.Struct)
		}
	}
	if record.Value == nil && s.deletes {
		return r, nil
	}
	if record.Value == nil || record.ValueSchema == nil {
		return r, unfit(record, "it needs a value with a schema: %s", s.noValue(record))
	}
	switch record.ValueSchema.Type() {
	case connect.TypeStruct:
		r.value, _ = record.Value.(*connect.Struct)
		if r.value == nil {
			return r, unfit(record, "the value is a %T, not a struct", record.Value)
		}
	case connect.TypeString:
	default:
		return r, unfit(record, "the value has the type %s: it has to be a struct, or a text", record.ValueSchema.Type())
	}
	return r, nil
}

func (s *confluentSettings) noValue(record *connect.SinkRecord) string {
	if record.Value == nil {
		return "it has no value. With delete.enabled=true and pk.mode=record_key that would delete a row"
	}
	return "its value has no schema. Set value.converter to one that gives a schema (for JSON value.converter.schemas.enable=true)"
}

// layout says which columns a pair of schemas fills. The value's schema is nil where there are only deletes.
func (s *confluentSettings) layout(record *connect.SinkRecord) (*layout, error) {
	var l layout
	if err := s.addKey(&l, record); err != nil {
		return nil, err
	}
	l.keys = len(l.columns)
	if err := s.addValue(&l, record.ValueSchema, record); err != nil {
		return nil, err
	}
	if len(l.columns) == 0 {
		return nil, unfit(record, "no field is left to write: look at pk.mode, pk.fields and fields.whitelist")
	}
	l.created = s.inCreation(l.columns, record.ValueSchema)
	return &l, nil
}

func (s *confluentSettings) addKey(l *layout, record *connect.SinkRecord) error {
	switch s.keyMode {
	case kafkaKey:
		names := kafkaColumns
		if len(s.keyFields) == 3 {
			names = s.keyFields
		}
		for i, from := range []origin{fromTopic, fromPartition, fromOffset} {
			l.columns = append(l.columns, column{name: names[i], field: names[i], schema: kafkaSchemas[i], isKey: true, from: from})
		}
		return nil
	case recordKey:
		return s.addRecordKey(l, record)
	case recordValue:
		return s.addValueKey(l, record)
	}
	return nil
}

func (s *confluentSettings) addRecordKey(l *layout, record *connect.SinkRecord) error {
	schema := record.KeySchema
	switch {
	case schema.Type() == connect.TypeStruct:
		return s.addKeyFields(l, schema, fromKeyField, record)
	case !schema.Type().Primitive():
		return unfit(record, "the key has the type %s: it has to be a struct, or a value without parts", schema.Type())
	case len(s.keyFields) != 1:
		return unfit(record, "the key is no struct, so pk.fields has to name the one column that it goes to; it is %v", s.keyFields)
	}
	l.columns = append(l.columns, column{name: s.keyFields[0], field: s.keyFields[0], schema: schema, isKey: true, from: fromWholeKey, ifNull: schema.Default()})
	return nil
}

func (s *confluentSettings) addValueKey(l *layout, record *connect.SinkRecord) error {
	if record.ValueSchema == nil || record.ValueSchema.Type() != connect.TypeStruct {
		return unfit(record, "pk.mode=record_value needs a value that is a struct")
	}
	return s.addKeyFields(l, record.ValueSchema, fromValueField, record)
}

// addKeyFields adds those fields of a struct that make up the key, in the order of pk.fields.
func (s *confluentSettings) addKeyFields(l *layout, schema *connect.Schema, from origin, record *connect.SinkRecord) error {
	fields := s.keyFields
	if len(fields) == 0 {
		for _, f := range schema.Fields() {
			fields = append(fields, f.Name)
		}
	}
	for _, name := range fields {
		f := schema.Field(name)
		if f == nil {
			return unfit(record, "pk.fields has %s, and with pk.mode=%s no field of the record is called so", name, s.keyMode)
		}
		l.columns = append(l.columns, column{name: name, field: name, schema: f.Schema, isKey: true, from: from, index: f.Index, ifNull: f.Schema.Default()})
	}
	return nil
}

func (s *confluentSettings) addValue(l *layout, schema *connect.Schema, record *connect.SinkRecord) error {
	if schema == nil {
		return nil
	}
	if schema.Type() == connect.TypeString {
		if s.keyMode == recordValue || len(s.whitelist) > 0 || len(s.timeFields) > 0 {
			return unfit(record, "the value is a text, which goes neither with pk.mode=record_value nor with fields.whitelist or timestamp.fields.list")
		}
		l.columns = append(l.columns, column{name: s.stringColumn, field: s.stringColumn, schema: connect.OptionalString, from: fromWholeValue})
		return nil
	}
	keys := names(l.columns)
	for _, f := range schema.Fields() {
		if slices.Contains(keys, f.Name) || len(s.whitelist) > 0 && !s.whitelist[f.Name] {
			continue
		}
		c := column{name: f.Name, field: f.Name, schema: f.Schema, index: f.Index}
		if s.replaceNulls {
			c.ifNull = f.Schema.Default()
		}
		l.columns = append(l.columns, c)
	}
	return nil
}

// inCreation orders columns as a new table has them: where the record comes from, then the value's fields, then what is left by name.
func (s *confluentSettings) inCreation(columns []column, value *connect.Schema) []int {
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	rank := func(c *column) int {
		if i := slices.Index(kafkaColumns, c.name); i >= 0 && s.keyMode == kafkaKey {
			return i - len(kafkaColumns)
		}
		if value != nil && value.Field(c.name) != nil {
			return value.Field(c.name).Index
		}
		return 1 << 30
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := rank(&columns[a]) - rank(&columns[b]); d != 0 {
			return d
		}
		return strings.Compare(columns[a].name, columns[b].name)
	})
	return order
}
