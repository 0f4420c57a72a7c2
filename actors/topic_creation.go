// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// topicAdmin is what making topics needs of a Kafka client.
type topicAdmin interface {
	ListTopics(ctx context.Context, topics ...string) (kadm.TopicDetails, error)
	CreateTopics(ctx context.Context, partitions int32, replicas int16, configs map[string]*string, topics ...string) (kadm.CreateTopicResponses, error)
}

// topicCreation makes the topics that a source task writes to, before the first record of each. It is used by the pump's goroutine, and does nothing
// on nil: for connectors without topic.creation.*, whose topics the brokers make as they please.
type topicCreation struct {
	admin  topicAdmin
	groups *validate.TopicGroups
	broker string // the addresses, for messages
	clock  clock.Clock
	random func() float64
	log    *slog.Logger
	free   func()

	known map[string]bool
	last  string // a topic that is known: most records go where the one before went
}

// openTopicCreation returns nil for a connector that leaves its topics to the brokers, and on a worker that wants that of all.
func (l lifeOf) openTopicCreation(props map[string]string) (*topicCreation, error) {
	if !l.env.config.TopicCreation {
		return nil, nil
	}
	groups, err := validate.ReadTopicGroups(props)
	if err != nil || groups == nil {
		return nil, err
	}
	lease, err := l.env.pool.Plain(kafkaconfig.Admin(l.env.config.Raw, props, l.id.connector, l.id.task))
	if err != nil {
		return nil, fmt.Errorf("make the client that creates topics: %w", err)
	}
	return &topicCreation{admin: kadm.NewClient(lease.Client), groups: groups, broker: strings.Join(lease.Settings.Brokers, ","),
		clock: l.env.runtime.Clock, random: l.env.runtime.Random, log: l.log, free: lease.Close, known: map[string]bool{}}, nil
}

func (c *topicCreation) close() {
	if c != nil {
		c.free()
	}
}

// ensure returns when the topics of some records are there. It asks for all that are new at once, so that none waits for another's turn.
func (c *topicCreation) ensure(ctx context.Context, flights []flight) error {
	if c == nil {
		return nil
	}
	var missing []string
	for i := range flights {
		topic := flights[i].record.Topic
		switch {
		case topic == c.last:
		case c.known[topic]:
			c.last = topic
		case !slices.Contains(missing, topic):
			missing = append(missing, topic)
		}
	}
	return c.make(ctx, missing)
}

// make tries until all topics are there, or one cannot be.
func (c *topicCreation) make(ctx context.Context, missing []string) error {
	for attempt := 1; len(missing) > 0; attempt++ {
		err := c.try(ctx, missing)
		missing = slices.DeleteFunc(missing, func(topic string) bool { return c.known[topic] })
		switch {
		case len(missing) == 0:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && connect.Classify(err) != connect.Transient:
			return err
		}
		c.log.Warn("topics could not be looked up or created and are tried again", "topics", missing, "attempt", attempt, "error", err)
		if c.clock.Sleep(ctx, retryDelay(attempt, c.random())) != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// try asks once for each topic, and has those made that are missing. An error that is Transient says that it was not told of all.
func (c *topicCreation) try(ctx context.Context, topics []string) error {
	found, err := c.admin.ListTopics(ctx, topics...)
	if err != nil {
		return connect.Retriable(fmt.Errorf("describe topics %s: %w", strings.Join(topics, ", "), err))
	}
	wanted := map[*validate.TopicGroup][]string{}
	for _, topic := range topics {
		there, err := c.look(found, topic)
		if err != nil {
			return err
		}
		if there {
			c.known[topic] = true
		} else {
			group := c.groups.Of(topic)
			wanted[group] = append(wanted[group], topic)
		}
	}
	var errs []error
	for group, names := range wanted {
		errs = append(errs, c.create(ctx, group, names))
	}
	return firstFatal(errs)
}

// firstFatal prefers an error that no other attempt will mend.
func firstFatal(errs []error) error {
	for _, err := range errs {
		if err != nil && connect.Classify(err) != connect.Transient {
			return err
		}
	}
	return errors.Join(errs...)
}

// topicIsThere says whether Kafka knows a topic, though parts of it may be without a leader for now.
func topicIsThere(found kadm.TopicDetails, topic string) bool {
	d, ok := found[topic]
	return ok && (d.Err == nil || kerr.IsRetriable(d.Err) && !errors.Is(d.Err, kerr.UnknownTopicOrPartition))
}

func (c *topicCreation) look(found kadm.TopicDetails, topic string) (bool, error) {
	err := found[topic].Err
	switch {
	case topicIsThere(found, topic):
		return true, nil
	case err == nil, errors.Is(err, kerr.UnknownTopicOrPartition):
		return false, nil
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return false, fmt.Errorf("Not authorized to describe topic(s) '%s' on the brokers %s: %w", topic, c.broker, err) //nolint:staticcheck // Kafka's text
	}
	return false, fmt.Errorf("Error while attempting to describe topics '%s': %w%s", topic, err, produceRemedy(err))
}

func (c *topicCreation) create(ctx context.Context, group *validate.TopicGroup, topics []string) error {
	settings := make(map[string]*string, len(group.Settings))
	for key, value := range group.Settings {
		settings[key] = &value
	}
	made, err := c.admin.CreateTopics(ctx, group.Partitions, group.ReplicationFactor, settings, topics...)
	if err != nil {
		return connect.Retriable(fmt.Errorf("create topics %s: %w", strings.Join(topics, ", "), err))
	}
	var errs []error
	for _, topic := range topics {
		err := c.created(group, made[topic], topic)
		if err == nil {
			c.known[topic] = true
		}
		errs = append(errs, err)
	}
	return firstFatal(errs)
}

// created reads the answer for one topic. The texts are Kafka Connect's.
func (c *topicCreation) created(group *validate.TopicGroup, made kadm.CreateTopicResponse, topic string) error {
	err := creationError(made, made.Err)
	switch {
	case err == nil:
		c.log.Info("topic created, or made by somebody else meanwhile", "topic", topic, "group", group.Name)
		return nil
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed), errors.Is(err, kerr.UnsupportedVersion):
		return fmt.Errorf("Task failed to create new topic %s. Ensure that the task is authorized to create topics or that the topic exists and restart the task: %w", //nolint:staticcheck // Kafka's text
			newTopicText(group, topic), err)
	case errors.Is(err, kerr.InvalidConfig):
		return fmt.Errorf("Unable to create topic(s) '%s': %w", topic, err) //nolint:staticcheck // Kafka's text
	case kerr.IsRetriable(err):
		return connect.Retriable(fmt.Errorf("create topic %s: %w", topic, err))
	}
	return fmt.Errorf("Error while attempting to create/find topic(s) '%s': %w", topic, err)
}

// newTopicText is how Java prints the topic that it wants.
func newTopicText(group *validate.TopicGroup, topic string) string {
	var settings []string
	for _, key := range slices.Sorted(maps.Keys(group.Settings)) {
		settings = append(settings, key+"="+group.Settings[key])
	}
	return fmt.Sprintf("(name=%s, numPartitions=%d, replicationFactor=%d, replicasAssignments=null, configs={%s})",
		topic, group.Partitions, group.ReplicationFactor, strings.Join(settings, ", "))
}
