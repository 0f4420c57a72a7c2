// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// layout is the form in which converters write the structs of a schema: all fields, in the schema's order, with no space between. A payload of
// this form is converted while it is scanned, field by field. Whatever is in another form or is refused, the whole message is read
// as any other, so that values and errors are the same.
type layout struct {
	schema *connect.Schema
	fields []laidOut
}

// laidOut is a field in a layout.
type laidOut struct {
	// lead is what stands in front of the value: `{"name":` or `,"name":`.
	lead  []byte
	form  form
	field *connect.SchemaField
	// inner is the layout of a struct, nil where that has none.
	inner *layout
}

// newLayout returns nil for what is no struct, has no fields, or a name that may be written in more than one way.
func newLayout(schema *connect.Schema) *layout {
	if schema == nil || formOf(schema) != form(connect.TypeStruct) || len(schema.Fields()) == 0 {
		return nil
	}
	l := &layout{schema: schema}
	fields := schema.Fields()
	for i := range fields {
		f := &fields[i]
		if len(f.Name) > maxNameLength || javaprint.PlainEnd([]byte(f.Name), 0) < len(f.Name) {
			return nil
		}
		mark := byte(',')
		if i == 0 {
			mark = '{'
		}
		l.fields = append(l.fields, laidOut{append(append([]byte{mark, '"'}, f.Name...), `":`...), formOf(f.Schema), f, newLayout(f.Schema)})
	}
	return l
}

// maxMisses is after how many messages in a row that were not laid out it is not tried any more.
const maxMisses = 8

// readLaidOut reads a message with a known beginning, and says whether its payload was laid out as its schema is.
func (c *Converter) readLaidOut(known *beginning, message []byte) (*connect.Struct, bool) {
	if known.layout == nil {
		return nil, false
	}
	c.doc.start(message, len(known.prefix))
	c.doc.inside = true
	s, ok := c.laidOutStruct(known.layout, payloadDepth)
	if ok && c.doc.at('}') {
		known.misses = 0
		return s, true
	}
	if known.misses++; known.misses == maxMisses {
		known.layout = nil
	}
	return nil, false
}

// payloadDepth is how deep the values in a payload stand.
const payloadDepth = 2

func (c *Converter) laidOutStruct(l *layout, depth int) (*connect.Struct, bool) {
	d := &c.doc
	if !bytes.HasPrefix(d.text[d.pos:], l.fields[0].lead) {
		return nil, false
	}
	s := connect.NewStruct(l.schema)
	for i := range l.fields {
		f := &l.fields[i]
		if !bytes.HasPrefix(d.text[d.pos:], f.lead) {
			return nil, false
		}
		d.pos += len(f.lead)
		v, ok := c.laidOutValue(f, depth)
		if !ok {
			return nil, false
		}
		s.SetAt(i, v)
	}
	if !d.at('}') {
		return nil, false
	}
	d.pos++
	return s, true
}

// laidOutValue has ways of its own for what fields are most of the time.
func (c *Converter) laidOutValue(f *laidOut, depth int) (any, bool) {
	d := &c.doc
	d.nodes = d.nodes[:0]
	switch f.form {
	case form(connect.TypeString):
		if d.at('"') {
			if d.string() != nil {
				return nil, false
			}
			return d.textOf(&d.nodes[0]), true
		}
	case form(connect.TypeInt64):
		if v, ok := d.plainInteger(); ok {
			return v, true
		}
	case form(connect.TypeInt32):
		if v, ok := d.plainInteger(); ok {
			return int32(v), true
		}
	case formTimestamp:
		if v, ok := d.plainInteger(); ok {
			return timestamp(v), true
		}
	case form(connect.TypeStruct):
		if f.inner != nil && d.at('{') {
			return c.laidOutStruct(f.inner, depth+1)
		}
	}
	if d.value(depth) != nil {
		return nil, false
	}
	v, err := c.field(f.field, 0)
	return v, err == nil
}

// at says which byte comes next.
func (d *document) at(b byte) bool { return d.pos < len(d.text) && d.text[d.pos] == b }

// plainInteger reads an integer with something behind it that is not of a number, as wrapInteger does; where it returns false it has
// read nothing.
func (d *document) plainInteger() (int64, bool) {
	text, i := d.text, d.pos
	negative := d.at('-')
	if negative {
		i++
	}
	first, v := i, uint64(0)
	for i < len(text) && text[i]-'0' <= 9 {
		v = v*10 + uint64(text[i]-'0')
		i++
	}
	if i == first || i-first > maxNumberLength || i == len(text) || text[i] != ',' && text[i] != '}' {
		return 0, false
	}
	d.pos = i
	if negative {
		v = -v
	}
	return int64(v), true
}
