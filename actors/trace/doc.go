// SPDX-License-Identifier: Apache-2.0

// Package trace writes errors as the stack traces that tools know from Kafka Connect: the status of a FAILED task, the
// headers of a dead letter queue.
//
// It is pure and only formats. What does not live here: which error fails a task (connect.Classify, package stage).
package trace
