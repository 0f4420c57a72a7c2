// SPDX-License-Identifier: Apache-2.0

package avro

// anything is the type of values without schema: a record with a field for each kind, one of which is set.
var anything = makeAnything()

// anythingText is how it is printed, which tells it from other schemas that have its name.
var anythingText = anything.text()

// The fields of anything, in their order.
const (
	anyBoolean = iota
	anyBytes
	anyDouble
	anyFloat
	anyInt
	anyLong
	anyString
	anyArray
	anyMap
	anyFields
)

func makeAnything() *node {
	n := &node{kind: kindRecord, name: anythingName}
	entry := &node{kind: kindRecord, name: namespace + "." + mapEntry, fields: []field{{name: keyField, node: n}, {name: valueField, node: n}}}
	kinds := []*node{{kind: kindBoolean}, {kind: kindBytes}, {kind: kindDouble}, {kind: kindFloat}, {kind: kindInt}, {kind: kindLong},
		{kind: kindString}, {kind: kindArray, items: n}, {kind: kindArray, items: entry}}
	for i, k := range kinds {
		name := k.kind.String()
		if i == anyMap {
			name = "map"
		}
		n.fields = append(n.fields, field{name: name, node: &node{kind: kindUnion, branches: []*node{{kind: kindNull}, k}}, hasDefault: true})
	}
	return n
}
