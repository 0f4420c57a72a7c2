// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"bytes"
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/recent"
	"github.com/longshore-io/connect/converters/registry"
)

// Converter writes and reads Avro. It is not safe for concurrent use.
type Converter struct {
	opts     options
	registry *registry.Registry
	unions   int

	written *recent.Cache[*connect.Schema, *written]
	last    *written
	read    *recent.Cache[readKey, *readAs]
	out     []byte
}

// written is how values of a Connect schema are written.
type written struct {
	schema *connect.Schema
	// own is the schema as the registry is asked for it.
	own    *registry.Schema
	writer *writer
	// preferred writes as another schema that the registry wants, the one that it wanted last.
	preferred   *writer
	preferredIs *registry.Schema
}

// readKey is the schema that messages were written with, and the one to read them as, nil for the same.
type readKey struct{ writer, reader *registry.Entry }

// readAs is how messages of a schema are read.
type readAs struct {
	schema *connect.Schema
	reader *reader
	// project turns a message into one of the schema to read it as; nil where that is the same.
	project func([]byte) ([]byte, error)
}

var format = registry.Format{
	Type: "AVRO", Name: "Avro",
	Writing: "Failed to serialize Avro data from topic %s :",
	Reading: "Failed to deserialize data for topic %s to Avro: ",
	NameOf:  recordName,
}

// New makes a converter for keys and values; Configure must be called before it is used.
func New() connect.Converter { return &Converter{} }

// Config defines the options of Confluent's AvroConverter.
func (c *Converter) Config() connect.ConfigDef { return configDef }

// Configure takes the options and empties the caches. No request is made yet.
func (c *Converter) Configure(props map[string]string, isKey bool) error {
	reg, values, err := registry.Parse(format, configDef, props, isKey)
	if err != nil {
		return err
	}
	opts := readOptions(values)
	*c = Converter{
		opts: opts, registry: reg,
		written: recent.New[*connect.Schema, *written](opts.cacheSize),
		read:    recent.New[readKey, *readAs](opts.cacheSize),
	}
	return nil
}

// Close gives back the connections to the registry.
func (c *Converter) Close() error {
	if c.registry != nil {
		c.registry.Close()
	}
	return nil
}

// maxScratch is how much memory the buffer of the writer keeps between records.
const maxScratch = 1 << 20

// FromConnectData writes a value. Null is a tombstone, nil bytes, where there is no schema or it is optional.
func (c *Converter) FromConnectData(ctx context.Context, topic string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	w, err := c.writtenAs(schema)
	if err != nil {
		return nil, err
	}
	if w.writer.isTombstone(value) {
		return nil, nil
	}
	entry, err := c.registry.ForWriting(ctx, topic, w.own, compatible(ctx, c.registry))
	if err != nil {
		return nil, format.WritingError(topic, err)
	}
	writer, err := c.writerFor(ctx, w, entry.Schema)
	if err != nil {
		return nil, format.WritingError(topic, err)
	}
	out, err := writer.top(registry.AppendHeader(c.out[:0], entry.ID), value)
	if err != nil {
		return nil, err
	}
	c.out = out
	if cap(c.out) > maxScratch {
		c.out = nil
	}
	return bytes.Clone(out), nil
}

// writtenAs finds or makes what belongs to a schema. A schema that is equal to the one before is taken for the same, as some
// sources make theirs anew for each record.
func (c *Converter) writtenAs(s *connect.Schema) (*written, error) {
	if c.last != nil && c.last.schema == s {
		return c.last, nil
	}
	w, ok := c.written.Get(s)
	if !ok && c.last != nil && s != nil && c.last.schema.Equal(s) {
		return c.last, nil
	}
	if !ok {
		var err error
		if w, err = c.prepare(s); err != nil {
			return nil, err
		}
		c.written.Put(s, w)
	}
	c.last = w
	return w, nil
}

func (c *Converter) prepare(s *connect.Schema) (*written, error) {
	n, err := c.opts.fromSchema(s)
	if err != nil {
		return nil, err
	}
	return &written{schema: s, own: &registry.Schema{Text: n.text()}, writer: c.opts.writer(s, n)}, nil
}

// writerFor is the writer for the schema that the registry answered with.
func (c *Converter) writerFor(ctx context.Context, w *written, as *registry.Schema) (*writer, error) {
	if as == w.own || as.Equal(w.own) {
		return w.writer, nil
	}
	if w.preferredIs == as {
		return w.preferred, nil
	}
	n, err := c.parse(ctx, as)
	if err != nil {
		return nil, err
	}
	w.preferred, w.preferredIs = c.opts.writer(w.schema, n), as
	return w.preferred, nil
}

// ToConnectData reads a message. Nil bytes are null without schema.
func (c *Converter) ToConnectData(ctx context.Context, topic string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	out, err := c.readMessage(ctx, topic, data)
	if err != nil {
		return connect.SchemaAndValue{}, format.ReadingError(topic, err)
	}
	return out, nil
}

func (c *Converter) readMessage(ctx context.Context, topic string, data []byte) (connect.SchemaAndValue, error) {
	id, body, err := registry.SplitHeader(data)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	entry, err := c.registry.ForReading(ctx, topic, id)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	as, err := c.registry.Reader(ctx, entry)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	r, err := c.readAs(ctx, topic, readKey{entry, as})
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	value, err := r.value(body)
	if err != nil {
		return connect.SchemaAndValue{}, badMessage(id, err)
	}
	if value == nil {
		return connect.SchemaAndValue{}, nil
	}
	return connect.SchemaAndValue{Schema: r.schema, Value: value}, nil
}

// value reads a message without the bytes in front.
func (r *readAs) value(body []byte) (any, error) {
	if r.project != nil {
		var err error
		if body, err = r.project(body); err != nil {
			return nil, err
		}
	}
	if r.reader == nil {
		return readAnything(&input{data: body})
	}
	return r.reader.readAll(body)
}
