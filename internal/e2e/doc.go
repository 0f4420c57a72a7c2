// SPDX-License-Identifier: Apache-2.0

// Package e2e holds the tests of whole processes: the commands of cmd/ as binaries, on a real Kafka broker, beside the real
// Kafka Connect. There is nothing in it but tests, behind build tags because they need Java and Maven (internal/kafkatest):
//
//	kafka   the core: copies by both commands, record formats, refusals, a short outage of Kafka, a cluster whose workers are
//	        killed; about three minutes
//	real    the longer ones: kill -9 in the middle, a minute without Kafka, three million lines, the real Kafka Connect on
//	        our topics; clusters of three workers that are killed, restarted one after the other, stopped for a while, cut off
//	        from each other and from Kafka, and called meanwhile; sinks that are slow or stuck, with more waiting in Kafka than
//	        the worker may hold; LONGSHORE_ROUNDS says how often each of that happens (3)
//
// The binaries are built once for a run of the tests. What a test starts ends with it, by process id.
//
// What does not live here: tests that a package can do within one process on the embedded broker.
package e2e
