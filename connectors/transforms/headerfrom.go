// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"slices"

	"github.com/longshore-io/connect"
)

const (
	headersKey   = "headers"
	operationKey = "operation"
	moveFields   = "move"
	copyFields   = "copy"

	// noSuchField is what the Java virtual machine says of a field that the schema does not have.
	noSuchField = `Cannot invoke "org.apache.kafka.connect.data.Field.schema()" because the return value of "org.apache.kafka.connect.data.Schema.field(String)" is null`
)

var headerFromConfig = connect.ConfigDef{
	{Name: fieldsKey, Type: connect.ListType, Required: true, Validator: nonEmptyList, Importance: connect.High, DisplayName: fieldsKey,
		Doc: "The fields whose values become headers."},
	{Name: headersKey, Type: connect.ListType, Required: true, Validator: nonEmptyList, Importance: connect.High, DisplayName: headersKey,
		Doc: "The names of the headers, in the order of the fields."},
	{Name: operationKey, Type: connect.StringType, Required: true, Validator: connect.OneOf(moveFields, copyFields), Importance: connect.High,
		DisplayName: operationKey, Doc: "move takes the fields out of the key or value, copy leaves them there."},
	replaceNullConfig,
}

// headerFrom moves or copies fields to headers.
type headerFrom struct {
	fields, headers []string
	// keys are the fields in boxes.
	keys      []any
	operation string
	nulls     nullReader
	plans     schemaCache[*movePlan]
}

// movePlan is what is left of the values of one schema when fields are moved: the field at each index comes from a field of
// the whole.
type movePlan struct {
	schema *connect.Schema
	from   []*connect.SchemaField
}

// Config defines fields, headers and operation.
func (h *headerFrom) Config() connect.ConfigDef { return headerFromConfig }

// Configure reads the keys.
func (h *headerFrom) Configure(props map[string]string) error {
	config, err := parse(headerFromConfig, props)
	if err != nil {
		return err
	}
	h.fields, h.headers = config.List(fieldsKey), config.List(headersKey)
	if len(h.fields) != len(h.headers) {
		return configErrorf("'%s' config must have the same number of elements as '%s' config.", fieldsKey, headersKey)
	}
	h.keys = boxed(h.fields)
	h.operation = config.String(operationKey)
	h.nulls = nullReader{config.Bool(replaceNullKey)}
	return nil
}

func (h *headerFrom) purpose() string { return "header " + h.operation }

func (h *headerFrom) apply(r *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	if schema == nil {
		return h.schemaless(r, value)
	}
	s, err := requireStruct(value, h.purpose())
	if err != nil {
		return nil, nil, err
	}
	left, updated := s, schema
	if h.operation == moveFields {
		if left, err = h.moved(s); err != nil {
			return nil, nil, err
		}
		updated = left.Schema()
	}
	headers, err := h.fromStruct(r.Headers, s)
	if err != nil {
		return nil, nil, err
	}
	r.Headers = headers
	return updated, left, nil
}

// withRoom copies headers: those of a record may be shared with others.
func (h *headerFrom) withRoom(headers connect.Headers) connect.Headers {
	return append(make(connect.Headers, 0, len(headers)+len(h.fields)), headers...)
}

func (h *headerFrom) fromStruct(old connect.Headers, s *connect.Struct) (connect.Headers, error) {
	headers := h.withRoom(old)
	for i, name := range h.fields {
		f := s.Schema().Field(name)
		if f == nil {
			return nil, &javaError{nullPointer, noSuchField}
		}
		v := h.nulls.at(s, f)
		if v == nil && !f.Schema.IsOptional() {
			return nil, dataErrorf("A null value requires an optional schema but was %s", f.Schema)
		}
		headers = append(headers, connect.Header{Key: h.headers[i], Schema: f.Schema, Value: v})
	}
	return headers, nil
}

func (h *headerFrom) moved(s *connect.Struct) (*connect.Struct, error) {
	plan, err := h.plans.get(s.Schema(), h.plan)
	if err != nil {
		return nil, err
	}
	left := connect.NewStruct(plan.schema)
	for i, f := range plan.from {
		if err := carry(left, f, i, h.nulls.at(s, f)); err != nil {
			return nil, err
		}
	}
	return left, nil
}

func (h *headerFrom) plan(schema *connect.Schema) (*movePlan, error) {
	plan := &movePlan{}
	var fields []connect.SchemaField
	for i := range schema.Fields() {
		f := &schema.Fields()[i]
		if !slices.Contains(h.fields, f.Name) {
			fields = append(fields, *f)
			plan.from = append(plan.from, f)
		}
	}
	var err error
	plan.schema, err = structWithBasics(schema, fields)
	return plan, err
}

func (h *headerFrom) schemaless(r *connect.Record, value any) (*connect.Schema, any, error) {
	m, err := requireMap(value, h.purpose())
	if err != nil {
		return nil, nil, err
	}
	headers := h.withRoom(r.Headers)
	left := copied(m, 0)
	for i, key := range h.keys {
		v, _ := m.Get(key)
		headers = append(headers, connect.Header{Key: h.headers[i], Value: v})
		if h.operation == moveFields {
			left = slices.DeleteFunc(left, func(e connect.MapEntry) bool { return e.Key == key })
		}
	}
	r.Headers = headers
	return nil, inHashOrder(left, copiedTable(m.Len())), nil
}
