// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/internal/clock"
)

// consumer is what a sink pump needs of its Kafka client, a member of the connector's group.
type consumer interface {
	PollRecords(ctx context.Context, most int) kgo.Fetches
	AllowRebalance()
	CommitOffsets(ctx context.Context, offsets map[string]map[int32]kgo.EpochOffset,
		done func(*kgo.Client, *kmsg.OffsetCommitRequest, *kmsg.OffsetCommitResponse, error))
	position
}

// position steers where and whether a consumer reads.
type position interface {
	PauseFetchPartitions(partitions map[string][]int32) map[string][]int32
	ResumeFetchPartitions(partitions map[string][]int32)
	SetOffsets(offsets map[string]map[int32]kgo.EpochOffset)
}

// sinkPump moves the records of one life of a sink task: poll, convert, put, commit. User code and the pump's own state are
// touched on the pump's goroutine, or by the client's callbacks of a rebalance while the pump waits in a poll: whoever does
// holds the turn, so never both at once.
type sinkPump struct {
	task     connect.SinkTask
	stage    *stage.Sink
	consumer consumer
	gate     *gate
	clock    clock.Clock
	random   func() float64
	prefetch *prefetch
	commits  sinkCommits
	meter    *meter
	topics   *topicUse
	letters  *deadLetters
	errant   *errant // nil where nobody is told of failures
	log      *slog.Logger
	fail     context.CancelCauseFunc
	life     context.Context
	turn     chan struct{} // holds one token while somebody has the turn
	ended    chan struct{} // closed by end: callbacks of the closing client must not reach the task
	ending   sync.Once

	maxRecords int
	interval   time.Duration // between commits
	patience   time.Duration // for a commit to be answered

	endPoll  atomic.Pointer[context.CancelCauseFunc]
	flow     *sinkFlow
	assigned map[connect.TopicPartition]bool
	held     bool                 // all partitions are paused: by the connector, or for a redelivery
	ahead    sinkAhead            // polled, and not converted yet
	batch    []connect.SinkRecord // put next; kept while its put is retried
	retries  int
	message  stage.Consumed
	lags     map[connect.TopicPartition]int64
	lag      int64 // the sum of lags

	offsets  sinkOffsets
	commitAt time.Time
}

