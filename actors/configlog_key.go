// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"io"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/topiclog"
)

// keySize is that of the key that protects what workers tell each other, in bytes.
const keySize = 32

// prepare sees to it that the cluster has a key in its config topic, as Kafka Connect's session key is: who may read that topic is
// a worker. The first worker of a cluster makes it, whether it has a secret of its own or not, so that a cluster always has had one
// when somebody leads it: a worker that finds none disturbs nobody.
func (l *configlog) prepare(ctx context.Context, topic exclusiveTopic) error {
	if err := l.follower.understood(); err != nil {
		return err
	}
	// Now, and not when this worker is to lead because another one has died.
	if err := topic.MayClaim(ctx); err != nil && topiclog.IsRefused(err) {
		return connect.Classed(connect.Unusable, fmt.Errorf("take part in group %s: %w", l.env.config.GroupID, err))
	}
	for attempt := 1; !l.env.config.Standalone && !l.follower.hasKey(); attempt++ {
		// Workers that start at the same time take the claim from each other, which brokers tell in several ways. One of them
		// succeeds, and the others read its key.
		failed := l.makeKey(ctx, topic)
		if err := topic.ReadToEnd(ctx); err != nil {
			return errors.Join(failed, err)
		}
		if failed == nil {
			continue
		}
		if attempt == keyAttempts {
			return fmt.Errorf("make the key of group %s: %w", l.env.config.GroupID, failed)
		}
		if err := l.env.runtime.Clock.Sleep(ctx, retryDelay(attempt, l.env.runtime.Random())); err != nil {
			return errors.Join(failed, context.Cause(ctx))
		}
	}
	return nil
}

// understood is false for the topic of a cluster that speaks a protocol which this worker does not know: it must leave no trace there.
func (f *configFollower) understood() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	reader := generation.NewReader()
	for _, record := range f.own {
		var unknown *generation.VersionError
		if _, err := reader.Apply(record); errors.As(err, &unknown) {
			return connect.Classed(connect.Unusable, unknown)
		}
	}
	return nil
}

// keyAttempts bounds how often a worker tries to make the key.
const keyAttempts = 5

func (l *configlog) makeKey(ctx context.Context, topic exclusiveTopic) error {
	if err := topic.Claim(ctx); err != nil || l.follower.hasKey() {
		return err
	}
	defer topic.Resign()
	key := make([]byte, keySize)
	if _, err := io.ReadFull(l.env.runtime.Entropy, key); err != nil {
		return err
	}
	record := generation.KeyRecord(generation.Keys{key})
	return topic.PutTxn(ctx, []topiclog.Record{{Key: []byte(record.Key), Value: record.Value}})
}

// hasKey looks for the key among the records that were replayed.
func (f *configFollower) hasKey() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, record := range f.own {
		if record.Key == generation.SecretKey && record.Value != nil {
			return true
		}
	}
	return false
}
