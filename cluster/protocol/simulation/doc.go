// SPDX-License-Identifier: Apache-2.0

// Package simulation tries the protocol by which workers share their work in made-up histories: several workers, each with its
// own [protocol.Node], on a Kafka, a gossip and a network that are made up as well and behave as badly as real ones do. One
// goroutine, a clock that jumps from event to event, and one seed for all that is left to chance: the same seed is the same
// history, step by step.
//
// After each step it is checked, from outside and with full sight, that no work has two owners, that generations only go up,
// that who was replaced as a leader changes nothing, and that offsets of a successor are never rolled back; and when the faults
// have ended, that everything runs again, once. Each guard of the protocol is also switched off in turn, to see that the
// simulation notices.
//
// What lives here: tests. What does not: anything that runs in a worker.
package simulation
