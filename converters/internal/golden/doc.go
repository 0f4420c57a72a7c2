// SPDX-License-Identifier: Apache-2.0

// Package golden lets the tests of converters replay what Kafka Connect's own converters did: testdata/golden holds cases
// with their outcome, made by testdata/java/run.sh, and testdata/README.md describes the notation.
//
// What lives here: reading cases, the notation of schemas and values in both directions, and the comparison. What does
// not: cases, and anything that is not for tests.
package golden
