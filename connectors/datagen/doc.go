// SPDX-License-Identifier: Apache-2.0

// Package datagen holds a source that makes its records itself, for load and for demonstrations: so many a second, or as many as go,
// of so many bytes.
//
//	{"connector.class": "DatagenSource", "kafka.topic": "load", "value.size": "1000", "rate": "5000"}
//
// What lives here: the connector, the pace of its tasks, and what records look like. What does not: numbered messages whose loss can be
// counted, which are in connectors/verifiable.
//
// # Records
//
// Record n of a task, from 0, is the same whenever and wherever it is made: all of it comes from random.seed, the task's number and n. It
// carries no time. Random numbers are those of SplitMix64 (Steele, Lea and Flood, 2014): a task begins with mix(seed + g*(task+1)), a
// record with mix(that + g*n), where g is 0x9e3779b97f4a7c15, and each further number is the mix of the state after g was added.
//
// A text, and bytes likewise, is the task's number, '-', n, ' ', where that is not longer than the whole, and then letters from a to p, sixteen
// of each random number: those of the lower halves of its bytes, the lowest byte first, and then those of the upper halves. A struct has the
// fields of Schema: its first random number is the name, the second the flag, the amount and whether there is a comment, those that follow
// are the padding.
//
// # Beside Confluent's DatagenConnector
//
// kafka.topic, max.interval, iterations and random.seed have its meaning, and so have task.id of source partitions and current.iteration of
// offsets. On purpose different:
//
//   - There are neither its quickstarts nor Avro schemas of one's own. A configuration that asks for them is refused.
//   - max.interval is 0 where it is not set, and random.seed too: there are no two runs with different records unless they are asked for.
//   - A task that has made its iterations is RUNNING and makes nothing more; it does not fail.
//   - Records have no headers, and offsets no task.generation: what is made does not depend on how often a task was started.
package datagen
