// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

const (
	schemaNameKey    = "schema.name"
	schemaVersionKey = "schema.version"
)

var setSchemaMetadataConfig = connect.ConfigDef{
	{Name: schemaNameKey, Type: connect.StringType, Importance: connect.High, DisplayName: schemaNameKey, Doc: "The name that the schema gets."},
	{Name: schemaVersionKey, Type: connect.IntType, Importance: connect.High, DisplayName: schemaVersionKey, Doc: "The version that the schema gets."},
	replaceNullConfig,
}

// setSchemaMetadata gives the schema of a key or value another name or version. As in Kafka Connect 4.1 it can do that for structs only.
type setSchemaMetadata struct {
	name    *string
	version *int
	nulls   nullReader
	schemas schemaCache[*connect.Schema]
}

// Config defines schema.name and schema.version.
func (m *setSchemaMetadata) Config() connect.ConfigDef { return setSchemaMetadataConfig }

// Configure reads the keys; one of the two has to be set.
func (m *setSchemaMetadata) Configure(props map[string]string) error {
	config, err := parse(setSchemaMetadataConfig, props)
	if err != nil {
		return err
	}
	if name, set := config[schemaNameKey].(string); set {
		m.name = &name
	}
	if version, set := config[schemaVersionKey].(int); set {
		m.version = &version
	}
	m.nulls = nullReader{config.Bool(replaceNullKey)}
	if m.name == nil && m.version == nil {
		return configErrorf("Neither schema name nor version configured")
	}
	return nil
}

func (m *setSchemaMetadata) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	if schema == nil && value == nil {
		return nil, nil, nil
	}
	if err := requireSchema(schema, "updating schema metadata"); err != nil {
		return nil, nil, err
	}
	if schema.Type() != connect.TypeStruct {
		return nil, nil, dataErrorf("Cannot list fields on non-struct type") // as in Kafka Connect, though it could be done
	}
	updated, err := m.schemas.get(schema, m.derive)
	if err != nil {
		return nil, nil, err
	}
	s, ok := value.(*connect.Struct)
	if !ok {
		return updated, value, nil
	}
	moved, err := m.moved(s, updated)
	if err != nil {
		return nil, nil, err
	}
	return updated, moved, nil
}

func (m *setSchemaMetadata) derive(schema *connect.Schema) (*connect.Schema, error) {
	if m.name != nil {
		schema = schema.WithName(*m.name)
	}
	if m.version != nil {
		schema = schema.WithVersion(*m.version)
	}
	return schema, nil
}

// moved returns a struct of the other schema with the same values: a struct refers to its schema.
func (m *setSchemaMetadata) moved(s *connect.Struct, to *connect.Schema) (*connect.Struct, error) {
	out := connect.NewStruct(to)
	fields := to.Fields()
	for i := range fields {
		if err := carry(out, &fields[i], i, m.nulls.at(s, &fields[i])); err != nil {
			return nil, err
		}
	}
	return out, nil
}
