// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"github.com/longshore-io/connect"
)

// reader reads one type as the values of one Connect schema.
type reader struct {
	kind    kind
	schema  *connect.Schema
	typ     connect.Type
	logical logical
	scale   int
	size    int
	// least is the smallest number of bytes that a value takes.
	least int

	symbols []string
	// parts are the readers of a record's fields, of a union's branches (nil for null), of an array's or map's elements, or of
	// key and value of an entry.
	parts []*reader
	// at are the fields of the struct that the parts of a record or union belong to; entry tells which part of it is the key.
	at    []int
	entry bool
	// bare is a union whose value is that of its branch, not a struct.
	bare bool
	// optional allows null.
	optional bool
}

// readers makes readers; what was made is found again, as schemas may contain themselves.
type readers struct {
	*options
	made map[writerKey]*reader
}

// of makes the reader of a type; a nil schema reads anything.
func (m *readers) of(n *node, s *connect.Schema) (*reader, error) {
	key := writerKey{s, n}
	if r := m.made[key]; r != nil {
		return r, nil
	}
	r := &reader{kind: n.kind, schema: s, size: n.size, symbols: n.symbols, least: n.least(nil)}
	m.made[key] = r
	if s != nil {
		r.typ, r.logical, r.optional = s.Type(), logicalOf(s), s.IsOptional()
	}
	if r.logical == logicalDecimal {
		scale, err := connect.DecimalScale(s)
		if err != nil {
			return nil, err
		}
		r.scale = scale
	}
	return r, m.fill(r, n)
}

func (m *readers) fill(r *reader, n *node) error {
	switch n.kind {
	case kindUnion:
		return m.union(r, n)
	case kindRecord:
		return m.record(r, n)
	case kindMap:
		return m.parts(r, pair{n.items, r.schema.ValueSchema()})
	case kindArray:
		if r.typ != connect.TypeMap {
			return m.parts(r, pair{n.items, r.schema.ValueSchema()})
		}
		r.entry = true
		for i := range n.items.fields {
			f, s, at := &n.items.fields[i], r.schema.KeySchema(), 0
			if f.name == valueField {
				s, at = r.schema.ValueSchema(), 1
			}
			r.at = append(r.at, at)
			if err := m.parts(r, pair{f.node, s}); err != nil {
				return err
			}
		}
		r.least = n.items.least(nil)
	}
	return nil
}

type pair struct {
	node   *node
	schema *connect.Schema
}

func (m *readers) parts(r *reader, p pair) error {
	part, err := m.of(p.node, p.schema)
	r.parts = append(r.parts, part)
	return err
}

func (m *readers) record(r *reader, n *node) error {
	for i := range n.fields {
		f := &n.fields[i]
		field := r.schema.Field(f.name)
		if err := m.parts(r, pair{f.node, field.Schema}); err != nil {
			return err
		}
		r.at = append(r.at, field.Index)
	}
	return nil
}

func (m *readers) union(r *reader, n *node) error {
	single, _ := n.other(m.flatten)
	r.bare = single != nil
	next := 0
	for _, b := range n.branches {
		switch {
		case b.kind == kindNull:
			r.parts, r.at = append(r.parts, nil), append(r.at, 0)
			continue
		case r.bare:
			if err := m.parts(r, pair{b, r.schema}); err != nil {
				return err
			}
		default:
			f := r.schema.Fields()[next]
			if err := m.parts(r, pair{b, f.Schema}); err != nil {
				return err
			}
		}
		r.at = append(r.at, next)
		next++
	}
	return nil
}

// least is the smallest number of bytes that a value takes; of a record inside of itself it is taken for none.
func (n *node) least(inside map[*node]bool) int {
	switch n.kind {
	case kindNull:
		return 0
	case kindFloat:
		return 4
	case kindDouble:
		return 8
	case kindFixed:
		return n.size
	case kindRecord:
		if inside[n] {
			return 0
		}
		if inside == nil {
			inside = map[*node]bool{}
		}
		inside[n] = true
		defer delete(inside, n)
		sum := 0
		for i := range n.fields {
			sum = min(sum+n.fields[i].node.least(inside), maxFixed)
		}
		return sum
	}
	return 1
}
