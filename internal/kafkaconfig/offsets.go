// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import "maps"

// leaderID is the transactional id of the leader of a group, connect-cluster-<group.id>, which is Kafka Connect's own. Those that workers
// write source offsets under begin with it.
func leaderID(worker map[string]string) string { return "connect-cluster-" + worker["group.id"] }

// OffsetsID is the transactional id that a worker writes source offsets under: connect-cluster-<group.id>-offsets-<worker id>.
func OffsetsID(worker map[string]string, workerID string) string {
	return leaderID(worker) + "-offsets-" + workerID
}

// OffsetsIDPrefix is what the transactional ids of a group's workers begin with, the leader's included.
func OffsetsIDPrefix(worker map[string]string) string { return leaderID(worker) }

// OffsetsWriter composes the producer with which a worker writes the source offsets of its tasks: that of [Internal] with [OffsetsID].
func OffsetsWriter(worker map[string]string, workerID string) map[string]string {
	props := Internal(worker, "offsets-writer")
	props["transactional.id"] = OffsetsID(worker, workerID)
	if worker["transaction.timeout.ms"] == "" {
		props["transaction.timeout.ms"] = leaderTransactionTimeout
	}
	return props
}

// The clients of an offsets topic that a source connector names for itself (offsets.storage.topic) are composed as those of
// its tasks are, so that it lies where the connector's producer.override., consumer.override. and admin.override. lead.

// OffsetsProducer composes the producer of a connector's own offsets topic. It is never transactional: whoever has an
// exactly-once task writes offsets with that task's producer.
func OffsetsProducer(worker, connector map[string]string, name string) map[string]string {
	props := producerProps(worker, connector, "connector-offset-producer-"+name)
	delete(props, "transactional.id")
	props["allow.auto.create.topics"] = "false" // a broker would make it without compaction
	return props
}

// OffsetsConsumer composes the consumer that follows a connector's own offsets topic, without a group.
func OffsetsConsumer(worker, connector map[string]string, name string) map[string]string {
	props := map[string]string{"bootstrap.servers": bootstrap(worker), "client.id": "connector-consumer-" + name}
	maps.Copy(props, withPrefix(worker, "consumer."))
	maps.Copy(props, ConsumerOverrides(connector))
	for _, key := range []string{"group.id", "group.instance.id", "enable.auto.commit"} {
		delete(props, key)
	}
	props["auto.offset.reset"] = "earliest"
	props["allow.auto.create.topics"] = "false"
	return props
}

// OffsetsAdmin composes the admin client that makes and checks a connector's own offsets topic.
func OffsetsAdmin(worker, connector map[string]string, name string) map[string]string {
	return adminProps(worker, connector, "connector-adminclient-"+name)
}
