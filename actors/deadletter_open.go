// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// openDeadLetters makes the dead letter queue that a connector names, and its topic where there is none; nil where it names none. The same keys
// work for sources, which have no such queue in Kafka Connect. There a letter that cannot be written fails the task.
func (l lifeOf) openDeadLetters(ctx context.Context, props map[string]string, vital bool) (*deadLetters, error) {
	settings, err := validate.DeadLetters(props)
	if err != nil || settings.Topic == "" {
		return nil, err
	}
	if err := l.ensureDeadLetterTopic(ctx, props, settings); err != nil {
		return nil, fmt.Errorf("Could not initialize dead letter queue with topic=%s: %w", settings.Topic, err) //nolint:staticcheck // Kafka's text
	}
	lease, err := l.env.pool.Producer(kafkaconfig.DeadLetterProducer(l.env.config.Raw, props, l.id.connector, l.id.task),
		kgo.MaxBufferedBytes(0), kgo.MaxBufferedRecords(math.MaxInt32))
	if err != nil {
		return nil, fmt.Errorf("make the producer of the dead letter queue: %w", err)
	}
	life, end := context.WithCancel(context.Background())
	return &deadLetters{producer: lease.Client, counters: &l.env.meters.of(l.id.taskID()).errors, log: l.log, vital: vital, life: life, end: end,
		free: lease.Close, letters: stage.Letters{Topic: settings.Topic, Context: settings.Context, Task: l.id.taskID()}}, nil
}

func (l lifeOf) ensureDeadLetterTopic(ctx context.Context, props map[string]string, settings validate.DeadLetterSettings) error {
	lease, err := l.env.pool.Plain(kafkaconfig.DeadLetterAdmin(l.env.config.Raw, props, l.id.connector, l.id.task))
	if err != nil {
		return err
	}
	defer lease.Close()
	admin := kadm.NewClient(lease.Client)
	found, err := admin.ListTopics(ctx, settings.Topic)
	if err != nil {
		return err
	}
	if topicIsThere(found, settings.Topic) {
		return nil
	}
	l.log.Info("the topic of the dead letter queue does not exist and is created", "topic", settings.Topic, "replication factor", settings.ReplicationFactor)
	made, err := admin.CreateTopic(ctx, deadLetterPartitions, settings.ReplicationFactor, nil, settings.Topic)
	if err = creationError(made, err); errors.Is(err, kerr.InvalidReplicationFactor) {
		return fmt.Errorf("%w: set %s to no more than the number of brokers, or create the topic", err, validate.DeadLetterReplicas)
	}
	return err
}

// deadLetterPartitions is what Kafka Connect creates the topic with.
const deadLetterPartitions = 1

// creationError has the broker's words where it has said any. A topic that somebody else has made meanwhile is as good.
func creationError(made kadm.CreateTopicResponse, err error) error {
	if errors.Is(err, kerr.TopicAlreadyExists) {
		return nil
	}
	if err != nil && made.ErrMessage != "" {
		return fmt.Errorf("%w (%s)", err, made.ErrMessage)
	}
	return err
}

// withLetters adds a task's dead letter queue to what its stages are made from.
func withLetters(cfg stage.Config, letters *deadLetters) stage.Config {
	if letters != nil {
		cfg.Reporters = append(cfg.Reporters, letters)
	}
	return cfg
}
