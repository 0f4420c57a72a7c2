// SPDX-License-Identifier: Apache-2.0

// Package postgres streams the changes of a PostgreSQL database, after a snapshot of it, as Debezium's connector does: with its class name, its
// configuration, its records and its offsets.
//
// What lives here: the connector and its validation (connector.go, validate.go), the task (task.go), and one run of it: what is opened in
// which order (open.go), the snapshot (snapshot.go), the stream (stream.go, changes.go, tables.go), heartbeats (heartbeat.go), the slot's
// confirmation (commit.go), and which failures are tried again (failure.go). What does not: the parts, which are packages below: settings,
// catalog, event, snapshot, position, pgoutput and replication.
//
// A task has one goroutine that reads, the run, and gives batches of records to Poll through an outbox, which has room for one of them: who reads
// too fast waits, and the database's log waits with it. When there is a failure that passes the run ends and another begins from
// the stored offset, as after a restart.
//
// The slot is confirmed by Commit alone, up to where the offset says that is read back from where it was stored.
package postgres
