// SPDX-License-Identifier: Apache-2.0

package json

import (
	"errors"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

var errBase64 = errors.New("broken base64 encoding")

// schemaless converts a node by its own type: integers become int64, other numbers float64.
func (c *Converter) schemaless(at int32) any {
	n := &c.doc.nodes[at]
	switch n.kind {
	case kindFalse, kindTrue:
		return n.kind == kindTrue
	case kindInt:
		return c.doc.integer(n)
	case kindFloat:
		return c.doc.float(n, 64)
	case kindString:
		return c.doc.textOf(n)
	case kindArray:
		list, _ := c.list(nil, at) // without schema there is nothing to go wrong
		return list
	case kindObject:
		m, _ := c.object(nil, at)
		return m
	}
	return nil
}

func (c *Converter) mapOf(schema *connect.Schema, at int32) (any, error) {
	n := &c.doc.nodes[at]
	if schema.KeySchema() == nil {
		return nil, &connect.DataError{Reason: "Map schema did not specify the key type"}
	}
	if schema.KeySchema().Type() == connect.TypeString {
		if n.kind != kindObject {
			return nil, &connect.DataError{Reason: "Maps with string fields should be encoded as JSON objects, but found " + javaNames[n.kind]}
		}
		return c.object(schema.ValueSchema(), at)
	}
	if n.kind != kindArray {
		return nil, &connect.DataError{Reason: "Maps with non-string fields should be encoded as JSON array of tuples, but found " + javaNames[n.kind]}
	}
	return c.pairs(schema, at)
}

// object makes a map of an object, in the order of a HashMap. Values are converted when all names are known: one that is
// overwritten later does not have to fit the schema.
func (c *Converter) object(value *connect.Schema, at int32) (any, error) {
	n := &c.doc.nodes[at]
	if n.count == 0 {
		return connect.NewMap(0), nil
	}
	known := c.shapes.slot(n.count, c.doc.raw(&c.doc.nodes[at+1]))
	if known.fits(&c.doc, at) {
		return c.shaped(*known, value, at)
	}
	var few [16]hashed
	entries := c.entries(few[:0], at)
	for i := range entries {
		v, err := c.value(value, entries[i].at)
		if err != nil {
			return nil, err
		}
		entries[i].Value = v
	}
	hashOrder(entries)
	if n.count <= maxShapeNames && len(entries) == int(n.count) {
		known.learn(&c.doc, at, entries)
	}
	return mapFrom(entries), nil
}

// entries lists the names of an object with the places of their values, in the order of their first appearance.
func (c *Converter) entries(entries []hashed, at int32) []hashed {
	var places map[string]int
	for i := at + 1; i < c.doc.nodes[at].next; i = c.doc.nodes[i+1].next {
		k := c.keys.of(c.doc.raw(&c.doc.nodes[i]))
		if place, ok := find(entries, &places, k); ok {
			entries[place].at = i + 1
			continue
		}
		entries = append(entries, hashed{MapEntry: connect.MapEntry{Key: k.boxed}, hash: k.hash, at: i + 1})
	}
	return entries
}

// find looks for a key among the entries: one by one while they are few, by an index when there are more.
func find(entries []hashed, places *map[string]int, k key) (int, bool) {
	if len(entries) < 16 {
		for i := range entries {
			if entries[i].hash == k.hash && entries[i].Key == k.boxed {
				return i, true
			}
		}
		return 0, false
	}
	if *places == nil {
		*places = make(map[string]int, 2*len(entries))
		for i := range entries {
			(*places)[entries[i].Key.(string)] = i
		}
	}
	name := k.boxed.(string)
	place, ok := (*places)[name]
	if !ok {
		(*places)[name] = len(entries)
	}
	return place, ok
}

func mapFrom(entries []hashed) *connect.Map {
	list := make([]connect.MapEntry, len(entries))
	for i := range entries {
		list[i] = entries[i].MapEntry
	}
	return connect.NewMapOf(list)
}

// pairs makes a map of an array of pairs.
func (c *Converter) pairs(schema *connect.Schema, at int32) (any, error) {
	unordered := connect.NewMap(int(c.doc.nodes[at].count))
	for i := at + 1; i < c.doc.nodes[at].next; i = c.doc.nodes[i].next {
		if kind := c.doc.nodes[i].kind; kind != kindArray {
			return nil, &connect.DataError{Reason: "Found invalid map entry instead of array tuple: " + javaNames[kind]}
		}
		if n := c.doc.nodes[i].count; n != 2 {
			return nil, &connect.DataError{Reason: fmt.Sprintf("Found invalid map entry, expected length 2 but found :%d", n)}
		}
		k, err := c.value(schema.KeySchema(), i+1)
		if err != nil {
			return nil, err
		}
		v, err := c.value(schema.ValueSchema(), c.doc.nodes[i+1].next)
		if err != nil {
			return nil, err
		}
		unordered.Put(k, v)
	}
	return inHashOrder(unordered), nil
}

// inHashOrder leaves a map alone when Java hashes one of its keys by identity.
func inHashOrder(m *connect.Map) *connect.Map {
	entries := make([]hashed, 0, m.Len())
	for k, v := range m.All() {
		h, ok := hashCode(k)
		if !ok {
			return m
		}
		entries = append(entries, hashed{MapEntry: connect.MapEntry{Key: k, Value: v}, hash: javaprint.SpreadHash(h)})
	}
	hashOrder(entries)
	return mapFrom(entries)
}

// logical converts the stored form of a decimal, a date or a time.
func (c *Converter) logical(schema *connect.Schema, n *node) (any, error) {
	switch formOf(schema) {
	case formDecimal:
		return c.decimal(schema, n)
	case formDate:
		if !c.doc.fitsInt32(n) {
			return nil, wrongNode("Date", "integer", n)
		}
		return connect.DateFromDays(int32(c.doc.integer(n))), nil
	case formTime:
		if !c.doc.fitsInt32(n) {
			return nil, wrongNode("Time", "integer", n)
		}
		return connect.TimeFromMillis(int32(c.doc.integer(n)))
	}
	if n.kind != kindInt {
		return nil, wrongNode("Timestamp", "integral", n)
	}
	return timestamp(c.doc.integer(n)), nil
}

// maxDecimal is how many bytes most decimals have at most.
const maxDecimal = 32

// decimal takes a number, with the scale of its text, or the bytes of the unscaled value.
func (c *Converter) decimal(schema *connect.Schema, n *node) (any, error) {
	switch n.kind {
	case kindInt, kindFloat:
		return c.doc.decimal(n), nil
	case kindString:
		scale, err := connect.DecimalScale(schema)
		if err != nil {
			return nil, &connect.DataError{Reason: "Invalid bytes for Decimal field", Err: err}
		}
		var few [maxDecimal]byte
		b, ok := decodeBase64(few[:0], c.doc.raw(n))
		if !ok || len(b) == 0 {
			return nil, &connect.DataError{Reason: "Invalid bytes for Decimal field", Err: errBase64}
		}
		return connect.DecimalFromBytes(b, scale), nil
	}
	return nil, &connect.DataError{
		Reason: "Invalid type for Decimal, underlying representation should be numeric or bytes but was " + javaNames[n.kind]}
}

func wrongNode(logical, want string, n *node) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s, underlying representation should be %s but was %s", logical, want, javaNames[n.kind])}
}
