// SPDX-License-Identifier: Apache-2.0

// Package connect is the vocabulary of Longshore: what people who write connectors, converters and transforms need, and
// nothing else. It imports the standard library only.
//
// What lives here: the interfaces of plugins (Connector, SourceTask, SinkTask, Converter, Transformation, Predicate,
// ConfigProvider), the data model of Kafka Connect (Schema, Struct, Map, Decimal, Record), configuration definitions
// (ConfigDef), the error taxonomy (Classify), the registry of plugins, and the answers that a running worker gives about
// its connectors (ConnectorInfo, ConnectorStatus).
//
// What does not: anything that runs a connector (package actors), talks to Kafka, or serves HTTP.
//
// A value of the data model is, by the type of its schema:
//
//	BOOLEAN  bool             INT8..INT64  int8 int16 int32 int64     FLOAT32, FLOAT64  float32 float64
//	STRING   string           BYTES        []byte                     ARRAY             []any
//	MAP      *Map             STRUCT       *Struct                    null              nil
//	Decimal  Decimal          Date, Time, Timestamp                   time.Time in UTC
//
// A value without schema uses the same Go types: an object without schema is a *Map with string keys.
package connect
