// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

// refusals are the records of a source task that Kafka has refused under errors.tolerance=all: they are reported, and then skipped as if they
// were acknowledged. That happens on a goroutine that lives while there are any: neither the client, which tells of refusals, nor the
// pump is held up, until the records that wait for it have used up the task's budget. It is nil for a task that a refusal fails.
type refusals struct {
	pump    *sourcePump
	letters *deadLetters

	mu      sync.Mutex
	queue   []refusal
	running chan struct{} // closed when the goroutine ends; nil while there is none
}

type refusal struct {
	flight *flight
	err    error
}

// provide gives a pump what takes care of records that fail and of topics that are missing, before it runs. Refusals within a transaction
// fail the transaction.
func (p *sourcePump) provide(letters *deadLetters, creation *topicCreation) {
	p.letters, p.creation = letters, creation
	if p.exactly == nil && p.stage.Operator().Tolerates() {
		p.refusals = &refusals{pump: p, letters: letters}
	}
}

// sourceTaskClass is the class that Kafka Connect names in reports of records that Kafka has refused.
const sourceTaskClass = "org.apache.kafka.connect.runtime.WorkerSourceTask"

// take has a refusal seen to, in which case the flight is over later; it says whether it has. An error that is not about the record, such as a
// wrong password, fails the task although all are tolerated: Kafka Connect skips every record then.
func (r *refusals) take(f *flight, err error) bool {
	if r == nil || !aboutRecord(err) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, refusal{f, err})
	if r.running == nil {
		r.running = make(chan struct{})
		go r.work(r.running)
	}
	return true
}

func (r *refusals) work(done chan struct{}) {
	defer close(done)
	for {
		r.mu.Lock()
		queue := r.queue
		r.queue = nil
		if len(queue) == 0 {
			r.running = nil
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		r.settle(queue)
	}
}

// settle reports records and skips them when the reports are where they belong: only then may offsets behind them be stored. Those that
// were refused together with others are tried once more alone: it may not be them that Kafka does not want.
func (r *refusals) settle(queue []refusal) {
	p := r.pump
	ctx := p.slabs.life
	refused := queue[:0]
	for i, each := range queue {
		err := each.err
		if refusedTogether(err) {
			err = r.alone(ctx, each.flight)
		}
		if err == nil {
			p.taken(each.flight)
			p.landed(each.flight)
			continue
		}
		if failure := r.report(ctx, each.flight, err); failure != nil {
			r.giveUp(failure, refused, queue[i:])
			return
		}
		refused = append(refused, each)
	}
	if err := r.letters.Settle(ctx); err != nil {
		r.giveUp(err, refused)
		return
	}
	for _, each := range refused {
		each.flight.ticket.Ack()
		p.commits.dropped(each.flight.source)
		each.flight.slab.lost.Add(1)
		p.landed(each.flight)
	}
}

// giveUp ends the life of the task. The records stay unacknowledged and are read again.
func (r *refusals) giveUp(failure error, left ...[]refusal) {
	r.pump.fail(failure)
	for _, each := range slices.Concat(left...) {
		each.flight.slab.lost.Add(1)
		r.pump.landed(each.flight)
	}
}

// taken is for a record that Kafka has taken after all.
func (p *sourcePump) taken(f *flight) {
	p.topics.note(f.record.Topic)
	f.ticket.Ack()
	p.commits.acked(f)
}

// report returns an error that ends the life of the task.
func (r *refusals) report(ctx context.Context, f *flight, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if !aboutRecord(err) {
		return produceError(f.record.Topic, err)
	}
	m := stage.Message{Topic: f.record.Topic, Key: f.record.Key, Value: f.record.Value}
	for _, h := range f.record.Headers {
		m.Headers = append(m.Headers, stage.MessageHeader{Key: h.Key, Value: h.Value})
	}
	became := f.source.Record // but for what transforms have made of it, which the message has
	became.Topic, became.Timestamp = f.record.Topic, f.record.Timestamp
	return r.pump.stage.Operator().Reject(ctx, stage.Failure{
		Err:    &connect.StageError{Stage: connect.StageProduce, Plugin: sourceTaskClass, Err: refusedByKafka{err}},
		Source: f.source, Record: &became, Message: &m})
}

// alone produces one record and waits for the answer.
func (r *refusals) alone(ctx context.Context, f *flight) error {
	if err := r.pump.pass(ctx); err != nil {
		return err
	}
	again := f.record
	again.Context = ctx
	answered := make(chan error, 1)
	r.pump.producer.Produce(ctx, &again, func(got *kgo.Record, err error) {
		f.record.Partition, f.record.Offset, f.record.Timestamp = got.Partition, got.Offset, got.Timestamp
		r.pump.sender.Landed(err)
		answered <- err
	})
	return <-answered
}

// await returns when no refusal is being seen to.
func (r *refusals) await(ctx context.Context) {
	if r == nil {
		return
	}
	r.mu.Lock()
	running := r.running
	r.mu.Unlock()
	if running == nil {
		return
	}
	select {
	case <-running:
	case <-ctx.Done():
	}
}

// recordErrors are what is wrong with a record or where it goes, by the class of Java's exception.
var recordErrors = []struct {
	err   error
	class string
	batch bool // may be about another record of the same batch
}{
	{kerr.MessageTooLarge, "RecordTooLargeException", true},
	{kerr.RecordListTooLarge, "RecordBatchTooLargeException", true},
	{kerr.InvalidRecord, "InvalidRecordException", true},
	{kerr.InvalidTimestamp, "InvalidTimestampException", true},
	{kerr.CorruptMessage, "CorruptRecordException", true},
	{kerr.UnsupportedForMessageFormat, "UnsupportedForMessageFormatException", true},
	{kerr.UnsupportedCompressionType, "UnsupportedCompressionTypeException", false},
	{kerr.InvalidTopicException, "InvalidTopicException", false},
	{kerr.TopicAuthorizationFailed, "TopicAuthorizationException", false},
	{kerr.PolicyViolation, "PolicyViolationException", false},
	// The user has limited how long or how often a record is tried: without that it never ends like this.
	{kgo.ErrRecordTimeout, "TimeoutException", false},
	{kgo.ErrRecordRetries, "TimeoutException", false},
}

func aboutRecord(err error) bool { return refusalKind(err) >= 0 }

func refusedTogether(err error) bool {
	kind := refusalKind(err)
	return kind >= 0 && recordErrors[kind].batch
}

func refusalKind(err error) int {
	for i := range recordErrors {
		if errors.Is(err, recordErrors[i].err) {
			return i
		}
	}
	return -1
}

// refusedByKafka names the exception that Java's client would throw.
type refusedByKafka struct{ error }

func (e refusedByKafka) Unwrap() error { return e.error }

// JavaClass is read by package trace.
func (e refusedByKafka) JavaClass() string {
	class := "KafkaException"
	if kind := refusalKind(e.error); kind >= 0 {
		return "org.apache.kafka.common.errors." + recordErrors[kind].class
	}
	return "org.apache.kafka.common." + class
}
