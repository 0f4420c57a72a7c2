// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"

	"github.com/longshore-io/connect"
)

const (
	fieldsKey = "fields"

	valueToKeyPurpose = "copying fields from value to key"
)

var valueToKeyConfig = connect.ConfigDef{
	{Name: fieldsKey, Type: connect.ListType, Required: true, Validator: nonEmptyList, Importance: connect.High, DisplayName: fieldsKey,
		Doc: "The fields of the value that the key is made of."},
	replaceNullConfig,
}

// nonEmptyList wants a list with something in it.
var nonEmptyList = connect.ValidatorFunc(func(name string, value any) error {
	if list, ok := value.([]string); ok && len(list) > 0 {
		return nil
	}
	return &connect.ConfigError{Key: name, Value: value, Reason: "Empty list"}
})

// valueToKey makes the key of some fields of the value.
type valueToKey struct {
	unclosed
	fields []string
	// keys are the fields in boxes.
	keys  []any
	nulls nullReader
	plans schemaCache[*keyPlan]
}

// keyPlan is how a key is made of the values of one schema: the field at each index of the key comes from a field of the value.
type keyPlan struct {
	schema *connect.Schema
	from   []*connect.SchemaField
}

// Config defines fields.
func (k *valueToKey) Config() connect.ConfigDef { return valueToKeyConfig }

// Configure reads the keys.
func (k *valueToKey) Configure(props map[string]string) error {
	config, err := parse(valueToKeyConfig, props)
	if err != nil {
		return err
	}
	k.fields = config.List(fieldsKey)
	k.keys = boxed(k.fields)
	k.nulls = nullReader{config.Bool(replaceNullKey)}
	return nil
}

// Apply replaces the key; the value stays as it is.
func (k *valueToKey) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	if r.ValueSchema == nil {
		return k.schemaless(r)
	}
	value, err := requireStruct(r.Value, valueToKeyPurpose)
	if err != nil {
		return nil, err
	}
	plan, err := k.plans.get(value.Schema(), k.plan)
	if err != nil {
		return nil, err
	}
	key := connect.NewStruct(plan.schema)
	for i, f := range plan.from {
		if err := carry(key, f, i, k.nulls.at(value, f)); err != nil {
			return nil, err
		}
	}
	r.KeySchema, r.Key = plan.schema, key
	r.ValueSchema = value.Schema()
	return r, nil
}

func (k *valueToKey) plan(schema *connect.Schema) (*keyPlan, error) {
	plan := &keyPlan{}
	fields := make([]connect.SchemaField, 0, len(k.fields))
	for _, name := range k.fields {
		f := schema.Field(name)
		if f == nil {
			return nil, dataErrorf("Field does not exist: %s", name)
		}
		fields = append(fields, connect.Field(name, f.Schema))
		plan.from = append(plan.from, f)
	}
	var err error
	plan.schema, err = connect.NewStructSchema("", fields)
	return plan, err
}

func (k *valueToKey) schemaless(r *connect.Record) (*connect.Record, error) {
	value, err := requireMap(r.Value, valueToKeyPurpose)
	if err != nil {
		return nil, err
	}
	entries := make([]connect.MapEntry, 0, len(k.fields))
	for _, key := range k.keys {
		v, _ := value.Get(key)
		entries = putEntry(entries, key, v)
	}
	r.KeySchema, r.Key = nil, inHashOrder(entries, len(k.fields))
	return r, nil
}
