// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

const fieldKey = "field"

var hoistFieldConfig = connect.ConfigDef{
	{Name: fieldKey, Type: connect.StringType, Required: true, Importance: connect.Medium, DisplayName: fieldKey,
		Doc: "The name of the one field of the struct or map that is made."},
}

// hoistField wraps a key or value, null included, in a struct or map of one field.
type hoistField struct {
	field string
	// key is the field in a box.
	key     any
	schemas schemaCache[*connect.Schema]
}

// Config defines field.
func (h *hoistField) Config() connect.ConfigDef { return hoistFieldConfig }

// Configure reads the keys.
func (h *hoistField) Configure(props map[string]string) error {
	config, err := parse(hoistFieldConfig, props)
	if err != nil {
		return err
	}
	h.field = config.String(fieldKey)
	h.key = h.field
	return nil
}

func (h *hoistField) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	if schema == nil {
		return nil, connect.NewMapOf([]connect.MapEntry{{Key: h.key, Value: value}}), nil
	}
	around, err := h.schemas.get(schema, h.derive)
	if err != nil {
		return nil, nil, err
	}
	s := connect.NewStruct(around)
	if err := s.Put(h.field, value); err != nil {
		return nil, nil, err
	}
	return around, s, nil
}

func (h *hoistField) derive(schema *connect.Schema) (*connect.Schema, error) {
	return connect.NewStructSchema("", []connect.SchemaField{connect.Field(h.field, schema)})
}
