// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"fmt"
	"math"
	"time"
)

// Equal compares two values of the data model by content, as Java's equals does: maps without regard to order, floats
// bit by bit (NaN equals NaN, 0.0 is not -0.0), times as instants.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b) && (a == nil) == (b == nil)
	case []any:
		b, ok := b.([]any)
		return ok && equalLists(a, b)
	case *Map:
		b, ok := b.(*Map)
		return ok && equalMaps(a, b)
	case *Struct:
		b, ok := b.(*Struct)
		return ok && a.Equal(b)
	case Decimal:
		b, ok := b.(Decimal)
		return ok && a.Equal(b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	case float32:
		b, ok := b.(float32)
		return ok && math.Float32bits(a) == math.Float32bits(b)
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	}
	switch b.(type) {
	case []byte, []any:
		return false // not comparable with ==
	}
	return a == b
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMaps(a, b *Map) bool {
	if a.Len() != b.Len() {
		return false
	}
	for k, v := range a.All() {
		if other, ok := b.Get(k); !ok || !Equal(v, other) {
			return false
		}
	}
	return true
}

// Validate says whether a value fits the schema: type, parts, and null only where it is optional.
func (s *Schema) Validate(value any) error {
	if m := s.check(value); m != nil {
		return m.at("value")
	}
	return nil
}

// validateField is Validate for the value of a struct's field.
func (s *Schema) validateField(field string, value any) error {
	if m := s.check(value); m != nil {
		return m.at(`field: "` + field + `"`)
	}
	return nil
}

// misfit is an error that does not know its place yet: only a wrong value costs the text of where it is.
type misfit struct {
	before, place, after string
	// err is an error that names its own place.
	err error
}

// at finishes the error with the outermost part of its place.
func (m *misfit) at(place string) error {
	if m.err != nil {
		return m.err
	}
	return &DataError{Reason: m.before + m.place + place + m.after}
}

func (m *misfit) in(place string) *misfit {
	m.place += place
	return m
}

func (s *Schema) check(value any) *misfit {
	if value == nil {
		if s.optional {
			return nil
		}
		return &misfit{before: "Invalid value: null used for required ", after: ", schema type: " + s.typ.String()}
	}
	if !s.accepts(value) {
		return s.mismatch(value)
	}
	switch v := value.(type) {
	case []any:
		return s.checkElements(v)
	case *Map:
		return s.checkEntries(v)
	case *Struct:
		return s.checkStruct(v)
	}
	return nil
}

func (s *Schema) checkElements(elements []any) *misfit {
	if s.value == nil {
		return nil
	}
	for _, e := range elements {
		if m := s.value.check(e); m != nil {
			return m.in("element of array ")
		}
	}
	return nil
}

func (s *Schema) checkEntries(entries *Map) *misfit {
	for k, v := range entries.All() {
		if s.key != nil {
			if m := s.key.check(k); m != nil {
				return m.in("key of map ")
			}
		}
		if s.value != nil {
			if m := s.value.check(v); m != nil {
				return m.in("value of map ")
			}
		}
	}
	return nil
}

func (s *Schema) checkStruct(value *Struct) *misfit {
	if !value.schema.Equal(s) {
		return &misfit{err: &DataError{Reason: "Struct schemas do not match."}}
	}
	if err := value.Validate(); err != nil {
		return &misfit{err: err}
	}
	return nil
}

// mismatch is Kafka Connect's message with the Go type in place of the Java class.
func (s *Schema) mismatch(value any) *misfit {
	name := ""
	if s.name != "" {
		name = fmt.Sprintf(" %q", s.name)
	}
	return &misfit{before: fmt.Sprintf("Invalid object for schema%s with type %s: %T for ", name, s.typ, value)}
}

// accepts checks the Go type only.
func (s *Schema) accepts(value any) bool {
	switch s.name {
	case DecimalName:
		_, ok := value.(Decimal)
		return ok
	case DateName, TimeName, TimestampName:
		_, ok := value.(time.Time)
		return ok
	}
	switch value.(type) {
	case int8:
		return s.typ == TypeInt8
	case int16:
		return s.typ == TypeInt16
	case int32:
		return s.typ == TypeInt32
	case int64:
		return s.typ == TypeInt64
	case float32:
		return s.typ == TypeFloat32
	case float64:
		return s.typ == TypeFloat64
	case bool:
		return s.typ == TypeBoolean
	case string:
		return s.typ == TypeString
	case []byte:
		return s.typ == TypeBytes
	case []any:
		return s.typ == TypeArray
	case *Map:
		return s.typ == TypeMap
	case *Struct:
		return s.typ == TypeStruct
	}
	return false
}