// run pumps until ctx ends; its error is what ended the life of the task.
func (p *sinkPump) run(ctx context.Context) error {
	p.commitAt = p.clock.Now().Add(p.interval)
	for ctx.Err() == nil {
		if err := p.step(ctx); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (p *sinkPump) step(ctx context.Context) error {
	defer p.consumer.AllowRebalance()
	if p.gate.now() == gateShut {
		return connect.ErrFenced
	}
	p.hold()
	if err := p.commitIfDue(ctx); err != nil {
		return err
	}
	p.carryOut()
	fetches := p.poll(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := p.fetchError(fetches); err != nil {
		return err
	}
	if err := p.convert(ctx, fetches); err != nil {
		return err
	}
	return p.put(ctx)
}

// hold pauses all partitions while the connector is paused or a batch is to be offered again, and resumes them
// afterwards. The client keeps its place in the group meanwhile.
func (p *sinkPump) hold() {
	hold := p.gate.now() == gatePaused || p.retries > 0
	switch {
	case hold && !p.held:
		p.consumer.PauseFetchPartitions(byTopic(p.assignment()))
		p.flow.commit = p.flow.commit || p.retries == 0
	case !hold && p.held:
		p.consumer.ResumeFetchPartitions(byTopic(p.assignment()))
		p.flow.changed = true // the task's own pauses hold on
	}
	p.held = hold
}

// carryOut does what the task has asked for.
func (p *sinkPump) carryOut() {
	if !p.flow.changed {
		return
	}
	p.flow.changed = false
	var pause, resume []connect.TopicPartition
	for tp := range p.assigned {
		if p.flow.paused[tp] || p.held {
			pause = append(pause, tp)
		} else {
			resume = append(resume, tp)
		}
	}
	p.consumer.PauseFetchPartitions(byTopic(pause))
	p.consumer.ResumeFetchPartitions(byTopic(resume))
	p.rewind()
}

func (p *sinkPump) rewind() {
	for tp, offset := range p.flow.rewinds {
		if p.assigned[tp] {
			p.consumer.SetOffsets(epochOffsets(map[connect.TopicPartition]int64{tp: offset}))
			p.ahead.drop(map[connect.TopicPartition]bool{tp: true})
			p.offsets.rewind(tp, offset)
		}
		delete(p.flow.rewinds, tp)
	}
}

func (p *sinkPump) assignment() []connect.TopicPartition {
	out := make([]connect.TopicPartition, 0, len(p.assigned))
	for tp := range p.assigned {
		out = append(out, tp)
	}
	return out
}

// poll waits for records until the next commit is due, the task wants to be called, or interrupt. It does not while there are some that
// were polled before.
func (p *sinkPump) poll(ctx context.Context) kgo.Fetches {
	if !p.held && p.ahead.has(p.flow.paused) {
		p.giveWay()
		return nil
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	p.endPoll.Store(&end)
	opened := p.gate.reopens()
	if paused := p.gate.now() == gatePaused; paused != p.held && p.retries == 0 {
		return nil // the gate was turned since hold looked at it
	}
	if len(p.batch) > 0 && !p.held {
		return nil // what was fetched before the pause is put first
	}
	if opened != nil {
		go p.goOn(ctx, opened, end)
	}
	stop := p.clock.AfterFunc(p.wait(), func() { end(errInterrupted) })
	defer stop()
	<-p.turn
	defer func() { p.turn <- struct{}{} }()
	return p.consumer.PollRecords(ctx, p.prefetch.most(p.maxRecords))
}

// giveWay lets a callback that waits for the turn have it: who waits is served before the pump takes it back.
func (p *sinkPump) giveWay() {
	<-p.turn
	p.turn <- struct{}{}
}

// goOn ends the poll of a task that nothing but the lease holds when that opens.
func (p *sinkPump) goOn(ctx context.Context, opened <-chan struct{}, end context.CancelCauseFunc) {
	select {
	case <-opened:
		end(errInterrupted)
	case <-ctx.Done():
	}
}

// end says that the client closes now. It may come while user code is stuck in the turn.
func (p *sinkPump) end() { p.ending.Do(func() { close(p.ended) }) }

func (p *sinkPump) wait() time.Duration {
	now := p.clock.Now()
	wait := p.commitAt.Sub(now)
	if p.commits.underWay() && !p.commits.late.Load() {
		wait = min(wait, p.commits.deadline.Sub(now))
	}
	if p.flow.timeout > 0 {
		wait = min(wait, p.flow.timeout)
	} else if p.retries > 0 {
		wait = min(wait, retryDelay(p.retries, p.random()))
	}
	return max(wait, time.Millisecond)
}

// interrupt ends the poll that is under way, so that a turn of the gate is noticed.
func (p *sinkPump) interrupt() {
	if end := p.endPoll.Load(); end != nil {
		(*end)(errInterrupted)
	}
}

func (p *sinkPump) fetchError(fetches kgo.Fetches) error {
	for _, e := range fetches.Errors() {
		switch {
		case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		case errors.Is(e.Err, kerr.FencedInstanceID):
			return fmt.Errorf("consume: %w", connect.Classed(connect.Fenced, e.Err))
		case kerr.IsRetriable(e.Err), errors.Is(e.Err, kgo.ErrClientClosed):
		case errors.As(e.Err, new(*kgo.ErrDataLoss)):
			p.log.Warn("Kafka has lost records that were not consumed yet; reading goes on behind them", "topic", e.Topic, "partition", e.Partition, "error", e.Err)
		case isExpelled(e.Err):
			p.log.Warn("the consumer group has given this task's place away, as it does when it hears nothing for too long; the client joins again", "error", e.Err)
		case errors.As(e.Err, new(*kgo.ErrGroupSession)) && !isKafkaAnswer(e.Err):
			p.log.Warn("the consumer group cannot be reached; the client tries again", "error", e.Err)
		default:
			return &connect.StageError{Stage: connect.StageConsume, Plugin: "consumer", Err: fmt.Errorf("read topic %q partition %d: %w%s", e.Topic, e.Partition, e.Err, consumeRemedy(e.Err))}
		}
	}
	return nil
}

// isExpelled knows what the coordinator answers to a member that it has removed: the client then loses its partitions and joins anew.
func isExpelled(err error) bool {
	return errors.Is(err, kerr.UnknownMemberID) || errors.Is(err, kerr.IllegalGeneration)
}

func isKafkaAnswer(err error) bool {
	var code *kerr.Error
	return errors.As(err, &code)
}

func consumeRemedy(err error) string {
	switch {
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return " (the consumer's principal needs the operation Read on the topic)"
	case errors.Is(err, kerr.GroupAuthorizationFailed):
		return " (the consumer's principal needs the operation Read on the group connect-<connector name>)"
	case errors.Is(err, kerr.OffsetOutOfRange):
		return " (the stored offset is no longer in the topic and auto.offset.reset is none: stop the connector and alter or reset its offsets)"
	}
	return ""
}

// convert takes what a poll has returned, and makes the next batch of it unless there is one that was not put yet.
func (p *sinkPump) convert(ctx context.Context, fetches kgo.Fetches) error {
	if len(fetches) > 0 {
		p.receive(fetches)
	}
	if len(p.batch) > 0 || p.held {
		return nil
	}
	for room := p.maxRecords; room > 0; {
		part := p.ahead.take(room, p.flow.paused)
		if len(part.records) == 0 {
			break
		}
		if err := p.convertPart(ctx, part); err != nil {
			return err
		}
		room -= len(part.records)
	}
	p.meter.lag.Store(p.lag)
	return nil
}

func (p *sinkPump) receive(fetches kgo.Fetches) {
	before := p.ahead.bytes
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		tp := connect.TopicPartition{Topic: f.Topic, Partition: f.Partition}
		if len(f.Records) > 0 && p.assigned[tp] {
			p.ahead.add(polledPart{tp, f.HighWatermark, f.Records})
		}
	})
	p.prefetch.polled(p.ahead.bytes-before, len(p.assigned))
}

func (p *sinkPump) convertPart(ctx context.Context, part polledPart) error {
	p.topics.note(part.tp.Topic)
	p.message.Topic, p.message.Partition = part.tp.Topic, part.tp.Partition
	for _, r := range part.records {
		p.fill(r)
		p.batch = append(p.batch, connect.SinkRecord{})
		kept, err := p.stage.Convert(ctx, &p.message, &p.batch[len(p.batch)-1])
		if err != nil {
			return err
		}
		if !kept {
			p.batch = p.batch[:len(p.batch)-1]
		}
	}
	first, last := part.records[0].Offset, part.records[len(part.records)-1].Offset
	p.meter.consumed(len(part.records))
	p.offsets.consume(part.tp, first, last+1)
	lag := max(0, part.highWatermark-last-1)
	p.lag += lag - p.lags[part.tp]
	p.lags[part.tp] = lag
	return nil
}

// fill makes the message that is converted of a record of the same partition as the one before.
func (p *sinkPump) fill(r *kgo.Record) {
	m := &p.message
	m.Offset, m.Key, m.Value, m.Timestamp, m.TimestampType = r.Offset, r.Key, r.Value, r.Timestamp, stage.TimestampType(r.Attrs.TimestampType())
	m.Headers = m.Headers[:0]
	for _, h := range r.Headers {
		m.Headers = append(m.Headers, stage.MessageHeader{Key: h.Key, Value: h.Value})
	}
}

// put hands the batch to the task, again and again while it says that the trouble will pass.
func (p *sinkPump) put(ctx context.Context) error {
	switch p.gate.now() {
	case gatePaused:
		return nil // what was fetched before the pause is put after it
	case gateShut:
		return connect.ErrFenced
	}
	p.flow.timeout = 0
	err := connect.Guard(func() error { return p.task.Put(ctx, p.batch) })
	if failure := p.errant.swallowed(); err == nil && failure != nil {
		err = failure // it was told, and has not returned it
	}
	switch {
	case err == nil:
		p.meter.put(len(p.batch))
		p.emptyBatch()
		p.offsets.accept()
		p.prefetch.accepted(p.ahead.bytes)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case connect.Classify(err) == connect.Transient:
		p.retries++
		p.log.Warn("the task asks to be given the same records again", "records", len(p.batch), "attempt", p.retries, "error", err)
	default:
		return &sinkFailure{p.task, err}
	}
	return nil
}

// emptyBatch keeps the room of a batch for the next one, until nothing has come for a while: there are many tasks that wait.
func (p *sinkPump) emptyBatch() {
	p.retries = 0
	if len(p.batch) == 0 {
		p.batch = nil
		return
	}
	clear(p.batch)
	p.batch = p.batch[:0]
}
