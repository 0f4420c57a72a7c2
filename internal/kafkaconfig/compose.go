// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"fmt"
	"maps"
	"strings"
)

// The functions of this file put together the properties of one client, later sources winning, as Kafka Connect's Worker does. They
// change no map that is handed in. worker holds the whole worker configuration, connector the whole connector configuration.
//
// Two differences from Java, both deliberate: enable.idempotence=false is not part of a source producer's base (the package comment
// says why), and metrics.context.* is left out, since only Java metric reporters read it.

const (
	producerOverride = "producer.override."
	consumerOverride = "consumer.override."
	adminOverride    = "admin.override."
)

// workersOwn is a property of clients that the worker follows itself: so long it waits for Kafka when it starts.
const workersOwn = "default.api.timeout.ms"

const defaultBootstrap = "localhost:9092"

// SourceProducer composes the producer of an at-least-once source task. Worker security settings reach it only with the prefix
// producer., as in Kafka Connect.
func SourceProducer(worker, connector map[string]string, name string, task int) map[string]string {
	return producerProps(worker, connector, fmt.Sprintf("connector-producer-%s-%d", name, task))
}

// NamesProducer says whether the user has given the producers of a connector's tasks a client.id.
func NamesProducer(worker, connector map[string]string) bool {
	_, byWorker := worker["producer.client.id"]
	_, byConnector := connector[producerOverride+"client.id"]
	return byWorker || byConnector
}

// DeadLetterProducer composes the producer for a sink task's dead letter queue.
func DeadLetterProducer(worker, connector map[string]string, name string, task int) map[string]string {
	return producerProps(worker, connector, fmt.Sprintf("connector-dlq-producer-%s-%d", name, task))
}

// ExactlyOnceProducer composes the producer of an exactly-once source task. Neither its transactional id nor idempotence can be
// overridden, since fencing depends on both.
func ExactlyOnceProducer(worker, connector map[string]string, name string, task int) map[string]string {
	props := SourceProducer(worker, connector, name, task)
	props["enable.idempotence"] = "true"
	props["transactional.id"] = TaskID(worker, name, task)
	return props
}

// TaskID is the transactional id of an exactly-once source task: <group.id>-<connector>-<task>, as in Kafka Connect.
func TaskID(worker map[string]string, name string, task int) string {
	return fmt.Sprintf("%s-%s-%d", worker["group.id"], name, task)
}

// TaskIDPrefix is what the transactional ids of all tasks of a group begin with.
func TaskIDPrefix(worker map[string]string) string { return worker["group.id"] + "-" }

func producerProps(worker, connector map[string]string, clientID string) map[string]string {
	props := map[string]string{
		"bootstrap.servers":                     bootstrap(worker),
		"client.id":                             clientID,
		"acks":                                  "all",
		"max.in.flight.requests.per.connection": "1",
		"max.block.ms":                          "9223372036854775807",
		"delivery.timeout.ms":                   "2147483647",
	}
	maps.Copy(props, withPrefix(worker, "producer."))
	maps.Copy(props, ProducerOverrides(connector))
	return props
}

// SinkConsumer composes the consumer of a sink task. Static membership is ours: the same instance id on whichever worker runs the task
// lets a successor take the partitions at once. A group.instance.id that the user sets wins.
func SinkConsumer(worker, connector map[string]string, name string, task int) map[string]string {
	member := fmt.Sprintf("connector-consumer-%s-%d", name, task)
	props := map[string]string{
		"bootstrap.servers":  bootstrap(worker),
		"client.id":          member,
		"group.id":           SinkGroup(name),
		"group.instance.id":  member,
		"enable.auto.commit": "false",
		"auto.offset.reset":  "earliest",
	}
	maps.Copy(props, withPrefix(worker, "consumer."))
	maps.Copy(props, ConsumerOverrides(connector))
	return props
}

// SinkGroup is the consumer group of a sink connector that names none itself.
func SinkGroup(name string) string { return "connect-" + name }

// Admin composes the admin client of a connector's task.
func Admin(worker, connector map[string]string, name string, task int) map[string]string {
	return adminProps(worker, connector, fmt.Sprintf("connector-adminclient-%s-%d", name, task))
}

