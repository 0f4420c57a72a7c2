// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"log/slog"
	"time"
)

// SourceTask reads from a source. Start, Poll and Stop are called on one goroutine, one after the other; the optional
// CommitRecord and Commit on others while Poll waits, or on the same between two Polls where delivery is exactly once.
type SourceTask interface {
	// Start is called once. It should open what Poll needs and return.
	Start(ctx context.Context, tc SourceTaskContext, props map[string]string) error
	// Poll waits until there are records or ctx is cancelled. Records of one source partition come in the order of their
	// offsets. The slice belongs to the caller until the next Poll; records may be changed in place. An error made with
	// Retriable is retried with backoff, any other fails the task. Returning nothing is fine.
	Poll(ctx context.Context) ([]SourceRecord, error)
	// Stop is called once, after the last Poll has returned, also after a Start that failed.
	Stop(ctx context.Context) error
}

// SinkTask writes to a destination. Its methods are called one at a time.
type SinkTask interface {
	// Start is called once, before any record.
	Start(ctx context.Context, tc SinkTaskContext, props map[string]string) error
	// Put takes records; they may be buffered until PreCommit. The slice is the caller's again when Put returns, the
	// records in it are not. An error made with Retriable has the same records offered again, any other fails the task.
	// It is also called without records now and then.
	Put(ctx context.Context, records []SinkRecord) error
	// Stop is called once, after the last Put, also after a Start that failed.
	Stop(ctx context.Context) error
}

// SourceTaskContext is what a running source task can ask of the runtime.
type SourceTaskContext interface {
	// Offsets reads what was stored for the connector.
	Offsets() OffsetReader
	// Transactions lets the task say where its transactions end; nil unless the worker writes exactly once and the connector is
	// configured with transaction.boundary=connector.
	Transactions() TransactionContext
	// Logger writes with the names of connector and task.
	Logger() *slog.Logger
}

// TransactionContext is how a source task says where its transactions end. What is asked for in a Poll counts for what that Poll
// returns; a transaction that nobody ends goes on over many of them. To ask for a commit and an abort at the same place fails the task.
type TransactionContext interface {
	// Commit ends the transaction with the last record of the batch that is returned next, or now if it is empty.
	Commit()
	// CommitAfter ends the transaction with a record of the batch that is returned next. The pointer is to an element of that slice:
	// it is taken when the slice has its final place. A record that a transform drops ends it just so.
	CommitAfter(record *SourceRecord)
	// Abort is Commit, but nobody who reads committed records will see those of the transaction. Their source offsets are stored
	// nevertheless: the task does not read them again.
	Abort()
	// AbortAfter is CommitAfter with the outcome of Abort.
	AbortAfter(record *SourceRecord)
}

// SinkTaskContext is what a running sink task can ask of the runtime. It is used from the task's own methods only.
type SinkTaskContext interface {
	// Assignment returns the partitions that the task has now.
	Assignment() []TopicPartition
	// Flow steers the consumer.
	Flow() SinkFlow
	// Errant takes records that the task cannot handle to the dead letter queue; nil where none is configured.
	Errant() ErrantRecordReporter
	// Logger writes with the names of connector and task.
	Logger() *slog.Logger
}

// SinkFlow steers what a sink task is given next. Its calls take effect after the method that makes them has returned.
type SinkFlow interface {
	// Rewind goes on from other offsets.
	Rewind(offsets map[TopicPartition]int64)
	// Pause and Resume stop and continue partitions.
	Pause(partitions ...TopicPartition)
	Resume(partitions ...TopicPartition)
	// Timeout has Put called again after this time even without records; a retry waits for it.
	Timeout(d time.Duration)
	// RequestCommit has PreCommit called soon.
	RequestCommit()
}

// ErrantRecordReporter takes single records that a sink task rejects.
type ErrantRecordReporter interface {
	// Report writes the record to the configured reporters. It returns an error where errors.tolerance is none: the task
	// then returns that error.
	Report(ctx context.Context, record SinkRecord, err error) error
}

// RecordCommitter is an optional ability of a SourceTask.
type RecordCommitter interface {
	// CommitRecord is called once for every record that Kafka acknowledged, and with nil metadata for one that a
	// transform dropped or that was skipped by errors.tolerance. With exactly-once delivery it is called when the record's transaction is
	// committed, and with nil metadata for records of one that the task had aborted.
	CommitRecord(ctx context.Context, record *SourceRecord, metadata *RecordMetadata) error
}

// Committer is an optional ability of a SourceTask.
type Committer interface {
	// Commit is called each time after offsets were stored.
	Commit(ctx context.Context) error
}

// PreCommitter is an optional ability of a SinkTask.
type PreCommitter interface {
	// PreCommit makes what was put durable and returns the offsets that may be committed: those it is given, or earlier
	// ones. A task without it has current committed: it must not buffer.
	PreCommit(ctx context.Context, current map[TopicPartition]int64) (map[TopicPartition]int64, error)
}

// PartitionListener is an optional ability of a SinkTask.
type PartitionListener interface {
	// Open is called with partitions that the task was given, before their first record.
	Open(ctx context.Context, partitions []TopicPartition) error
	// Close is called with partitions that go elsewhere, after the last PreCommit of theirs.
	Close(ctx context.Context, partitions []TopicPartition) error
}
