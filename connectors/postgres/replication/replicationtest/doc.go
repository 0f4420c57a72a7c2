// SPDX-License-Identifier: Apache-2.0

// Package replicationtest is a PostgreSQL server of a few lines, for tests of what a real one cannot be brought to do at a wanted moment: to be silent, to break in the
// middle of a message, to be of another version, to refuse.
//
// What lives here: sessions with or without TLS, queries of the simple protocol, which the test answers, and replication streams, whose frames
// the test sends and whose status updates it sees, and certificates. What does not: the extended protocol, passwords, and anything that knows SQL.
package replicationtest
