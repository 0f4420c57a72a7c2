// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"strconv"

	"github.com/longshore-io/connect"
)

// writer writes the values of one Connect schema as one Avro schema.
type writer struct {
	schema *connect.Schema
	node   *node // never a union
	typ    connect.Type

	// null and branch are the indexes in the union that the value is in, as they are written; nil where there is no union.
	null, branch []byte
	key, value   *writer
	// turned says that entries have their value in front.
	turned  bool
	fields  []fieldWriter
	symbols map[string]int
	// form is what else than the type decides how a value is written.
	form form
	// err is why no value but null can be written.
	err error
	// equal is a schema that was found to be equal to schema.
	equal *connect.Schema
}

type form uint8

const (
	formPlain form = iota
	formLogical
	formEnum
	formFixed
	formEntries
	formUnion
	formAnything
)

// fieldWriter writes a field of a record: that of a struct's field, or the default of one that the struct does not have.
type fieldWriter struct {
	writer *writer
	index  int
	def    any
	fill   []byte
	err    error
}

// writers makes writers; what was made is found again, as schemas may contain themselves.
type writers struct {
	*options
	made map[writerKey]*writer
}

type writerKey struct {
	schema *connect.Schema
	node   *node
}

// writer makes what writes the values of a schema as a type.
func (o *options) writer(s *connect.Schema, n *node) *writer {
	return (&writers{o, map[writerKey]*writer{}}).of(s, n)
}

// of makes the writer of a schema's values. Where they do not fit the type, it says so when there is one: schemas of the same
// name that differ are no matter as long as there is nothing but null.
func (m *writers) of(s *connect.Schema, n *node) *writer {
	key := writerKey{s, n}
	if w := m.made[key]; w != nil {
		return w
	}
	w := &writer{schema: s, node: n}
	m.made[key] = w
	switch {
	case s == nil:
		m.anything(w)
		return w
	case isUnion(s):
		w.typ = s.Type()
		m.union(w)
		return w
	}
	w.typ = s.Type()
	if n.kind == kindUnion && !m.choose(w) {
		w.err = mismatch(s, n)
		return w
	}
	m.fill(w)
	return w
}

func (m *writers) anything(w *writer) {
	w.form = formAnything
	if w.node != anything && (w.node.kind != kindRecord || w.node.text() != anythingText) {
		w.err = mismatch(nil, w.node)
	}
}

// choose finds the branch of a union that holds the values.
func (m *writers) choose(w *writer) bool {
	union := w.node
	best := -1
	for i, b := range union.branches {
		switch {
		case b.kind == kindNull:
			w.null = appendLong(nil, int64(i))
		case m.fits(w.schema, b) && (best < 0 || b.kind.named() && b.name == m.full(w.schema.Name())):
			best = i
		}
	}
	if best < 0 {
		return false
	}
	w.branch, w.node = appendLong(nil, int64(best)), union.branches[best]
	return true
}

// fits says whether values of a schema can be written as a type, as far as that is seen without looking into it.
func (m *writers) fits(s *connect.Schema, n *node) bool {
	switch s.Type() {
	case connect.TypeInt8, connect.TypeInt16, connect.TypeInt32:
		return n.kind == kindInt || n.kind == kindLong
	case connect.TypeString:
		return n.kind == kindString || n.kind == kindEnum && isEnum(s)
	case connect.TypeBytes:
		if isFixed(s) {
			return n.kind == kindFixed && n.name == m.full(s.Name()) || n.kind == kindBytes
		}
		return n.kind == kindBytes || n.kind == kindFixed
	case connect.TypeMap:
		if m.stringKeys(s) {
			return n.kind == kindMap
		}
		return n.kind == kindArray && isEntry(n.items)
	case connect.TypeStruct:
		return n.kind == kindRecord && (s.Name() == "" || n.name == m.full(s.Name()))
	}
	return n.kind == kindsOf[s.Type()]
}

func mismatch(s *connect.Schema, n *node) error {
	return &connect.DataError{Reason: fmt.Sprintf("values of %s cannot be written as Avro schema %s", s, n.text())}
}

