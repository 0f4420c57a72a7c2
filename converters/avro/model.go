// SPDX-License-Identifier: Apache-2.0

package avro

import "strings"

// kind is a type of Avro.
type kind uint8

const (
	kindNull kind = iota + 1
	kindBoolean
	kindInt
	kindLong
	kindFloat
	kindDouble
	kindBytes
	kindString
	kindRecord
	kindEnum
	kindFixed
	kindArray
	kindMap
	kindUnion
)

var kindNames = [...]string{"", "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "fixed",
	"array", "map", "union"}

func (k kind) String() string { return kindNames[k] }

// primitives finds the kinds that have no parts and no name.
var primitives = map[string]kind{"null": kindNull, "boolean": kindBoolean, "int": kindInt, "long": kindLong, "float": kindFloat,
	"double": kindDouble, "bytes": kindBytes, "string": kindString}

// node is an Avro schema. A record may contain itself. It must not be changed once it is complete.
type node struct {
	kind kind
	// name is the full name of a record, enum or fixed.
	name string
	doc  *string
	// props are the properties that Avro does not define for this kind, in their order; logicalType is one of them.
	props object

	fields  []field
	symbols []string
	// symbol is the default of an enum.
	symbol   *string
	size     int
	items    *node // of an array or map
	branches []*node
}

// field is one field of a record.
type field struct {
	name string
	doc  *string
	node *node
	// hasDefault tells the default null from none.
	hasDefault bool
	def        any
	aliases    []string
}

func (k kind) named() bool { return k == kindRecord || k == kindEnum || k == kindFixed }

// prop is a property that is a text, "" for another one or none.
func (n *node) prop(name string) string {
	s, _ := n.props.values[name].(string)
	return s
}

// setProp sets a property that is not set yet.
func (n *node) setProp(name string, v any) {
	if n.props.values == nil {
		n.props.values = map[string]any{}
	}
	if _, there := n.props.values[name]; !there {
		n.props.put(name, v)
	}
}

// field finds a field of a record, nil where there is none.
func (n *node) field(name string) *field {
	for i := range n.fields {
		if n.fields[i].name == name {
			return &n.fields[i]
		}
	}
	return nil
}

// space is the namespace of a full name, "" where it has none.
func space(full string) string {
	if i := strings.LastIndexByte(full, '.'); i >= 0 {
		return full[:i]
	}
	return ""
}

// short is the last part of a full name.
func short(full string) string { return full[strings.LastIndexByte(full, '.')+1:] }

// typeName is how a branch of a union is called: by its full name or its kind.
func (n *node) typeName() string {
	if n.kind.named() {
		return n.name
	}
	return n.kind.String()
}
