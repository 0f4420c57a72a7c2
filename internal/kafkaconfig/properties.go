// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import "math"

// Role says which kind of Java client a set of properties is for.
type Role int

const (
	// Producer is a client that writes records.
	Producer Role = 1 << iota
	// Consumer is a client that reads records, in a group if group.id is set.
	Consumer
	// Plain is a client that only asks and administers.
	Plain
)

const everyRole = Producer | Consumer | Plain

// server is not a client at all: the REST API, which shares ssl.* with the clients.
const server = Plain << 1

type kind int

const (
	kindString kind = iota
	kindInt
	kindLong
	kindBool
	kindList
	kindSecret
)

// property is one row of Kafka's ConfigDef of a client, reduced to what a value is checked against.
type property struct {
	name     string
	kind     kind
	roles    Role
	def      string
	min, max int64
	oneOf    []string
	// anyCase lets oneOf match without regard to case, as Kafka does for these keys.
	anyCase bool
	// ignored is the reason why a value that the user gives has no effect; empty when it has one.
	ignored string
}

const (
	noLimit  = math.MaxInt64
	int32Max = math.MaxInt32
)

// Reasons for properties that Java has and franz-go does not need.
const (
	osSizes        = "the operating system sizes socket buffers"
	ownReconnect   = "the client chooses its own reconnect backoff"
	needsJava      = "it names a Java class"
	ownAvailable   = "the client looks at each broker's backlog instead"
	twoPhase       = "two-phase commit is not supported"
	groupAutoClose = "the worker decides when a member leaves its group"
	oneLookup      = "every address of a name is tried, as with use_all_dns_ips"

	versionsAreListed = "ssl.enabled.protocols says which versions are taken"
)

// properties lists what the clients of Kafka 4.1 define, apart from sasl.* and ssl.*, which security.go reads, and apart from keys that
// a Go process has no use for (silent in values.go).
var properties = []property{
	{name: "bootstrap.servers", kind: kindList, roles: everyRole},
	{name: "client.id", roles: everyRole},
	{name: "client.dns.lookup", roles: everyRole, def: "use_all_dns_ips", oneOf: []string{"use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"}, ignored: oneLookup},
	{name: "connections.max.idle.ms", kind: kindLong, roles: everyRole, def: "540000", min: -1, max: noLimit},
	{name: "metadata.max.age.ms", kind: kindLong, roles: everyRole, def: "300000", max: noLimit},
	{name: "request.timeout.ms", kind: kindInt, roles: everyRole, def: "30000", max: int32Max},
	{name: "retry.backoff.ms", kind: kindLong, roles: everyRole, def: "100", max: noLimit},
	{name: "retry.backoff.max.ms", kind: kindLong, roles: everyRole, def: "1000", max: noLimit},
	{name: "reconnect.backoff.ms", kind: kindLong, roles: everyRole, def: "50", max: noLimit, ignored: ownReconnect},
	{name: "reconnect.backoff.max.ms", kind: kindLong, roles: everyRole, def: "1000", max: noLimit, ignored: ownReconnect},
	{name: "send.buffer.bytes", kind: kindInt, roles: everyRole, def: "131072", min: -1, max: int32Max, ignored: osSizes},
	{name: "receive.buffer.bytes", kind: kindInt, roles: everyRole, def: "65536", min: -1, max: int32Max, ignored: osSizes},
	{name: "socket.connection.setup.timeout.ms", kind: kindLong, roles: everyRole, def: "10000", max: noLimit},
	{name: "enable.metrics.push", kind: kindBool, roles: everyRole, def: "true"},
	{name: "interceptor.classes", kind: kindList, roles: Producer | Consumer, ignored: needsJava},

	{name: "acks", roles: Producer, def: "all", oneOf: []string{"all", "-1", "0", "1"}},
	{name: "enable.idempotence", kind: kindBool, roles: Producer, def: "true"},
	{name: "max.in.flight.requests.per.connection", kind: kindInt, roles: Producer, def: "5", min: 1, max: int32Max},
	{name: "batch.size", kind: kindInt, roles: Producer, def: "16384", max: int32Max},
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
	{name: "partitioner.class", roles: Producer},
	{name: "partitioner.ignore.keys", kind: kindBool, roles: Producer, def: "false"},
	{name: "partitioner.adaptive.partitioning.enable", kind: kindBool, roles: Producer, def: "true"},
	{name: "partitioner.availability.timeout.ms", kind: kindLong, roles: Producer, def: "0", max: noLimit, ignored: ownAvailable},
	{name: "transactional.id", roles: Producer},
	{name: "transaction.timeout.ms", kind: kindInt, roles: Producer, def: "60000", max: int32Max},
	{name: "transaction.two.phase.commit.enable", kind: kindBool, roles: Producer, def: "false", ignored: twoPhase},

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
	{name: "enable.auto.commit", kind: kindBool, roles: Consumer, def: "false"},
	{name: "internal.leave.group.on.close", kind: kindBool, roles: Consumer, def: "true", ignored: groupAutoClose},

	{name: "security.protocol", roles: everyRole, def: "PLAINTEXT", oneOf: []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, anyCase: true},
	{name: "sasl.mechanism", roles: everyRole, def: "GSSAPI"},
	{name: "sasl.jaas.config", kind: kindSecret, roles: everyRole},
	{name: "ssl.truststore.type", roles: everyRole | server, def: "JKS"},
	{name: "ssl.truststore.location", roles: everyRole | server},
	{name: "ssl.truststore.certificates", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.truststore.password", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.keystore.type", roles: everyRole | server, def: "JKS"},
	{name: "ssl.keystore.location", roles: everyRole | server},
	{name: "ssl.keystore.certificate.chain", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.keystore.key", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.keystore.password", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.key.password", kind: kindSecret, roles: everyRole | server},
	{name: "ssl.protocol", roles: everyRole | server, def: "TLSv1.3", ignored: versionsAreListed},
	{name: "ssl.enabled.protocols", kind: kindList, roles: everyRole | server, def: "TLSv1.2,TLSv1.3"},
	{name: "ssl.endpoint.identification.algorithm", roles: everyRole, def: "https"},
	{name: "ssl.cipher.suites", kind: kindList, roles: everyRole | server},
	{name: "ssl.engine.factory.class", roles: everyRole | server, ignored: needsJava},
	{name: "ssl.provider", roles: everyRole | server, ignored: needsJava},
	{name: "ssl.secure.random.implementation", roles: everyRole | server, ignored: needsJava},
	{name: "ssl.keymanager.algorithm", roles: everyRole | server, def: "SunX509", ignored: needsJava},
	{name: "ssl.trustmanager.algorithm", roles: everyRole | server, def: "PKIX", ignored: needsJava},
	{name: "ssl.client.auth", roles: server, def: "none", oneOf: []string{"required", "requested", "none"}},
	{name: "sasl.client.callback.handler.class", roles: everyRole, ignored: needsJava},
	{name: "sasl.login.callback.handler.class", roles: everyRole, ignored: needsJava},
	{name: "sasl.login.class", roles: everyRole, ignored: needsJava},
	{name: "security.providers", roles: everyRole, ignored: needsJava},
}
