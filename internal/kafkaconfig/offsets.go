// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import "maps"

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
