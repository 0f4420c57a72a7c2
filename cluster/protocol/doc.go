// SPDX-License-Identifier: Apache-2.0

// Package protocol is how workers agree on who runs what: one step function for each worker, which is told what has happened and
// returns what to do. It has no clock, no network, no Kafka and no goroutine.
//
// In one sentence: every right comes from a committed record, every claim is "initialise the transactional id, then read the log to its
// end, then act", and an owner leaves the log only by its own acknowledgement or by a verdict of death that fences it.
//
// What lives here: who leads, until when a worker may work without having heard from Kafka, verdicts of death, and both halves of
// handing work over. What does not: who shall get which work, which is cluster/plan, and carrying out what is returned.
package protocol
