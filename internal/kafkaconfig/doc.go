// SPDX-License-Identifier: Apache-2.0

// Package kafkaconfig turns the properties of Java Kafka clients into franz-go clients, and ssl.* of a worker's REST API into TLS.
//
// Here live: the composition of one client's properties out of worker and connector configuration (compose.go), the override
// policies (policy.go), the reading of such a composed set (Parse), the [Pool] that hands out clients, the [Sender] of a source task, [Ping], which says in
// words why brokers cannot be reached, and the reading of JKS, PKCS12 and PEM stores (keystore.go), which [ServerTLS] shares.
//
// Here does not live: anything that reads or writes records, topics or groups, and the validation of worker and connector
// properties that are not client properties.
//
// # How a source producer keeps its promise
//
// Kafka Connect runs its source producers with acks=all, enable.idempotence=false and max.in.flight.requests.per.connection=1: one
// request at a time, so that a retry cannot overtake its successor. franz-go's idempotent producer keeps up to five requests in
// flight and lets the broker refuse what is out of order or twice there, which is the same order with no loss, fewer duplicates and
// several times the speed. So idempotence is on for every producer with acks=all, and max.in.flight says nothing there. Only an
// explicit enable.idempotence=false, set by the user on worker or connector, brings back one request at a time: the way out on
// brokers before 2.8, where idempotent writes need a cluster right (KIP-679).
//
// # How batching maps
//
// Java's batch.size (16384) is how much one partition's batch may hold before it is sent, and memory that is set aside for it.
// franz-go allocates as it grows and sends a batch when the linger ends or the batch is full, so a small limit would only make more
// and smaller requests. batch.size is therefore read and checked, but what limits a batch is max.request.size (1048576), the same
// bound that Java puts on the largest record; brokers accept 1048588 by default. A topic with a smaller max.message.bytes needs a
// smaller producer.override.max.request.size. linger.ms (5, as in Java 4) maps directly, buffer.memory to the bytes a producer buffers.
//
// # How source tasks share clients
//
// Senders with equal properties use the same clients. What franz-go keeps for the records of one partition ends together: when the broker
// refuses one batch, or the first record's context is over, all records that are buffered for the partition fail. So a client never has two senders
// for one topic: the second one gets another client. That keeps batches, failures, order, and the choice of partitions each sender's own.
//
// A sender that leaves a client has it forget the sender's topics, which fails what is under way and nothing else. The client never gets
// these topics again. It would number their batches from 0 as if it were new, with the producer id and epoch that it has, and a broker
// that remembers a batch with the same numbers acknowledges the new one and drops it.
//
// What is left in common is the connection to each broker. A broker answers the requests of a connection one after the other, and a request
// when all replicas have all of it, so a partition with a slow follower holds up the others. Hence the look at who moves on and who does
// not (stallLook): those who do leave.
package kafkaconfig
