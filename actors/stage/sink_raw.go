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
// written by the task's converters: its topic, partition and offset are then those of the record.
func (s *Sink) Raw(ctx context.Context, rec *connect.SinkRecord) (*Consumed, error) {
	if raw, ok := rec.Raw().(*Consumed); ok {
		return raw, nil
	}
	m := &Consumed{Topic: rec.Topic, Timestamp: rec.Timestamp, TimestampType: NoTimestampType, Offset: rec.Offset}
	if rec.Partition != nil {
		m.Partition = *rec.Partition
	}
	var err error
	if m.Key, err = s.key.FromConnectData(ctx, rec.Topic, nil, rec.KeySchema, rec.Key); err != nil {
		return nil, err
	}
	if m.Value, err = s.value.FromConnectData(ctx, rec.Topic, nil, rec.ValueSchema, rec.Value); err != nil {
		return nil, err
	}
	for _, h := range rec.Headers {
		value, err := s.header.FromConnectHeader(ctx, rec.Topic, h.Key, h.Schema, h.Value)
		if err != nil {
			return nil, err
		}
		m.Headers = append(m.Headers, MessageHeader{h.Key, value})
	}
	return m, nil
}
