// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"slices"

	"github.com/twmb/franz-go/pkg/sr"
)

// Format is one kind of schemas.
type Format struct {
	// Type is the registry's word: AVRO, PROTOBUF or JSON.
	Type string
	// Name is how messages call it, such as Avro.
	Name string
	// Writing and Reading are the texts of errors with %s for the topic, as Confluent's converter has them.
	Writing, Reading string
	// NameOf returns the name by which RecordNameStrategy knows a schema, "" for a schema without one.
	NameOf func(s *Schema) (string, error)
}

// Schema is a schema as the registry stores it. It must not be changed once it was given away: it is a key of the caches.
type Schema struct {
	// Text is the schema itself.
	Text string
	// References name the schemas that Text uses.
	References []Reference
}

// Reference names a schema that another one uses.
type Reference struct {
	// Name is how the using schema calls it.
	Name string
	// Subject and Version are where the registry has it.
	Subject string
	Version int
}

// Entry is a schema with its place in the registry. It must not be changed.
type Entry struct {
	// ID is the number that stands in front of messages.
	ID int
	// Subject and Version are the schema's place; Version is 0 where it was not asked for.
	Subject string
	Version int
	// Schema is what to write or read with.
	Schema *Schema
}

// Equal says whether two schemas are the same text with the same references.
func (s *Schema) Equal(o *Schema) bool {
	return s == o || s != nil && o != nil && s.Text == o.Text && slices.Equal(s.References, o.References)
}

// wire is the schema in the client's form.
func (f *Format) wire(s *Schema) sr.Schema {
	out := sr.Schema{Schema: s.Text}
	switch f.Type {
	case "PROTOBUF":
		out.Type = sr.TypeProtobuf
	case "JSON":
		out.Type = sr.TypeJSON
	}
	for _, r := range s.References {
		out.References = append(out.References, sr.SchemaReference{Name: r.Name, Subject: r.Subject, Version: r.Version})
	}
	return out
}

func fromWire(s sr.Schema) *Schema {
	out := &Schema{Text: s.Schema}
	for _, r := range s.References {
		out.References = append(out.References, Reference{Name: r.Name, Subject: r.Subject, Version: r.Version})
	}
	return out
}
