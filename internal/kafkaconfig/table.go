// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

// The tables of this file follow the ConfigDef of Kafka's ProducerConfig, ConsumerConfig and AdminClientConfig.

var ofAllClients = []property{
	{name: "bootstrap.servers", kind: kindList, roles: everyRole},
	{name: "client.id", roles: everyRole},
	{name: "client.dns.lookup", roles: everyRole, def: "use_all_dns_ips", oneOf: []string{"use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"}, ignored: oneLookup},
	{name: "connections.max.idle.ms", kind: kindLong, roles: Producer | Consumer, def: "540000", min: -1, max: noLimit},
	{name: "connections.max.idle.ms", kind: kindLong, roles: Plain, def: "300000", min: -1, max: noLimit},
	{name: "metadata.max.age.ms", kind: kindLong, roles: everyRole, def: "300000", max: noLimit},
	{name: "metadata.recovery.strategy", roles: everyRole, def: "rebootstrap", oneOf: []string{"rebootstrap", "none"}, anyCase: true, ignored: ownRebootstrap},
	{name: "metadata.recovery.rebootstrap.trigger.ms", kind: kindLong, roles: everyRole, def: "300000", max: noLimit, ignored: ownRebootstrap},
	{name: "request.timeout.ms", kind: kindInt, roles: everyRole, def: "30000", max: int32Max},
	{name: "retry.backoff.ms", kind: kindLong, roles: everyRole, def: "100", max: noLimit},
	{name: "retry.backoff.max.ms", kind: kindLong, roles: everyRole, def: "1000", max: noLimit},
	{name: "reconnect.backoff.ms", kind: kindLong, roles: everyRole, def: "50", max: noLimit, ignored: ownReconnect},
	{name: "reconnect.backoff.max.ms", kind: kindLong, roles: everyRole, def: "1000", max: noLimit, ignored: ownReconnect},
	{name: "send.buffer.bytes", kind: kindInt, roles: everyRole, def: "131072", min: -1, max: int32Max},
	{name: "receive.buffer.bytes", kind: kindInt, roles: Producer, def: "32768", min: -1, max: int32Max},
	{name: "receive.buffer.bytes", kind: kindInt, roles: Consumer | Plain, def: "65536", min: -1, max: int32Max},
	{name: "socket.connection.setup.timeout.ms", kind: kindLong, roles: everyRole, def: "10000", max: noLimit},
	{name: "socket.connection.setup.timeout.max.ms", kind: kindLong, roles: everyRole, def: "30000", max: noLimit, ignored: oneSetup},
	{name: "default.api.timeout.ms", kind: kindInt, roles: Consumer | Plain, def: "60000", max: int32Max, ignored: ownBounds},
	{name: "enable.metrics.push", kind: kindBool, roles: Producer | Consumer, def: "true"},
	{name: "enable.metrics.push", kind: kindBool, roles: Plain, def: "false"},
	{name: "metric.reporters", kind: kindList, roles: everyRole, def: "org.apache.kafka.common.metrics.JmxReporter", ignored: ownMetrics},
	{name: "metrics.num.samples", kind: kindInt, roles: everyRole, def: "2", min: 1, max: int32Max, ignored: ownMetrics},
	{name: "metrics.recording.level", roles: everyRole, def: "INFO", oneOf: []string{"INFO", "DEBUG", "TRACE"}, ignored: ownMetrics},
	{name: "metrics.sample.window.ms", kind: kindLong, roles: everyRole, def: "30000", max: noLimit, ignored: ownMetrics},
	{name: "interceptor.classes", kind: kindList, roles: Producer | Consumer, ignored: needsJava},
	{name: "security.protocol", roles: everyRole, def: "PLAINTEXT", oneOf: []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, anyCase: true},
	{name: "security.providers", roles: everyRole, ignored: needsJava},
}

