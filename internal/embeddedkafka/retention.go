// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
)

// retentionEvery is how often old records are deleted, as Kafka's log.retention.check.interval.ms.
const retentionEvery = 5 * time.Minute

// The topic configurations that retention goes by.
const (
	cleanupPolicy  = "cleanup.policy"
	retentionMs    = "retention.ms"
	retentionBytes = "retention.bytes"
)

// retention is how long and how much of a topic is kept; negative means without limit.
type retention struct {
	age   time.Duration
	bytes int64
}

var keepAll = retention{age: -1, bytes: -1}

// retentionOf reads a topic's effective configuration. As in Kafka, a policy without "delete" keeps everything.
func retentionOf(config map[string]string) retention {
	if policy, ok := config[cleanupPolicy]; ok && !strings.Contains(policy, "delete") {
		return keepAll
	}
	r := keepAll
	if ms, err := strconv.ParseInt(config[retentionMs], 10, 64); err == nil && ms >= 0 && ms < int64(never/time.Millisecond) {
		r.age = time.Duration(ms) * time.Millisecond
	}
	if n, err := strconv.ParseInt(config[retentionBytes], 10, 64); err == nil {
		r.bytes = n
	}
	return r
}

// firstKept is the offset that a partition should begin with. fresh is that of its first record that is young enough. By size it
// takes all records for equally large, for only kfake knows better. The last record always stays: without any, kfake forgets
// at the next start which offset comes next.
func (r retention) firstKept(p *kfake.PartitionInfo, fresh int64) int64 {
	start, end := p.LogStartOffset, p.HighWatermark
	first := start
	if r.age >= 0 {
		first = max(first, fresh)
	}
	if excess := p.NumBytes - r.bytes; r.bytes >= 0 && excess > 0 {
		// In floating point, because a product of two int64 overflows; a byte more or less does not matter.
		first = max(first, start+int64(float64(end-start)*float64(excess)/float64(p.NumBytes)))
	}
	return max(start, min(first, end-1))
}

// applyRetention deletes what is too old or too much from all topics.
func (b *Broker) applyRetention(ctx context.Context) error {
	topics, err := b.admin.ListTopics(ctx)
	if err != nil {
		return fmt.Errorf("list topics: %w", err)
	}
	configs, err := b.admin.DescribeTopicConfigs(ctx, topics.Names()...)
	if err != nil {
		return fmt.Errorf("read the topics' retention: %w", err)
	}
	var errs []error
	for _, c := range configs {
		r := retentionOf(values(c))
		if c.Err != nil || r == keepAll {
			continue
		}
		if err := b.applyTo(ctx, c.Name, r); err != nil && !errors.Is(err, kerr.UnknownTopicOrPartition) {
			errs = append(errs, fmt.Errorf("topic %s: %w", c.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Broker) applyTo(ctx context.Context, topic string, r retention) error {
	var fresh kadm.ListedOffsets
	if r.age >= 0 {
		var err error
		if fresh, err = b.admin.ListOffsetsAfterMilli(ctx, b.cfg.Clock.Now().Add(-r.age).UnixMilli(), topic); err != nil {
			return err
		}
		if err := fresh.Error(); err != nil {
			return err
		}
	}
	var errs []error
	b.withCluster(func(c *kfake.Cluster) {
		for _, p := range c.PartitionInfos(topic) {
			at, _ := fresh.Lookup(topic, p.Partition)
			if first := r.firstKept(p, at.Offset); first > p.LogStartOffset {
				errs = append(errs, c.DeleteRecords(topic, p.Partition, first))
			}
		}
	})
	return errors.Join(errs...)
}

func values(c kadm.ResourceConfig) map[string]string {
	m := make(map[string]string, len(c.Configs))
	for _, kv := range c.Configs {
		m[kv.Key] = kv.MaybeValue()
	}
	return m
}
