// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
)

// sinkOffsets are the next offsets of a sink task's partitions: read, accepted by the task, and committed. It is pure.
//
// A committed offset never passes a record that the task has neither accepted nor reported: what may be committed is at
// most what was accepted, and an accept is of everything that was consumed before it.
type sinkOffsets struct {
	first                         map[connect.TopicPartition]int64 // where reading began
	consumed, accepted, committed map[connect.TopicPartition]int64
}

func newSinkOffsets() sinkOffsets {
	offsets := func() map[connect.TopicPartition]int64 { return map[connect.TopicPartition]int64{} }
	return sinkOffsets{offsets(), offsets(), offsets(), offsets()}
}

func (o sinkOffsets) consume(tp connect.TopicPartition, first, next int64) {
	if _, begun := o.first[tp]; !begun {
		o.first[tp] = first
	}
	o.consumed[tp] = next
}

// durable returns, for each partition, where to read again if what was accepted since is lost.
func (o sinkOffsets) durable() map[connect.TopicPartition]int64 {
	out := maps.Clone(o.first)
	maps.Copy(out, o.committed)
	return out
}

func (o sinkOffsets) accept() { maps.Copy(o.accepted, o.consumed) }

// rewind goes back: what lies behind is to be consumed and accepted anew.
func (o sinkOffsets) rewind(tp connect.TopicPartition, offset int64) {
	o.first[tp], o.consumed[tp], o.accepted[tp] = offset, offset, offset
	delete(o.committed, tp)
}

func (o sinkOffsets) forget(partitions []connect.TopicPartition) {
	for _, tp := range partitions {
		delete(o.first, tp)
		delete(o.consumed, tp)
		delete(o.accepted, tp)
		delete(o.committed, tp)
	}
}

// of returns what was accepted of some partitions.
func (o sinkOffsets) of(partitions []connect.TopicPartition) map[connect.TopicPartition]int64 {
	out := make(map[connect.TopicPartition]int64, len(partitions))
	for _, tp := range partitions {
		if next, ok := o.accepted[tp]; ok {
			out[tp] = next
		}
	}
	return out
}

// committable keeps of what a task wants committed what may be and is not yet, or not for sure where it is to be committed again; refused are partitions that are not its
// own and offsets beyond what it accepted.
func (o sinkOffsets) committable(wanted map[connect.TopicPartition]int64, again bool) (ok, refused map[connect.TopicPartition]int64) {
	ok, refused = map[connect.TopicPartition]int64{}, map[connect.TopicPartition]int64{}
	for tp, offset := range wanted {
		switch accepted, owned := o.accepted[tp]; {
		case !owned || offset > accepted:
			refused[tp] = offset
		case again || o.committed[tp] != offset:
			ok[tp] = offset
		}
	}
	return ok, refused
}

func epochOffsets(offsets map[connect.TopicPartition]int64) map[string]map[int32]kgo.EpochOffset {
	out := map[string]map[int32]kgo.EpochOffset{}
	for tp, offset := range offsets {
		if out[tp.Topic] == nil {
			out[tp.Topic] = map[int32]kgo.EpochOffset{}
		}
		out[tp.Topic][tp.Partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
	}
	return out
}

// errNoLease keeps from being committed what this worker may have lost the right to.
var errNoLease = errors.New("it was not confirmed for too long that this worker still has the task")

// mayCommit comes before the task is asked to make its records durable, and again before they are committed. A pause does not
// matter: what was accepted before it may be committed.
func (p *sinkPump) mayCommit() error {
	switch {
	case p.gate.now() == gateShut:
		return connect.ErrFenced
	case !p.gate.mayCommit():
		return errNoLease
	}
	return nil
}

// commit asks the task what it has made durable and commits that, without waiting for Kafka's answer. While the lease is closed
// it only asks for another commit, which comes when the work goes on.
func (p *sinkPump) commit(ctx context.Context) error {
	p.flow.commit = false
	p.commitAt = p.clock.Now().Add(p.interval)
	err := p.commitNow(ctx)
	if errors.Is(err, errNoLease) {
		p.flow.commit = true
		return nil
	}
	return err
}

func (p *sinkPump) commitNow(ctx context.Context) error {
	if err := p.mayCommit(); err != nil {
		return err
	}
	offsets, err := p.preCommit(ctx, p.assignment(), p.uncommitted.Swap(false))
	if err != nil || len(offsets) == 0 {
		return err
	}
	if err := p.mayCommit(); err != nil {
		return err
	}
	p.sendCommit(ctx, offsets, p.commitAnswered)
	maps.Copy(p.offsets.committed, offsets)
	return nil
}

// sendCommit calls done on the client's goroutine with the first error of the request or of a partition.
func (p *sinkPump) sendCommit(ctx context.Context, offsets map[connect.TopicPartition]int64, done func(error)) {
	p.consumer.CommitOffsets(ctx, epochOffsets(offsets), func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		if err == nil {
			err = refusedCommit(answer)
		}
		done(err)
	})
}

