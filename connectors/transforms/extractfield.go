// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

const extractPurpose = "field extraction"

var extractFieldConfig = connect.ConfigDef{
	{Name: fieldKey, Type: connect.StringType, Required: true, Importance: connect.Medium, DisplayName: fieldKey,
		Doc: "The name or path of the field to take."},
	replaceNullConfig,
	fieldSyntaxConfig,
}

// extractField replaces a struct or map by one of its fields. A null stays null, with the schema of the field.
type extractField struct {
	path  fieldPath
	nulls nullReader
	// text is the path as it was configured.
	text string
}

// Config defines field and field.syntax.version.
func (e *extractField) Config() connect.ConfigDef { return extractFieldConfig }

// Configure reads the keys.
func (e *extractField) Configure(props map[string]string) error {
	config, err := parse(extractFieldConfig, props)
	if err != nil {
		return err
	}
	e.text = config.String(fieldKey)
	e.nulls = nullReader{config.Bool(replaceNullKey)}
	e.path, err = parsePath(e.text, config.String(fieldSyntaxKey))
	return err
}

func (e *extractField) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	if schema == nil {
		m, err := requireMapOrNull(value, extractPurpose)
		if m == nil || err != nil {
			return nil, nil, err
		}
		found, err := e.path.inMap(m)
		return nil, found, err
	}
	s, err := requireStructOrNull(value, extractPurpose)
	if err != nil {
		return nil, nil, err
	}
	f, err := e.path.inSchema(schema)
	if err != nil {
		return nil, nil, err
	}
	if f == nil {
		return nil, nil, &javaError{illegalArgument, "Unknown field: " + e.text}
	}
	if s == nil {
		return f.Schema, nil, nil
	}
	found, err := e.path.inStruct(s, e.nulls)
	return f.Schema, found, err
}
