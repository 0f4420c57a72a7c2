// SPDX-License-Identifier: Apache-2.0

// Package databases has no code, only tests that compare Longshore's PostgresConnector with Debezium's, which the real Kafka Connect runs
// beside a worker of ours, on the same real servers. They are built with the tag `real`.
//
//	differential  stories, each captured by both in several configurations: the records are compared field by field. A story is a database and
//	              what happens in it: every type; a shop whose tables are changed while it runs; oddities of names, keys, tables and values; and
//	              a crowd of long transactions that is captured when all is over.
//	              deliberate_test.go is the list of differences that are meant; an entry that no record needs fails.
//	handover      a connector that Kafka Connect has begun is gone on with by Longshore, and back, on the same internal topics: between
//	              transactions, in the middle of one, and in the middle of a snapshot
//	sinks         Debezium's JDBC sink and ours write the same topics into databases of their own: columns and rows are compared
//	crashes       worker and server are killed again and again: every committed change arrives, in order for each key
//
// LONGSHORE_DATABASES_SELF=1 compares Debezium with itself: what differs then is a fault of the comparison.
// LONGSHORE_DATABASES_RECORD=folder keeps all records that were compared, a file for each configuration and side.
package databases
