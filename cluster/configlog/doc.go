// SPDX-License-Identifier: Apache-2.0

// Package configlog knows the records of Kafka Connect's config topic and what they add up to. It is pure: no Kafka
// client, no goroutine, no clock.
//
// The functions that end in Record print records byte for byte as Kafka Connect 4.1 does, except for the order of the keys
// inside "properties": Java's is that of a HashMap, ours is sorted, and no reader minds.
//
// A Reader is fed with the records in the order of the topic and keeps a State, by the rules of Java's
// KafkaConfigBackingStore: task configurations count once a commit record follows that finds all of them, a deleted
// connector takes its tasks along, restarts and logger levels of the past are not carried out. Where compaction has
// removed what a commit needs, the connector is Inconsistent; its tasks have to be made anew from its configuration.
//
// Keys that begin with "longshore-" are Longshore's own; Java workers skip them, and so does this package.
//
// What does not live here: reading and writing the topic (internal/topiclog), and who may write what.
package configlog
