// SPDX-License-Identifier: Apache-2.0

package event

import "github.com/longshore-io/connect"

// Names of the schemas that records have beside those of tables.
const (
	sourceName           = "io.debezium.connector.postgresql.Source"
	blockName            = "event.block"
	collectionName       = "event.collection"
	transactionKeyName   = "io.debezium.connector.common.TransactionMetadataKey"
	transactionValueName = "io.debezium.connector.common.TransactionMetadataValue"
	messageKeyName       = "io.debezium.connector.postgresql.MessageKey"
	messageValueName     = "io.debezium.connector.postgresql.MessageValue"
	messageName          = "io.debezium.connector.postgresql.Message"
	heartbeatKeyName     = "io.debezium.connector.common.ServerNameKey"
	heartbeatValueName   = "io.debezium.connector.common.Heartbeat"
	notificationKeyName  = "io.debezium.connector.common.NotificationKey"
	notificationName     = "io.debezium.connector.common.Notification"
)

// schemas are made once for a Builder. Their names go through the adjuster as those of tables do, but for the transaction block's.
type schemas struct {
	source, block, collection           *connect.Schema
	transactionKey, transactionValue    *connect.Schema
	message, messageKey, messageValue   *connect.Schema
	heartbeatKey, heartbeatValue        *connect.Schema
	notificationKey, notificationRecord *connect.Schema
}

func newSchemas(adjust func(string) string, content *connect.Schema) *schemas {
	text, long := connect.String, connect.Int64
	structOf := func(name string, fields ...connect.SchemaField) *connect.Schema {
		return connect.StructOf(adjust(name), fields...).WithVersion(1)
	}
	s := &schemas{
		source: structOf(sourceName, sourceFields()...),
		block: connect.Optional(connect.StructOf(blockName, connect.Field("id", text), connect.Field("total_order", long),
			connect.Field("data_collection_order", long)).WithVersion(1)),
		collection: connect.Optional(connect.StructOf(collectionName, connect.Field("data_collection", text),
			connect.Field("event_count", long)).WithVersion(1)),
		message: structOf(messageName, connect.Field("prefix", connect.OptionalString), connect.Field("content", connect.Optional(content))),
	}
	s.transactionKey = structOf(transactionKeyName, connect.Field("id", text))
	s.transactionValue = structOf(transactionValueName, connect.Field("status", text), connect.Field("id", text),
		connect.Field("event_count", connect.OptionalInt64), connect.Field("data_collections", connect.Optional(connect.ArrayOf(s.collection))),
		connect.Field("ts_ms", long))
	s.messageKey = structOf(messageKeyName, connect.Field("prefix", connect.OptionalString))
	s.messageValue = structOf(messageValueName, connect.Field("op", text), connect.Field("ts_ms", connect.OptionalInt64),
		connect.Field("source", s.source), connect.Field("transaction", s.block), connect.Field("message", s.message))
	s.heartbeatKey = structOf(heartbeatKeyName, connect.Field("serverName", text))
	s.heartbeatValue = structOf(heartbeatValueName, connect.Field("ts_ms", long))
	s.notificationKey = structOf(notificationKeyName, connect.Field("id", text))
	s.notificationRecord = structOf(notificationName, connect.Field("id", text), connect.Field("type", text), connect.Field("aggregate_type", text),
		connect.Field("additional_data", connect.Optional(connect.MapOf(text, text))), connect.Field("timestamp", long))
	return s
}

// sourceFields are in the order that they have grown in: ts_us and ts_ns came after sequence.
func sourceFields() []connect.SchemaField {
	return []connect.SchemaField{
		connect.Field("version", connect.String),
		connect.Field("connector", connect.String),
		connect.Field("name", connect.String),
		connect.Field("ts_ms", connect.Int64),
		connect.Field("snapshot", connect.Optional(enum("true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")).
			WithDefault("false")),
		connect.Field("db", connect.String),
		connect.Field("sequence", connect.OptionalString),
		connect.Field("ts_us", connect.OptionalInt64),
		connect.Field("ts_ns", connect.OptionalInt64),
		connect.Field("schema", connect.String),
		connect.Field("table", connect.String),
		connect.Field("txId", connect.OptionalInt64),
		connect.Field("lsn", connect.OptionalInt64),
		connect.Field("xmin", connect.OptionalInt64),
	}
}

// Places of fields in the source block and the envelope.
const (
	sourceTimeMS, sourceSnapshot, sourceSequence, sourceTimeUS, sourceTimeNS = 3, 4, 6, 7, 8
	sourceSchema, sourceTable, sourceTx, sourceLSN, sourceXmin               = 9, 10, 11, 12, 13
	envelopeBefore, envelopeAfter, envelopeSource, envelopeTransaction       = 0, 1, 2, 3
	envelopeOperation, envelopeTimeMS, envelopeTimeUS, envelopeTimeNS        = 4, 5, 6, 7
)

// envelope describes the values of a table.
func (s *schemas) envelope(name string, row *connect.Schema) *connect.Schema {
	return connect.StructOf(name, connect.Field("before", row), connect.Field("after", row), connect.Field("source", s.source),
		connect.Field("transaction", s.block), connect.Field("op", connect.String), connect.Field("ts_ms", connect.OptionalInt64),
		connect.Field("ts_us", connect.OptionalInt64), connect.Field("ts_ns", connect.OptionalInt64)).WithVersion(2)
}

func enum(allowed string) *connect.Schema {
	return named(connect.String, "io.debezium.data.Enum").WithParameter("allowed", allowed)
}

// named is a semantic type of Debezium's: a name, version 1.
func named(s *connect.Schema, name string) *connect.Schema { return s.WithName(name).WithVersion(1) }
