// SPDX-License-Identifier: Apache-2.0

// Package snapshot reads the rows that tables have at one moment.
//
// What lives here: the decision what to do at a start (decide.go), the transaction that holds the moment still (session.go), the plan that cuts
// large tables into chunks (plan.go, sample.go, piece.go), readers that copy them at the same time (run.go, reader.go, copyrow.go), the collector that
// puts what they read into one order with marks and offsets (collect.go), and the progress by which an interrupted snapshot goes on
// (progress.go). Also incremental snapshots beside the stream (incremental.go, window.go), signals and notifications. What does not: the records
// themselves (connectors/postgres/event), and the stream (connectors/postgres).
//
// A snapshot that is gone on with reads its rest at a later moment than its beginning. That is consistent because the stream was sent up to
// exactly that moment before: docs/decisions/0011-resumable-snapshots.md.
package snapshot
