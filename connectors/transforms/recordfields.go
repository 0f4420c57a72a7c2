// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

const insertSourcePurpose = "source field insertion"

// eventField is a field of an event that is added to the row or the headers.
type eventField struct {
	// parent is the struct in the event, "" for the event itself.
	parent, field string
	// name is the new one.
	name string
}

// parents are where fields are that are named alone; all others are in source.
var parents = map[string]string{
	"id": "transaction", "data_collection_order": "transaction", "total_order": "transaction",
	"op": "", "ts_ms": "", "ts_us": "", "ts_ns": "", "updateDescription": "updateDescription",
}

func eventFields(prefix, list string) ([]eventField, error) {
	if list == "" {
		return nil, nil
	}
	var out []eventField
	for _, text := range splitTrailing(list, ",") {
		f, err := newEventField(prefix, strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// splitTrailing splits as Java does: without what is empty at the end.
func splitTrailing(text, separator string) []string {
	parts := strings.Split(text, separator)
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

func newEventField(prefix, text string) (eventField, error) {
	parts := splitTrailing(text, ":")
	path := splitTrailing(parts[0], ".")
	f := eventField{field: path[0], parent: "source"}
	if parent, ok := parents[f.field]; ok {
		f.parent = parent
	}
	f.name = f.field
	if len(path) > 1 {
		f.parent, f.field = path[0], path[1]
		f.name = f.parent + "_" + f.field
	}
	switch len(parts) {
	case 1:
	case 2:
		f.name = parts[1]
	default:
		return f, connect.Errorf(connect.BadConfig, "Unexpected field name: %s", text)
	}
	f.name = prefix + f.name
	return f, nil
}

// schema is that of the added field, optional and without default; nil where the event has no such field.
func (f *eventField) schema(event *connect.Schema) (*connect.Schema, error) {
	found, err := f.find(event)
	if found == nil || err != nil {
		return nil, err
	}
	return withBasics(bareOf(found.Schema), found.Schema).WithOptional(true), nil
}

// bareOf has the type and, of an array, the elements, but no fields of a struct: as Debezium copies it.
func bareOf(s *connect.Schema) *connect.Schema {
	switch s.Type() {
	case connect.TypeArray:
		return connect.ArrayOf(s.ValueSchema())
	case connect.TypeMap:
		return connect.MapOf(nil, nil)
	case connect.TypeStruct:
		return connect.StructOf("")
	}
	return primitiveOf[s.Type()]
}

var primitiveOf = map[connect.Type]*connect.Schema{
	connect.TypeInt8: connect.Int8, connect.TypeInt16: connect.Int16, connect.TypeInt32: connect.Int32, connect.TypeInt64: connect.Int64,
	connect.TypeFloat32: connect.Float32, connect.TypeFloat64: connect.Float64, connect.TypeBoolean: connect.Boolean,
	connect.TypeString: connect.String, connect.TypeBytes: connect.Bytes,
}

// find looks into the parent first, then into the event.
func (f *eventField) find(event *connect.Schema) (*connect.SchemaField, error) {
	in := event
	if f.parent != "" {
		parent := event.Field(f.parent)
		if parent == nil {
			return nil, &javaError{nullPointer, noSuchField}
		}
		in = parent.Schema
	}
	if found := in.Field(f.field); found != nil {
		return found, nil
	}
	return event.Field(f.field), nil
}

// value is null where the parent is: an event outside of a transaction has none.
func (f *eventField) value(event *connect.Struct) (any, error) {
	in := event
	if f.parent != "" {
		parent, err := event.GetWithoutDefault(f.parent)
		if parent == nil || err != nil {
			return nil, err
		}
		s, ok := parent.(*connect.Struct)
		if !ok {
			return nil, dataErrorf("Field '%s' is not of type STRUCT", f.parent)
		}
		in = s
	}
	if in.Schema().Field(f.field) == nil {
		in = event
	}
	return in.GetWithoutDefault(f.field)
}

func (e *extractNewRecordState) addHeaders(r *connect.Record, event *connect.Struct) error {
	headers := slices.Clip(r.Headers)
	for i := range e.headers {
		f := &e.headers[i]
		schema, err := f.schema(event.Schema())
		if schema == nil && err == nil {
			continue
		}
		if err != nil {
			return err
		}
		v, err := f.value(event)
		if err != nil {
			return err
		}
		if err := validateHeader(schema, v); err != nil {
			return err
		}
		headers = append(headers, connect.Header{Key: f.name, Schema: schema, Value: v})
	}
	r.Headers = headers
	return nil
}

// validateHeader does not compare the schemas of structs: that of the header has no fields.
func validateHeader(schema *connect.Schema, value any) error {
	if s, ok := value.(*connect.Struct); ok {
		return s.Validate()
	}
	return schema.Validate(value)
}

// addFields copies the row even where there is nothing to add: its schema is not optional any more, as with Debezium.
func (e *extractNewRecordState) addFields(event *connect.Struct, value any) (*connect.Schema, any, error) {
	row, err := requireStruct(value, insertSourcePurpose)
	if err != nil {
		return nil, nil, err
	}
	updated, err := e.extend(row.Schema(), event.Schema())
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(updated)
	for i, f := range row.Schema().Fields() {
		if err := carry(out, &f, i, row.At(i)); err != nil {
			return nil, nil, err
		}
	}
	return updated, out, e.fillFields(out, event)
}

// extendedRow is the schema of rows with the added fields, whose schemas are those of an event.
type extendedRow struct{ event, row *connect.Schema }

func (e *extractNewRecordState) extend(row, event *connect.Schema) (*connect.Schema, error) {
	known, err := e.schemas.get(row, func(row *connect.Schema) (extendedRow, error) {
		updated, err := e.withFields(row, event)
		return extendedRow{event, updated}, err
	})
	if err != nil || known.event.Equal(event) {
		return known.row, err
	}
	return e.withFields(row, event)
}

func (e *extractNewRecordState) withFields(row, event *connect.Schema) (*connect.Schema, error) {
	fields := slices.Clone(row.Fields())
	for i := range e.fields {
		schema, err := e.fields[i].schema(event)
		if err != nil {
			return nil, err
		}
		if schema != nil {
			fields = append(fields, connect.Field(e.fields[i].name, schema))
		}
	}
	return structWithBasics(row, fields)
}

func (e *extractNewRecordState) fillFields(out, event *connect.Struct) error {
	for i := range e.fields {
		f := &e.fields[i]
		found, err := f.find(event.Schema())
		if err != nil {
			return err
		}
		if found == nil {
			continue
		}
		v, err := f.value(event)
		if _, isMap := v.(*connect.Map); isMap && err == nil {
			err = dataErrorf("No schema defined for key of map field: %q", f.name)
		}
		if err == nil {
			err = out.Put(f.name, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// structOf and stringOf read a field of a type, as Struct.getStruct and getString do.
func structOf(s *connect.Struct, field string) (*connect.Struct, error) {
	v, err := typedField(s, field, connect.TypeStruct)
	found, _ := v.(*connect.Struct)
	return found, err
}

func stringOf(s *connect.Struct, field string) (string, error) {
	v, err := typedField(s, field, connect.TypeString)
	text, _ := v.(string)
	return text, err
}

func typedField(s *connect.Struct, field string, typ connect.Type) (any, error) {
	f := s.Schema().Field(field)
	if f == nil {
		return nil, dataErrorf("%s is not a valid field name", field)
	}
	if f.Schema.Type() != typ {
		return nil, dataErrorf("Field '%s' is not of type %s", field, typ)
	}
	return s.At(f.Index), nil
}

// droppedFields takes fields out of records that a header names.
type droppedFields struct {
	header     string
	fromKey    bool
	compatible bool
}

// from takes the fields of the first header of the name out of the record.
func (d *droppedFields) from(r *connect.Record) error {
	names, err := d.names(r)
	if len(names) == 0 || err != nil {
		return err
	}
	if d.fromKey && r.Key != nil {
		if err := d.fromPart(r, keyPart, names); err != nil {
			return err
		}
	}
	return d.fromPart(r, valuePart, names)
}

func (d *droppedFields) names(r *connect.Record) ([]string, error) {
	if strings.TrimSpace(d.header) == "" {
		return nil, nil
	}
	i := slices.IndexFunc(r.Headers, func(h connect.Header) bool { return h.Key == d.header })
	if i < 0 || r.Headers[i].Value == nil {
		return nil, nil
	}
	list, ok := r.Headers[i].Value.([]any)
	if !ok {
		name := className(r.Headers[i].Value)
		return nil, &javaError{classCast, fmt.Sprintf("class %s cannot be cast to class java.util.List (%s and java.util.List are in module java.base of loader 'bootstrap')", name, name)}
	}
	var names []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			names = append(names, text)
		}
	}
	return names, nil
}

func (d *droppedFields) fromPart(r *connect.Record, p part, names []string) error {
	schema, value := p.get(r)
	if d.compatible {
		if schema == nil {
			return &javaError{nullPointer, `Cannot invoke "org.apache.kafka.connect.data.Schema.fields()" because "schema" is null`}
		}
		if schema.Type() != connect.TypeStruct {
			return dataErrorf("Cannot list fields on non-struct type")
		}
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			f := schema.Field(name)
			return f == nil || !f.Schema.IsOptional()
		})
	}
	if len(names) == 0 {
		return nil
	}
	var without replaceField
	if err := without.Configure(map[string]string{excludeKey: strings.Join(names, ",")}); err != nil {
		return err
	}
	schema, value, err := without.apply(r, schema, value)
	if err == nil {
		p.set(r, schema, value)
	}
	return err
}
