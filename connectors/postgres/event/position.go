// SPDX-License-Identifier: Apache-2.0

package event

import "github.com/longshore-io/connect"

// Mark is the source block's snapshot field.
type Mark int

// The values of the snapshot field.
const (
	// Streamed is a change: "false".
	Streamed Mark = iota
	// SnapshotTrue is a row of a snapshot that none of the others says more of.
	SnapshotTrue
	// SnapshotFirst is the first row of the first table.
	SnapshotFirst
	// SnapshotFirstInTable is the first row of another table.
	SnapshotFirstInTable
	// SnapshotLastInTable is the last row of a table, and the only row of one.
	SnapshotLastInTable
	// SnapshotLast is the last row of all.
	SnapshotLast
	// SnapshotIncremental is a row of an incremental snapshot; such rows have neither lsn nor txId.
	SnapshotIncremental
)

// Position is where and when an event happened. It belongs to one goroutine, which changes the fields between calls.
type Position struct {
	// LSN is that of the frame in the stream, or of the snapshot; 0 for none.
	LSN uint64
	// LastCommit is the LSN of the last transaction that was committed before; 0 for none.
	LastCommit uint64
	// TxID is the transaction's id; 0 for none.
	TxID int64
	// Time is when it was committed, or the snapshot's transaction began, in microseconds since 1970.
	Time int64
	// Xmin is the slot's catalog_xmin; 0 for none.
	Xmin int64
	// Mark says which row of a snapshot it is.
	Mark Mark
	// Now is when the event is processed, in nanoseconds since 1970.
	Now int64
	// Offset is the source offset of the records; nil stores none.
	Offset connect.Offset
	// Transaction counts the events of a transaction for provide.transaction.metadata; nil where that is off, and for snapshots.
	Transaction *Transaction

	cached cachedSource
}
