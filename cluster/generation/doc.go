// SPDX-License-Identifier: Apache-2.0

// Package generation is what a cluster of workers has agreed on: who leads, which workers there are, and who runs what. It
// knows the records in which that is written down.
//
// A generation is one transaction of the leader: the records of the workers whose share has changed, and then a head. Nothing
// counts before its head. All keys begin with "longshore-", which Kafka Connect's workers skip.
//
// What lives here: the state that generations add up to, the records of the config topic that carry it, the one that holds the keys
// of the cluster, and those of the status topic by which workers tell of themselves. What does not: which generation follows, which
// is cluster/plan, and who may write it, which is cluster/protocol.
package generation
