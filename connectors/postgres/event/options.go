// SPDX-License-Identifier: Apache-2.0

package event

import (
	"hash"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Modes of configuration keys are their texts, in lower case.
const (
	DecimalPrecise = "precise"
	DecimalDouble  = "double"
	DecimalString  = "string"

	TimeAdaptive             = "adaptive"
	TimeAdaptiveMicroseconds = "adaptive_time_microseconds"
	TimeConnect              = "connect"
	TimeISOString            = "isostring"
	TimeMicroseconds         = "microseconds"
	TimeNanoseconds          = "nanoseconds"

	BinaryBytes         = "bytes"
	BinaryBase64        = "base64"
	BinaryBase64URLSafe = "base64-url-safe"
	BinaryHex           = "hex"

	IntervalNumeric = "numeric"
	IntervalString  = "string"

	HstoreJSON = "json"
	HstoreMap  = "map"

	AdjustNone        = "none"
	AdjustAvro        = "avro"
	AdjustAvroUnicode = "avro_unicode"
)

// Options are the settings that records depend on. A mode that is "" is the default of its key.
type Options struct {
	// Prefix is topic.prefix, the logical name of the server.
	Prefix string
	// Database is database.dbname.
	Database string
	// Partition is the source partition of all records; nil makes {"server": Prefix}.
	Partition *connect.Partition

	// Delimiter is topic.delimiter; "" is a point.
	Delimiter string
	// TransactionTopic is topic.transaction; "" is transaction.
	TransactionTopic string
	// Naming is topic.naming.strategy.
	Naming settings.Naming
	// HeartbeatPrefix is topic.heartbeat.prefix; "" is __debezium-heartbeat.
	HeartbeatPrefix string
	// NotificationTopic is notification.sink.topic.name.
	NotificationTopic string

	// Filter has the include and exclude lists.
	Filter FilterOptions
	// KeyColumns is message.key.columns: one expression for each column, for schema.table.column, in the order of the key.
	KeyColumns Patterns

	// DecimalMode, TimeMode, BinaryMode, IntervalMode and HstoreMode are the keys *.handling.mode and time.precision.mode.
	DecimalMode, TimeMode, BinaryMode, IntervalMode, HstoreMode string
	// MoneyDigits is money.fraction.digits; nil is 2.
	MoneyDigits *int
	// UnknownTypes is include.unknown.datatypes.
	UnknownTypes bool
	// Placeholder is unavailable.value.placeholder after the prefix hex: was resolved; nil is its default.
	Placeholder []byte
	// SchemaNames and FieldNames are schema.name.adjustment.mode and field.name.adjustment.mode.
	SchemaNames, FieldNames string
	// Comments is include.schema.comments.
	Comments bool

	// Columns has masks, truncation, hashes and propagated types.
	Columns []ColumnRule

	// NoTombstones is tombstones.on.delete turned off.
	NoTombstones bool
	// Skipped are the letters of skipped.operations; nil is t. An empty slice skips nothing.
	Skipped []string
	// SkipUnchanged is skip.messages.without.change.
	SkipUnchanged bool
	// LeaveOutBroken is event.processing.failure.handling.mode where it is not fail: an event is left out when a field that has to have a
	// value has none, since it could not be converted. Otherwise the converter of the record refuses it.
	LeaveOutBroken bool
	// NoContextHeaders is extended.headers.enabled turned off.
	NoContextHeaders bool

	// Report hears of values that could not be converted; it must be safe for concurrent use. The error has no value in it.
	Report func(table catalog.ID, column string, err error)
}

// FilterOptions are the include and exclude lists. An empty list includes everything or excludes nothing.
type FilterOptions struct {
	SchemaInclude, SchemaExclude   Patterns
	TableInclude, TableExclude     Patterns
	ColumnInclude, ColumnExclude   Patterns
	MessageInclude, MessageExclude Patterns
	// CaptureBuiltin is table.ignore.builtin turned off.
	CaptureBuiltin bool
	// SignalTable is signal.data.collection, which is captured whatever the lists say.
	SignalTable string
}

// RuleKind is what a ColumnRule does.
type RuleKind int

// What is done with columns, in the order in which the kinds are tried.
const (
	// RuleTruncate cuts values to Length: column.truncate.to.<n>.chars.
	RuleTruncate RuleKind = iota + 1
	// RuleMask replaces values by Length asterisks: column.mask.with.<n>.chars.
	RuleMask
	// RulePropagate notes the type of columns in their schemas: column.propagate.source.type.
	RulePropagate
	// RulePropagateType is RulePropagate by types: datatype.propagate.source.type.
	RulePropagateType
	// RuleHash hashes values as column.mask.hash.<alg>.with.salt.<salt> does: the text in the form of Java's serialization.
	RuleHash
	// RuleHashV2 hashes the UTF-8 text: column.mask.hash.v2.<alg>.with.salt.<salt>.
	RuleHashV2
)

// ColumnRule is one key of a configuration that changes columns. The first rule that matches a column is the one that holds, by kind
// and then by place.
type ColumnRule struct {
	Kind RuleKind
	// Columns are for schema.table.column, or for schema.table.TYPE.
	Columns Patterns
	// Length is that of RuleTruncate and RuleMask.
	Length int
	// Digest and Salt are those of hashes.
	Digest func() hash.Hash
	Salt   string
}
