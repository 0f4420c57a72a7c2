// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// The consumer's callbacks of a rebalance run on the client's goroutine. They wait for the turn, which the pump gives away
// while it polls; the client goes on with the rebalance when they have returned. When the life is over they come while the
// client closes, and user code, which may be stuck with the turn, must not be called any more.

func (p *sinkPump) onAssigned(_ context.Context, _ *kgo.Client, added map[string][]int32) {
	p.inTurn(added, func(partitions []connect.TopicPartition) {
		for _, tp := range partitions {
			p.assigned[tp] = true
		}
		if p.held {
			p.consumer.PauseFetchPartitions(added)
		}
		p.log.Info("partitions assigned", "partitions", fmt.Sprint(added))
		if task, ok := p.task.(connect.PartitionListener); ok {
			if err := connect.Guard(func() error { return task.Open(p.life, partitions) }); err != nil {
				p.fail(fmt.Errorf("open partitions: %w", err))
			}
			p.consumer.PauseFetchPartitions(byTopic(p.flow.pausedOf(partitions))) // before anything of them is fetched
		}
	})
}

// onPositions is told where the reading of new partitions begins, as far as that is committed, and answers where it shall begin: Open may have
// asked for other offsets.
func (p *sinkPump) onPositions(_ context.Context, committed map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	partitions := map[string][]int32{}
	for topic, offsets := range committed {
		partitions[topic] = slices.Collect(maps.Keys(offsets))
	}
	p.inTurn(partitions, func(partitions []connect.TopicPartition) {
		for _, tp := range partitions {
			if !p.assigned[tp] {
				continue
			}
			if at := committed[tp.Topic][tp.Partition].EpochOffset().Offset; at >= 0 {
				p.offsets.begin(tp, at)
			}
			if wanted, rewound := p.flow.rewinds[tp]; rewound {
				committed[tp.Topic][tp.Partition] = kgo.NewOffset().At(wanted)
				p.offsets.rewind(tp, wanted)
				delete(p.flow.rewinds, tp)
			}
		}
	})
	return committed, nil
}

func (p *sinkPump) onRevoked(ctx context.Context, _ *kgo.Client, revoked map[string][]int32) {
	p.inTurn(revoked, func(partitions []connect.TopicPartition) {
		ctx, cancel := within(ctx, p.clock, p.patience)
		defer cancel()
		p.giveUp(ctx, partitions, true)
	})
}

// onLost comes when the group has already given the partitions to somebody else: there is nothing to commit.
func (p *sinkPump) onLost(ctx context.Context, _ *kgo.Client, lost map[string][]int32) {
	p.inTurn(lost, func(partitions []connect.TopicPartition) { p.giveUp(ctx, partitions, false) })
}

// inTurn does a callback's work when the pump polls, and nothing when the life is over.
func (p *sinkPump) inTurn(of map[string][]int32, do func([]connect.TopicPartition)) {
	partitions := partitionsOf(of)
	if len(partitions) == 0 {
		return
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-p.ended:
		return
	}
	if !p.isOver() {
		do(partitions)
	}
}

func (p *sinkPump) isOver() bool {
	select {
	case <-p.ended:
		return true
	default:
		return p.gate.now() == gateShut
	}
}

// giveUp lets go of partitions: a last commit if they are still ours, Close, and everything that was remembered of them.
func (p *sinkPump) giveUp(ctx context.Context, partitions []connect.TopicPartition, ours bool) {
	if ours {
		if err := p.commitAndWait(ctx, partitions); err != nil {
			p.log.Warn("the last commit did not work; records since the one before are delivered again", "error", err)
		}
	}
	if task, ok := p.task.(connect.PartitionListener); ok {
		if err := connect.Guard(func() error { return task.Close(ctx, partitions) }); err != nil {
			p.fail(fmt.Errorf("close partitions: %w", err))
		}
	}
	// The client keeps a pause over a rebalance: whoever gets the partition next would sit silent.
	p.consumer.ResumeFetchPartitions(byTopic(partitions))
	for _, tp := range partitions {
		delete(p.assigned, tp)
		p.lag -= p.lags[tp]
		delete(p.lags, tp)
	}
	p.flow.forget(partitions)
	p.offsets.forget(partitions)
	p.drop(partitions)
}

// drop takes records out that wait to be offered, or to be offered again: they are somebody else's now.
func (p *sinkPump) drop(partitions []connect.TopicPartition) {
	gone := make(map[connect.TopicPartition]bool, len(partitions))
	for _, tp := range partitions {
		gone[tp] = true
	}
	kept := p.batch[:0]
	for _, r := range p.batch {
		if !gone[r.Original] {
			kept = append(kept, r)
		}
	}
	p.batch = kept
	p.ahead.drop(gone)
}
