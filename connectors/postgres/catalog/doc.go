// SPDX-License-Identifier: Apache-2.0

// Package catalog holds what the connector must know of a PostgreSQL database: its captured tables with columns, keys and replica
// identity, and its types.
//
// What lives here: the model (table.go, types.go), the queries that fill it, few of them however many tables there are (read*.go), and the
// table as it is after a Relation message of the stream: the columns of the message, the rest looked up (refresh.go). What does not: which
// tables and columns are captured, and what becomes of values, which is connectors/postgres/event.
//
// What is looked up for a Relation message is the database's state now, not that of the message's place in the log: a key, a default or
// NOT NULL may be of a later definition. There is no way to ask for the earlier one.
package catalog
