// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
)

// TimestampType says who set a message's timestamp; the numbers are those of Kafka's protocol.
type TimestampType int8

// The types of timestamps.
const (
	NoTimestampType TimestampType = -1
	CreateTime      TimestampType = 0
	LogAppendTime   TimestampType = 1
)

// String returns Kafka's name of the type.
func (t TimestampType) String() string {
	switch t {
	case CreateTime:
		return "CreateTime"
	case LogAppendTime:
		return "LogAppendTime"
	}
	return "NoTimestampType"
}

// Consumed is a message as it came from Kafka.
type Consumed struct {
	Topic     string
	Partition int32
	Offset    int64
	// Key and Value are nil for a null key and a tombstone.
	Key, Value []byte
	Headers    []MessageHeader
	// Timestamp is the zero time for a message without one.
	Timestamp     time.Time
	TimestampType TimestampType
}

// Sink takes consumed messages to the records of one sink task: the converters of key, value and headers, then
// transforms. It is used by one goroutine at a time.
type Sink struct {
	pipeline
	converters
	in         *Consumed
	out        *connect.SinkRecord
	rawHeaders connect.Headers
	partitions []*int32
	// keeps says that records keep the message that they were made from, for whom they are reported to.
	keeps bool

	cfg Config
	raw *converters // of Raw; nil until it has needed some
}

// NewSink makes the converters and transforms that a sink connector is configured with. Errors name the key.
func NewSink(cfg Config) (*Sink, error) {
	operator, err := NewOperator(cfg)
	if err != nil {
		return nil, err
	}
	s := &Sink{keeps: operator.Reports(), cfg: cfg}
	s.operator = operator
	if s.converters, err = cfg.newConverters(); err != nil {
		return nil, err
	}
	if s.chain, err = cfg.newChain(); err != nil {
		return nil, err
	}
	s.add(connect.StageKeyConverter, s.key.class, s.convertKey)
	s.add(connect.StageValueConverter, s.value.class, s.convertValue)
	s.add(connect.StageHeaderConverter, s.header.class, s.convertHeaders)
	s.addTransforms()
	return s, nil
}

// Convert fills rec with the record of a message and says whether there is one: a message that a transform drops or that
// errors.tolerance skips has none, and rec is then undefined. Original and Offset are those of the message whatever
// transforms do. An error ends the task: it is ctx's own where ctx is done.
func (s *Sink) Convert(ctx context.Context, msg *Consumed, rec *connect.SinkRecord) (kept bool, err error) {
	original := connect.TopicPartition{Topic: msg.Topic, Partition: msg.Partition}
	*rec = connect.NewSinkRecord(connect.Record{
		Topic: msg.Topic, Partition: s.partition(msg.Partition), Timestamp: msg.Timestamp,
	}, original, msg.Offset)
	s.in, s.out, s.record = msg, rec, &rec.Record
	s.setRawHeaders()
	if kept, err := s.run(ctx, origin{consumed: msg}); !kept {
		return false, err
	}
	if s.record != &rec.Record {
		*rec = connect.NewSinkRecord(*s.record, original, msg.Offset)
	}
	if s.keeps {
		rec.KeepRaw(msg.clone())
	}
	return true, nil
}

// setRawHeaders makes the headers that converters of keys and values see: bytes, as these come before the headers' own.
func (s *Sink) setRawHeaders() {
	s.rawHeaders = s.rawHeaders[:0]
	for _, h := range s.in.Headers {
		s.rawHeaders = append(s.rawHeaders, connect.Header{Key: h.Key, Schema: connect.OptionalBytes, Value: h.Value})
	}
}

func (s *Sink) convertKey(ctx context.Context) error {
	v, err := s.key.ToConnectData(ctx, s.in.Topic, s.rawHeaders, s.in.Key)
	s.out.KeySchema, s.out.Key = v.Schema, v.Value
	return err
}

func (s *Sink) convertValue(ctx context.Context) error {
	v, err := s.value.ToConnectData(ctx, s.in.Topic, s.rawHeaders, s.in.Value)
	s.out.ValueSchema, s.out.Value = v.Schema, v.Value
	return err
}

// convertHeaders makes a new slice for every record that has headers: the record is the task's to keep.
func (s *Sink) convertHeaders(ctx context.Context) error {
	if len(s.in.Headers) == 0 {
		return nil
	}
	headers := make(connect.Headers, 0, len(s.in.Headers))
	for _, h := range s.in.Headers {
		v, err := s.header.ToConnectHeader(ctx, s.in.Topic, h.Key, h.Value)
		if err != nil {
			return err
		}
		headers = append(headers, connect.Header{Key: h.Key, Schema: v.Schema, Value: v.Value})
	}
	s.out.Headers = headers
	return nil
}

// maxCachedPartition bounds the memory of partition; topics have fewer partitions.
const maxCachedPartition = 1 << 16

// partition returns one pointer per partition number, so that a record does not allocate its own.
func (s *Sink) partition(p int32) *int32 {
	if p < 0 || p >= maxCachedPartition {
		own := p // a copy: the address of p itself would put every record's on the heap
		return &own
	}
	for int(p) >= len(s.partitions) {
		n := int32(len(s.partitions))
		s.partitions = append(s.partitions, &n)
	}
	return s.partitions[p]
}