func refusedCommit(answer *kmsg.OffsetCommitResponse) error {
	for _, topic := range answer.Topics {
		for _, partition := range topic.Partitions {
			if err := kerr.ErrorForCode(partition.ErrorCode); err != nil {
				return fmt.Errorf("topic %s partition %d: %w", topic.Topic, partition.Partition, err)
			}
		}
	}
	return nil
}

// commitAnswered runs on the client's goroutine. A commit that failed is made good by the next one.
func (p *sinkPump) commitAnswered(err error) {
	if err != nil {
		p.uncommitted.Store(true)
		p.log.Warn("offsets were not committed; the next commit includes them", "error", err)
	}
	p.meter.committed(err)
}

// preCommit returns what of some partitions may be committed now, or is to be committed again. A task that cannot make its records durable for now
// gets them again from what is committed.
func (p *sinkPump) preCommit(ctx context.Context, partitions []connect.TopicPartition, again bool) (map[connect.TopicPartition]int64, error) {
	wanted := p.offsets.of(partitions)
	if task, ok := p.task.(connect.PreCommitter); ok {
		current := maps.Clone(wanted)
		err := connect.Guard(func() (err error) {
			wanted, err = task.PreCommit(ctx, current)
			return err
		})
		switch {
		case err == nil:
		case connect.Classify(err) == connect.Transient:
			p.log.Warn("the task could not make its records durable; they are read again", "error", err)
			p.flow.Rewind(p.offsets.durable())
			return nil, nil
		default:
			return nil, &connect.StageError{Stage: connect.StagePut, Plugin: fmt.Sprintf("%T", p.task), Err: fmt.Errorf("preCommit: %w", err)}
		}
	}
	offsets, refused := p.offsets.committable(wanted, again)
	if len(refused) > 0 {
		p.log.Warn("the task wants offsets committed that it was not given or has not accepted; they are left out", "offsets", fmt.Sprint(refused))
	}
	return offsets, nil
}

// commitAndWait is commit for partitions that are about to go, with Kafka's answer awaited. Everything is committed again: a commit
// that is under way may end with the life that has sent it.
func (p *sinkPump) commitAndWait(ctx context.Context, partitions []connect.TopicPartition) error {
	if err := p.mayCommit(); err != nil {
		return err
	}
	offsets, err := p.preCommit(ctx, partitions, true)
	if err != nil || len(offsets) == 0 {
		return err
	}
	if err := p.mayCommit(); err != nil {
		return err
	}
	answered := make(chan error, 1)
	p.sendCommit(ctx, offsets, func(err error) { answered <- err })
	select {
	case err = <-answered:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	p.meter.committed(err)
	if err != nil {
		return fmt.Errorf("commit offsets: %w", err)
	}
	maps.Copy(p.offsets.committed, offsets)
	return nil
}
