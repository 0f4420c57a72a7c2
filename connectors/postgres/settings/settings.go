// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"hash"
	"time"

	"github.com/longshore-io/connect"
)

// Settings is the configuration of one connector, parsed. It is not changed after Parse.
type Settings struct {
	// TopicPrefix is the logical name of the server: the first part of topic and schema names, and the source partition.
	TopicPrefix   string
	Database      Database
	Slot          Slot
	Publication   Publication
	Filters       Filters
	Columns       Columns
	Values        Values
	Events        Events
	Topics        Topics
	Snapshot      Snapshot
	Incremental   Incremental
	Signals       Signals
	Notifications Notifications
	Heartbeat     Heartbeat
	Flow          Flow
	Failures      Failures
	// Warnings are what is said of this configuration in the log at start: keys that are read and have no effect here.
	Warnings []string
}

// Database says how to connect.
type Database struct {
	Host     string
	Port     int
	User     string
	Password connect.Password
	Name     string
	// InitialStatements are run on every new connection but those of validation and replication.
	InitialStatements []string
	// SSLMode is one of disable, allow, prefer, require, verify-ca and verify-full.
	SSLMode     string
	SSLCert     string
	SSLKey      string
	SSLPassword connect.Password
	SSLRootCert string
	// TrustAll says that the server's certificate is not checked, whatever SSLMode says: that is the factory of pgjdbc
	// which does not validate.
	TrustAll     bool
	TCPKeepAlive bool
	// Driver are further properties of the driver by its own names: keys that begin with database. or driver., without that.
	Driver map[string]string
	// ValidationTimeout bounds the connection that a validation makes.
	ValidationTimeout time.Duration
}

// Slot is about the replication slot and its stream.
type Slot struct {
	Name       string
	DropOnStop bool
	Failover   bool
	// StreamParams are further options of START_REPLICATION.
	StreamParams []Param
	MaxRetries   int
	RetryDelay   time.Duration
	// StatusInterval is the time between two standby status updates.
	StatusInterval time.Duration
	// XminInterval is the time for which a fetched xmin counts; 0 fetches none.
	XminInterval time.Duration
	// Flush says whether the slot is ever moved.
	Flush        bool
	FlushTimeout time.Duration
	// FlushAction is fail, warn or ignore.
	FlushAction FailureMode
	// SeekToOffset moves a slot that is behind the stored offset to it.
	SeekToOffset bool
	// CheckPosition says whether the slot is compared with the stored offset at start.
	CheckPosition bool
	// CreateTimeout bounds statements that make slots and publications.
	CreateTimeout time.Duration
}

// Param is a name with a value.
type Param struct{ Name, Value string }

// Publication is about the publication.
type Publication struct {
	Name             string
	Mode             PublicationMode
	ViaPartitionRoot bool
	// ReplicaIdentities are set on captured tables; a table that two match is an error for that table.
	ReplicaIdentities []ReplicaIdentity
}

// ReplicaIdentity is one item of replica.identity.autoset.values.
type ReplicaIdentity struct {
	Tables *Pattern
	// Identity is DEFAULT, FULL, NOTHING or INDEX.
	Identity string
	// Index is the index's name where Identity is INDEX.
	Index string
}

// Filters say what is captured. The patterns match whole names in any case: schema, schema.table and schema.table.column. Of a pair at most one is
// set.
type Filters struct {
	SchemaInclude, SchemaExclude   Patterns
	TableInclude, TableExclude     Patterns
	ColumnInclude, ColumnExclude   Patterns
	MessageInclude, MessageExclude Patterns
	// IgnoreBuiltin leaves out the tables of the system.
	IgnoreBuiltin bool
	// MaxTables is how many captured tables are fine; 0 for any number. MaxTablesFails says that more of them fail the start.
	MaxTables      int
	MaxTablesFails bool
}

// Columns are the rules that change single columns, by whole names schema.table.column in any case.
type Columns struct {
	// Keys are the items of message.key.columns, in their order.
	Keys []KeyColumns
	// Rules are masks, truncations and propagated types; the first that matches a column counts, in the order of application:
	// truncations, masks, propagated types of columns, of types, hashes.
	Rules []ColumnRule
}

// KeyColumns names the columns that make the key of the tables of a pattern.
type KeyColumns struct {
	Tables *Pattern
	// Columns are one pattern for each column, for schema.table.column, in the order of the key.
	Columns []*Pattern
}

// RuleKind says what a ColumnRule does.
type RuleKind int

