// SPDX-License-Identifier: Apache-2.0

// Package pgoutput decodes the messages of PostgreSQL's logical decoding plugin of that name, in version 1 of its protocol, which all
// servers from PostgreSQL 10 on speak.
//
// What lives here: the messages, as PostgreSQL's documentation has them under "Logical Replication Message Formats". It is pure: bytes come in, a
// message comes out, and any bytes do. What does not: the frames that messages come in, and what they mean
// (connectors/postgres/replication, connectors/postgres).
package pgoutput
