// SPDX-License-Identifier: Apache-2.0

// Package golden lets the tests of converters replay what Kafka Connect's own converters did: testdata/golden holds cases
// with their outcome, made by testdata/java/run.sh, and testdata/README.md describes the notation.
//
// What Confluent's converters did with a schema registry is in the testdata of the packages of these formats.
//
// What lives here: reading cases, and the comparison. What does not: the notation of schemas and values (package notation),
// cases, and anything that is not for tests.
package golden
