// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/longshore-io/connect"
)

const (
	cleanupPolicy = "cleanup.policy"
	compact       = "compact"
	retryPause    = 100 * time.Millisecond
)

// Ensure creates the topic if it is missing and checks it if it exists: compacted, and with a single partition where that is asked for.
// A topic that may not be created is assumed to exist, and settings that may not be read are not checked; log hears of both. Errors are
// [*PolicyError], [*PartitionsError], or say what Kafka refused and which property to change.
func Ensure(ctx context.Context, admin *kadm.Client, spec Spec, log *slog.Logger) error {
	spec = spec.withDefaults()
	made, err := create(ctx, admin, spec, log)
	if err != nil {
		return err
	}
	partitions, err := awaitMetadata(ctx, admin, spec)
	if err != nil && made == forbidden && !denied(err) {
		return fmt.Errorf("%w; this worker may not create it: have it created, compacted, or allow it: %s", err, spec.Rights.ForTopic(spec.Topic))
	}
	if err != nil {
		return err
	}
	if spec.SinglePartition && partitions > 1 {
		return &PartitionsError{Spec: spec, Found: partitions}
	}
	if made == created {
		return nil
	}
	return checkPolicy(ctx, admin, spec, log)
}

// making is what came of an attempt to create a topic.
type making int

const (
	found making = iota
	created
	forbidden
)

// create makes the topic where it is missing. While the brokers refuse the number of replicas it tries again, since a Kafka cluster
// that has just started may still be gathering.
func create(ctx context.Context, admin *kadm.Client, spec Spec, log *slog.Logger) (making, error) {
	deadline, cancel := context.WithTimeout(ctx, spec.CreateTimeout)
	defer cancel()
	// Looking first spares a worker that may not create topics a refusal at each start.
	if _, err := partitionCount(deadline, admin, spec.Topic); err == nil {
		return found, nil
	}
	var refused error
	for {
		answer, err := admin.CreateTopic(deadline, spec.Partitions, spec.ReplicationFactor, topicConfigs(spec), spec.Topic)
		switch {
		case err == nil:
			log.Info("created topic", "topic", spec.Topic, "for", spec.Purpose)
			return created, nil
		case errors.Is(err, kerr.TopicAlreadyExists):
			return found, nil
		case mayNotCreate(err):
			log.Warn("topic may not be created by this worker and is assumed to exist", "topic", spec.Topic, "reason", err)
			return forbidden, nil
		case errors.Is(err, kerr.InvalidReplicationFactor):
			refused = err
			if spec.ReplicationFactor > 0 && connect.Sleep(deadline, retryPause) == nil {
				continue
			}
		}
		if refused != nil { // also where the deadline cut a later attempt short
			err = explainReplication(ctx, admin, spec, refused)
		}
		return found, fmt.Errorf("create topic %s for %s: %w %s", spec.Topic, spec.Purpose, err, answer.ErrMessage)
	}
}

func mayNotCreate(err error) bool {
	return errors.Is(err, kerr.TopicAuthorizationFailed) || errors.Is(err, kerr.ClusterAuthorizationFailed) ||
		errors.Is(err, kerr.UnsupportedVersion)
}

func topicConfigs(spec Spec) map[string]*string {
	configs := map[string]*string{}
	for key, value := range maps.All(spec.Configs) {
		configs[key] = &value
	}
	policy := compact
	configs[cleanupPolicy] = &policy
	return configs
}

func explainReplication(ctx context.Context, admin *kadm.Client, spec Spec, err error) error {
	property := spec.sibling("replication.factor")
	brokers, listErr := admin.ListBrokers(ctx)
	if listErr != nil || len(brokers) >= int(spec.ReplicationFactor) {
		return fmt.Errorf("check %s=%d: %w", property, spec.ReplicationFactor, err)
	}
	return fmt.Errorf("%d replicas need as many brokers and %d answer: start more brokers or set %s=%d: %w",
		spec.ReplicationFactor, len(brokers), property, len(brokers), err)
}

// awaitMetadata waits until the topic has partitions with leaders and returns their number.
func awaitMetadata(ctx context.Context, admin *kadm.Client, spec Spec) (int, error) {
	deadline, cancel := context.WithTimeout(ctx, spec.MetadataTimeout)
	defer cancel()
	var last lastError
	for {
		partitions, err := partitionCount(deadline, admin, spec.Topic)
		if err == nil {
			return partitions, nil
		}
		err = last.see(err)
		if denied(err) {
			return 0, fmt.Errorf("look up topic %s (property %s): %w%s", spec.Topic, spec.Property, err, remedy(err, spec.Topic, spec.Rights))
		}
		if connect.Sleep(deadline, retryPause) != nil {
			return 0, fmt.Errorf("Could not look up partition metadata for topic '%s' in the allotted period. This could indicate a "+ //nolint:staticcheck // Kafka's wording.
				"connectivity issue, unavailable topic partitions, or if this is your first use of the topic it may have taken too long to "+
				"create. (property %s, for %s): %w", spec.Topic, spec.Property, spec.Purpose, err)
		}
	}
}

func partitionCount(ctx context.Context, admin *kadm.Client, topic string) (int, error) {
	topics, err := admin.ListTopicsWithInternal(ctx, topic)
	if err != nil {
		return 0, err
	}
	detail := topics[topic]
	if detail.Err != nil {
		return 0, detail.Err
	}
	for _, p := range detail.Partitions {
		if p.Err != nil {
			return 0, fmt.Errorf("partition %d: %w", p.Partition, p.Err)
		}
	}
	if len(detail.Partitions) == 0 {
		return 0, kerr.UnknownTopicOrPartition
	}
	return len(detail.Partitions), nil
}

// checkPolicy accepts exactly compact: "compact,delete" would lose what is old.
func checkPolicy(ctx context.Context, admin *kadm.Client, spec Spec, log *slog.Logger) error {
	policy, err := policyOf(ctx, admin, spec.Topic)
	switch {
	case denied(err) || errors.Is(err, kerr.UnsupportedVersion):
		log.Warn("settings of the topic cannot be read and are not checked; it must have cleanup.policy=compact", "topic", spec.Topic, "reason", err)
		return nil
	case err != nil:
		return fmt.Errorf("read settings of topic %s: %w", spec.Topic, err)
	case policy != compact:
		return &PolicyError{Spec: spec, Policy: policy}
	}
	return nil
}

func policyOf(ctx context.Context, admin *kadm.Client, topic string) (string, error) {
	configs, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return "", err
	}
	config, err := configs.On(topic, nil)
	if err = errors.Join(err, config.Err); err != nil {
		return "", err
	}
	for _, c := range config.Configs {
		if c.Key == cleanupPolicy {
			return c.MaybeValue(), nil
		}
	}
	return "", fmt.Errorf("the brokers did not say which %s it has", cleanupPolicy)
}

// lastError remembers why attempts failed, so that the deadline that cuts the last one short does not hide it.
type lastError struct{ err error }

func (l *lastError) see(err error) error {
	if l.err == nil || !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		l.err = err
	}
	return l.err
}
