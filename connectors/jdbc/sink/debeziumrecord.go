// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
)

// change is what a record asks for, in Debezium's class.
type change uint8

const (
	// changeNothing is a record without a row: a message of a log, a change of a schema.
	changeNothing change = iota
	changeWrite
	changeDelete
	changeTruncate
)

// Names of schemas and fields of Debezium's change events.
const (
	envelopeSuffix = ".Envelope"
	schemaChange   = "SchemaChangeValue"
)

// shape is how records of one value schema are read: where the row is.
type shape struct {
	schema *connect.Schema
	// op, before, after and source are the fields of a change event, nil in a record that is the row itself.
	op, before, after, source *connect.SchemaField
	// data is the field of a CloudEvent that has the row.
	data *connect.SchemaField
	// row is the schema of rows.
	row *connect.Schema
	// ddl says that records tell of changed tables and have no row.
	ddl bool
}

// shapeOf reads a schema of values; nil for none.
func (s *debeziumSettings) shapeOf(schema *connect.Schema) *shape {
	sh := &shape{schema: schema, row: schema}
	if schema == nil || schema.Type() != connect.TypeStruct {
		return sh
	}
	name := schema.Name()
	switch {
	case strings.Contains(name, schemaChange):
		sh.ddl = true
	case name != "" && s.cloudEvents.MatchString(name) && schema.Field("data") != nil:
		sh.data = schema.Field("data")
		sh.row = sh.data.Schema
	case strings.HasSuffix(name, envelopeSuffix), name == "" && schema.Field("op") != nil:
		sh.op, sh.before, sh.after, sh.source = schema.Field("op"), schema.Field("before"), schema.Field("after"), schema.Field("source")
		sh.row = nil
		if sh.after != nil {
			sh.row = sh.after.Schema
		}
	}
	return sh
}

// read says what a record asks for, and gives its row.
func (sh *shape) read(record *connect.SinkRecord) (change, row, error) {
	r := row{record: record}
	r.key, _ = record.Key.(*connect.Struct)
	if record.Value == nil {
		return changeDelete, r, nil
	}
	value, ok := record.Value.(*connect.Struct)
	if !ok || record.ValueSchema == nil {
		return changeNothing, r, unfit(record, "its value is no struct with a schema. Set value.converter to one that gives a schema (for JSON value.converter.schemas.enable=true)")
	}
	switch {
	case sh.ddl:
		return changeNothing, r, nil
	case sh.data != nil:
		r.value, _ = value.At(sh.data.Index).(*connect.Struct)
		return changeWrite, r, nil
	case sh.op == nil:
		r.value = value
		return changeWrite, r, nil
	}
	what, field := operationOf(value.At(sh.op.Index)), sh.after
	if what == changeDelete {
		field = sh.before
	}
	if field != nil {
		r.value, _ = value.At(field.Index).(*connect.Struct)
	}
	if what == changeWrite && r.value == nil {
		return what, r, unfit(record, "it is a change event without the row after the change")
	}
	return what, r, nil
}

// operationOf reads the op of a change event.
func operationOf(op any) change {
	switch op {
	case "c", "r", "u":
		return changeWrite
	case "d":
		return changeDelete
	case "t":
		return changeTruncate
	}
	return changeNothing
}

// table puts topic and source block into the format; false for a record without what the format wants.
func (s *debeziumSettings) table(sh *shape, record *connect.SinkRecord) (string, bool) {
	rest := strings.ReplaceAll(s.tableName, "${topic}", strings.ReplaceAll(record.Topic, ".", "_"))
	name := ""
	for {
		before, placeholder, found := strings.Cut(rest, "${source.")
		field, after, closed := strings.Cut(placeholder, "}")
		if !found || !closed {
			return name + rest, true
		}
		text, is := sh.sourceField(record, field)
		if !is {
			return "", false
		}
		name, rest = name+before+text, after
	}
}

func (sh *shape) sourceField(record *connect.SinkRecord, field string) (string, bool) {
	value, _ := record.Value.(*connect.Struct)
	if sh.source == nil || value == nil {
		return "", false
	}
	source, _ := value.At(sh.source.Index).(*connect.Struct)
	if source == nil {
		return "", false
	}
	v, err := source.Get(field)
	if err != nil || v == nil {
		return "", false
	}
	return fmt.Sprint(v), true
}
