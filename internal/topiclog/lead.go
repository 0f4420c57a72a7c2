// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

// holder is by which producer id and epoch the brokers know the holder of a claim.
type holder struct {
	id    int64
	epoch int16
	// known is false after a transaction that was aborted: to ask the client then would make it take a new epoch.
	known bool
}

// note remembers who holds the claim, right after the brokers have said so.
func (c *claim) note(ctx context.Context) {
	id, epoch, err := c.client.ProducerID(ctx)
	c.holder = holder{id, epoch, err == nil}
}

// CheckClaim asks the brokers whether the claim is still this log's, which otherwise only the next write would tell. It returns an
// error that wraps [ErrFenced] when another has claimed the log, which Claim and PutTxn of this log never lead to; nil when the claim
// stands or is not known; and any other error when the brokers do not say, as those before Kafka 3.0 never do.
func (l *Log) CheckClaim(ctx context.Context) error {
	l.claim.mu.Lock()
	defer l.claim.mu.Unlock()
	ours := l.claim.holder
	if l.claim.client == nil || !ours.known {
		return nil
	}
	ctx, stop := l.untilClose(ctx)
	defer stop()
	name, ok := l.claim.client.OptValue(kgo.TransactionalID).(string)
	if !ok {
		return nil
	}
	described, err := l.admin.DescribeTransactions(ctx, name)
	if err == nil {
		err = described[name].Err
	}
	if err != nil {
		return fmt.Errorf("ask who holds the claim of topic %s: %w", l.o.Topic, err)
	}
	if now := described[name]; now.ProducerID != ours.id || now.ProducerEpoch > ours.epoch {
		return fmt.Errorf("hold the claim of topic %s: %w", l.o.Topic, ErrFenced)
	}
	return nil
}
