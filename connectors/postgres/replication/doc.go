// SPDX-License-Identifier: Apache-2.0

// Package replication connects to a PostgreSQL database, makes slots and publications, and reads the stream of a slot.
//
// What lives here: the connections of a configuration, plain and replicating (database.go, tls.go, deadpeer_*.go), replication slots and their states (slot.go,
// create.go), publications and replica identities (publication.go, identity.go), and the stream: frames, keepalives and status updates (start.go,
// stream.go). What does not: what the frames contain (connectors/postgres/pgoutput), where a stream begins (connectors/postgres/position) and
// what follows from its end (connectors/postgres).
//
// What a slot may forget is told to the server by Stream.Confirm and by nothing else: answers to keepalives repeat it, and say
// beside it only what was received.
package replication
