// SPDX-License-Identifier: Apache-2.0

package connect

// NewRecursiveStruct describes a struct that may contain itself, as lists and trees do. The attributes are those of base,
// which is a struct schema whose own fields do not count. fields is called once with the schema that is being made: it and
// its copies, such as Optional(self), may be parts of the fields, but tell of no fields before NewRecursiveStruct returns.
// Whoever walks through all parts of a schema has to ask Recursive first.
func NewRecursiveStruct(base *Schema, fields func(self *Schema) ([]SchemaField, error)) (*Schema, error) {
	self := *base
	self.typ, self.parts = TypeStruct, &structParts{}
	made, err := fields(&self)
	if err != nil {
		return nil, err
	}
	if err := self.parts.set(made); err != nil {
		return nil, err
	}
	return &self, nil
}

// WithStructDefault returns a struct schema with a default value that was made with the schema as it was without one.
// TryDefault takes no struct for a struct schema.
func (s *Schema) WithStructDefault(value *Struct) (*Schema, error) {
	if value.schema != s && !value.schema.Equal(s) {
		return nil, schemaBuilderError{&DataError{Reason: "Invalid default value", Err: &DataError{Reason: "Struct schemas do not match."}}}
	}
	if err := value.Validate(); err != nil {
		return nil, schemaBuilderError{&DataError{Reason: "Invalid default value", Err: err}}
	}
	c := *s
	c.def = value
	return &c, nil
}

// Recursive says whether the schema, or a part of it, contains itself: such a schema has no end for those who go through all
// of its parts.
func (s *Schema) Recursive() bool { return s.within(nil) }

// around are the structs that a part of a schema is in.
type around struct {
	parts *structParts
	outer *around
}

func (s *Schema) within(outer *around) bool {
	if s == nil {
		return false
	}
	if s.key.within(outer) || s.value.within(outer) {
		return true
	}
	if s.parts == nil {
		return false
	}
	for a := outer; a != nil; a = a.outer {
		if a.parts == s.parts {
			return true
		}
	}
	here := &around{s.parts, outer}
	for i := range s.parts.fields {
		if s.parts.fields[i].Schema.within(here) {
			return true
		}
	}
	return false
}

// comparison is a pair of structs that are being compared, inside of others.
type comparison struct {
	a, b  *structParts
	outer *comparison
}

// equal compares fields. Two structs that are being compared already are taken for equal: if they are not, that is found out
// where their comparison began.
func (p *structParts) equal(o *structParts, outer *comparison) bool {
	if p == o {
		return true
	}
	if p == nil || o == nil || len(p.fields) != len(o.fields) {
		return false
	}
	for c := outer; c != nil; c = c.outer {
		if c.a == p && c.b == o {
			return true
		}
	}
	here := comparison{p, o, outer}
	for i := range p.fields {
		if p.fields[i].Name != o.fields[i].Name || !p.fields[i].Schema.equal(o.fields[i].Schema, &here) {
			return false
		}
	}
	return true
}
