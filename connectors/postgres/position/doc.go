// SPDX-License-Identifier: Apache-2.0

// Package position knows where the connector is in a database's log: the offset in the form that Debezium stores, what of the log is read
// again after a restart and what of that is left out, and whether a slot still has what an offset needs.
//
// What lives here: the stored form (offset.go, load.go), what each message of the stream does to it and whether its events were
// sent before (tracker.go), and the decision at the start (check.go). All of it is pure. What does not: the connection
// (connectors/postgres/replication) and the records (connectors/postgres/event).
//
// Three rules of PostgreSQL carry it. Transactions come whole and in the order of their commits, so all that committed before
// one of which an event is known are done. The LSNs of a transaction's changes never go down, and lie before its commit. And a stream
// that starts at an LSN has all transactions whose commit is not before it, from their first change on. A transaction that was
// interrupted therefore comes again from its beginning, and is told by its id.
package position
