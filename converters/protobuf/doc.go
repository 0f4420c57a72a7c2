// SPDX-License-Identifier: Apache-2.0

// Package protobuf is the converter of values as Protobuf messages whose .proto text is in a schema registry, as Confluent's
// ProtobufConverter: five bytes with the number of the schema, the place of the message in the text, then the message.
//
// What lives here: the converter (converter.go, config.go); schemas of the data model as messages (definition.go, names.go)
// and those as text (text.go); the compilation of texts (compile.go, known.go); descriptors as schemas of the data model
// (readschema.go); and values as bytes (plan.go, write.go, wire.go) and back (read.go, logical.go).
//
// What does not: the registry itself, which package registry has for all converters.
//
// Conventions: fields are numbered in the order of a struct, unless a parameter names their number; what has no type of its own
// is kept in the option confluent.field_meta; decimals, dates, times and timestamps are messages that everybody knows; maps
// are repeated messages whose names end with Entry; a oneof is a struct with a field for each member; enums are strings (or
// numbers) with their symbols as parameters. A value that is not a struct is one of the messages of
// google/protobuf/wrappers.proto.
//
// Where it differs from Confluent's, on purpose: a message that contains itself is refused, because schemas of the data model
// are trees; a symbol that an enum does not have is an error and not left out; entries of a map that fall into one bucket of
// Java's table come in the order of their keys. Not built: rules and encryption of fields, variants, envelopes of backups,
// references for types that everybody knows (skip.known.types=false), and the less used files of google/type.
package protobuf
