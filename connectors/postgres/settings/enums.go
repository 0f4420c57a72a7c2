// SPDX-License-Identifier: Apache-2.0

package settings

// SnapshotMode says when a snapshot is taken.
type SnapshotMode string

// The snapshot modes that are supported.
const (
	SnapshotAlways        SnapshotMode = "always"
	SnapshotInitial       SnapshotMode = "initial"
	SnapshotInitialOnly   SnapshotMode = "initial_only"
	SnapshotNoData        SnapshotMode = "no_data"
	SnapshotWhenNeeded    SnapshotMode = "when_needed"
	SnapshotConfiguration SnapshotMode = "configuration_based"
)

// IsolationMode is the isolation level of a snapshot that no slot was created for.
type IsolationMode string

// The isolation levels.
const (
	Serializable    IsolationMode = "serializable"
	RepeatableRead  IsolationMode = "repeatable_read"
	ReadCommitted   IsolationMode = "read_committed"
	ReadUncommitted IsolationMode = "read_uncommitted"
)

// LockingMode says whether tables are locked while they are read.
type LockingMode string

// The locking modes that are supported.
const (
	LockNone   LockingMode = "none"
	LockShared LockingMode = "shared"
)

// PublicationMode says which publication is made where there is none.
type PublicationMode string

// The publication modes.
const (
	PublicationAllTables PublicationMode = "all_tables"
	PublicationFiltered  PublicationMode = "filtered"
	PublicationNoTables  PublicationMode = "no_tables"
	PublicationDisabled  PublicationMode = "disabled"
)

// FailureMode says what is done about an event that cannot be handled, or a flush that takes too long.
type FailureMode string

// The ways to take a failure.
const (
	FailureFail   FailureMode = "fail"
	FailureWarn   FailureMode = "warn"
	FailureSkip   FailureMode = "skip"
	FailureIgnore FailureMode = "ignore"
)

// DecimalMode says what numeric columns become.
type DecimalMode string

// The decimal modes.
const (
	DecimalPrecise DecimalMode = "precise"
	DecimalDouble  DecimalMode = "double"
	DecimalString  DecimalMode = "string"
)

// TimeMode says what dates and times become.
type TimeMode string

// The time modes.
const (
	TimeAdaptive             TimeMode = "adaptive"
	TimeAdaptiveMicroseconds TimeMode = "adaptive_time_microseconds"
	TimeConnect              TimeMode = "connect"
	TimeISOString            TimeMode = "isostring"
	TimeMicroseconds         TimeMode = "microseconds"
	TimeNanoseconds          TimeMode = "nanoseconds"
)

// BinaryMode says what bytea columns become.
type BinaryMode string

// The binary modes.
const (
	BinaryBytes         BinaryMode = "bytes"
	BinaryBase64        BinaryMode = "base64"
	BinaryBase64URLSafe BinaryMode = "base64-url-safe"
	BinaryHex           BinaryMode = "hex"
)

// IntervalMode says what interval columns become.
type IntervalMode string

// The interval modes.
const (
	IntervalNumeric IntervalMode = "numeric"
	IntervalString  IntervalMode = "string"
)

// HStoreMode says what hstore columns become.
type HStoreMode string

// The hstore modes.
const (
	HStoreJSON HStoreMode = "json"
	HStoreMap  HStoreMode = "map"
)

// NameAdjustment says how names are made to fit Avro.
type NameAdjustment string

// The adjustments.
const (
	AdjustNone        NameAdjustment = "none"
	AdjustAvro        NameAdjustment = "avro"
	AdjustAvroUnicode NameAdjustment = "avro_unicode"
)

// WatermarkMode says how the window of a chunk of an incremental snapshot is closed.
type WatermarkMode string

// The watermark modes.
const (
	InsertInsert WatermarkMode = "INSERT_INSERT"
	InsertDelete WatermarkMode = "INSERT_DELETE"
)
