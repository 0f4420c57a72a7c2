// SPDX-License-Identifier: Apache-2.0

// Package offsets keeps where source connectors go on: what may be stored, and where it is stored.
//
// Ledger decides what may be stored: of each source partition the last offset before the first record that Kafka has not
// acknowledged. It is pure: no goroutine, no clock, no input or output.
//
// TopicStore keeps the offsets of a distributed worker in the offsets topic and FileStore those of a standalone worker in
// a file. Both write exactly the bytes that Kafka Connect's Java workers write, and have the same methods, so that either
// can stand behind the runtime. Layered is the store of a connector that has a topic of its own over the worker's.
// Normalize brings offsets that somebody sets from outside into the form in which they are stored.
//
// Group writes for TopicStore and Layered in transactions of the worker's own transactional id, the offsets of many tasks
// in one, so that whoever takes over the tasks of a worker that was declared dead can keep its late offsets out.
//
// What does not live here: reading and writing Kafka (internal/topiclog), the schedule of flushes and the tasks
// themselves (actors), and the offsets of sinks, which are those of consumer groups.
package offsets
