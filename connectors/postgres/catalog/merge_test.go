// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestARelationHasItsOwnColumnsAndTheirDefinitionsNow(t *testing.T) {
	types := NewTypes(&Type{OID: 23, Name: "int4", Kind: KindBase, Modifier: -1}, &Type{OID: 25, Name: "text", Kind: KindBase, Modifier: -1})
	now := &Table{ID: ID{"s", "renamed"}, OID: 7, Key: []int{2, 0}, PrimaryKey: true, Columns: []Column{
		{Name: "id", Type: types.ByOID(23)}, {Name: "note", Type: types.ByOID(25), Default: "'x'::text"}, {Name: "later", Type: types.ByOID(25)}}}
	got := merge(now, types, Relation{ID: ID{"s", "t"}, OID: 7, Identity: IdentityFull, Columns: []RelationColumn{
		{"gone", 999, -1}, {"note", 23, -1}, {"id", 23, -1}}})
	assert.Equal(t, &Table{ID: ID{"s", "t"}, OID: 7, Key: []int{2}, PrimaryKey: true, Identity: IdentityFull, Columns: []Column{
		{Name: "gone", Type: &Type{OID: 999, Modifier: -1}, Modifier: -1, Optional: true},
		{Name: "note", Type: types.ByOID(23), Modifier: -1, Default: "'x'::text"},
		{Name: "id", Type: types.ByOID(23), Modifier: -1}}}, got, "the key is without what the message does not have")
}

func TestTypesAreLinkedWhateverTheirOrder(t *testing.T) {
	types := NewTypes()
	types.add([]typeRow{
		{Type: Type{OID: 5, Name: "_outer", Modifier: -1}, kind: "b", element: 4, array: true},
		{Type: Type{OID: 4, Name: "outer", Modifier: -1}, kind: "d", base: 3},
		{Type: Type{OID: 3, Name: "inner", Modifier: 9, NotNull: true}, kind: "d", base: 1},
		{Type: Type{OID: 2, Name: "mood", Modifier: -1, Labels: []string{"sad", "ok"}}, kind: "e"},
		{Type: Type{OID: 1, Name: "numeric", Modifier: -1}, kind: "b"},
		{Type: Type{OID: 6, Name: "orphan", Modifier: -1}, kind: "b", element: 99, array: true},
	})
	outer := types.ByOID(5).Element
	assert.Equal(t, "outer", outer.Name)
	assert.Equal(t, "numeric", outer.Root.Name)
	assert.True(t, outer.NotNull)
	base, modifier := outer.Base(-1)
	assert.Same(t, types.ByOID(1), base)
	assert.Equal(t, int32(9), modifier)
	assert.Equal(t, []string{"sad", "ok"}, types.ByOID(2).Labels)
	assert.Equal(t, KindUnknown, types.ByOID(6).Element.Kind)
}
