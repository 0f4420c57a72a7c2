// SPDX-License-Identifier: Apache-2.0

// Package databases has no code, only tests that compare Longshore's connectors for databases with the ones that they stand in for:
// Debezium's source for PostgreSQL and its JDBC sink, run by the real Kafka Connect beside a worker of ours, on the same real
// servers. They are built with the tag `real`.
//
//	differential  one workload, captured by both in several configurations: the records are compared field by field.
//	              deliberate_test.go is the list of differences that are meant; an entry that no record needs fails.
//	handover      a connector that Kafka Connect has begun is gone on with by Longshore, and back, on the same internal topics
//	crashes       worker and server are killed again and again: every committed change arrives, in order for each key
//
// LONGSHORE_DATABASES_SELF=1 compares Debezium with itself: what differs then is a fault of the comparison.
// LONGSHORE_DATABASES_RECORD=folder keeps all records that were compared, a file for each configuration and side.
package databases
