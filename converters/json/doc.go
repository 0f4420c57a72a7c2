// SPDX-License-Identifier: Apache-2.0

// Package json is Kafka Connect's JsonConverter: values as JSON, with or without an envelope that carries their schema.
//
// What lives here: the converter and its form for headers; the writer, which goes straight from schema and value to bytes
// (plan.go, write.go); the reader, which scans a document into a flat list of nodes (scan.go) and makes values of them
// (read.go, readschema.go); and the order in which Java's HashMap gives out its entries (hashorder.go), because what is
// read from JSON in Kafka Connect comes out again in that order.
//
// What does not: Java's number text, which package javatext has for all converters.
//
// Where this converter differs from Kafka Connect 4.1, on purpose:
//   - Text that is not UTF-8 is refused when read (Java also takes overlong forms and encoded surrogates, and guesses UTF-16
//     and UTF-32) and written with U+FFFD in place of what is wrong (a Java string cannot hold it). Half a surrogate pair,
//     as \ud800, is read as U+FFFD; Java keeps it and writes it as it was.
//   - Doubles and floats are printed as by Java 19 and later, on every machine.
//   - An empty name, documentation or parameter list of a schema is none at all.
//   - Keys of maps that are neither strings, numbers, booleans nor lists or maps of these keep the order of the document: Java
//     hashes them by identity. More than eight keys in one hash bucket of a table of 64 or more keep their order too,
//     where Java's trees move one of them to the front.
package json
