// SPDX-License-Identifier: Apache-2.0

// Package jsonschema is the converter of values as JSON whose JSON Schema (draft 7) is in a schema registry, as Confluent's
// JsonSchemaConverter: five bytes with the number of the schema, then plain JSON.
//
// What lives here: the converter (converter.go, config.go); schemas of the data model as the text of a JSON Schema
// (schematext.go, defaulttext.go) and back (document.go, readschema.go, allof.go); values as JSON (write.go) and back (read.go, union.go); and
// a reader of JSON that keeps the digits of numbers and the order of names (parse.go, parsestring.go); and the check of messages
// (validate.go, validateobject.go).
//
// What does not: the registry itself, which package registry has for all converters, and JSON without a registry, which is
// package json.
//
// Conventions of the text: the name of a schema is its title, its documentation the description. connect.type,
// connect.version, connect.parameters and connect.index hold what JSON Schema has no word for. What is optional is a oneOf of
// null and the rest. Maps whose keys are not required strings are arrays of objects with key and value. A oneOf or anyOf of
// several branches is a struct with an optional field for each branch.
//
// Where it differs from Confluent's, on purpose: a schema that refers to itself is refused, because schemas of the data model
// are trees; schemas elsewhere in the network are never fetched ($ref reaches into the same text and into the references that
// the registry knows); text that is not UTF-8 is refused; messages are checked against their schema
// (json.fail.invalid.schema) by the words of draft 7, formats and the words of later drafts excepted. Not built: rules and
// encryption of fields, variants (an empty schema is refused), envelopes of backups, and preserve.additional.properties.
package jsonschema
