// SPDX-License-Identifier: Apache-2.0

// Package predicates holds the predicates of Kafka Connect 4.1: tests that choose the records which a transform is applied to,
// each under the class name that configurations have.
//
// What lives here: a file per predicate, and All, which lists them. What does not: transforms (connectors/transforms), and the
// chain that asks predicates (actors/stage).
package predicates
