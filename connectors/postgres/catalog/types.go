// SPDX-License-Identifier: Apache-2.0

package catalog

// Kind is what sort of type it is: pg_type.typtype, with arrays told apart.
type Kind byte

// The kinds of types.
const (
	KindBase       Kind = 'b'
	KindComposite  Kind = 'c'
	KindDomain     Kind = 'd'
	KindEnum       Kind = 'e'
	KindPseudo     Kind = 'p'
	KindRange      Kind = 'r'
	KindMultirange Kind = 'm'
	KindArray      Kind = 'a'
	// KindUnknown is a type of which only the OID is known.
	KindUnknown Kind = 0
)

// Type is a type of the database. Types are not changed once they are in use.
type Type struct {
	// OID is pg_type.oid.
	OID uint32
	// Name is pg_type.typname, without a schema: arrays begin with an underscore.
	Name string
	// Kind says what sort of type it is.
	Kind Kind
	// Element is the type of an array's elements, nil for other types.
	Element *Type
	// Root is the type that a domain is made of in the end, through domains of domains, nil for other types.
	Root *Type
	// Modifier is what a domain, or one that it is made of, adds to Root; -1 for nothing.
	Modifier int32
	// NotNull says that a domain, or one that it is made of, does not allow null.
	NotNull bool
	// Labels are an enum's values in their order.
	Labels []string
}

// Base returns the type that values have: a domain's root, else the type itself, with the modifier of the column or, where that is
// of no use, of the domain.
func (t *Type) Base(modifier int32) (*Type, int32) {
	if t.Root == nil {
		return t, modifier
	}
	return t.Root, t.Modifier
}
