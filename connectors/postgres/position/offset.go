// SPDX-License-Identifier: Apache-2.0

package position

import "github.com/longshore-io/connect"

// Kinds of messages as offsets name them.
const (
	Begin    = "BEGIN"
	Commit   = "COMMIT"
	Insert   = "INSERT"
	Update   = "UPDATE"
	Delete   = "DELETE"
	Truncate = "TRUNCATE"
	Message  = "MESSAGE"
)

// Kinds of snapshots as offsets name them.
const (
	InitialSnapshot  = "INITIAL"
	BlockingSnapshot = "BLOCKING"
)

// Keys of offsets: Debezium's, and two of our own, which it does not look at.
const (
	lsnKey         = "lsn"
	processedKey   = "lsn_proc"
	committedKey   = "lsn_commit"
	messageKey     = "messageType"
	txKey          = "txId"
	xminKey        = "xmin"
	timeKey        = "ts_usec"
	snapshotKey    = "snapshot"
	lastRowKey     = "last_snapshot_record"
	completedKey   = "snapshot_completed"
	transactionKey = "transaction_id"
	incremental    = "incremental_snapshot_"
	sameLSNKey     = "longshore.events_at_lsn"
	progressKey    = "longshore.snapshot_progress"
)

// Offset is where a connector is, in the form that Debezium stores. The zero value of a field is one that is not stored. It is a
// connect.Offset; the slices and maps in it are shared and must not be changed.
type Offset struct {
	// LSN is that of the last message, or of the snapshot.
	LSN LSN
	// Processed is the LSN of the last message that was dealt with completely. It is a place in the transaction TxID if MessageType is a change.
	Processed LSN
	// Committed is where the last transaction ends that was dealt with completely.
	Committed LSN
	// MessageType is the kind of the last message; "" before the first.
	MessageType string
	// TxID is the transaction of the last message, or the one in which the snapshot was read.
	TxID int64
	// Xmin is the slot's catalog_xmin where that is asked for.
	Xmin int64
	// Time is when the last transaction was committed, or the snapshot's began, in microseconds since 1970.
	Time int64
	// Timed says that Time is stored: an offset of the start has none.
	Timed bool

	// AtLSN is how many changes of the transaction with the LSN Processed were dealt with, if more than one: rows that were copied in share an
	// LSN.
	AtLSN int64

	// Snapshot is the kind of the snapshot that the offset is of; "" for the stream.
	Snapshot string
	// LastRow and Completed say that the snapshot has been read.
	LastRow, Completed bool
	// Progress is what a snapshot needs to go on where it was interrupted; only its reader knows the form.
	Progress string

	// Transaction is the id of the transaction whose BEGIN record was sent; only with transaction metadata. Who counts its events adds it to
	// offsets, with the counts; here it is only known from a stored one.
	Transaction string
	// Incremental are the keys of an incremental snapshot under their whole names.
	Incremental map[string]any
}

var _ connect.Offset = (*Offset)(nil)

// Fields implements connect.Offset. During a snapshot what belongs to a transaction is not stored.
func (o *Offset) Fields() map[string]any {
	fields := make(map[string]any, 8)
	putLSN(fields, lsnKey, o.LSN)
	if o.TxID != 0 {
		fields[txKey] = o.TxID
	}
	if o.Xmin != 0 {
		fields[xminKey] = o.Xmin
	}
	if o.Timed {
		fields[timeKey] = o.Time
	}
	putLSN(fields, processedKey, o.Processed)
	putLSN(fields, committedKey, o.Committed)
	putText(fields, messageKey, o.MessageType)
	if o.AtLSN > 1 {
		fields[sameLSNKey] = o.AtLSN
	}
	if o.Snapshot != "" {
		o.putSnapshot(fields)
		return fields
	}
	for key, value := range o.Incremental {
		fields[key] = value
	}
	return fields
}

func (o *Offset) putSnapshot(fields map[string]any) {
	fields[snapshotKey] = o.Snapshot
	fields[lastRowKey] = o.LastRow
	fields[completedKey] = o.Completed
	putText(fields, progressKey, o.Progress)
}

func putLSN(fields map[string]any, key string, lsn LSN) {
	if lsn != 0 {
		fields[key] = lsn.Long()
	}
}

func putText(fields map[string]any, key, text string) {
	if text != "" {
		fields[key] = text
	}
}

// Interrupted says whether the offset is of a snapshot at the start that was not read to its end. One that the stream was held for is over then.
func (o *Offset) Interrupted() bool {
	return o.Snapshot == InitialSnapshot && !o.LastRow && !o.Completed
}

// Confirmable is up to where the slot may forget the log once the offset is stored: the end of the last transaction that was dealt with. 0
// confirms nothing.
func (o *Offset) Confirmable() LSN {
	if o.Committed != 0 {
		return o.Committed
	}
	return o.Processed
}

// Start is where the stream has to begin to have all that is not done; 0 leaves it to the slot.
func (o *Offset) Start() LSN {
	if start := max(o.Processed, o.Committed); start != 0 {
		return start
	}
	return o.LSN
}

// midway says whether the offset is in the midst of a transaction, and up to which LSN of it all is done. The last message counts only if it
// is a change or a message: the LSN of a BEGIN is that of the first change, which is then still to come. A message does not move Processed.
func (o *Offset) midway() (done LSN, within bool) {
	switch o.MessageType {
	case Insert, Update, Delete, Truncate:
		return o.Processed, o.Processed != 0 && o.TxID != 0
	case Message:
		return o.LSN, o.TxID != 0
	}
	return 0, false
}