// The kinds of column rules.
const (
	// Truncate cuts strings and bytes to Length.
	Truncate RuleKind = iota
	// Mask turns a string into Length asterisks.
	Mask
	// PropagateColumn adds the source type to the schema of columns, PropagateType to that of types: its pattern is for schema.table.TYPE.
	PropagateColumn
	// PropagateType is PropagateColumn by type.
	PropagateType
	// Hash turns a string into a digest.
	Hash
)

// ColumnRule is what is done to columns that match.
type ColumnRule struct {
	Kind    RuleKind
	Columns Patterns
	// Length is in characters.
	Length int
	// Digest is that of a hash, Salt is put before the value.
	Digest func() hash.Hash
	Salt   string
	// V2 hashes the text itself, not Java's serialization of it.
	V2 bool
}

// Values say what column values become.
type Values struct {
	Decimal      DecimalMode
	Time         TimeMode
	Binary       BinaryMode
	Interval     IntervalMode
	HStore       HStoreMode
	MoneyDigits  int
	UnknownTypes bool
	Placeholder  []byte
}

// Events say what records are made.
type Events struct {
	// Skipped operations are letters of c, u, d, t and r.
	Skipped          map[string]bool
	Tombstones       bool
	SkipUnchanged    bool
	TransactionTopic bool
	ExtendedHeaders  bool
	SchemaComments   bool
	SchemaNames      NameAdjustment
	FieldNames       NameAdjustment
}

// Topics name topics.
type Topics struct {
	Delimiter string
	// Transaction is the last part of the name of the topic of transaction metadata.
	Transaction string
	// Heartbeat is what the heartbeat topic's name begins with.
	Heartbeat string
	Naming    Naming
}

// Naming is topic.naming.strategy, one of Debezium's own, with what it needs.
type Naming struct {
	// WithoutSchema leaves the schema of a table out of its topic.
	WithoutSchema bool
	// Unicode has what a topic cannot have as _uXXXX, underscores too.
	Unicode bool
	// Topic, where it is set, matches whole topics, and Replacement makes the ones that are used of those; both are Java's.
	Topic       *Pattern
	Replacement string
	// KeyField is a further field of keys, which tells the tables of one topic apart; "" for none. It has what KeyReplacement makes of the
	// topic that the table has before Topic, where KeyPattern matches that, else that itself.
	KeyField       string
	KeyPattern     *Pattern
	KeyReplacement string
}

// Snapshot is about the snapshot at start.
type Snapshot struct {
	Mode      SnapshotMode
	Based     ConfigurationBased
	Isolation IsolationMode
	Locking   LockingMode
	// LockTimeout is how long to wait for locks.
	LockTimeout time.Duration
	// Threads is how many connections read at the same time.
	Threads int
	// Include are the captured tables whose rows are read, schema.table; none reads all.
	Include Patterns
	// Overrides are SELECT statements by table, as they were written: schema.table.
	Overrides      map[string]string
	Delay          time.Duration
	StreamingDelay time.Duration
	// ChunkRows is about how many rows one reader takes of a table at once; 0 lets the snapshot choose. It is a key of our own.
	ChunkRows int
	// Resume says whether an interrupted snapshot goes on where it was. It is a key of our own.
	Resume bool
}

// ConfigurationBased are the flags of snapshot.mode=configuration_based.
type ConfigurationBased struct {
	Data, Schema, Stream, OnDataError bool
}

// Incremental is about incremental snapshots.
type Incremental struct {
	ChunkSize int
	Watermark WatermarkMode
	// ReadOnly takes watermarks from transaction ids and never writes.
	ReadOnly bool
}

// Signals is about commands that a user sends while the connector runs.
type Signals struct {
	// Table is signal.data.collection, schema.table; "" for none.
	Table string
	// Source and File say which channels are open.
	Source, File bool
	FilePath     string
	PollInterval time.Duration
}

// Notifications is about what the connector tells of snapshots.
type Notifications struct {
	Sink, Log bool
	Topic     string
}

// Heartbeat is about heartbeat records.
type Heartbeat struct {
	// Interval is 0 for none.
	Interval time.Duration
	// Query is run with every heartbeat; "" for none.
	Query string
}

// Flow bounds batches and queues.
type Flow struct {
	MaxBatch      int
	MaxQueueBytes int64
	PollInterval  time.Duration
}

// Failures say what is done when something goes wrong.
type Failures struct {
	// Event is fail, warn, skip or ignore.
	Event FailureMode
	// MaxRetries is -1 without end.
	MaxRetries  int
	RestartWait time.Duration
}
