// SPDX-License-Identifier: Apache-2.0

package connect

import "fmt"

// Struct is a value of a struct schema. It is not safe for concurrent use.
type Struct struct {
	schema *Schema
	values []any
}

// NewStruct makes a struct without values. It panics when the schema is not of type STRUCT.
func NewStruct(schema *Schema) *Struct {
	if schema.typ != TypeStruct {
		panic(fmt.Sprintf("connect: NewStruct of a schema of type %s", schema.typ))
	}
	return newStruct(schema, len(schema.Fields()))
}

// sized is a struct with the memory for its values, so that it is one object.
type sized[Room any] struct {
	Struct
	room Room
}

// newStruct makes a struct with n values, of which most have few.
func newStruct(schema *Schema, n int) *Struct {
	switch {
	case n <= 2:
		s := &sized[[2]any]{}
		return s.with(schema, s.room[:n])
	case n <= 4:
		s := &sized[[4]any]{}
		return s.with(schema, s.room[:n])
	case n <= 6:
		s := &sized[[6]any]{}
		return s.with(schema, s.room[:n])
	case n <= 8:
		s := &sized[[8]any]{}
		return s.with(schema, s.room[:n])
	case n <= 10:
		s := &sized[[10]any]{}
		return s.with(schema, s.room[:n])
	case n <= 12:
		s := &sized[[12]any]{}
		return s.with(schema, s.room[:n])
	case n <= 16:
		s := &sized[[16]any]{}
		return s.with(schema, s.room[:n])
	case n <= 20:
		s := &sized[[20]any]{}
		return s.with(schema, s.room[:n])
	}
	return &Struct{schema, make([]any, n)}
}

func (s *Struct) with(schema *Schema, values []any) *Struct {
	s.schema, s.values = schema, values
	return s
}

// Schema returns the struct's schema.
func (s *Struct) Schema() *Schema { return s.schema }

// Put sets a field; the value must fit the field's schema.
func (s *Struct) Put(field string, value any) error {
	f := s.schema.Field(field)
	if f == nil {
		return &DataError{Reason: field + " is not a valid field name"}
	}
	if err := f.Schema.validateField(field, value); err != nil {
		return err
	}
	s.values[f.Index] = value
	return nil
}

// With is Put for values that are known to fit: it returns the struct, so that a literal reads in one line, and panics
// where Put returns an error.
func (s *Struct) With(field string, value any) *Struct {
	if err := s.Put(field, value); err != nil {
		panic(err)
	}
	return s
}

// SetAt sets the field at an index without checking the value: for converters, which have made it from the schema.
func (s *Struct) SetAt(index int, value any) { s.values[index] = value }

// At returns the value at a field's index; nil where none was put, whatever the schema's default is.
func (s *Struct) At(index int) any { return s.values[index] }

// Get returns a field's value, or its schema's default where none was put. The name must be one of the schema's.
func (s *Struct) Get(field string) (any, error) {
	f := s.schema.Field(field)
	if f == nil {
		return nil, &DataError{Reason: field + " is not a valid field name"}
	}
	if v := s.values[f.Index]; v != nil {
		return v, nil
	}
	return f.Schema.def, nil
}

// GetWithoutDefault is Get that leaves a missing value nil.
func (s *Struct) GetWithoutDefault(field string) (any, error) {
	f := s.schema.Field(field)
	if f == nil {
		return nil, &DataError{Reason: field + " is not a valid field name"}
	}
	return s.values[f.Index], nil
}

// Validate says whether all fields have values that fit; a missing value is filled by the field's default.
func (s *Struct) Validate() error {
	fields := s.schema.Fields()
	for i := range fields {
		f := &fields[i]
		v := s.values[i]
		if v == nil && f.Schema.def != nil {
			continue
		}
		if err := f.Schema.validateField(f.Name, v); err != nil {
			return err
		}
	}
	return nil
}

// Equal says whether two structs have equal schemas and equal values.
func (s *Struct) Equal(o *Struct) bool {
	if s == o {
		return true
	}
	if s == nil || o == nil || !s.schema.Equal(o.schema) {
		return false
	}
	return equalLists(s.values, o.values)
}
