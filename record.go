// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"slices"
	"time"
)

// Record is what sources make and sinks take: a message with its schemas, before or after Kafka. Transforms see this part
// of a record only.
type Record struct {
	// Topic is the Kafka topic.
	Topic string
	// Partition is the Kafka partition; nil lets the producer choose by the key.
	Partition *int32
	// KeySchema and Key are the message key; both nil for none.
	KeySchema *Schema
	Key       any
	// ValueSchema and Value are the message; both nil for a tombstone.
	ValueSchema *Schema
	Value       any
	// Timestamp has milliseconds; the zero time stands for none.
	Timestamp time.Time
	// Headers may repeat a key; their order is kept.
	Headers Headers

	kafkaOffset int64
	consumed    bool
}

// KafkaOffset returns the offset at which the record was consumed, and false for a record of a source: it has none yet.
func (r *Record) KafkaOffset() (int64, bool) { return r.kafkaOffset, r.consumed }

// SourceRecord is a record on its way into Kafka.
type SourceRecord struct {
	Record
	// SourcePartition says where in the source the record came from; nil is the null partition. Offsets are kept per partition.
	SourcePartition *Partition
	// SourceOffset says where to go on after this record; nil stores nothing for it.
	SourceOffset Offset
}

// SinkRecord is a record on its way out of Kafka.
type SinkRecord struct {
	Record
	// Original is where the record was consumed, whatever transforms made of Topic and Partition: offsets count there.
	Original TopicPartition
	// Offset is the record's offset in Original.
	Offset int64

	raw any
}

// KeepRaw attaches what the record was made from. It is the runtime's: a record that a task reports, changed or not, is dead-lettered as it was
// stored in Kafka, and as long as the task holds the record.
func (r *SinkRecord) KeepRaw(raw any) { r.raw = raw }

// Raw returns what KeepRaw has attached, nil for a record that a task has made by itself.
func (r *SinkRecord) Raw() any { return r.raw }

// NewSinkRecord makes a sink record that was consumed at an offset, so that transforms can see it.
func NewSinkRecord(record Record, original TopicPartition, offset int64) SinkRecord {
	record.kafkaOffset, record.consumed = offset, true
	return SinkRecord{Record: record, Original: original, Offset: offset}
}

// TopicPartition names one partition of a topic.
type TopicPartition struct {
	Topic     string
	Partition int32
}

// RecordMetadata says where Kafka put a record.
type RecordMetadata struct {
	TopicPartition
	Offset    int64
	Timestamp time.Time
}

// Header is one header of a record.
type Header struct {
	Key    string
	Schema *Schema
	Value  any
}

// Headers are a record's headers in order; keys may repeat.
type Headers []Header

// Last returns the last header of a key, nil where there is none.
func (h Headers) Last(key string) *Header {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].Key == key {
			return &h[i]
		}
	}
	return nil
}

// Without returns the headers less those of a key.
func (h Headers) Without(key string) Headers {
	return slices.DeleteFunc(slices.Clone(h), func(x Header) bool { return x.Key == key })
}

// SchemaAndValue is a value with its schema; both nil is null.
type SchemaAndValue struct {
	Schema *Schema
	Value  any
}
