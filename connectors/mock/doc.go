// SPDX-License-Identifier: Apache-2.0

// Package mock holds the connectors by which Kafka's own system tests see what a worker does when a connector or a task fails:
// MockSource and MockSink. With mock_mode=connector-failure the connector raises an error, with mock_mode=task-failure its one task
// fails, delay_ms milliseconds (15000) after the start; with any other mock_mode they do nothing for ever. No record comes out of
// the source, and what the sink is given is dropped.
//
// What lives here: the two connectors. What does not: connectors that move records, see connectors/verifiable.
//
// They differ from Kafka's in that the error has a text, and in that a source task waits instead of spinning.
package mock