// DeadLetterAdmin composes the admin client that creates a sink task's dead letter queue.
func DeadLetterAdmin(worker, connector map[string]string, name string, task int) map[string]string {
	return adminProps(worker, connector, fmt.Sprintf("connector-dlq-adminclient-%s-%d", name, task))
}

// WorkerAdmin composes the admin client that edits a connector's offsets and fences its producers.
func WorkerAdmin(worker, connector map[string]string, name string) map[string]string {
	return adminProps(worker, connector, "connector-worker-adminclient-"+name)
}

func adminProps(worker, connector map[string]string, clientID string) map[string]string {
	props := unprefixed(worker)
	props["bootstrap.servers"] = bootstrap(worker)
	props["client.id"] = clientID
	maps.Copy(props, withPrefix(worker, "admin."))
	maps.Copy(props, AdminOverrides(connector))
	return props
}

// Internal composes a client of one of the worker's own topics from all un-prefixed worker properties. purpose is configs, offsets,
// or statuses and ends the client id. Group settings are dropped: these topics are read without a group, and the worker's group.id names
// something else. Asking for a topic never creates it: a broker would make it without compaction.
func Internal(worker map[string]string, purpose string) map[string]string {
	props := unprefixed(worker)
	props["bootstrap.servers"] = bootstrap(worker)
	props["client.id"] = internalClientID(worker, purpose)
	props["acks"] = "all"
	props["delivery.timeout.ms"] = "2147483647"
	props["auto.offset.reset"] = "earliest"
	props["allow.auto.create.topics"] = "false"
	for _, key := range []string{"group.id", "group.instance.id", "session.timeout.ms", "heartbeat.interval.ms", "transactional.id", "enable.idempotence"} {
		delete(props, key)
	}
	return props
}

// leaderTransactionTimeout is transaction.timeout.ms of the leader where the worker sets none. The leader's transactions hold one flush
// and hide what stands behind them from readers while they are open, so they are not left open for long.
const leaderTransactionTimeout = "10000"

// Leader composes the producer with which the leader writes the config topic: that of [Internal] with Kafka Connect's own transactional
// id, connect-cluster-<group.id>, so that leaders of both kinds fence each other.
func Leader(worker map[string]string) map[string]string {
	props := Internal(worker, "configs-leader")
	props["transactional.id"] = leaderID(worker)
	if worker["transaction.timeout.ms"] == "" {
		props["transaction.timeout.ms"] = leaderTransactionTimeout
	}
	return props
}

func internalClientID(worker map[string]string, purpose string) string {
	parts := []string{worker["group.id"], worker["client.id"], purpose}
	id := ""
	for _, part := range parts {
		if part != "" {
			id += "-" + part
		}
	}
	return strings.TrimPrefix(id, "-")
}

// ProducerOverrides are the producer properties that a connector sets for itself, without the prefix producer.override.
func ProducerOverrides(connector map[string]string) map[string]string {
	return withPrefix(connector, producerOverride)
}

// ConsumerOverrides are the consumer properties that a connector sets for itself, without the prefix consumer.override.
func ConsumerOverrides(connector map[string]string) map[string]string {
	return withPrefix(connector, consumerOverride)
}

// AdminOverrides are the admin client properties that a connector sets for itself, without the prefix admin.override.
func AdminOverrides(connector map[string]string) map[string]string {
	return withPrefix(connector, adminOverride)
}

func bootstrap(worker map[string]string) string {
	if servers := worker["bootstrap.servers"]; servers != "" {
		return servers
	}
	return defaultBootstrap
}

func withPrefix(props map[string]string, prefix string) map[string]string {
	found := map[string]string{}
	for key, value := range props {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			found[rest] = value
		}
	}
	return found
}

// unprefixed are the client properties among the worker's own; what else a worker has is no client's business.
func unprefixed(worker map[string]string) map[string]string {
	props := map[string]string{}
	for key, value := range worker {
		if rolesOf(key) != 0 && key != workersOwn {
			props[key] = value
		}
	}
	return props
}
