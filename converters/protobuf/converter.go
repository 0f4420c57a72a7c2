// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"bytes"
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/recent"
	"github.com/longshore-io/connect/converters/registry"
)

// maxNesting is how deep the messages of what is read are nested, as in Java's reader.
const maxNesting = 100

// Converter writes and reads Protobuf messages with their schema in a registry. It is not safe for concurrent use.
type Converter struct {
	opts     options
	format   registry.Format
	registry *registry.Registry
	// written finds by identity what a schema is written as; texts finds it for schemas that are equal and not the same.
	written *recent.Cache[*connect.Schema, *plan]
	texts   *recent.Cache[string, *registry.Schema]
	files   *recent.Cache[*registry.Schema, protoreflect.FileDescriptor]
	read    *recent.Cache[readKey, *connect.Schema]
	// messages are the full names of what was written under a text, for RecordNameStrategy.
	messages *recent.Cache[*registry.Schema, protoreflect.FullName]
	out      []byte
}

// readKey finds a schema that was read.
type readKey struct {
	message protoreflect.MessageDescriptor
	version int
}

// plan is how values of a schema are written.
type plan struct {
	text    *registry.Schema
	message protoreflect.MessageDescriptor
	// shape is nil for what is not a struct: then it is a wrapper message.
	shape *shape
}

// New makes a converter for keys and values; Configure must be called before it is used.
func New() connect.Converter { return &Converter{} }

// Config defines the options of Confluent's ProtobufConverter.
func (c *Converter) Config() connect.ConfigDef { return configDef() }

// Configure takes the options and empties the caches. The registry is not asked yet.
func (c *Converter) Configure(props map[string]string, isKey bool) error {
	fresh := Converter{}
	fresh.format = registry.Format{
		Type: "PROTOBUF", Name: "Protobuf",
		Writing: "Failed to serialize Protobuf data from topic %s :",
		Reading: "Failed to deserialize data for topic %s to Protobuf: ",
		NameOf:  c.nameOf,
	}
	r, values, err := registry.Parse(fresh.format, configDef(), props, isKey)
	if err != nil {
		return err
	}
	fresh.opts, fresh.registry = readOptions(values), r
	size := fresh.opts.cacheSize
	fresh.written = recent.New[*connect.Schema, *plan](size)
	fresh.texts = recent.New[string, *registry.Schema](size)
	fresh.files = recent.New[*registry.Schema, protoreflect.FileDescriptor](size)
	fresh.read = recent.New[readKey, *connect.Schema](size)
	fresh.messages = recent.New[*registry.Schema, protoreflect.FullName](size)
	*c = fresh
	return nil
}

// nameOf is the full name of the message that a schema stands for: the one that was written, else the first.
func (c *Converter) nameOf(s *registry.Schema) (string, error) {
	if name, ok := c.messages.Get(s); ok {
		return string(name), nil
	}
	fd, err := c.file(context.Background(), s)
	if err != nil || fd.Messages().Len() == 0 {
		return "", err
	}
	return string(fd.Messages().Get(0).FullName()), nil
}

// FromConnectData writes a value. Null is a tombstone, with a schema and without.
func (c *Converter) FromConnectData(ctx context.Context, topic string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	if schema == nil {
		return nil, &connect.DataError{Reason: "ProtobufConverter writes values with a schema only; what comes from topic " + topic + " has none"}
	}
	p, err := c.plan(ctx, schema)
	if err != nil {
		return nil, err
	}
	entry, err := c.registry.ForWriting(ctx, topic, p.text, c.compatible)
	if err != nil {
		return nil, c.format.WritingError(topic, err)
	}
	md, err := c.placed(ctx, p, entry.Schema)
	if err != nil {
		return nil, c.format.WritingError(topic, err)
	}
	out := appendIndexes(registry.AppendHeader(c.out[:0], entry.ID), md)
	if p.shape != nil {
		out, err = c.opts.appendStruct(out, p.shape, value)
	} else {
		out, err = c.opts.appendWrapper(out, schema, value)
	}
	if err != nil {
		return nil, err
	}
	if cap(out) <= maxScratch {
		c.out = out
	}
	return bytes.Clone(out), nil
}

// maxScratch is how much memory the buffer of the writer keeps between records, in bytes.
const maxScratch = 1 << 20

// plan returns how values of a schema are written.
func (c *Converter) plan(ctx context.Context, schema *connect.Schema) (*plan, error) {
	if p, ok := c.written.Get(schema); ok {
		return p, nil
	}
	text, name, err := textOf(schema, &c.opts)
	if err != nil {
		return nil, err
	}
	known, ok := c.texts.Get(text)
	if !ok {
		known = &registry.Schema{Text: text}
		c.texts.Put(text, known)
	}
	fd, err := c.file(ctx, known)
	if err != nil {
		return nil, err
	}
	p := &plan{text: known, message: fd.Messages().ByName(name)}
	if schema.Type() == connect.TypeStruct {
		if p.shape, err = (&planner{&c.opts}).shape(schema, p.message); err != nil {
			return nil, err
		}
	}
	c.written.Put(schema, p)
	c.messages.Put(known, p.message.FullName())
	return p, nil
}

