// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"math"
	"slices"
)

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
	kindShort
	kindDouble
)

// property is one row of Kafka's ConfigDef of a client, reduced to what a value is checked against.
type property struct {
	name     string
	kind     kind
	roles    Role
	def      string
	min, max int64
	// least and most bound a kindDouble.
	least, most float64
	oneOf       []string
	// anyCase lets oneOf match without regard to case, as Kafka does for these keys.
	anyCase bool
	// ignored is the reason why a value that the user gives has no effect; empty when it has one.
	ignored string
}

const (
	noLimit  = math.MaxInt64
	int32Max = math.MaxInt32
)

// Reasons for properties that Java has and that cannot have an effect here.
const (
	ownReconnect   = "retry.backoff.ms says how long is waited before a lost connection is opened again, too"
	needsJava      = "it names a Java class"
	ownAvailable   = "the client looks at each broker's backlog instead"
	twoPhase       = "two-phase commit is not supported"
	groupAutoClose = "the worker decides when a member leaves its group"
	oneLookup      = "every address of a name is tried, as with use_all_dns_ips; canonical names are of use for Kerberos alone"
	bytesOnly      = "records are bytes already when they reach the client: key.converter and value.converter make them"
	ownMetrics     = "the worker has its own metrics"
	ownRebootstrap = "the client turns to bootstrap.servers again by itself when no broker that it knows answers"
	oneSetup       = "socket.connection.setup.timeout.ms bounds each attempt"
	staysKnown     = "the client keeps what it knows of a topic that it writes to"
	ownBounds      = "the worker bounds its calls itself"
	workerCommits  = "the worker commits offsets itself, after the task has accepted the records"
	onlyBrokers    = "the worker talks to brokers, not to controllers"
	noShare        = "no connector reads through a share group"
	internalOfJava = "it is internal to the Java client"
	noKerberos     = "Kerberos is not supported"
	fullBatches    = "a batch is sent when linger.ms ends or when it has max.request.size"
	neverInternal  = "topics.regex never matches the topics that are internal to Kafka"
	brokersCheck   = "brokers check tokens; the client hands them on as they are"
	noAssertion    = "tokens are fetched with the client's id and secret or read from a file, not asked for by an assertion"

	versionsAreListed = "ssl.enabled.protocols says which versions are taken"
)

// properties lists what the clients of Kafka 4.1 define, and what the listeners of the REST API share with them. A property that has
// another default for some clients has more than one row.
var properties = slices.Concat(ofAllClients, ofProducers, ofConsumers, ofAdmins, ofTLS, ofSASL)
