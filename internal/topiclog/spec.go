// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"fmt"
	"strings"
	"time"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Spec describes a topic that a worker needs.
type Spec struct {
	// Topic is the name.
	Topic string
	// Partitions is how many to create; -1 leaves it to the broker.
	Partitions int32
	// ReplicationFactor is how many replicas to create; -1 leaves it to the broker.
	ReplicationFactor int16
	// Configs are further topic properties for the creation. cleanup.policy is always compact.
	Configs map[string]string
	// Property is the worker property that names the topic, such as config.storage.topic.
	Property string
	// Purpose is what the topic holds, in the words of Kafka's messages: "connector configurations", "source connector offsets" or
	// "connector and task statuses".
	Purpose string
	// SinglePartition refuses a topic with more than one partition.
	SinglePartition bool
	// Bootstrap is the broker address that commands in error texts show.
	Bootstrap string
	// Rights name the command that gives a right that is missing.
	Rights kafkaconfig.Rights
	// CreateTimeout bounds the wait for enough brokers to hold the replicas; 0 means 60 s, default.api.timeout.ms of Java's admin client.
	CreateTimeout time.Duration
	// MetadataTimeout bounds the wait for the topic's metadata; 0 means Kafka Connect's 30 s.
	MetadataTimeout time.Duration
}

func (s Spec) withDefaults() Spec {
	if s.CreateTimeout == 0 {
		s.CreateTimeout = time.Minute
	}
	if s.MetadataTimeout == 0 {
		s.MetadataTimeout = 30 * time.Second
	}
	return s
}

// sibling is another property of the same topic: config.storage.topic → config.storage.replication.factor.
func (s Spec) sibling(name string) string { return strings.TrimSuffix(s.Property, "topic") + name }

// PolicyError says that a topic is not compacted, in Kafka's words, and which command mends it.
type PolicyError struct {
	// Spec is the topic that was asked for.
	Spec Spec
	// Policy is the cleanup.policy found.
	Policy string
}

// Error is Kafka's sentence followed by the command.
func (e *PolicyError) Error() string {
	t, prop, purpose := e.Spec.Topic, e.Spec.Property, e.Spec.Purpose
	return fmt.Sprintf("Topic '%s' supplied via the '%s' property is required to have 'cleanup.policy=compact' to guarantee consistency and "+
		"durability of %s, but found the topic currently has 'cleanup.policy=%s'. Continuing would likely result in eventually losing %s "+
		"and problems restarting this Connect cluster in the future. Change the '%s' property in the Connect worker configurations to use "+
		"a topic with 'cleanup.policy=compact'. To mend this topic: kafka-configs --bootstrap-server %s --alter --entity-type topics "+
		"--entity-name %s --add-config cleanup.policy=compact", t, prop, purpose, e.Policy, purpose, prop, e.Spec.Bootstrap, t)
}

// PartitionsError says that a topic that needs a single partition has several.
type PartitionsError struct {
	// Spec is the topic that was asked for.
	Spec Spec
	// Found is its number of partitions.
	Found int
}

// Error is Kafka's sentence followed by what to do.
func (e *PartitionsError) Error() string {
	t, prop, purpose := e.Spec.Topic, e.Spec.Property, e.Spec.Purpose
	return fmt.Sprintf("Topic '%s' supplied via the '%s' property is required to have a single partition in order to guarantee consistency "+
		"of %s, but found %d partitions. Partitions cannot be taken away: name another topic in '%s' (the worker creates it), or, if nothing "+
		"in this one is needed, delete it with: kafka-topics --bootstrap-server %s --delete --topic %s", t, prop, purpose, e.Found, prop,
		e.Spec.Bootstrap, t)
}
