// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"log/slog"
)

// Connector plans the work of a source or sink: it cuts it into tasks and never sees records. The methods of one instance
// are called one at a time. Every context is cancelled when the answer is no longer wanted; a method that ignores it
// blocks its own connector only.
type Connector interface {
	// Version is shown in status and plugin lists.
	Version() string
	// Config defines the connector's own configuration keys. It must work on an instance that was never started.
	Config() ConfigDef
	// Start is called once, before TaskConfigs. It should return soon.
	Start(ctx context.Context, cc ConnectorContext, props map[string]string) error
	// TaskConfigs returns one configuration per task, at most maxTasks. A task sees nothing but its own.
	TaskConfigs(ctx context.Context, maxTasks int) ([]map[string]string, error)
	// Stop is called once, also after a Start that failed.
	Stop(ctx context.Context) error
}

// SourceConnector plans tasks that read from elsewhere into Kafka.
type SourceConnector interface {
	Connector
	// NewTask makes a task that is not started. It must work on an instance that was never started.
	NewTask() SourceTask
}

// SinkConnector plans tasks that write from Kafka to elsewhere.
type SinkConnector interface {
	Connector
	// NewTask makes a task that is not started. It must work on an instance that was never started.
	NewTask() SinkTask
}

// ConnectorContext is what a running connector can ask of the runtime. Its methods may be called from any goroutine
// and do nothing once the connector was stopped.
type ConnectorContext interface {
	// RequestTaskReconfiguration has TaskConfigs called again: the source has new shards, say.
	RequestTaskReconfiguration()
	// RaiseError makes the connector FAILED with this error's trace.
	RaiseError(err error)
	// Offsets reads stored source offsets. A sink connector's has none.
	Offsets() OffsetReader
	// Logger writes with the connector's name.
	Logger() *slog.Logger
}

// OffsetReader reads the offsets that were stored for the connector.
type OffsetReader interface {
	// Offset returns the stored offset of a partition, nil where there is none.
	Offset(ctx context.Context, partition *Partition) (map[string]any, error)
}

// ConfigValidator is an optional ability of a Connector: rules that concern several keys. It is called after the rules
// of Config, with the values found so far by key, and adds to their Errors.
type ConfigValidator interface {
	ValidateConfig(ctx context.Context, props map[string]string, values map[string]*ConfigValue) error
}

// OffsetAlterer is an optional ability of a Connector: it checks offsets that a user wants to set, before they are
// stored. An offset is nil where it is to be removed.
type OffsetAlterer interface {
	// AlterOffsets returns an error that refuses the change, and whether the connector vouches for it: a connector that
	// keeps offsets of its own in the source returns false where it cannot move those.
	AlterOffsets(ctx context.Context, props map[string]string, offsets []PartitionOffset) (bool, error)
}

// PartitionOffset is a partition with its offset as the REST API shows them; both may be nil.
type PartitionOffset struct {
	Partition map[string]any `json:"partition"`
	Offset    map[string]any `json:"offset"`
}

// ExactlyOnceSupporter is an optional ability of a SourceConnector: whether, with this configuration, its offsets let a
// record be delivered exactly once. A connector without it is taken not to support that.
type ExactlyOnceSupporter interface {
	SupportsExactlyOnce(props map[string]string) bool
}

// TransactionDefiner is an optional ability of a SourceConnector: whether, with this configuration, its tasks say by
// themselves where transactions end (SourceTaskContext.Transactions), so that users may set transaction.boundary=connector.
// A connector without it is taken not to.
type TransactionDefiner interface {
	DefinesTransactions(props map[string]string) bool
}

// TaskClassNamer is an optional ability of a Connector: the class name under which its tasks are stored, so that Kafka
// Connect finds the same task. Without it the connector's class name counts, with Connector at its end turned into Task.
type TaskClassNamer interface{ TaskClass() string }
