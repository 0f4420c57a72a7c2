// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// letterProducer is what a dead letter queue needs of its Kafka client.
type letterProducer interface {
	Produce(ctx context.Context, record *kgo.Record, promise func(*kgo.Record, error))
}

// deadLetters writes the records that one life of a task could not handle to its dead letter queue. They are written in the background; Settle
// waits for them, so that no offset is committed behind a record that is not in the queue yet. Its methods may be called from several goroutines,
// and do nothing on nil, for a task without a queue.
type deadLetters struct {
	letters  stage.Letters
	producer letterProducer
	counters *stage.Counters
	log      *slog.Logger
	// vital says that a letter which cannot be written is a failure of the task. Of a sink only those are that its task has reported, as in
	// Kafka Connect: others are logged and counted.
	vital bool
	// life ends when nothing of the task may reach Kafka any more.
	life context.Context
	end  context.CancelFunc
	free func()

	mu      sync.Mutex
	pending int
	bytes   int64
	idle    chan struct{} // closed when nothing is pending any more; nil while nothing is
	lost    error         // the first vital letter that was not written
}

// letterBytes bounds the letters that are under way: with more, whoever reports waits. The client's own bound is off, as a wait for it
// could not be ended.
const letterBytes = 8 << 20

var _ stage.Settler = (*deadLetters)(nil)

// Report implements stage.Reporter. It waits only while there are too many letters under way.
func (l *deadLetters) Report(ctx context.Context, f stage.Failure) error {
	if l == nil {
		return nil
	}
	l.counters.DeadLetters.Add(1)
	record := l.compose(ctx, f)
	if record == nil {
		l.counters.FailedDeadLetters.Add(1)
		return nil
	}
	vital := l.vital || f.Err.Stage == connect.StagePut
	written := func(r *kgo.Record, err error) { l.written(r, err, vital) }
	if err := l.makeRoom(ctx, kafkaconfig.ContentOf(record)); err != nil {
		written(record, err)
		return fmt.Errorf("wait for the dead letter queue %s: %w", record.Topic, err)
	}
	// Not in the caller's context: a letter that was taken is written although the task is told to stop.
	l.producer.Produce(l.life, record, written)
	return nil
}

func (l *deadLetters) compose(ctx context.Context, f stage.Failure) *kgo.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	m, ok := l.letters.Of(ctx, f)
	if !ok {
		return nil
	}
	r := &kgo.Record{Topic: m.Topic, Partition: kafkaconfig.Unset, Key: m.Key, Value: m.Value, Timestamp: m.Timestamp}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return r
}

// makeRoom enters a letter that is about to be written, which it is in any case: written takes it out again.
func (l *deadLetters) makeRoom(ctx context.Context, n int64) error {
	var err error
	l.mu.Lock()
	full := l.bytes > 0 && l.bytes+n > letterBytes
	l.mu.Unlock()
	if full {
		err = l.wait(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending++; l.pending == 1 {
		l.idle = make(chan struct{})
	}
	l.bytes += n
	return err
}

// written is the promise of every letter.
func (l *deadLetters) written(r *kgo.Record, err error, vital bool) {
	if err != nil {
		l.counters.FailedDeadLetters.Add(1)
		l.log.Error("Could not produce message to dead letter queue. topic="+r.Topic, "error", err) //nolint:sloglint // Kafka Connect's line
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && vital && l.lost == nil {
		l.lost = fmt.Errorf("write a record to the dead letter queue %s: %w%s", r.Topic, err, produceRemedy(err))
	}
	l.bytes -= kafkaconfig.ContentOf(r)
	if l.pending--; l.pending == 0 {
		close(l.idle)
		l.idle = nil
	}
}

// Settle implements stage.Settler.
func (l *deadLetters) Settle(ctx context.Context) error {
	if l == nil {
		return nil
	}
	if err := l.wait(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

func (l *deadLetters) wait(ctx context.Context) error {
	l.mu.Lock()
	idle, pending := l.idle, l.pending
	l.mu.Unlock()
	if pending == 0 {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d dead letters are not acknowledged: %w", pending, context.Cause(ctx))
	}
}

// close lets go of the client. What is not acknowledged by now may be lost; whoever depends on it has waited.
func (l *deadLetters) close() {
	if l != nil {
		l.end()
		l.free()
	}
}
