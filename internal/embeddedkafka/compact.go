// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// defaultCompactAbove is the size of a compacted partition below which compaction is not worth its while.
const defaultCompactAbove = 1 << 20

// fenceTimeoutMs is the transaction timeout that we name when we fence a producer. Its own stays in force.
const fenceTimeoutMs = 60_000

// ownConfigs are the retention settings that topics have themselves: topic, key, value.
type ownConfigs map[string]map[string]string

// settle puts the data in order while no client is let in yet: what an interrupted compaction left, and a compaction where it pays.
func (b *Broker) settle(ctx context.Context) error {
	if err := b.resumeRetention(ctx); err != nil {
		return err
	}
	topics, err := b.admin.ListTopics(ctx)
	if err != nil {
		return fmt.Errorf("list the embedded Kafka's topics: %w", err)
	}
	if !b.worthCompacting(topics.Names()) {
		return nil
	}
	if b.space.low.Load() {
		b.cfg.Log.Warn("the embedded Kafka's topics are not compacted: disk nearly full", "dir", b.folder.dir)
		return nil
	}
	if err := b.endTransactions(ctx); err != nil {
		return err
	}
	return b.compact(ctx, topics.Names())
}

func (b *Broker) worthCompacting(topics []string) bool {
	above := b.cfg.compactAbove
	if above == 0 {
		above = defaultCompactAbove
	}
	for _, t := range topics {
		if !strings.Contains(b.ownConfig(t)[cleanupPolicy], "compact") {
			continue
		}
		for _, p := range b.cluster.PartitionInfos(t) {
			if p.NumBytes >= above {
				return true
			}
		}
	}
	return false
}

// endTransactions aborts what is open by fencing its producer. A transaction open over a compaction would lose the committed value
// of a key that it aborts in the end.
func (b *Broker) endTransactions(ctx context.Context) error {
	open, err := b.admin.ListTransactions(ctx, nil, []string{"Ongoing"})
	if err != nil {
		return fmt.Errorf("list the embedded Kafka's open transactions: %w", err)
	}
	for _, txn := range open.Sorted() {
		req := kmsg.NewPtrInitProducerIDRequest()
		req.TransactionalID, req.TransactionTimeoutMillis = &txn.TxnID, fenceTimeoutMs
		resp, err := req.RequestWith(ctx, b.client)
		if err == nil {
			err = kerr.ErrorForCode(resp.ErrorCode)
		}
		if err != nil {
			return fmt.Errorf("end the open transaction of %q: %w", txn.TxnID, err)
		}
		b.cfg.Log.Info("ended a transaction that was open when the embedded Kafka stopped", "transactional_id", txn.TxnID)
	}
	return nil
}

// compact has kfake compact all topics that want it. It deletes the files of a partition before it writes the new ones, so the old
// ones are kept until all is done; and it would delete by retention on the way, so that is off meanwhile.
func (b *Broker) compact(ctx context.Context, topics []string) error {
	own := ownConfigs{}
	for _, t := range topics {
		config := b.ownConfig(t)
		own[t] = map[string]string{}
		for _, k := range []string{retentionMs, retentionBytes} {
			if v, ok := config[k]; ok {
				own[t][k] = v
			}
		}
	}
	if err := b.folder.writeJSON(retentionName, own); err != nil {
		return err
	}
	if err := b.alter(ctx, retentionChanges(nil), topics...); err != nil {
		return fmt.Errorf("turn retention off for a compaction: %w", err)
	}
	if err := b.folder.putAside(); err != nil {
		b.cfg.Log.Warn("the embedded Kafka's topics are not compacted: cannot keep their files aside", "error", err)
		return b.resumeRetention(ctx)
	}
	b.cluster.Compact()
	if err := b.folder.dropAside(); err != nil {
		return err
	}
	return b.resumeRetention(ctx)
}

// resumeRetention gives topics back the settings that a compaction took from them, this one or one that was interrupted.
func (b *Broker) resumeRetention(ctx context.Context) error {
	own, err := b.folder.readRetention()
	if err != nil || own == nil {
		return err
	}
	for topic, config := range own {
		err := b.alter(ctx, retentionChanges(config), topic)
		// A topic that is gone was deleted after the file was written, by an older broker.
		if err != nil && !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("turn retention of topic %s on again: %w", topic, err)
		}
	}
	if err := os.Remove(b.folder.path(retentionName)); err != nil {
		return fmt.Errorf("finish a compaction: %w", err)
	}
	return nil
}

// retentionChanges set the two settings to what config has and remove what it has not; a nil config turns retention off.
func retentionChanges(config map[string]string) []kadm.AlterConfig {
	off := "-1"
	var changes []kadm.AlterConfig
	for _, k := range []string{retentionMs, retentionBytes} {
		v, ok := config[k]
		switch {
		case config == nil:
			changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: k, Value: &off})
		case ok:
			changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: k, Value: &v})
		default:
			changes = append(changes, kadm.AlterConfig{Op: kadm.DeleteConfig, Name: k})
		}
	}
	return changes
}

func (b *Broker) alter(ctx context.Context, changes []kadm.AlterConfig, topics ...string) error {
	resp, err := b.admin.AlterTopicConfigs(ctx, changes, topics...)
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range resp {
		errs = append(errs, r.Err)
	}
	return errors.Join(errs...)
}

// ownConfig is what is set on the topic itself.
func (b *Broker) ownConfig(topic string) map[string]string {
	config := map[string]string{}
	b.withCluster(func(c *kfake.Cluster) {
		if info := c.TopicInfo(topic); info != nil {
			for k, v := range info.Configs {
				if v != nil {
					config[k] = *v
				}
			}
		}
	})
	return config
}
