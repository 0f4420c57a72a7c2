// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"

	"github.com/longshore-io/connect"
)

var errEnvelope = &connect.DataError{Reason: `JsonConverter with schemas.enable requires "schema" and "payload" fields and may not ` +
	`contain additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.`}

const (
	envelopeStart = `{"schema":`
	payloadStart  = `,"payload":`
)

func (c *Converter) read(data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	v, err := c.readMessage(data)
	c.doc.trim()
	return v, err
}

func (c *Converter) readMessage(data []byte) (connect.SchemaAndValue, error) {
	if known := c.beginnings.find(data); known != nil {
		schema := known.schema
		if s, ok := c.readLaidOut(known, data); ok {
			return connect.SchemaAndValue{Schema: schema, Value: s}, nil
		}
		if c.doc.scanPayload(data, len(known.prefix)) {
			v, err := c.value(schema, 0)
			return connect.SchemaAndValue{Schema: schema, Value: v}, err
		}
	}
	if err := c.doc.scan(data); err != nil {
		return connect.SchemaAndValue{}, &connect.DataError{
			Reason: "Converting byte[] to Kafka Connect data failed due to serialization error: ", Err: err}
	}
	if c.opts.schemas {
		return c.readEnvelope()
	}
	v, err := c.value(nil, 0)
	return connect.SchemaAndValue{Value: v}, err
}

// readEnvelope finds schema and payload in the scanned document; of a name that is there twice the last counts.
func (c *Converter) readEnvelope() (connect.SchemaAndValue, error) {
	d := &c.doc
	if d.nodes[0].kind != kindObject {
		return connect.SchemaAndValue{}, errEnvelope
	}
	schemaAt, payloadAt := int32(-1), int32(-1)
	for i := int32(1); i < d.nodes[0].next; i = d.nodes[i+1].next {
		switch string(d.raw(&d.nodes[i])) {
		case "schema":
			schemaAt = i + 1
		case "payload":
			payloadAt = i + 1
		default:
			return connect.SchemaAndValue{}, errEnvelope
		}
	}
	if schemaAt < 0 || payloadAt < 0 {
		return connect.SchemaAndValue{}, errEnvelope
	}
	schema, err := c.cachedSchema(schemaAt)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	c.remember(schemaAt, payloadAt, schema)
	v, err := c.value(schema, payloadAt)
	return connect.SchemaAndValue{Schema: schema, Value: v}, err
}

// remember keeps how the message began when it has the form that converters write.
func (c *Converter) remember(schemaAt, payloadAt int32, schema *connect.Schema) {
	d := &c.doc
	if c.opts.cacheSize <= 0 || schemaAt != 2 || payloadAt != d.nodes[2].next+1 {
		return
	}
	end := int(d.nodes[2].end)
	if d.nodes[2].kind != kindObject || !bytes.HasPrefix(d.text, []byte(envelopeStart)) || !bytes.HasPrefix(d.text[end:], []byte(payloadStart)) {
		return
	}
	c.beginnings.add(d.text[:end+len(payloadStart)], schema)
}

func (c *Converter) cachedSchema(at int32) (*connect.Schema, error) {
	n := &c.doc.nodes[at]
	text := c.doc.text[n.start:n.end]
	if n.kind != kindObject {
		return c.readSchema(at)
	}
	if s, ok := c.schemas.Get(string(text)); ok {
		return s, nil
	}
	s, err := c.readSchema(at)
	if err == nil {
		c.schemas.Put(string(text), s)
	}
	return s, err
}

// value converts a node by a schema, or by its own type where the schema is nil.
func (c *Converter) value(schema *connect.Schema, at int32) (any, error) {
	n := &c.doc.nodes[at]
	if schema == nil {
		return c.schemaless(at), nil
	}
	if n.kind <= kindNull {
		return c.null(schema)
	}
	switch formOf(schema) {
	case form(connect.TypeString):
		return c.text(schema, n), nil
	case form(connect.TypeInt8):
		return int8(c.doc.integer(n)), nil
	case form(connect.TypeInt16):
		return int16(c.doc.integer(n)), nil
	case form(connect.TypeInt32):
		return int32(c.doc.integer(n)), nil
	case form(connect.TypeInt64):
		return c.doc.integer(n), nil
	case form(connect.TypeFloat32):
		return float32(c.doc.float(n, 32)), nil
	case form(connect.TypeFloat64):
		return c.doc.float(n, 64), nil
	case form(connect.TypeBoolean):
		return n.kind == kindTrue, nil
	}
	return c.composed(schema, at)
}