func (m *writers) fill(w *writer) {
	switch n, s := w.node, w.schema; {
	case n.kind == kindRecord && w.typ == connect.TypeStruct:
		m.record(w)
	case n.kind == kindArray && w.typ == connect.TypeArray, n.kind == kindMap && w.typ == connect.TypeMap && m.stringKeys(s):
		w.value = m.of(s.ValueSchema(), n.items)
	case n.kind == kindArray && w.typ == connect.TypeMap && isEntry(n.items):
		w.form = formEntries
		w.key, w.value = m.of(s.KeySchema(), n.items.fields[0].node), m.of(s.ValueSchema(), n.items.fields[1].node)
		w.turned = n.items.fields[0].name == valueField
		if w.turned {
			w.key, w.value = m.of(s.KeySchema(), n.items.fields[1].node), m.of(s.ValueSchema(), n.items.fields[0].node)
		}
	case n.kind == kindEnum && w.typ == connect.TypeString:
		w.form, w.symbols = formEnum, map[string]int{}
		for i, symbol := range n.symbols {
			w.symbols[symbol] = i
		}
	case n.kind == kindFixed && w.typ == connect.TypeBytes:
		w.form = formFixed
	case !m.fits(s, n):
		w.err = mismatch(s, n)
	case logicals[s.Name()] != plain:
		w.form = formLogical
	}
}

// isEntry says whether a record is an entry of a map whose keys are no texts: key, then value.
func isEntry(n *node) bool {
	return n.kind == kindRecord && (n.name == namespace+"."+mapEntry || n.prop(internalTypeProp) == mapEntry) &&
		len(n.fields) == 2 && n.field(keyField) != nil && n.field(valueField) != nil
}

// record pairs the fields of the record with those of the struct by name. A field that the struct does not have is written as
// its default; one that the record does not have is left out: both are so only with a schema that the registry prefers.
func (m *writers) record(w *writer) {
	fields := map[string]*connect.SchemaField{}
	for i := range w.schema.Fields() {
		f := &w.schema.Fields()[i]
		fields[m.scrub(f.Name)] = f
	}
	for i := range w.node.fields {
		f := &w.node.fields[i]
		source := fields[f.name]
		if source == nil {
			fill, err := f.filling()
			w.fields = append(w.fields, fieldWriter{fill: fill, err: err})
			continue
		}
		fw := fieldWriter{writer: m.of(source.Schema, f.node), index: source.Index}
		if !m.ignoreDefault {
			fw.def = source.Schema.Default()
		}
		w.fields = append(w.fields, fw)
	}
}

// union pairs the fields of the struct with the branches.
func (m *writers) union(w *writer) {
	w.form = formUnion
	branches := []*node{w.node}
	if w.node.kind == kindUnion {
		branches = w.node.branches
	}
	taken := map[int]bool{}
	for i, b := range branches {
		if b.kind == kindNull {
			w.null, taken[i] = appendLong(nil, int64(i)), true
		}
	}
	for _, f := range w.schema.Fields() {
		i := m.branchFor(f.Schema, branches, taken)
		if i < 0 {
			w.fields = append(w.fields, fieldWriter{index: f.Index, err: mismatch(f.Schema, w.node)})
			continue
		}
		taken[i] = true
		fw := fieldWriter{writer: m.of(f.Schema, branches[i]), index: f.Index}
		if w.node.kind == kindUnion {
			fw.fill = appendLong(nil, int64(i))
		}
		if !m.ignoreDefault {
			fw.def = f.Schema.Default()
		}
		w.fields = append(w.fields, fw)
	}
}

func (m *writers) branchFor(s *connect.Schema, branches []*node, taken map[int]bool) int {
	for i, b := range branches {
		if !taken[i] && m.fits(s, b) {
			return i
		}
	}
	return -1
}

// describe names a symbol list for an error.
func (n *node) describe() string {
	text := "["
	for i, s := range n.symbols {
		if i > 0 {
			text += ", "
		}
		text += s
	}
	return text + "]"
}

// checkSize says why bytes are no fixed of a size.
func (n *node) checkSize(size int) error {
	return &connect.DataError{Reason: "Fixed " + n.name + " has " + strconv.Itoa(n.size) + " bytes, and the value " + strconv.Itoa(size)}
}
