// SPDX-License-Identifier: Apache-2.0

// Package group keeps a worker in the Kafka group that its group.id names, so that workers of Kafka Connect and Longshore
// never run the same connectors at one time.
//
// Kafka Connect's workers share out work in that group, with the protocol type "connect". Longshore shares it out in another
// way; it is a member with the same type and the only protocol "longshore", and the broker lets no two members in that have
// no protocol in common: whoever comes second is refused with INCONSISTENT_GROUP_PROTOCOL. The group carries no work.
//
// Here live: entering before anything is touched ([Join]), staying ([Member], whose next step is decided by the pure function
// in step.go), and the refusals with what to do about them.
//
// Here does not live: who of several Longshore workers leads, and who runs what. That is cluster/protocol.
package group