var ofProducers = []property{
	{name: "key.serializer", roles: Producer, def: "org.apache.kafka.common.serialization.ByteArraySerializer", ignored: bytesOnly},
	{name: "value.serializer", roles: Producer, def: "org.apache.kafka.common.serialization.ByteArraySerializer", ignored: bytesOnly},
	{name: "acks", roles: Producer, def: "all", oneOf: []string{"all", "-1", "0", "1"}},
	{name: "enable.idempotence", kind: kindBool, roles: Producer, def: "true"},
	{name: "max.in.flight.requests.per.connection", kind: kindInt, roles: Producer, def: "5", min: 1, max: int32Max},
	{name: "batch.size", kind: kindInt, roles: Producer, def: "16384", max: int32Max, ignored: fullBatches},
	{name: "linger.ms", kind: kindLong, roles: Producer, def: "5", max: noLimit},
	{name: "buffer.memory", kind: kindLong, roles: Producer, def: "33554432", max: noLimit},
	{name: "max.request.size", kind: kindInt, roles: Producer, def: "1048576", max: int32Max},
	{name: "max.block.ms", kind: kindLong, roles: Producer, def: "60000", max: noLimit},
	{name: "delivery.timeout.ms", kind: kindInt, roles: Producer, def: "120000", max: int32Max},
	{name: "retries", kind: kindInt, roles: Producer, def: "2147483647", max: int32Max},
	{name: "compression.type", roles: Producer, def: "none", oneOf: []string{"none", "gzip", "snappy", "lz4", "zstd"}},
	{name: "compression.gzip.level", kind: kindInt, roles: Producer, def: "-1", min: -1, max: 9},
	{name: "compression.lz4.level", kind: kindInt, roles: Producer, def: "9", min: 1, max: 17},
	{name: "compression.zstd.level", kind: kindInt, roles: Producer, def: "3", min: -131072, max: 22},
	{name: "metadata.max.idle.ms", kind: kindLong, roles: Producer, def: "300000", min: 5000, max: noLimit, ignored: staysKnown},
	{name: "partitioner.class", roles: Producer},
	{name: "partitioner.ignore.keys", kind: kindBool, roles: Producer, def: "false"},
	{name: "partitioner.adaptive.partitioning.enable", kind: kindBool, roles: Producer, def: "true"},
	{name: "partitioner.availability.timeout.ms", kind: kindLong, roles: Producer, def: "0", max: noLimit, ignored: ownAvailable},
	{name: "transactional.id", roles: Producer},
	{name: "transaction.timeout.ms", kind: kindInt, roles: Producer, def: "60000", max: int32Max},
	{name: "transaction.two.phase.commit.enable", kind: kindBool, roles: Producer, def: "false", ignored: twoPhase},
}

var ofConsumers = []property{
	{name: "key.deserializer", roles: Consumer, def: "org.apache.kafka.common.serialization.ByteArrayDeserializer", ignored: bytesOnly},
	{name: "value.deserializer", roles: Consumer, def: "org.apache.kafka.common.serialization.ByteArrayDeserializer", ignored: bytesOnly},
	{name: "group.id", roles: Consumer},
	{name: "group.instance.id", roles: Consumer},
	{name: "group.protocol", roles: Consumer, def: "classic", oneOf: []string{"classic", "consumer"}, anyCase: true},
	{name: "group.remote.assignor", roles: Consumer},
	{name: "session.timeout.ms", kind: kindInt, roles: Consumer, def: "45000", max: int32Max},
	{name: "heartbeat.interval.ms", kind: kindInt, roles: Consumer, def: "3000", max: int32Max},
	{name: "max.poll.interval.ms", kind: kindInt, roles: Consumer, def: "300000", min: 1, max: int32Max},
	{name: "max.poll.records", kind: kindInt, roles: Consumer, def: "500", min: 1, max: int32Max},
	{name: "partition.assignment.strategy", kind: kindList, roles: Consumer, def: rangeAssignor + "," + cooperativeAssignor},
	{name: "auto.offset.reset", roles: Consumer, def: "latest"},
	{name: "isolation.level", roles: Consumer, def: "read_uncommitted", oneOf: []string{"read_committed", "read_uncommitted"}},
	{name: "fetch.min.bytes", kind: kindInt, roles: Consumer, def: "1", max: int32Max},
	{name: "fetch.max.bytes", kind: kindInt, roles: Consumer, def: "52428800", max: int32Max},
	{name: "fetch.max.wait.ms", kind: kindInt, roles: Consumer, def: "500", max: int32Max},
	{name: "max.partition.fetch.bytes", kind: kindInt, roles: Consumer, def: "1048576", max: int32Max},
	{name: "client.rack", roles: Consumer},
	{name: "check.crcs", kind: kindBool, roles: Consumer, def: "true"},
	// Java's producer has no such property: it always leaves the creation to the broker. For ours the property works as for a consumer.
	{name: "allow.auto.create.topics", kind: kindBool, roles: Producer | Consumer, def: "true"},
	{name: "exclude.internal.topics", kind: kindBool, roles: Consumer, def: "true", ignored: neverInternal},
	// Kafka Connect turns this off for its consumers, and so do we: Java's own default is true.
	{name: "enable.auto.commit", kind: kindBool, roles: Consumer, def: "false", ignored: workerCommits},
	{name: "auto.commit.interval.ms", kind: kindInt, roles: Consumer, def: "5000", max: int32Max, ignored: "offset.flush.interval.ms says how often the worker commits"},
	{name: "share.acknowledgement.mode", roles: Consumer, def: "implicit", oneOf: []string{"implicit", "explicit"}, anyCase: true, ignored: noShare},
	{name: "internal.leave.group.on.close", kind: kindBool, roles: Consumer, def: "true", ignored: groupAutoClose},
	{name: "internal.throw.on.fetch.stable.offset.unsupported", kind: kindBool, roles: Consumer, def: "false", ignored: internalOfJava},
}

var ofAdmins = []property{
	{name: "bootstrap.controllers", kind: kindList, roles: Plain, ignored: onlyBrokers},
	{name: "retries", kind: kindInt, roles: Plain, def: "2147483647", max: int32Max},
}
