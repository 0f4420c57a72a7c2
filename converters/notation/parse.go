// SPDX-License-Identifier: Apache-2.0

package notation

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
)

// ParseSchema reads a schema; null is nil.
func ParseSchema(data json.RawMessage) (*connect.Schema, error) {
	var n *notedSchema
	if err := json.Unmarshal(data, &n); err != nil {
		return nil, fmt.Errorf("read the notation of a schema: %w", err)
	}
	return n.schema()
}

// ParseValue reads a value: null, or an object with its type as the only name, as {"int32":5}. The schema says what structs are in it,
// unless they bring their own as "schema"; without either it may be nil.
func ParseValue(s *connect.Schema, data json.RawMessage) (any, error) { return parseValue(s, data) }

// notedSchema is the notation of a schema.
type notedSchema struct {
	Type       string          `json:"type"`
	Key        *notedSchema    `json:"key,omitempty"`
	Value      *notedSchema    `json:"value,omitempty"`
	Fields     []notedField    `json:"fields,omitempty"`
	Optional   bool            `json:"optional,omitempty"`
	Name       string          `json:"name,omitempty"`
	Version    *int            `json:"version,omitempty"`
	Doc        string          `json:"doc,omitempty"`
	Parameters [][2]string     `json:"parameters,omitempty"`
	Default    json.RawMessage `json:"default,omitempty"`
}

// notedField is a field: [name, schema].
type notedField struct {
	name   string
	schema *notedSchema
}

// UnmarshalJSON reads a pair.
func (f *notedField) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[2]any{&f.name, &f.schema})
}

// MarshalJSON writes a pair.
func (f notedField) MarshalJSON() ([]byte, error) { return json.Marshal([2]any{f.name, f.schema}) }

var primitives = map[string]*connect.Schema{
	"INT8": connect.Int8, "INT16": connect.Int16, "INT32": connect.Int32, "INT64": connect.Int64, "FLOAT32": connect.Float32,
	"FLOAT64": connect.Float64, "BOOLEAN": connect.Boolean, "STRING": connect.String, "BYTES": connect.Bytes,
}

func (n *notedSchema) schema() (*connect.Schema, error) {
	if n == nil {
		return nil, nil
	}
	s, err := n.bare()
	if err != nil {
		return nil, err
	}
	s = s.WithOptional(n.Optional).WithName(n.Name).WithDoc(n.Doc)
	if n.Version != nil {
		s = s.WithVersion(*n.Version)
	}
	for _, p := range n.Parameters {
		s = s.WithParameter(p[0], p[1])
	}
	if n.Default == nil {
		return s, nil
	}
	def, err := parseValue(s, n.Default)
	if err != nil {
		return nil, err
	}
	return s.TryDefault(def)
}

func (n *notedSchema) bare() (*connect.Schema, error) {
	key, err := n.Key.schema()
	if err != nil {
		return nil, err
	}
	value, err := n.Value.schema()
	if err != nil {
		return nil, err
	}
	switch n.Type {
	case "ARRAY":
		return connect.ArrayOf(value), nil
	case "MAP":
		return connect.MapOf(key, value), nil
	case "STRUCT":
		return n.structSchema()
	}
	if s := primitives[n.Type]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("no type %q", n.Type)
}

func (n *notedSchema) structSchema() (*connect.Schema, error) {
	var fields []connect.SchemaField
	for _, f := range n.Fields {
		s, err := f.schema.schema()
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(f.name, s))
	}
	return connect.NewStructSchema("", fields)
}

// note is the inverse of schema.
func note(s *connect.Schema) *notedSchema {
	if s == nil {
		return nil
	}
	n := &notedSchema{Type: s.Type().String(), Key: note(s.KeySchema()), Value: note(s.ValueSchema()), Optional: s.IsOptional(),
		Name: s.Name(), Doc: s.Doc()}
	for _, f := range s.Fields() {
		n.Fields = append(n.Fields, notedField{f.Name, note(f.Schema)})
	}
	if v, ok := s.Version(); ok {
		n.Version = &v
	}
	for _, p := range s.Parameters() {
		n.Parameters = append(n.Parameters, [2]string{p.Name, p.Value})
	}
	if s.Default() != nil {
		n.Default, _ = json.Marshal(tagged(s.Default()))
	}
	return n
}

func parseValue(s *connect.Schema, data json.RawMessage) (any, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || parts == nil {
		return nil, err
	}
	if own, ok := parts["schema"]; ok {
		var n notedSchema
		if err := json.Unmarshal(own, &n); err != nil {
			return nil, err
		}
		var err error
		if s, err = n.schema(); err != nil {
			return nil, err
		}
		delete(parts, "schema")
	}
	for tag, text := range parts {
		switch tag {
		case "array":
			return parseList(s, text)
		case "map":
			return parseMap(s, text)
		case "struct":
			return parseStruct(s, text)
		}
		return parsePrimitive(tag, text)
	}
	return nil, fmt.Errorf("no tag in %s", data)
}

func parsePrimitive(tag string, text json.RawMessage) (any, error) {
	var s string
	if text[0] == '"' {
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, err
		}
	} else {
		s = string(text)
	}
	switch tag {
	case "boolean":
		return strconv.ParseBool(s)
	case "string":
		return s, nil
	case "bytes":
		b := []byte{}
		err := json.Unmarshal(text, &b)
		return b, err
	case "decimal":
		return connect.ParseDecimal(s)
	case "float32":
		f, err := strconv.ParseFloat(s, 32)
		return float32(f), err
	case "float64":
		return strconv.ParseFloat(s, 64)
	}
	return parseInteger(tag, s)
}

func parseInteger(tag, s string) (any, error) {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, err
	}
	switch tag {
	case "int8":
		return int8(v), nil
	case "int16":
		return int16(v), nil
	case "int32":
		return int32(v), nil
	case "int64":
		return v, nil
	case "time":
		return time.UnixMilli(v).UTC(), nil
	}
	return nil, fmt.Errorf("no tag %q", tag)
}

func parseList(s *connect.Schema, text json.RawMessage) (any, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return nil, err
	}
	list := []any{}
	for _, p := range parts {
		v, err := parseValue(elements(s), p)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func parseMap(s *connect.Schema, text json.RawMessage) (any, error) {
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(text, &pairs); err != nil {
		return nil, err
	}
	m := connect.NewMap(len(pairs))
	for _, p := range pairs {
		k, err := parseValue(keys(s), p[0])
		if err != nil {
			return nil, err
		}
		v, err := parseValue(elements(s), p[1])
		if err != nil {
			return nil, err
		}
		m.Put(k, v)
	}
	return m, nil
}

func parseStruct(s *connect.Schema, text json.RawMessage) (any, error) {
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(text, &pairs); err != nil {
		return nil, err
	}
	st := connect.NewStruct(s)
	for _, p := range pairs {
		var name string
		if err := json.Unmarshal(p[0], &name); err != nil {
			return nil, err
		}
		v, err := parseValue(s.Field(name).Schema, p[1])
		if err != nil {
			return nil, err
		}
		st.SetAt(s.Field(name).Index, v)
	}
	return st, nil
}

func elements(s *connect.Schema) *connect.Schema {
	if s == nil {
		return nil
	}
	return s.ValueSchema()
}

func keys(s *connect.Schema) *connect.Schema {
	if s == nil {
		return nil
	}
	return s.KeySchema()
}
