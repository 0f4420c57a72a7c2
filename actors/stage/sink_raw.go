// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"slices"

	"github.com/longshore-io/connect"
)

// clone is for whoever keeps a message: its headers are filled anew for the next one. Key and value are not touched again.
func (m *Consumed) clone() *Consumed {
	c := *m
	c.Headers = slices.Clone(m.Headers)
	return &c
}

// Raw returns the message that a record was made from. One that the task has made by itself, and not from a record that it was given, is
// written by the task's converters: its topic, partition and offset are then those of the record. It may be called while Convert is, but
// not twice at once: it has converters of its own, as those serve one caller at a time.
func (s *Sink) Raw(ctx context.Context, rec *connect.SinkRecord) (*Consumed, error) {
	if raw, ok := rec.Raw().(*Consumed); ok {
		return raw, nil
	}
	m := &Consumed{Topic: rec.Topic, Timestamp: rec.Timestamp, TimestampType: NoTimestampType, Offset: rec.Offset}
	if rec.Partition != nil {
		m.Partition = *rec.Partition
	}
	own, err := s.forRaw()
	if err != nil {
		return nil, err
	}
	if m.Key, err = own.key.FromConnectData(ctx, rec.Topic, nil, rec.KeySchema, rec.Key); err != nil {
		return nil, err
	}
	if m.Value, err = own.value.FromConnectData(ctx, rec.Topic, nil, rec.ValueSchema, rec.Value); err != nil {
		return nil, err
	}
	for _, h := range rec.Headers {
		value, err := own.header.FromConnectHeader(ctx, rec.Topic, h.Key, h.Schema, h.Value)
		if err != nil {
			return nil, err
		}
		m.Headers = append(m.Headers, MessageHeader{h.Key, value})
	}
	return m, nil
}

// forRaw makes the converters of Raw when they are first needed, which they are in few tasks.
func (s *Sink) forRaw() (*converters, error) {
	if s.raw == nil {
		own, err := s.cfg.newConverters()
		if err != nil {
			return nil, err
		}
		s.raw = &own
	}
	return s.raw, nil
}
