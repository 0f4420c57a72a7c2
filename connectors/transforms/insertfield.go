// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"strings"

	"github.com/longshore-io/connect"
)

const (
	topicFieldKey     = "topic.field"
	partitionFieldKey = "partition.field"
	offsetFieldKey    = "offset.field"
	timestampFieldKey = "timestamp.field"
	staticFieldKey    = "static.field"
	staticValueKey    = "static.value"

	insertPurpose = "field insertion"
)

var insertFieldConfig = connect.ConfigDef{
	insertionKey(topicFieldKey, "The field that gets the topic."),
	insertionKey(partitionFieldKey, "The field that gets the Kafka partition."),
	insertionKey(offsetFieldKey, "The field that gets the Kafka offset; only records of sinks have one."),
	insertionKey(timestampFieldKey, "The field that gets the record's timestamp."),
	insertionKey(staticFieldKey, "The field that gets static.value."),
	{Name: staticValueKey, Type: connect.StringType, Importance: connect.Medium, DisplayName: staticValueKey, Doc: "The text that static.field gets."},
	replaceNullConfig,
}

func insertionKey(name, doc string) connect.ConfigKey {
	return connect.ConfigKey{Name: name, Type: connect.StringType, Importance: connect.Medium, DisplayName: name,
		Doc: doc + " An exclamation mark at the end makes it required, a question mark optional, as it is without."}
}

// insertField adds fields with what the record tells of itself, or a fixed text.
type insertField struct {
	insertions []insertion
	topic      boxedText
	nulls      nullReader
	schemas    schemaCache[*connect.Schema]
}

// boxedText is the text of the record before, in its box: topics repeat.
type boxedText struct {
	text string
	box  any
}

func (b *boxedText) of(text string) any {
	if b.box == nil || b.text != text {
		b.text, b.box = text, text
	}
	return b.box
}

// insertion is one field to add.
type insertion struct {
	name string
	// key is the name in a box.
	key    any
	schema *connect.Schema
	// value is nil where the record has none: nothing is put then. The schema of the record tells the form of a timestamp.
	value func(r *connect.Record, schema *connect.Schema) (any, error)
}

// sources are what can be inserted behind the topic, in the order of the fields.
var sources = []struct {
	key    string
	schema *connect.Schema
	value  func(*connect.Record, *connect.Schema) (any, error)
}{
	{partitionFieldKey, connect.Int32, partitionOf},
	{offsetFieldKey, connect.Int64, func(r *connect.Record, _ *connect.Schema) (any, error) { return requireSinkRecord(r, insertPurpose) }},
	{timestampFieldKey, connect.Timestamp, timestampOf},
}

func partitionOf(r *connect.Record, _ *connect.Schema) (any, error) {
	if r.Partition == nil {
		return nil, nil
	}
	return *r.Partition, nil
}

// timestampOf is a number of milliseconds where there is no schema to say that it is a timestamp.
func timestampOf(r *connect.Record, schema *connect.Schema) (any, error) {
	switch {
	case r.Timestamp.IsZero():
		return nil, nil
	case schema == nil:
		return r.Timestamp.UnixMilli(), nil
	}
	return r.Timestamp, nil
}

// Config defines the fields that can be inserted.
func (f *insertField) Config() connect.ConfigDef { return insertFieldConfig }

// Configure reads the keys; at least one field has to be set.
func (f *insertField) Configure(props map[string]string) error {
	config, err := parse(insertFieldConfig, props)
	if err != nil {
		return err
	}
	f.nulls = nullReader{config.Bool(replaceNullKey)}
	f.insertions = nil
	f.insert(config[topicFieldKey], connect.String, func(r *connect.Record, _ *connect.Schema) (any, error) { return f.topic.of(r.Topic), nil })
	for _, s := range sources {
		f.insert(config[s.key], s.schema, s.value)
	}
	text := config[staticValueKey]
	f.insert(config[staticFieldKey], connect.String, func(*connect.Record, *connect.Schema) (any, error) { return text, nil })
	if len(f.insertions) == 0 {
		return configErrorf("No field insertion configured")
	}
	if config[staticFieldKey] != nil && text == nil {
		return &connect.ConfigError{Key: staticValueKey, Reason: "No value specified for static field: " + config.String(staticFieldKey)}
	}
	return nil
}

// insert adds an insertion where its field is configured.
func (f *insertField) insert(field any, schema *connect.Schema, value func(*connect.Record, *connect.Schema) (any, error)) {
	spec, set := field.(string)
	if !set {
		return
	}
	name, required := strings.CutSuffix(spec, "!")
	if !required {
		name = strings.TrimSuffix(spec, "?")
	}
	f.insertions = append(f.insertions, insertion{name, name, schema.WithOptional(!required), value})
}

func (f *insertField) apply(r *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	switch {
	case value == nil:
		return schema, nil, nil
	case schema == nil:
		return f.schemaless(r, value)
	}
	s, err := requireStruct(value, insertPurpose)
	if err != nil {
		return nil, nil, err
	}
	updated, err := f.schemas.get(s.Schema(), f.derive)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(updated)
	if err := f.fill(out, s, r); err != nil {
		return nil, nil, err
	}
	return updated, out, nil
}

func (f *insertField) derive(schema *connect.Schema) (*connect.Schema, error) {
	fields := make([]connect.SchemaField, 0, len(schema.Fields())+len(f.insertions))
	fields = append(fields, schema.Fields()...)
	for _, i := range f.insertions {
		fields = append(fields, connect.Field(i.name, i.schema))
	}
	return structWithBasics(schema, fields)
}

// fill relies on the fields of the original struct standing first.
func (f *insertField) fill(out, s *connect.Struct, r *connect.Record) error {
	fields := s.Schema().Fields()
	for i := range fields {
		if err := carry(out, &fields[i], i, f.nulls.at(s, &fields[i])); err != nil {
			return err
		}
	}
	for i, insertion := range f.insertions {
		v, err := insertion.value(r, s.Schema())
		if err != nil {
			return err
		}
		out.SetAt(len(fields)+i, v)
	}
	return nil
}

func (f *insertField) schemaless(r *connect.Record, value any) (*connect.Schema, any, error) {
	m, err := requireMap(value, insertPurpose)
	if err != nil {
		return nil, nil, err
	}
	entries := copied(m, len(f.insertions))
	for _, insertion := range f.insertions {
		v, err := insertion.value(r, nil)
		if err != nil {
			return nil, nil, err
		}
		if v != nil {
			entries = putEntry(entries, insertion.key, v)
		}
	}
	return nil, inHashOrder(entries, copiedTable(m.Len())), nil
}
