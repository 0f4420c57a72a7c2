// SPDX-License-Identifier: Apache-2.0

// Package transforms holds the transforms of Kafka Connect 4.1: small changes of records on their way between connector and
// converter, each under the class name that configurations have. Most exist twice, as X$Key and X$Value.
//
// What lives here: a file per transform, and what they share: the key or value of a record (part.go), what they demand of
// it with Kafka's texts (require.go), derived schemas and their cache (derive.go, schemacache.go), null and default values
// (nullvalue.go), and the order of Java's HashMap for objects without schema (maporder.go), which shows in what is written. All
// lists the classes.
//
// What does not: predicates (connectors/predicates), the chain that applies transforms (actors/stage), and converters.
//
// A transform owns the record that it is given, but not the structs, maps and lists in it: these may be shared, with the
// connector or with another transform's schema, so they are copied before anything in them is changed.
//
// Where these transforms differ from Kafka Connect 4.1:
//   - A Cast of ":" is a wrong configuration; Java runs out of the bounds of an array.
//   - A static.field of InsertField without static.value is named in the error; Java prints the identity of an object.
//   - Doubles and floats become strings as in Java 19 and later.
//   - An object without schema whose keys fall nine to a bucket of Java's hash table, or are neither strings, integers nor
//     booleans, keeps the order in which it was put together.
//
// testdata holds what the transforms of Kafka Connect 4.1.0 did with some hundred configurations and records; the tests replay
// it. testdata/README.md says how it is made.
package transforms
