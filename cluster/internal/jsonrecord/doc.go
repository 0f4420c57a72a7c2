// SPDX-License-Identifier: Apache-2.0

// Package jsonrecord reads and writes JSON as Kafka Connect's internal converter does, for the records of the config and
// status topics: compact, without schema, printed as Jackson prints it.
//
// What does not live here: what the records mean (packages configlog and statuslog).
package jsonrecord
