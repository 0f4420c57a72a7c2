// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"bytes"
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/recent"
	"github.com/longshore-io/connect/converters/registry"
)

var format = registry.Format{
	Type:    "JSON",
	Name:    "JSON",
	Writing: "Converting Kafka Connect data to byte[] failed due to serialization error of topic %s: ",
	Reading: "Converting byte[] to Kafka Connect data failed due to serialization error of topic %s: ",
	NameOf:  titleOf,
}

// titleOf is the name by which RecordNameStrategy knows a schema.
func titleOf(s *registry.Schema) (string, error) {
	n, err := parse([]byte(s.Text))
	if err != nil {
		return "", err
	}
	return (&element{node: n}).word("title"), nil
}

// Converter writes and reads JSON with its schema in a registry. It is not safe for concurrent use.
type Converter struct {
	opts     options
	registry *registry.Registry
	// written are the texts of schemas, found by identity; equal finds them for schemas that are equal and not the same.
	written *recent.Cache[*connect.Schema, *registry.Schema]
	texts   *recent.Cache[string, *registry.Schema]
	read    *recent.Cache[readKey, *connect.Schema]
	docs    *recent.Cache[*registry.Schema, *documents]
	out     []byte
}

// readKey finds a schema that was read.
type readKey struct {
	schema  *registry.Schema
	version int
}

// New makes a converter for keys and values; Configure must be called before it is used.
func New() connect.Converter { return &Converter{} }

// Config defines the options of Confluent's JsonSchemaConverter.
func (c *Converter) Config() connect.ConfigDef { return configDef() }

// Configure takes the options and empties the caches. The registry is not asked yet.
func (c *Converter) Configure(props map[string]string, isKey bool) error {
	r, values, err := registry.Parse(format, configDef(), props, isKey)
	if err != nil {
		return err
	}
	opts := readOptions(values)
	*c = Converter{
		opts: opts, registry: r,
		written: recent.New[*connect.Schema, *registry.Schema](opts.cacheSize),
		texts:   recent.New[string, *registry.Schema](opts.cacheSize),
		read:    recent.New[readKey, *connect.Schema](opts.cacheSize),
		docs:    recent.New[*registry.Schema, *documents](opts.cacheSize),
	}
	return nil
}

// FromConnectData writes a value. Null without schema, or for which a schema has neither null nor a default, is a tombstone.
func (c *Converter) FromConnectData(ctx context.Context, topic string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	if schema == nil && value == nil {
		return nil, nil
	}
	if schema == nil {
		return nil, &connect.DataError{Reason: "JsonSchemaConverter writes values with a schema only; what comes from topic " + topic + " has none"}
	}
	text, err := c.textOf(schema)
	if err != nil {
		return nil, err
	}
	w := writer{opts: &c.opts, out: append(c.out[:0], make([]byte, registry.HeaderSize)...)}
	written, err := w.value(schema, value)
	if err != nil || !written {
		return nil, err
	}
	return c.finish(ctx, topic, text, w.out)
}

// maxScratch is how much memory the buffer of the writer keeps between records, in bytes.
const maxScratch = 1 << 20

// finish puts the number of the schema in front of what was written.
func (c *Converter) finish(ctx context.Context, topic string, text *registry.Schema, message []byte) ([]byte, error) {
	if cap(message) <= maxScratch {
		c.out = message
	}
	entry, err := c.registry.ForWriting(ctx, topic, text, c.compatible)
	if err != nil {
		return nil, format.WritingError(topic, err)
	}
	if err := c.valid(ctx, entry.Schema, message[registry.HeaderSize:]); err != nil {
		return nil, format.WritingError(topic, err)
	}
	registry.AppendHeader(message[:0], entry.ID)
	return bytes.Clone(message), nil
}

// textOf returns the same pointer for schemas that are equal: it is the key of the registry's caches.
func (c *Converter) textOf(schema *connect.Schema) (*registry.Schema, error) {
	if text, ok := c.written.Get(schema); ok {
		return text, nil
	}
	plain, err := textOf(schema, &c.opts)
	if err != nil {
		return nil, err
	}
	text, ok := c.texts.Get(plain)
	if !ok {
		text = &registry.Schema{Text: plain}
		c.texts.Put(plain, text)
	}
	c.written.Put(schema, text)
	return text, nil
}

// ToConnectData reads a message. Nil bytes are null without schema.
func (c *Converter) ToConnectData(ctx context.Context, topic string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	id, body, err := registry.SplitHeader(data)
	if err != nil {
		return connect.SchemaAndValue{}, format.ReadingError(topic, err)
	}
	schema, text, err := c.schemaFor(ctx, topic, id)
	if err != nil {
		return connect.SchemaAndValue{}, format.ReadingError(topic, err)
	}
	n, err := parse(body)
	if err == nil {
		err = c.validNode(ctx, text, n)
	}
	if err != nil {
		return connect.SchemaAndValue{}, format.ReadingError(topic, err)
	}
	v, err := (&reader{opts: &c.opts}).value(schema, n)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	return connect.SchemaAndValue{Schema: schema, Value: v}, nil
}

// schemaFor returns the schema that messages with a number are read with: the reader's where one is configured.
func (c *Converter) schemaFor(ctx context.Context, topic string, id int) (*connect.Schema, *registry.Schema, error) {
	entry, err := c.registry.ForReading(ctx, topic, id)
	if err != nil {
		return nil, nil, err
	}
	wanted, err := c.registry.Reader(ctx, entry)
	if err != nil {
		return nil, nil, err
	}
	var version int
	if wanted != nil {
		entry, version = wanted, wanted.Version
	} else if version, err = c.registry.VersionOf(ctx, topic, entry); err != nil {
		return nil, nil, err
	}
	key := readKey{entry.Schema, version}
	if s, ok := c.read.Get(key); ok {
		return s, entry.Schema, nil
	}
	docs, err := c.documents(ctx, entry.Schema)
	if err != nil {
		return nil, nil, err
	}
	s, err := schemaOf(docs, version, &c.opts)
	if err == nil {
		c.read.Put(key, s)
	}
	return s, entry.Schema, err
}

func (c *Converter) documents(ctx context.Context, s *registry.Schema) (*documents, error) {
	if d, ok := c.docs.Get(s); ok {
		return d, nil
	}
	references, err := c.registry.References(ctx, s)
	if err != nil {
		return nil, err
	}
	d, err := readDocuments(s.Text, references)
	if err == nil {
		c.docs.Put(s, d)
	}
	return d, err
}
