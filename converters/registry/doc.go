// SPDX-License-Identifier: Apache-2.0

// Package registry is what the converters of Avro, Protobuf and JSON Schema share: they keep their schemas in a schema
// registry and put only the number of the schema in front of each message.
//
// What lives here: the configuration keys, under Confluent's names (config.go); the client, which goes through several URLs
// and tries again (client.go, transport.go, auth.go, oauth.go); the names of subjects (subject.go); the lookups with their
// caches, for writing (writing.go) and for reading (reading.go); the five bytes in front of a message (wire.go); and the
// classes of errors (errors.go).
//
// What does not: what a schema means and how a value becomes bytes, which each format has in a package of its own; and a
// registry for tests, which is in registrytest.
//
// Where it differs from Confluent's client, on purpose: an answer that says "try again" (408, 429, 5xx) makes it go to the
// next URL, not only a connection that fails; the version of a schema is asked for once per schema, not once per converted
// schema; credentials in a URL are used unless another source is named, and appear in no text.
package registry
