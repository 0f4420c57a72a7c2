// SPDX-License-Identifier: Apache-2.0

// Package avro is Confluent's AvroConverter: values as Avro, with their schema in a schema registry.
//
// What lives here: the converter (converter.go, lookups.go); schemas of Avro with all their properties, read from and printed
// as JSON as Java prints them (model.go, parse.go, print.go, json.go); the way from Connect schemas to Avro's (fromschema.go,
// annotate.go, defaultjson.go) and back (toschema.go, attributes.go, defaults.go); the plans that write values of a Connect schema straight
// into Avro's binary form (writer.go, write.go) and read them from there (reader.go, read.go), without a value in between;
// values without schema (anything.go, writeany.go, readany.go); and compatibility and reading as another schema, for which
// there is a library (resolve.go).
//
// What does not: the registry, its configuration and the bytes in front of a message, which package registry has.
//
// Where this converter differs from Confluent's 8.1, on purpose:
//   - The branch of a union is found by its place, on both ways. Confluent's finds it by the Java class of the value, so that it
//     fails for int8 and int16, for enums beside texts and for fixed beside bytes, and mixes branches up with
//     generalized.sum.type.support.
//   - A decimal is written to a fixed of another length with its sign in front; any other value has to have the length.
//   - With use.latest.version and its like, fields are paired by name and what is missing is its default; Confluent's pairs
//     them by place.
//   - A registry's version is not given to a date, time, timestamp or decimal that is a whole message: these have a version.
//   - A schema that contains itself without a way out, and a message that names more elements than it could hold, are errors.
//   - Rules, migrations and schema ids in record headers are not supported.
package avro
