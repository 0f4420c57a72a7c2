// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"fmt"
	"time"

	"github.com/longshore-io/connect"
)

// Message is a record as Kafka takes it.
type Message struct {
	// Topic is the Kafka topic.
	Topic string
	// Partition is nil where the producer chooses by the key.
	Partition *int32
	// Key and Value are nil for a null key and a tombstone.
	Key, Value []byte
	// Headers keep the record's order.
	Headers []MessageHeader
	// Timestamp has milliseconds; the zero time leaves it to the producer.
	Timestamp time.Time
}

// MessageHeader is one header of a message.
type MessageHeader struct {
	Key   string
	Value []byte
}

// Source takes the records of one source task to Kafka messages: transforms, then the converters of headers, key and
// value. It is used by one goroutine at a time.
type Source struct {
	pipeline
	converters
	out *Message
	// copied is what transforms work on: the task is told later about the record that it made, not about the one that
	// became of it.
	copied connect.Record
}

// NewSource makes the transforms and converters that a source connector is configured with. Errors name the key.
func NewSource(cfg Config) (*Source, error) {
	operator, err := NewOperator(cfg)
	if err != nil {
		return nil, err
	}
	s := &Source{}
	s.operator = operator
	if s.converters, err = cfg.newConverters(); err != nil {
		return nil, err
	}
	if s.chain, err = cfg.newChain(); err != nil {
		return nil, err
	}
	s.addTransforms()
	s.add(connect.StageHeaderConverter, s.header.class, s.convertHeaders)
	s.add(connect.StageKeyConverter, s.key.class, s.convertKey)
	s.add(connect.StageValueConverter, s.value.class, s.convertValue)
	return s, nil
}

// Convert fills out with the message of a record, reusing its headers, and says whether there is one: a record that a
// transform drops or that errors.tolerance skips has none, and out is then undefined. The record itself keeps its fields,
// though a transform may change a value that it points to. An error ends the task: it is ctx's own where ctx is done.
func (s *Source) Convert(ctx context.Context, rec *connect.SourceRecord, out *Message) (kept bool, err error) {
	s.record, s.out = &rec.Record, out
	if len(s.chain) > 0 {
		s.copied = rec.Record
		s.record = &s.copied
	}
	if kept, err := s.run(ctx, origin{source: rec, message: out}); !kept {
		return false, err
	}
	out.Topic, out.Partition = s.record.Topic, s.record.Partition
	out.Timestamp, err = validTimestamp(s.record.Timestamp)
	return err == nil, err
}

func (s *Source) convertHeaders(ctx context.Context) error {
	s.out.Headers = s.out.Headers[:0]
	for i := range s.record.Headers {
		h := &s.record.Headers[i]
		value, err := s.header.FromConnectHeader(ctx, s.record.Topic, h.Key, h.Schema, h.Value)
		if err != nil {
			return err
		}
		s.out.Headers = append(s.out.Headers, MessageHeader{h.Key, value})
	}
	return nil
}

func (s *Source) convertKey(ctx context.Context) (err error) {
	r := s.record
	s.out.Key, err = s.key.FromConnectData(ctx, r.Topic, r.Headers, r.KeySchema, r.Key)
	return err
}

func (s *Source) convertValue(ctx context.Context) (err error) {
	r := s.record
	s.out.Value, err = s.value.FromConnectData(ctx, r.Topic, r.Headers, r.ValueSchema, r.Value)
	return err
}

// validTimestamp holds Kafka's rule: -1 stands for none, no other time before 1970 can be stored. It is no matter of
// errors.tolerance.
func validTimestamp(t time.Time) (time.Time, error) {
	if t.IsZero() {
		return t, nil
	}
	switch ms := t.UnixMilli(); {
	case ms >= 0:
		return t, nil
	case ms == -1:
		return time.Time{}, nil
	default:
		return time.Time{}, invalidTimestamp(ms)
	}
}

// invalidTimestamp is a time in milliseconds that Kafka has no records of.
type invalidTimestamp int64

// Error is Kafka's text.
func (t invalidTimestamp) Error() string { return fmt.Sprintf("Invalid record timestamp %d", int64(t)) }

// JavaClass is the name of Kafka's exception.
func (invalidTimestamp) JavaClass() string { return "org.apache.kafka.common.InvalidRecordException" }
