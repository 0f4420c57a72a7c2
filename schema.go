// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"slices"
)

// Type is the physical type of a schema.
type Type int8

// The types of Kafka Connect's data model.
const (
	TypeInt8 Type = iota + 1
	TypeInt16
	TypeInt32
	TypeInt64
	TypeFloat32
	TypeFloat64
	TypeBoolean
	TypeString
	TypeBytes
	TypeArray
	TypeMap
	TypeStruct
)

var typeNames = [...]string{"", "INT8", "INT16", "INT32", "INT64", "FLOAT32", "FLOAT64", "BOOLEAN", "STRING", "BYTES", "ARRAY", "MAP", "STRUCT"}

// String returns Kafka's upper-case name of the type.
func (t Type) String() string {
	if t < TypeInt8 || t > TypeStruct {
		return fmt.Sprintf("TYPE(%d)", int8(t))
	}
	return typeNames[t]
}

// Primitive says whether values of the type have no parts.
func (t Type) Primitive() bool { return t >= TypeInt8 && t <= TypeBytes }

// Schema describes a value. It is immutable: the With methods and Optional return changed copies, so one schema may be
// shared by any number of records and compared by pointer before it is compared by Equal.
type Schema struct {
	typ        Type
	optional   bool
	version    *int
	name, doc  string
	params     []Parameter
	def        any
	key, value *Schema
	parts      *structParts
}

// structParts are the fields of a struct schema. Its copies share them, so that a schema can contain copies of itself.
type structParts struct {
	fields []SchemaField
	index  map[string]int
}

// Parameter is one of a schema's parameters; their order is kept.
type Parameter struct{ Name, Value string }

// SchemaField is one field of a struct schema.
type SchemaField struct {
	// Name is the field's name, unique in the struct.
	Name string
	// Index is the field's place, from 0.
	Index int
	// Schema describes the field's values.
	Schema *Schema
}

// Schemas of the primitive types, required and without name, version or default.
var (
	Int8    = &Schema{typ: TypeInt8}
	Int16   = &Schema{typ: TypeInt16}
	Int32   = &Schema{typ: TypeInt32}
	Int64   = &Schema{typ: TypeInt64}
	Float32 = &Schema{typ: TypeFloat32}
	Float64 = &Schema{typ: TypeFloat64}
	Boolean = &Schema{typ: TypeBoolean}
	String  = &Schema{typ: TypeString}
	Bytes   = &Schema{typ: TypeBytes}
)

// Schemas of the primitive types, optional.
var (
	OptionalInt8    = Optional(Int8)
	OptionalInt16   = Optional(Int16)
	OptionalInt32   = Optional(Int32)
	OptionalInt64   = Optional(Int64)
	OptionalFloat32 = Optional(Float32)
	OptionalFloat64 = Optional(Float64)
	OptionalBoolean = Optional(Boolean)
	OptionalString  = Optional(String)
	OptionalBytes   = Optional(Bytes)
)

// Optional returns the schema with null allowed.
func Optional(s *Schema) *Schema { return s.WithOptional(true) }

// ArrayOf describes lists whose elements are of one schema; a nil element schema describes mixed elements.
func ArrayOf(element *Schema) *Schema { return &Schema{typ: TypeArray, value: element} }

// MapOf describes maps.
func MapOf(key, value *Schema) *Schema { return &Schema{typ: TypeMap, key: key, value: value} }

// NewMapSchema describes maps whose schemas come from data: it is an error where one of them is nil.
func NewMapSchema(key, value *Schema) (*Schema, error) {
	switch {
	case key == nil:
		return nil, schemaBuilderError{&DataError{Reason: "keySchema cannot be null."}}
	case value == nil:
		return nil, schemaBuilderError{&DataError{Reason: "valueSchema cannot be null."}}
	}
	return MapOf(key, value), nil
}

// Field makes a field for StructOf.
func Field(name string, schema *Schema) SchemaField { return SchemaField{Name: name, Schema: schema} }

// StructOf describes a struct; an empty name leaves it without one. It panics on a field that is empty or named twice:
// use NewStructSchema for fields that come from data.
func StructOf(name string, fields ...SchemaField) *Schema {
	s, err := NewStructSchema(name, fields)
	if err != nil {
		panic(err)
	}
	return s
}

// NewStructSchema describes a struct whose fields come from data.
func NewStructSchema(name string, fields []SchemaField) (*Schema, error) {
	s := &Schema{typ: TypeStruct, name: name, parts: &structParts{}}
	if err := s.parts.set(fields); err != nil {
		return nil, err
	}
	return s, nil
}

func (p *structParts) set(fields []SchemaField) error {
	p.fields, p.index = slices.Clone(fields), make(map[string]int, len(fields))
	for i := range p.fields {
		f := &p.fields[i]
		f.Index = i
		if f.Name == "" {
			return schemaBuilderError{&DataError{Reason: "fieldName cannot be null."}}
		}
		if f.Schema == nil {
			return schemaBuilderError{&DataError{Reason: fmt.Sprintf("fieldSchema for field %s cannot be null.", f.Name)}}
		}
		if _, twice := p.index[f.Name]; twice {
			return schemaBuilderError{&DataError{Reason: fmt.Sprintf("Cannot create field because of field name duplication %s", f.Name)}}
		}
		p.index[f.Name] = i
	}
	return nil
}