func (c *Converter) composed(schema *connect.Schema, at int32) (any, error) {
	switch formOf(schema) {
	case form(connect.TypeBytes):
		return c.bytes(schema, &c.doc.nodes[at])
	case form(connect.TypeArray):
		return c.list(schema.ValueSchema(), at)
	case form(connect.TypeMap):
		return c.mapOf(schema, at)
	case form(connect.TypeStruct):
		return c.structOf(schema, at)
	}
	return c.logical(schema, &c.doc.nodes[at])
}

func (c *Converter) null(schema *connect.Schema) (any, error) {
	switch {
	case schema.Default() != nil && c.opts.replaceNull:
		return schema.Default(), nil
	case schema.IsOptional():
		return nil, nil
	}
	return nil, &connect.DataError{Reason: "Invalid null value for required " + schema.Type().String() + " field"}
}

// text is null for what is not a string, as in Kafka Connect.
func (c *Converter) text(schema *connect.Schema, n *node) any {
	if n.kind != kindString {
		c.lenient = c.lenient || !schema.IsOptional()
		return nil
	}
	return c.doc.textOf(n)
}

// bytes is null for what is not a string, as in Kafka Connect.
func (c *Converter) bytes(schema *connect.Schema, n *node) (any, error) {
	if n.kind != kindString {
		c.lenient = c.lenient || !schema.IsOptional()
		return nil, nil
	}
	text := c.doc.raw(n)
	b, ok := decodeBase64(make([]byte, 0, len(text)/4*3), text)
	if !ok {
		return nil, &connect.DataError{Reason: "Invalid bytes field", Err: errBase64}
	}
	return b, nil
}

// list takes the elements of an array, the values of an object, and nothing of anything else.
func (c *Converter) list(element *connect.Schema, at int32) (any, error) {
	d := &c.doc
	parts := d.nodes[at].kind
	list := make([]any, 0, d.nodes[at].count)
	if parts == kindObject {
		for _, e := range c.entries(nil, at) {
			v, err := c.value(element, e.at)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	for i := at + 1; i < d.nodes[at].next; i = d.nodes[i].next {
		v, err := c.value(element, i)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (c *Converter) structOf(schema *connect.Schema, at int32) (any, error) {
	n := &c.doc.nodes[at]
	if n.kind != kindObject {
		return nil, &connect.DataError{Reason: "Structs should be encoded as JSON objects, but found " + javaNames[n.kind]}
	}
	base := len(c.slots)
	c.findFields(schema, at)
	s := connect.NewStruct(schema)
	err := c.fill(s, schema.Fields(), base)
	c.slots = c.slots[:base]
	if err != nil {
		return nil, err
	}
	return s, nil
}

// fill takes the places of the fields' values from the slots, from base on.
func (c *Converter) fill(s *connect.Struct, fields []connect.SchemaField, base int) error {
	for i := range fields {
		v, err := c.field(&fields[i], c.slots[base+i])
		if err != nil {
			return err
		}
		s.SetAt(i, v)
	}
	return nil
}

// findFields pushes the place of each field's value on the slots, -1 for one that is missing. Fields usually come in the
// order of the schema, so that the next one is tried before the index.
func (c *Converter) findFields(schema *connect.Schema, at int32) {
	fields, base, next := schema.Fields(), len(c.slots), 0
	for range fields {
		c.slots = append(c.slots, -1)
	}
	for i := at + 1; i < c.doc.nodes[at].next; i = c.doc.nodes[i+1].next {
		name := c.doc.raw(&c.doc.nodes[i])
		if next < len(fields) && fields[next].Name == string(name) {
			c.slots[base+next] = i + 1
			next++
		} else if f := schema.Field(string(name)); f != nil {
			c.slots[base+f.Index] = i + 1
			next = f.Index + 1
		}
	}
}

// field converts a field's value. A struct checks what is put into it, so that a null that only came of a wrong JSON type
// is refused here and nowhere else.
func (c *Converter) field(f *connect.SchemaField, at int32) (any, error) {
	if at < 0 {
		return c.null(f.Schema)
	}
	outer := c.lenient
	c.lenient = false
	v, err := c.value(f.Schema, at)
	if err == nil && c.lenient {
		err = validField(f, v)
	}
	c.lenient = outer
	return v, err
}

// validField checks a value as Struct.Put does.
func validField(f *connect.SchemaField, v any) error {
	one, err := connect.NewStructSchema("", []connect.SchemaField{{Name: f.Name, Schema: f.Schema}})
	if err != nil {
		return err
	}
	return connect.NewStruct(one).Put(f.Name, v)
}