// textOf returns the text for a schema, and which message of it values are.
func textOf(s *connect.Schema, opts *options) (string, protoreflect.Name, error) {
	switch {
	case s.Type() == connect.TypeArray || s.Type() == connect.TypeMap:
		return "", "", &connect.DataError{Reason: "Unsupported root schema of type " + s.Type().String()}
	case logicalMessages[s.Name()] != "":
		return "", "", &connect.DataError{Reason: fmt.Sprintf("a value that is a %s cannot be a Protobuf message by itself: it has to be a field of a struct", shortName(s))}
	case s.Type() != connect.TypeStruct:
		return wrappersText(), protoreflect.Name(rootWrappers[s.Type()]), nil
	case isUnion(s):
		return "", "", errUnionInside
	}
	f, err := define(s, opts)
	if err != nil {
		return "", "", err
	}
	return f.String(), protoreflect.Name(f.message.name), nil
}

// rootWrappers are the wrapper messages of single values.
var rootWrappers = map[connect.Type]string{
	connect.TypeInt8: "Int32Value", connect.TypeInt16: "Int32Value", connect.TypeInt32: "Int32Value", connect.TypeInt64: "Int64Value",
	connect.TypeFloat32: "FloatValue", connect.TypeFloat64: "DoubleValue", connect.TypeBoolean: "BoolValue",
	connect.TypeString: "StringValue", connect.TypeBytes: "BytesValue",
}

// placed returns the message in the text that the registry wants it written under.
func (c *Converter) placed(ctx context.Context, p *plan, s *registry.Schema) (protoreflect.MessageDescriptor, error) {
	if s == p.text {
		return p.message, nil
	}
	fd, err := c.file(ctx, s)
	if err != nil {
		return nil, err
	}
	if md := find(fd.Messages(), p.message.FullName()); md != nil {
		return md, nil
	}
	return nil, &connect.DataError{Reason: fmt.Sprintf("the schema of the registry has no message %s", p.message.FullName())}
}

func find(messages protoreflect.MessageDescriptors, name protoreflect.FullName) protoreflect.MessageDescriptor {
	for i := range messages.Len() {
		md := messages.Get(i)
		if md.FullName() == name {
			return md
		}
		if md := find(md.Messages(), name); md != nil {
			return md
		}
	}
	return nil
}

// file compiles a text with its references, once.
func (c *Converter) file(ctx context.Context, s *registry.Schema) (protoreflect.FileDescriptor, error) {
	if fd, ok := c.files.Get(s); ok {
		return fd, nil
	}
	references, err := c.registry.References(ctx, s)
	if err != nil {
		return nil, err
	}
	fd, err := compile(ctx, s.Text, references)
	if err == nil {
		c.files.Put(s, fd)
	}
	return fd, err
}

// ToConnectData reads a message. Nil bytes are null without schema.
func (c *Converter) ToConnectData(ctx context.Context, topic string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	md, version, body, err := c.locate(ctx, topic, data)
	if err != nil {
		return connect.SchemaAndValue{}, c.format.ReadingError(topic, err)
	}
	schema, err := c.schemaFor(md, version)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	m := dynamicpb.NewMessage(md)
	if err := (proto.UnmarshalOptions{RecursionLimit: maxNesting, AllowPartial: true}).Unmarshal(body, m); err != nil {
		return connect.SchemaAndValue{}, c.format.ReadingError(topic, err)
	}
	v, err := c.opts.root(schema, m)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	return connect.SchemaAndValue{Schema: schema, Value: v}, nil
}

// locate finds what message the bytes are, and the version of its schema: the reader's where one is configured.
func (c *Converter) locate(ctx context.Context, topic string, data []byte) (protoreflect.MessageDescriptor, int, []byte, error) {
	id, body, err := registry.SplitHeader(data)
	if err != nil {
		return nil, 0, nil, err
	}
	entry, err := c.registry.ForReading(ctx, topic, id)
	if err != nil {
		return nil, 0, nil, err
	}
	fd, err := c.file(ctx, entry.Schema)
	if err != nil {
		return nil, 0, nil, err
	}
	md, body, err := messageAt(fd, body)
	if err != nil {
		return nil, 0, nil, err
	}
	reader, err := c.registry.Reader(ctx, entry)
	if err != nil {
		return nil, 0, nil, err
	}
	if reader == nil {
		version, err := c.registry.VersionOf(ctx, topic, entry)
		return md, version, body, err
	}
	wanted, err := c.placed(ctx, &plan{message: md}, reader.Schema)
	return wanted, reader.Version, body, err
}

func (c *Converter) schemaFor(md protoreflect.MessageDescriptor, version int) (*connect.Schema, error) {
	key := readKey{md, version}
	if s, ok := c.read.Get(key); ok {
		return s, nil
	}
	s, err := schemaOf(md, version, &c.opts)
	if err == nil {
		c.read.Put(key, s)
	}
	return s, err
}
