// SPDX-License-Identifier: Apache-2.0

// Package stage is what happens to a record between a connector and Kafka: transforms with their predicates, converters,
// and the error tolerance of Kafka Connect (errors.tolerance, errors.retry.*, errors.log.*) around each of them.
//
// It is pure: it runs on the goroutine of its caller, starts none, and is given its clock and its randomness. One Source
// or Sink serves one task.
//
// What does not live here: polling and putting, producing and consuming, offsets, the topic of the dead letter queue.
// They use the Operator of their Source or Sink for the rules of errors.*.
package stage
