// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"slices"
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
	slab   *slab
	bytes  int64                 // of the task's budget, from before produce to the acknowledgement
	source *connect.SourceRecord // nil unless the task is told of each record
}

// fill writes what the client reads. All else of the record is the client's to write.
func (f *flight) fill(m *stage.Message) {
	r := &f.record
	r.Topic, r.Partition, r.Key, r.Value, r.Timestamp = m.Topic, kafkaconfig.Unset, m.Key, m.Value, m.Timestamp
	if m.Partition != nil {
		r.Partition = *m.Partition
	}
	if len(m.Headers) > 0 {
		r.Headers = make([]kgo.RecordHeader, len(m.Headers))
		for i, h := range m.Headers {
			r.Headers[i] = kgo.RecordHeader{Key: h.Key, Value: h.Value}
		}
	}
	f.bytes = flightOverhead + kafkaconfig.ContentOf(r)
}

// rest lets go of what the record leads to, so that a slab at rest keeps none alive.
func (f *flight) rest() {
	f.record.Key, f.record.Value, f.record.Headers = nil, nil, nil
	if f.source != nil {
		*f.source, f.source = connect.SourceRecord{}, nil
	}
}

// slab holds the flights of one batch. It is used again once all of them have landed.
type slab struct {
	pump    *sourcePump
	flights []flight
	// sources are the records as the task made them, only for a task that is told of each.
	sources []connect.SourceRecord
	pending atomic.Int32
	// kept is how many flights it has, lost how many of those Kafka has not taken.
	kept int32
	lost atomic.Int32
}

// keep has a flight remember its source.
func (b *slab) keep(n int, r *connect.SourceRecord) {
	if b.sources == nil {
		b.sources = make([]connect.SourceRecord, len(b.flights))
	}
	b.sources[n] = *r
	b.flights[n].source = &b.sources[n]
}

// slabs keeps slabs of one pump for reuse: taken by the pump, put back by the client's goroutine.
type slabs struct {
	pump *sourcePump
	life context.Context
	mu   sync.Mutex
	free []*slab
	out  int // those that are taken
}

// slabsKept bounds what a pump holds on to while it is busy; more than these in flight is rare and left to the garbage collector.
const slabsKept = 16

func (s *slabs) take(n int) *slab {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out++
	for i := len(s.free) - 1; i >= 0; i-- {
		if b := s.free[i]; len(b.flights) >= n {
			s.free = slices.Delete(s.free, i, i+1)
			return b
		}
	}
	if len(s.free) > 0 { // they are too small for what comes now
		s.free = slices.Delete(s.free, 0, 1)
	}
	return s.make(n)
}

func (s *slabs) make(n int) *slab {
	b := &slab{pump: s.pump, flights: make([]flight, n)}
	for i := range b.flights {
		f := &b.flights[i]
		f.Context, f.slab, f.record.Context = s.life, b, f
	}
	return b
}

// put takes a slab back whose flights are all at rest. A pump that has nothing in flight keeps one: thousands of tasks may have been busy once.
func (s *slabs) put(b *slab) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out--; s.out == 0 {
		clear(s.free)
		s.free = s.free[:0]
	}
	if len(s.free) < slabsKept {
		s.free = append(s.free, b)
	}
}

// discard is put for a slab of which the first flights were filled and are not produced.
func (s *slabs) discard(b *slab, filled int) {
	for i := range b.flights[:filled] {
		b.flights[i].rest()
	}
	s.put(b)
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
