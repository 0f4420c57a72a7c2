// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"context"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// parse reads a schema of the registry, with the schemas that it refers to.
func (c *Converter) parse(ctx context.Context, s *registry.Schema) (*node, error) {
	used, err := c.registry.References(ctx, s)
	if err != nil {
		return nil, err
	}
	p := &parser{}
	for _, ref := range used {
		if _, err := p.parse(ref.Schema.Text); err != nil {
			return nil, badSchema(ref.Schema, err)
		}
	}
	n, err := p.parse(s.Text)
	if err != nil {
		return nil, badSchema(s, err)
	}
	return n, nil
}

func badSchema(s *registry.Schema, err error) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid schema %s with refs %v of type AVRO", s.Text, s.References), Err: err}
}

func badMessage(id int, err error) error {
	return &connect.DataError{Reason: fmt.Sprintf("Error deserializing Avro message for id %d", id), Err: err}
}

// readAs finds or makes what belongs to the schema of a message.
func (c *Converter) readAs(ctx context.Context, topic string, key readKey) (*readAs, error) {
	if r, ok := c.read.Get(key); ok {
		return r, nil
	}
	version, err := c.registry.VersionOf(ctx, topic, key.writer)
	if err != nil {
		return nil, err
	}
	schema := key.writer.Schema
	if key.reader != nil {
		schema = key.reader.Schema
	}
	n, err := c.parse(ctx, schema)
	if err != nil {
		return nil, err
	}
	r, err := c.opts.reading(n, version, &c.unions)
	if err != nil {
		return nil, err
	}
	if key.reader != nil && !key.reader.Schema.Equal(key.writer.Schema) {
		if r.project, err = projection(ctx, c.registry, key.writer.Schema, key.reader.Schema); err != nil {
			return nil, err
		}
	}
	c.read.Put(key, r)
	return r, nil
}

// reading makes what reads messages of a schema; version is the registry's, 0 for none.
func (o *options) reading(n *node, version int, unions *int) (*readAs, error) {
	switch {
	case n.kind == kindRecord && n.name == anythingName && n.text() == anythingText:
		return &readAs{}, nil
	case n.kind == kindNull:
		return &readAs{reader: &reader{kind: kindNull}}, nil
	}
	s, err := (&schemaReader{options: o, unions: unions, open: map[*node]*connect.Schema{}}).of(n, place{version: version})
	if err != nil {
		return nil, err
	}
	r, err := (&readers{o, map[writerKey]*reader{}}).of(n, s)
	return &readAs{schema: s, reader: r}, err
}

// recordName is the name that RecordNameStrategy calls a schema by: records have one.
func recordName(s *registry.Schema) (string, error) {
	v, err := parseJSON(s.Text)
	if err != nil {
		return "", badSchema(s, err)
	}
	o, ok := v.(*object)
	if !ok || o.values["type"] != kindRecord.String() {
		return "", nil
	}
	name, _ := o.values["name"].(string)
	in, _ := o.values["namespace"].(string)
	return qualified(name, in), nil
}