// Type returns the physical type.
func (s *Schema) Type() Type { return s.typ }

// IsOptional says whether null is allowed.
func (s *Schema) IsOptional() bool { return s.optional }

// Name returns the schema's name, "" where it has none; a logical type is told by it.
func (s *Schema) Name() string { return s.name }

// Version returns the schema's version and whether it has one.
func (s *Schema) Version() (int, bool) {
	if s.version == nil {
		return 0, false
	}
	return *s.version, true
}

// Doc returns the documentation, "" where there is none.
func (s *Schema) Doc() string { return s.doc }

// Default returns the default value, nil where there is none.
func (s *Schema) Default() any { return s.def }

// Parameters returns the parameters in their order. The slice must not be changed.
func (s *Schema) Parameters() []Parameter { return s.params }

// Parameter returns one parameter and whether it is there.
func (s *Schema) Parameter(name string) (string, bool) {
	for _, p := range s.params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// KeySchema returns the schema of a map's keys.
func (s *Schema) KeySchema() *Schema { return s.key }

// ValueSchema returns the schema of a map's values or an array's elements.
func (s *Schema) ValueSchema() *Schema { return s.value }

// Fields returns a struct's fields in order. The slice must not be changed.
func (s *Schema) Fields() []SchemaField {
	if s.parts == nil {
		return nil
	}
	return s.parts.fields
}

// Field returns the field of that name, nil where there is none.
func (s *Schema) Field(name string) *SchemaField {
	if s.parts == nil {
		return nil
	}
	if i, ok := s.parts.index[name]; ok {
		return &s.parts.fields[i]
	}
	return nil
}

// WithOptional returns the schema with null allowed or not.
func (s *Schema) WithOptional(optional bool) *Schema {
	c := *s
	c.optional = optional
	return &c
}

// WithName returns the schema under another name; "" takes the name away.
func (s *Schema) WithName(name string) *Schema {
	c := *s
	c.name = name
	return &c
}

// WithVersion returns the schema with a version.
func (s *Schema) WithVersion(version int) *Schema {
	c := *s
	c.version = &version
	return &c
}

// WithDoc returns the schema with a documentation text.
func (s *Schema) WithDoc(doc string) *Schema {
	c := *s
	c.doc = doc
	return &c
}

// WithParameter returns the schema with a parameter set, at the end of the order when it is new.
func (s *Schema) WithParameter(name, value string) *Schema {
	c := *s
	c.params = slices.Clone(s.params)
	for i := range c.params {
		if c.params[i].Name == name {
			c.params[i].Value = value
			return &c
		}
	}
	c.params = append(c.params, Parameter{name, value})
	return &c
}

// WithDefault returns the schema with a default value, which must fit the schema. It panics where it does not: use
// TryDefault for a default that comes from data.
func (s *Schema) WithDefault(value any) *Schema {
	c, err := s.TryDefault(value)
	if err != nil {
		panic(err)
	}
	return c
}

// TryDefault is WithDefault with an error for a value that does not fit. A struct never fits as the default of its own
// schema, as in Kafka Connect: it would have to have the schema that already has it as default.
func (s *Schema) TryDefault(value any) (*Schema, error) {
	err := s.Validate(value)
	if err == nil && s.typ == TypeStruct && value != nil {
		err = &DataError{Reason: "Struct schemas do not match."}
	}
	if err != nil {
		return nil, schemaBuilderError{&DataError{Reason: "Invalid default value", Err: err}}
	}
	c := *s
	c.def = value
	return &c, nil
}

// Equal says whether two schemas describe the same, field by field, defaults and documentation included, as Kafka
// Connect compares them. Nil schemas are equal to each other only.
func (s *Schema) Equal(o *Schema) bool { return s.equal(o, nil) }

// equal compares two schemas inside of the structs that are being compared.
func (s *Schema) equal(o *Schema, outer *comparison) bool {
	if s == o {
		return true
	}
	if s == nil || o == nil {
		return false
	}
	if s.typ != o.typ || s.optional != o.optional || s.name != o.name || s.doc != o.doc || !equalVersion(s.version, o.version) {
		return false
	}
	if !equalParameters(s.params, o.params) || !s.parts.equal(o.parts, outer) {
		return false
	}
	return s.key.equal(o.key, outer) && s.value.equal(o.value, outer) && Equal(s.def, o.def)
}

func equalVersion(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// equalParameters ignores the order: Kafka Connect compares parameters as maps.
func equalParameters(a, b []Parameter) bool {
	if len(a) != len(b) {
		return false
	}
	for _, p := range a {
		if !slices.Contains(b, p) {
			return false
		}
	}
	return true
}

// String names the schema for messages, as Kafka Connect does.
func (s *Schema) String() string {
	if s == nil {
		return "null"
	}
	if s.name != "" {
		return fmt.Sprintf("Schema{%s:%s}", s.name, s.typ)
	}
	return fmt.Sprintf("Schema{%s}", s.typ)
}
