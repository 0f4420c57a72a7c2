// SPDX-License-Identifier: Apache-2.0

package json

import (
	"time"

	"github.com/longshore-io/connect"
)

// typesByWord reads the names of types in the JSON of a schema.
var typesByWord = map[string]*connect.Schema{
	"int8": connect.Int8, "int16": connect.Int16, "int32": connect.Int32, "int64": connect.Int64, "float": connect.Float32,
	"double": connect.Float64, "boolean": connect.Boolean, "string": connect.String, "bytes": connect.Bytes,
}

func timestamp(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// readSchema makes a schema of its JSON; JSON null is no schema. Unknown fields are ignored, and so are known ones of a
// wrong type, as in Kafka Connect.
func (c *Converter) readSchema(at int32) (*connect.Schema, error) {
	if c.doc.nodes[at].kind == kindNull {
		return nil, nil
	}
	word, ok := c.stringField(at, "type")
	if !ok {
		return nil, &connect.DataError{Reason: "Schema must contain 'type' field"}
	}
	s, err := c.typed(at, word)
	if err != nil {
		return nil, err
	}
	if s, err = c.attributes(s, at); err != nil {
		return nil, err
	}
	return c.withDefault(s, at)
}

func (c *Converter) typed(at int32, word string) (*connect.Schema, error) {
	switch word {
	case "array":
		items := c.fieldAt(at, "items")
		if items < 0 || c.doc.nodes[items].kind == kindNull {
			return nil, &connect.DataError{Reason: "Array schema did not specify the element type"}
		}
		element, err := c.readSchema(items)
		if err != nil {
			return nil, err
		}
		return connect.ArrayOf(element), nil
	case "map":
		return c.mapSchema(at)
	case "struct":
		return c.structSchema(at)
	}
	if s := typesByWord[word]; s != nil {
		return s, nil
	}
	return nil, &connect.DataError{Reason: "Unknown schema type: " + word}
}

func (c *Converter) mapSchema(at int32) (*connect.Schema, error) {
	keys, values := c.fieldAt(at, "keys"), c.fieldAt(at, "values")
	if keys < 0 {
		return nil, &connect.DataError{Reason: "Map schema did not specify the key type"}
	}
	if values < 0 {
		return nil, &connect.DataError{Reason: "Map schema did not specify the value type"}
	}
	key, err := c.readSchema(keys)
	if err != nil {
		return nil, err
	}
	value, err := c.readSchema(values)
	if err != nil {
		return nil, err
	}
	return connect.NewMapSchema(key, value)
}

func (c *Converter) structSchema(at int32) (*connect.Schema, error) {
	list := c.fieldAt(at, "fields")
	if list < 0 || c.doc.nodes[list].kind != kindArray {
		return nil, &connect.DataError{Reason: `Struct schema's "fields" argument is not an array.`}
	}
	var fields []connect.SchemaField
	for i := list + 1; i < c.doc.nodes[list].next; i = c.doc.nodes[i].next {
		name, ok := c.stringField(i, "field")
		if !ok {
			return nil, &connect.DataError{Reason: "Struct schema's field name not specified properly"}
		}
		s, err := c.readSchema(i)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(name, s))
	}
	return connect.NewStructSchema("", fields)
}

func (c *Converter) attributes(s *connect.Schema, at int32) (*connect.Schema, error) {
	if i := c.fieldAt(at, "optional"); i >= 0 && c.doc.nodes[i].kind == kindTrue {
		s = connect.Optional(s)
	}
	if name, ok := c.stringField(at, "name"); ok {
		s = s.WithName(name)
	}
	if i := c.fieldAt(at, "version"); i >= 0 && c.doc.nodes[i].kind == kindInt {
		s = s.WithVersion(int(int32(c.doc.integer(&c.doc.nodes[i]))))
	}
	if doc, ok := c.stringField(at, "doc"); ok {
		s = s.WithDoc(doc)
	}
	return c.parameters(s, at)
}

func (c *Converter) parameters(s *connect.Schema, at int32) (*connect.Schema, error) {
	params := c.fieldAt(at, "parameters")
	if params < 0 || c.doc.nodes[params].kind != kindObject {
		return s, nil
	}
	for i := params + 1; i < c.doc.nodes[params].next; i = c.doc.nodes[i+1].next {
		value := &c.doc.nodes[i+1]
		if value.kind != kindString {
			return nil, &connect.DataError{Reason: "Schema parameters must have string values."}
		}
		s = s.WithParameter(c.doc.textOf(&c.doc.nodes[i]), c.doc.textOf(value))
	}
	return s, nil
}

func (c *Converter) withDefault(s *connect.Schema, at int32) (*connect.Schema, error) {
	i := c.fieldAt(at, "default")
	if i < 0 {
		return s, nil
	}
	c.lenient = false
	v, err := c.value(s, i)
	if err != nil {
		return nil, err
	}
	return s.TryDefault(v)
}

// fieldAt returns the place of an object's field, the last of its name, and -1 where there is none.
func (c *Converter) fieldAt(at int32, name string) int32 {
	found := int32(-1)
	if c.doc.nodes[at].kind != kindObject {
		return found
	}
	for i := at + 1; i < c.doc.nodes[at].next; i = c.doc.nodes[i+1].next {
		if string(c.doc.raw(&c.doc.nodes[i])) == name {
			found = i + 1
		}
	}
	return found
}

func (c *Converter) stringField(at int32, name string) (string, bool) {
	i := c.fieldAt(at, name)
	if i < 0 || c.doc.nodes[i].kind != kindString {
		return "", false
	}
	return c.doc.textOf(&c.doc.nodes[i]), true
}
