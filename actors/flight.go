// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/offsets"
)

// flight is one record between produce and acknowledgement. It is the context of its own Kafka record, by which the
// promise finds it: no closure and no map per record. The Context inside is the life's and never changes: the client may
// still look at it after the promise.
type flight struct {
	context.Context
	record kgo.Record
	ticket offsets.Ticket
	pump   *sourcePump
	slab   *slab
	bytes  int64                // of the task's budget, from before produce to the acknowledgement
	source connect.SourceRecord // kept only for tasks that are told of each record
}

func (f *flight) fill(m *stage.Message) {
	f.record = kgo.Record{Topic: m.Topic, Partition: kafkaconfig.Unset, Key: m.Key, Value: m.Value, Timestamp: m.Timestamp, Context: f}
	if m.Partition != nil {
		f.record.Partition = *m.Partition
	}
	if len(m.Headers) > 0 {
		f.record.Headers = make([]kgo.RecordHeader, len(m.Headers))
		for i, h := range m.Headers {
			f.record.Headers[i] = kgo.RecordHeader{Key: h.Key, Value: h.Value}
		}
	}
	f.bytes = bytesOf(&f.record)
}

// slab holds the flights of one batch. It is used again once all of them have landed.
type slab struct {
	flights []flight
	pending atomic.Int32
	// kept is how many flights it has, lost how many of those Kafka has not taken.
	kept int32
	lost atomic.Int32
}

// slabs keeps slabs of one pump for reuse: taken by the pump, put back by the client's goroutine.
type slabs struct {
	pump *sourcePump
	life context.Context
	mu   sync.Mutex
	free []*slab
}

// slabsKept bounds what a pump holds on to; more than these in flight is rare and left to the garbage collector.
const slabsKept = 16

func (s *slabs) take(n int) *slab {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.free) - 1; i >= 0; i-- {
		if b := s.free[i]; len(b.flights) >= n {
			s.free = append(s.free[:i], s.free[i+1:]...)
			return b
		}
	}
	b := &slab{flights: make([]flight, n)}
	for i := range b.flights {
		b.flights[i].Context, b.flights[i].pump, b.flights[i].slab = s.life, s.pump, b
	}
	return b
}

// put clears what the flights lead to, so that a slab at rest keeps no record alive.
func (s *slabs) put(b *slab) {
	for i := range b.flights {
		f := &b.flights[i]
		f.record, f.source = kgo.Record{}, connect.SourceRecord{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) < slabsKept {
		s.free = append(s.free, b)
	}
}

// produceRemedy says what to do about the errors that users meet.
func produceRemedy(err error) string {
	switch {
	case errors.Is(err, kerr.MessageTooLarge):
		return " (the record is larger than the topic or the producer takes: raise max.message.bytes of the topic and producer.override.max.request.size of the connector, or make the records smaller)"
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return " (the producer's principal needs the operation Write on the topic)"
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return " (the topic does not exist and the brokers do not create it by themselves: create it, then restart the task)"
	case errors.Is(err, kerr.InvalidTopicException):
		return " (topic names have letters, digits, dots, underscores and hyphens, at most 249 of them)"
	}
	return ""
}
