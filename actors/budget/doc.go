// SPDX-License-Identifier: Apache-2.0

// Package budget bounds the bytes of records that tasks hold: each task within its own limit, all tasks of a worker within that of
// the worker.
//
// What is counted is what the caller says a record takes. A source asks before it hands records to its producer ([Task.Acquire]) and
// gives back what was acknowledged ([Task.Release]); a sink, whose client fetches by itself, says what there is ([Task.Hold]) and asks how
// much it should have ([Task.Share]).
//
// Three rules keep tasks from standing still. Who holds nothing may always take something, whatever the others hold: a task that is stuck
// with its records never keeps another from going on, and a record that is larger than a budget passes alone. Who waits for the
// worker's budget is served in order, so that a large request is not starved by small ones. Who waits for its own budget waits
// for its own records only and keeps nobody else.
// So a worker's bytes exceed its budget by at most one request of each task.
//
// What does not live here: Kafka clients, configuration, and clocks.
package budget
