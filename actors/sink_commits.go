// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	connect "github.com/longshore-io/connect"
)

// sinkCommits is what a pump remembers of its commits. One is under way at a time: the client sends them in order and never gives one
// up, so that more would only queue up behind it.
type sinkCommits struct {
	// unsure says that a commit has failed, or was cut short, since the last one was sent.
	unsure atomic.Bool
	// sent is the number of the newest commit, answered that of the newest that Kafka has answered or refused.
	sent     int64
	answered atomic.Int64
	// deadline is when the one that is under way has taken too long; late says that this was counted.
	deadline time.Time
	late     atomic.Bool
	// wished says that the task has asked for a commit while one was under way.
	wished atomic.Bool
}

func (c *sinkCommits) underWay() bool { return c.answered.Load() < c.sent }

// errNoLease keeps from being committed what this worker may have lost the right to.
var errNoLease = errors.New("it was not confirmed for too long that this worker still has the task")

// errLateCommit is the failure of a commit that Kafka does not answer in time. It may still do so.
var errLateCommit = errors.New("no answer from Kafka within offset.flush.timeout.ms")

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

// commitIfDue commits when the interval is over or the task has asked for it, but for a commit that is under way: the next one waits for
// its answer, and the task's wish stays.
func (p *sinkPump) commitIfDue(ctx context.Context) error {
	now := p.clock.Now()
	p.commits.wished.Store(p.flow.commit) // before it is asked whether one is under way, so that its answer sees the wish
	switch {
	case p.commits.underWay():
		p.noteLateCommit(now)
		if !now.Before(p.commitAt) {
			p.commitAt = now.Add(p.interval)
		}
	case p.flow.commit || !now.Before(p.commitAt):
		return p.commit(ctx)
	}
	return nil
}

func (p *sinkPump) noteLateCommit(now time.Time) {
	if now.Before(p.commits.deadline) || !p.commits.late.CompareAndSwap(false, true) {
		return
	}
	p.log.Warn("offsets were not committed in time; the next commit includes them", "error", errLateCommit)
	p.meter.committed(errLateCommit)
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
	offsets, err := p.preCommit(ctx, p.assignment(), p.commits.unsure.Swap(false))
	if err != nil || len(offsets) == 0 {
		return err
	}
	if err := p.mayCommit(); err != nil {
		return err
	}
	p.commits.sent++
	p.commits.deadline = p.clock.Now().Add(p.patience)
	p.commits.late.Store(false)
	number := p.commits.sent
	p.sendCommit(ctx, offsets, func(err error) { p.commitAnswered(number, err) })
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

// commitAnswered runs on the client's goroutine. A commit that failed is made good by the next one; one that was late was counted
// as failed already.
func (p *sinkPump) commitAnswered(number int64, err error) {
	if err != nil {
		p.commits.unsure.Store(true)
		p.log.Warn("offsets were not committed; the next commit includes them", "error", err)
	}
	if p.commits.late.CompareAndSwap(false, true) {
		p.meter.committed(err)
	}
	p.commits.answered.Store(number)
	if p.commits.wished.Load() {
		p.interrupt()
	}
}

// preCommit returns what of some partitions may be committed now, or is to be committed again. A task that cannot make its records
// durable gets them again from what is committed, whatever its error says: Kafka Connect does the same. A panic is the end of it.
func (p *sinkPump) preCommit(ctx context.Context, partitions []connect.TopicPartition, again bool) (map[connect.TopicPartition]int64, error) {
	wanted := p.offsets.of(partitions)
	if task, ok := p.task.(connect.PreCommitter); ok {
		current := maps.Clone(wanted)
		err := connect.Guard(func() (err error) {
			wanted, err = task.PreCommit(ctx, current)
			return err
		})
		switch {
		case errors.As(err, new(*connect.PanicError)):
			return nil, &sinkFailure{p.task, fmt.Errorf("preCommit: %w", err)}
		case err != nil:
			p.log.Error("the task could not make its records durable; they are read again from what was committed last", "error", err)
			p.meter.committed(err)
			p.flow.goBack(p.offsets.durable())
			return nil, nil
		}
	}
	if !p.reported(ctx) {
		p.commits.unsure.CompareAndSwap(false, again)
		return nil, nil
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
