// SPDX-License-Identifier: Apache-2.0

// Package statuslog knows the records of Kafka Connect's status topic and what they add up to. It is pure: no Kafka client,
// no goroutine, no clock.
//
// The functions that end in Record and Tombstone print records byte for byte as Kafka Connect 4.1 does. A Cache is fed with
// what is read and gives out Views, by the rules of Java's KafkaStatusBackingStore. MayWrite is its rule for statuses that
// must not hide those of a newer owner. A destroyed connector or task is a tombstone; its state is never shown.
//
// Keys that begin with "longshore-" are Longshore's own; Java workers skip them, and so does this package.
//
// What does not live here: reading and writing the topic (internal/topiclog), and when what is reported
// (actors/lifecycle).
package statuslog
